// SPDX-License-Identifier: Apache-2.0
import type { NumberFault } from "../../../../core/number-rule.js";
import type { Text } from "../../../language/language.js";
import type { Fault } from "../form/fault.js";
import type { PhotoFault } from "../form/photo-file.js";

/** What is wrong with a field and what to do, in a sentence for whoever fills it in. */
export function faultText(fault: Fault): Text {
  switch (fault.code) {
    case "too-short":
      return { zh: `至少 ${fault.bound} 个字。`, en: `At least ${fault.bound} characters.` };
    case "too-long":
      return { zh: `最多 ${fault.bound} 个字。`, en: `At most ${fault.bound} characters.` };
    case "too-few":
      return { zh: `至少 ${fault.bound} 项。`, en: `At least ${fault.bound}.` };
    case "too-many":
      return { zh: `最多 ${fault.bound} 项。`, en: `At most ${fault.bound}.` };
    case "too-small":
      return fault.exclusive
        ? { zh: `须大于 ${fault.bound}。`, en: `More than ${fault.bound}.` }
        : { zh: `不得小于 ${fault.bound}。`, en: `At least ${fault.bound}.` };
    case "too-large":
      return fault.exclusive
        ? { zh: `须小于 ${fault.bound}。`, en: `Less than ${fault.bound}.` }
        : { zh: `不得大于 ${fault.bound}。`, en: `At most ${fault.bound}.` };
    case "wrong-step":
      return { zh: `须为 ${fault.bound} 的整数倍。`, en: `A multiple of ${fault.bound}.` };
    case "holder-shape":
      return SHAPES[fault.codeType] ?? OTHER_SHAPE;
    case "holder-check":
      return CHECK;
    case "number":
      return (
        NUMBER[fault.fault] ?? {
          zh: `不符合编号规则：${fault.rule.zh}。`,
          en: `Does not follow the rule: ${fault.rule.en}.`,
        }
      );
    case "in-future":
      return { zh: `不得晚于今天（${fault.today}）。`, en: `Not later than today (${fault.today}).` };
    case "end-too-late":
      return {
        zh: `超过该类证照的最长有效期，最晚为 ${fault.latest}。`,
        en: `Longer than this type allows; ${fault.latest} at the latest.`,
      };
    case "service":
      return { zh: serviceSentence(fault.detail), en: `The service refused it: ${fault.detail}.` };
    default:
      return PLAIN[fault.code];
  }
}

const CHECK: Text = {
  zh: "校验位不符：有一位输入有误，请对照原件。",
  en: "The check character does not fit: something was mistyped. Compare with the original.",
};

const SHAPES: Readonly<Record<string, Text>> = {
  "001": {
    zh: "统一社会信用代码为 18 位数字和大写字母（不含 I、O、S、V、Z）。",
    en: "A unified social credit code has 18 digits and capitals (no I, O, S, V, Z).",
  },
  "111": {
    zh: "公民身份号码为 17 位数字加 1 位校验码（数字或 X）。",
    en: "A citizen ID number has 17 digits and a digit or X.",
  },
};
const OTHER_SHAPE: Text = { zh: "含有证件号码中不会出现的字符。", en: "Has characters that no document number has." };

const NUMBER: Partial<Record<NumberFault, Text>> = {
  check: CHECK,
  length: { zh: "编号过长。", en: "The number is too long." },
  holder: { zh: "应与第一持证主体的代码相同。", en: "Must equal the first holder's code." },
};

type PlainCode = Exclude<
  Fault["code"],
  | "too-short"
  | "too-long"
  | "too-few"
  | "too-many"
  | "too-small"
  | "too-large"
  | "wrong-step"
  | "holder-shape"
  | "holder-check"
  | "number"
  | "in-future"
  | "end-too-late"
  | "service"
>;

const PLAIN: Readonly<Record<PlainCode, Text>> = {
  required: { zh: "必填。", en: "Required." },
  "not-a-date": { zh: "日期不存在，请按 年-月-日 填写。", en: "Not a date that exists; write YYYY-MM-DD." },
  "not-a-number": { zh: "请填写数字。", en: "Write a number." },
  "not-whole": { zh: "请填写整数。", en: "Write a whole number." },
  "not-json": { zh: "不是有效的 JSON。", en: "Not valid JSON." },
  "no-photo": { zh: "照片不能使用，请重新选择。", en: "This photo cannot be used; choose another." },
  pattern: { zh: "格式不符合该类证照的规定。", en: "Does not have the form that this type asks for." },
  unsafe: { zh: "含有不可见字符或控制字符，请重新输入。", en: "Has invisible or control characters; type it anew." },
  repeated: { zh: "与前面重复。", en: "Is there already." },
  "holder-birth-date": {
    zh: "号码中的出生日期不存在或在将来。",
    en: "The birth date in the number does not exist or lies in the future.",
  },
  "end-required": { zh: "请填写截止日期；确为长期的，请选择“长期”。", en: "Give the last day, or choose long-term." },
  "end-not-allowed": { zh: "该类证照没有截止日期。", en: "This type has no end date." },
  "end-before-start": { zh: "截止日期早于起始日期。", en: "The last day is before the first." },
  area: { zh: "请填写六位行政区划代码。", en: "Six digits of GB/T 2260." },
};

/** Why a chosen file gives no photo. */
export const PHOTO_FAULTS: Readonly<Record<PhotoFault, Text>> = {
  "no-picture": {
    zh: "不是本页能打开的图片，请另存为 JPEG 后再选。",
    en: "Not a picture that this page can open. Save it as JPEG and choose that.",
  },
  "picture-too-large": {
    zh: "图片过大，请缩小后再选（358×441 像素为宜）。",
    en: "The picture is too large. Make it smaller (358 × 441 pixels is usual) and choose it again.",
  },
  "picture-too-small": {
    zh: "图片过小：每边至少 100 像素，358×441 为宜。",
    en: "The picture is too small: at least 100 pixels a side; 358 × 441 is usual.",
  },
};

/** The service speaks English; the sentences it says most are known here, the others are passed on. */
const KNOWN: readonly (readonly [RegExp, (found: RegExpExecArray) => string])[] = [
  [/^is required$/, () => "必填。"],
  [/^must not be empty$/, () => "必填。"],
  [/longer than (\d+) characters/, ([, most]) => `最多 ${most} 个字。`],
  [/does not check/, () => CHECK.zh],
  [
    /number (\S+) is in force as (\S+); /,
    ([, number, id]) => `编号 ${number} 已有在用证照（${id}），请对该证照办理延续、更正或注销。`,
  ],
  [/(?:no glyph|lacks|font)/i, () => "含有无法印刷的生僻字，请联系平台运营机构补充字库。"],
  [/(?:fit|room|lines|too long)/i, () => "内容过长，版面放不下，请精简。"],
];

function serviceSentence(detail: string): string {
  for (const [pattern, say] of KNOWN) {
    const found = pattern.exec(detail);
    if (found !== null) return say(found);
  }
  return `服务端未予通过：${detail}`;
}
