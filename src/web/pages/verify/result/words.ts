// SPDX-License-Identifier: Apache-2.0
import type { CheckName, CheckResult, Standing, Verdict } from "../../../../verify/report.js";
import type { Text } from "../../../language/language.js";
import type { Refusal } from "../verification.js";

/** The answer at one glance. */
export const VERDICT_TITLES = {
  valid: { zh: "真实，现行有效", en: "Genuine and in force" },
  "not-in-force": { zh: "真实，但目前无效力", en: "Genuine, but not in force" },
  "not-genuine": { zh: "不真实", en: "Not genuine" },
  undecided: { zh: "无法判断", en: "Cannot tell" },
} as const satisfies Record<Verdict, Text>;

/** What is the matter with a genuine licence. */
export const STANDING_TITLES = {
  "in-force": VERDICT_TITLES.valid,
  "not-yet-valid": { zh: "真实，但尚未生效", en: "Genuine, but not yet valid" },
  suspended: { zh: "真实，但已暂扣", en: "Genuine, but suspended" },
  revoked: { zh: "真实，但已吊销、撤销或注销", en: "Genuine, but revoked" },
  expired: { zh: "真实，但已过有效期", en: "Genuine, but expired" },
  undecided: VERDICT_TITLES.undecided,
} as const satisfies Record<Standing, Text>;

export const VERDICT_LEADS = {
  valid: {
    zh: "内容未被改动，由有权机构签发，并已上链存证；目前没有吊销或暂扣。",
    en: "Unaltered, issued by an agency with authority, recorded, and neither revoked nor suspended.",
  },
  "not-in-force": { zh: "", en: "" },
  "not-genuine": { zh: "", en: "" },
  undecided: { zh: "", en: "" },
} as const satisfies Record<Verdict, Text>;

/** A genuine PDF whose page a browser does not draw again: whoever wrote the file could print there what was never signed. */
export const NOT_COMPARED = {
  lead: {
    zh: "签名数据真实，由有权机构签发，并已上链存证，目前没有吊销或暂扣；PDF 页面上印的内容未经比对：只以下列字段为准。",
    en: "The signed data are genuine, issued by an agency with authority, recorded, and neither revoked nor suspended. The printed page was not compared: believe only the fields below.",
  },
  short: {
    zh: "签名数据真实；PDF 页面未经比对，只以「证照」一栏和详情所列字段为准。",
    en: "The signed data are genuine. The printed page was not compared: believe only the fields here and in the details.",
  },
  title: { zh: "PDF 页面未经比对", en: "The printed page was not compared" },
  notice: {
    zh: "页面上印的文字可能与签名数据不同。只以本页所列「证照内容」为准，并与 PDF 页面或纸面逐项比对；不一致的，不采用。",
    en: "What the page shows may differ from what was signed. Believe only the fields that this page lists, and compare them with the PDF or the paper; where they differ, do not accept it.",
  },
} as const satisfies Record<string, Text>;

/** What to do next, most important first. The reason's own text stands above. */
export const NEXT_STEPS = {
  valid: [
    {
      zh: "将下列内容与出示的证照逐项比对；不一致的，以下列内容为准，不采用出示件。",
      en: "Compare what follows with the licence presented, field by field. Where they differ, do not accept it.",
    },
    {
      zh: "核对出示人的身份：本结果证明证照真实，不证明出示人就是持证人。",
      en: "Check who presents it: this proves the paper, not the bearer.",
    },
  ],
  "not-in-force": [
    {
      zh: "不要据此办理。请持证人联系发证机构，或出示换发后的证照。",
      en: "Do not act on it. Ask the holder for the renewed licence, or to see the issuing agency.",
    },
    {
      zh: "核对出示人的身份：本结果证明证照真实，不证明出示人就是持证人。",
      en: "Check who presents it: this proves the paper, not the bearer.",
    },
  ],
  "not-genuine": [
    {
      zh: "不要采用。请索取原始 PDF 文件再核验一次。",
      en: "Do not accept it. Ask for the original PDF and verify that.",
    },
    {
      zh: "仍不真实的，保留文件，并告知其所称的发证机构。",
      en: "If that is not genuine either, keep the file and tell the agency that it names.",
    },
  ],
  undecided: [
    {
      zh: "在弄清之前不要据此办理。这不等于证照是假的。",
      en: "Do not act on it until it is clear. This does not mean that it is forged.",
    },
    { zh: "稍后重试，或索取原始 PDF 文件核验。", en: "Try again later, or verify the original PDF." },
  ],
} as const satisfies Record<Verdict, readonly Text[]>;

