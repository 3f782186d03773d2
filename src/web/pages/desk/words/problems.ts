// SPDX-License-Identifier: Apache-2.0
import type { ApiProblem } from "../../../api/problem.js";
import { problemText } from "../../../api/problem-words.js";
import type { Text } from "../../../language/language.js";

/** What happened and what to do, for every problem that the desk can meet. */
export function deskProblemText(problem: ApiProblem): Text {
  const own = TEXTS[problem.code];
  if (own !== undefined) return own;
  return (
    problemText(problem) ?? { zh: `服务未予通过：${problem.message}`, en: `The service refused it: ${problem.message}` }
  );
}

const TEXTS: Readonly<Record<string, Text>> = {
  "request.unauthenticated": {
    zh: "登录已失效。请重新登录，已填写的内容都已保留。",
    en: "You are no longer signed in. Sign in again; everything that was filled in is still here.",
  },
  "request.forbidden": {
    zh: "您使用的访问令牌没有这项权限。请联系本机构管理人员。",
    en: "Your access token does not allow this. Ask your agency's administrator.",
  },
  "agency.not-authorised": {
    zh: "本机构无权办理：机构被暂停、未获该类证照的授权，或证照属于其他机构。",
    en: "Your agency may not do this: it is suspended, not authorised for this type, or the licence is another agency's.",
  },
  "agency.unknown": {
    zh: "本机构尚未在此注册。请联系平台运营机构。",
    en: "Your agency is not registered here. Ask the operator.",
  },
  "certificate.exists": {
    zh: "该编号已有在用证照，没有重复签发。请核对编号，或对原证照办理延续、更正、注销。",
    en: "A licence with this number is in force; no second one was issued. Check the number, or renew, correct or cancel that one.",
  },
  "certificate.claims-invalid": {
    zh: "有内容不符合该类证照的规定，请按各项下方的提示修改。",
    en: "Some content does not fit this type of licence; see the notes at the fields.",
  },
  "certificate.not-renderable": {
    zh: "有内容无法印到证照上，请按各项下方的提示修改。",
    en: "Some content cannot be printed on the licence; see the notes at the fields.",
  },
  "certificate.state-conflict": {
    zh: "证照状态已发生变化，本次操作没有执行。请查看最新状态后再办理。",
    en: "The licence has changed meanwhile; this was not carried out. Look at its present state first.",
  },
  "copy.terms-invalid": {
    zh: "加注件的使用方、事项或截止日期不合要求，请按各项下方的提示修改。",
    en: "The user, the matter or the last day does not do for a copy; see the notes at the fields.",
  },
  "copy.limit-reached": {
    zh: "该证照的加注件已达到上限。请使用已有的；延续换发后的证照另行计算。",
    en: "The licence has as many copies as it may have. Use one that there is; a renewed licence has its own.",
  },
  "certificate.not-found": {
    zh: "没有这个证照标识。请核对后重新查询。",
    en: "There is no licence with this identifier. Check it and search again.",
  },
  "request.not-found": { zh: "没有找到。", en: "There is nothing here." },
  "type.unknown": { zh: "没有这一证照类型。", en: "There is no such type of licence." },
  "type.retired": {
    zh: "该类型的这一版本已停用。请重新打开表单，使用新版本。",
    en: "This version of the type is retired. Open the form again to use the newer one.",
  },
  "key.locked": {
    zh: "签名密钥暂不可用，证照没有签发。请稍后重试或联系平台运营机构。",
    en: "The signing key cannot be used now; nothing was issued. Try again later, or ask the operator.",
  },
  "key.unknown": {
    zh: "本机构还没有签名密钥。请联系平台运营机构。",
    en: "Your agency has no signing key yet. Ask the operator.",
  },
  "key.retired": { zh: "签名密钥刚刚更换，请再次提交。", en: "The signing key was just changed; send it again." },
  "request.conflict": {
    zh: "上一次提交仍在处理，请稍候再试。不会重复办理。",
    en: "The last attempt is still under way. Try again in a moment; nothing is done twice.",
  },
  "request.invalid": {
    zh: "填写有误，请按各项提示修改。",
    en: "Something is not filled in rightly; see the notes at the fields.",
  },
};