/** A file that no issuing system wrote: it proves nothing, and accuses nobody. */
export const NO_LICENCE_FILE = {
  title: { zh: "不是可核验的证照文件", en: "Not a verifiable licence file" },
  steps: [
    {
      zh: "如果这是纸质证照的扫描件或照片，请扫描上面的二维码核验。",
      en: "If this is a scan or photo of a paper licence, scan its code.",
    },
    {
      zh: "没有二维码的，请索取发证机构签发的原始 PDF 文件。",
      en: "If there is no code, ask for the original PDF that the issuing agency gave out.",
    },
    {
      zh: "在此之前不要仅凭这个文件办理：它既不能证明证照为真，也不说明证照是假的。",
      en: "Until then do not act on this file alone: it proves neither that the licence is genuine nor that it is forged.",
    },
  ],
} as const satisfies { readonly title: Text; readonly steps: readonly Text[] };

/** The same where nothing but the way to the registry is in doubt. */
export const CONNECTION_STEPS: readonly Text[] = [
  {
    zh: "这是连接登记合约的问题，不说明证照有问题。",
    en: "This is about the connection to the registry. It says nothing against the licence.",
  },
  {
    zh: "稍后重试；在得出结论之前不要据此办理。",
    en: "Try again later, and do not act on it before there is an answer.",
  },
];

/** An archive package speaks of the time at which it was packed, whatever happened since. */
export const ARCHIVE = {
  valid: { zh: "真实，打包时有效", en: "Genuine, and in force when it was packed" },
  lead: {
    zh: "档案包完整，由本地区打包；其中证照的签名数据真实，打包时没有吊销或暂扣。",
    en: "The package is whole and packed by this region. What is signed of its licence is genuine, and was then neither revoked nor suspended.",
  },
  step: {
    zh: "要知道证照现在的状态，请取出档案包里的 licence.pdf，放到本页再核验一次。",
    en: "To learn the state of now, take licence.pdf out of the package and verify that here.",
  },
  title: { zh: "电子档案", en: "Archive package" },
} as const satisfies Record<string, Text>;

export const asOfText = (time: string): Text => ({
  zh: `以下结论截至 ${time}，即打包时的登记情况。此后的吊销、暂扣不在其中。`,
  en: `Every answer is as of ${time}, from the registry in the package. Later revocations and suspensions are not in it.`,
});

/** What each check asks, as a clerk would. */
export const CHECK_TITLES = {
  integrity: { zh: "内容未被改动，签名正确", en: "Unaltered, signature right" },
  type: { zh: "证照类型由主管部门发布", en: "Type published by its authority" },
  anchor: { zh: "已上链存证（锚定）", en: "Recorded in time (anchored)" },
  issuer: { zh: "发证机构有权签发", en: "Issuer had the authority" },
  seal: { zh: "电子印章", en: "Electronic seal" },
  content: { zh: "所印内容与签名数据一致", en: "Printed page is what was signed" },
  copy: { zh: "加注件由发证机构制作", en: "Reader's copy made by the issuing agency" },
  status: { zh: "未被吊销、暂扣", en: "Not revoked, not suspended" },
  validity: { zh: "在有效期内", en: "Within its validity" },
  recognition: { zh: "列入互认清单", en: "On the mutual recognition list" },
} as const satisfies Record<CheckName, Text>;

export const OUTCOME_WORDS = {
  pass: { zh: "通过", en: "Passed" },
  fail: { zh: "不通过", en: "Failed" },
  unknown: { zh: "未知", en: "Unknown" },
  "not-applicable": { zh: "不适用", en: "Not applicable" },
} as const satisfies Record<CheckResult["outcome"], Text>;

/** Why a file was not verified at all. */
export const REFUSALS = {
  "picture-too-large": {
    zh: "图片太大，没有读取。请截取二维码部分再试。",
    en: "The picture is too large and was not read. Cut out the part with the code and try again.",
  },
  "not-a-picture": {
    zh: "无法读取该图片。请使用 PNG 或 JPEG 图片。",
    en: "The picture cannot be read. Use PNG or JPEG.",
  },
  "no-code": {
    zh: "图片里没有找到二维码。请使用更清晰、完整的图片，或索取 PDF 文件。",
    en: "There is no QR code in the picture. Use a sharper, complete one, or ask for the PDF.",
  },
  "damaged-code": {
    zh: "图片里有二维码，但读不出来：可能破损或太模糊。请使用更清晰的图片，或索取 PDF 文件。",
    en: "There is a code that cannot be read: damaged or blurred. Use a sharper picture, or ask for the PDF.",
  },
  "foreign-code": {
    zh: "这个二维码不属于本系统，或内容不完整，不能用来核验证照。请扫描证照上的二维码，或索取 PDF 文件。",
    en: "This code belongs to another system, or a part of it is missing. It cannot be verified here. Scan the code on the licence, or ask for the PDF.",
  },
  "no-decoder": {
    zh: "二维码识别程序未能加载。请连接网络后重试，或粘贴二维码内容。",
    en: "The code reader could not be loaded. Connect and try again, or paste what the code says.",
  },
  "too-slow": {
    zh: "核验时间过长，已停止。文件可能是为拖垮核验程序而制作的；请索取原始 PDF 文件。",
    en: "Verifying took too long and was stopped. The file may have been made to do that; ask for the original PDF.",
  },
  stopped: {
    zh: "核验被中断。请重试。",
    en: "Verifying was interrupted. Try again.",
  },
  failed: {
    zh: "核验程序出错，没有得出结论。请重试；如仍出现，请联系服务机构。",
    en: "The verifier failed and reached no answer. Try again; if it goes on, tell the agency that runs this service.",
  },
} as const satisfies Record<Refusal, Text>;

export const WORDS = {
  genuineFields: { zh: "证照内容", en: "What the licence says" },
  claims: { zh: "文件自称的内容（未经证实）", en: "What it claims (not proven)" },
  claimsNotGenuine: {
    zh: "以下是不真实的文件自己写的，不要据此办理，仅供查找线索。",
    en: "A document that is not genuine says this of itself. Do not act on it; it only helps to trace where it came from.",
  },
  claimsUndecided: {
    zh: "以下内容尚未证实，弄清之前不要据此办理。",
    en: "None of this is proven yet. Do not act on it until it is clear.",
  },
  checks: { zh: "核验了什么", en: "What was checked" },
  check: { zh: "项目", en: "Check" },
  outcome: { zh: "结果", en: "Outcome" },
  why: { zh: "说明", en: "Why" },
  notAsked: { zh: "未判断", en: "Not asked" },
  notJudged: { zh: "未判断", en: "Not judged" },
  next: { zh: "下一步", en: "What to do next" },
  origin: { zh: "签发与存证", en: "Who and when" },
  remarks: { zh: "备注", en: "Remarks" },
  technical: { zh: "技术细节", en: "Technical details" },

  name: { zh: "证照名称", en: "Licence" },
  number: { zh: "证照编号", en: "Number" },
  identifier: { zh: "证照标识", en: "Identifier" },
  holder: { zh: "持证主体", en: "Holder" },
  issuer: { zh: "发证机构", en: "Issued by" },
  issuerCode: { zh: "机构代码", en: "Agency code" },
  region: { zh: "签发地区", en: "Region" },
  typeCode: { zh: "类型代码", en: "Type code" },
  validFrom: { zh: "有效期自", en: "Valid from" },
  validUntil: { zh: "有效期至", en: "Valid until" },
  longTerm: { zh: "长期", en: "Long-term" },
  yes: { zh: "是", en: "Yes" },
  no: { zh: "否", en: "No" },
  none: { zh: "—", en: "—" },

  copyFor: { zh: "加注件，使用方", en: "Reader's copy for" },
  sealed: { zh: "电子印章（加盖时间为印章所述）", en: "Sealed (at the time that the seal states)" },
  anchoredAt: { zh: "存证（锚定）时间", en: "Recorded (anchored)" },
  notAnchored: { zh: "未得到证明", en: "Not proven" },
  stated: { zh: "签发者所称时间", en: "Time that the issuer states" },
  headAt: { zh: "登记合约最新区块时间", en: "Registry as of" },
  verifiedAt: { zh: "核验时间", en: "Verified" },
  reason: { zh: "原因代码", en: "Reason code" },
  form: { zh: "形式", en: "Form" },
  digest: { zh: "证照摘要", en: "Certificate digest" },
  block: { zh: "区块", en: "Block" },
  chain: { zh: "链与登记合约", en: "Chain and registry" },

  fromLink: {
    zh: "您是通过二维码里的链接打开本页的。如果您在办理业务，请从本地区官方网站打开核验页面重新扫码：任何人都可以做一个看起来一样的网页。",
    en: "You came here through the link in a code. If you are acting as an official, open the verification page from your own region's site and scan again: anybody can make a page that looks like this one.",
  },
  codeOnly: {
    zh: "只核验了二维码。它只含少量字段，完整内容请核验 PDF 文件。",
    en: "Only the code was verified. It holds a few fields; verify the PDF for all of them.",
  },
  byBundle: { zh: "离线核验", en: "Verified offline" },
  offlineCode: {
    zh: "离线时只有二维码，能确认的只有签名；它是否已存证、因而是否出自有权机构，现在无从得知。请联网后再扫，或核验 PDF 文件（PDF 自带存证证明）。",
    en: "Offline, a code alone shows only whether its signature is right. Whether it was recorded, and so whether it counts, cannot be known now. Scan again with a connection, or verify the PDF, which carries its proof.",
  },
  file: { zh: "文件", en: "File" },
  result: { zh: "结果", en: "Result" },
  licence: { zh: "证照", en: "Licence" },
  more: { zh: "操作", en: "More" },
  details: { zh: "查看详情", en: "Details" },
  backToTable: { zh: "返回结果表", en: "Back to the table" },
  severalTitle: { zh: "核验结果", en: "Results" },
  notVerified: { zh: "未核验", en: "Not verified" },
  waiting: { zh: "等待中", en: "Waiting" },
} as const satisfies Record<string, Text>;

/** The registry could not be asked, so what it said earlier had to do. */
export const bundleText = (issuedAt: string, isStale: boolean): Text =>
  isStale
    ? {
        zh: `未能连接登记合约，依据 ${issuedAt} 的离线信任包核验。信任包已过期，之后是否被吊销、暂扣无从得知。`,
        en: `The registry was not reached; this rests on the trust bundle of ${issuedAt}. It is too old to tell whether the licence has been revoked or suspended.`,
      }
    : {
        zh: `未能连接登记合约，依据 ${issuedAt} 的离线信任包核验。此后的吊销、暂扣尚未反映。`,
        en: `The registry was not reached; this rests on the trust bundle of ${issuedAt}. Later revocations and suspensions are not in it.`,
      };

export const codeNameText = (file: string, number: number): Text => ({
  zh: `${file}（第 ${number} 个码）`,
  en: `${file} (code ${number})`,
});

export const foreignBesideText = (name: string, count: number): Text => ({
  zh: `${name}（另有 ${count} 个其他系统的码，未核验）`,
  en: `${name} (${count} more of other systems, not verified)`,
});
