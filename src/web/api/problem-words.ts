// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../language/language.js";
import type { ApiProblem } from "./problem.js";

/** What happened and what to do, for problems that any page may meet; null when the page or the service says it better. */
export function problemText(problem: ApiProblem): Text | null {
  if (problem.code === "network.unreachable") return UNREACHABLE;
  if (problem.code === "network.timeout") return TIMEOUT;
  if (problem.code === "network.garbage") return GARBAGE;
  if (problem.code === "request.rate-limited") return TOO_MANY;
  if (problem.code === "request.unauthenticated") return UNAUTHENTICATED;
  if (problem.status >= 500) return FAULT;
  return null;
}

const UNREACHABLE: Text = {
  zh: "无法连接服务。请检查网络后重试。",
  en: "The service cannot be reached. Check the connection and try again.",
};
const TIMEOUT: Text = {
  zh: "服务未在限定时间内答复。请稍后重试。",
  en: "The service did not answer in time. Try again in a while.",
};
const GARBAGE: Text = {
  zh: "服务的答复无法识别。请稍后重试；如仍出现，请联系服务机构。",
  en: "The answer makes no sense. Try again later; if it goes on, tell the agency that runs this service.",
};
const TOO_MANY: Text = {
  zh: "操作过于频繁。请稍候再试。",
  en: "Too many requests. Wait a little and try again.",
};
const UNAUTHENTICATED: Text = {
  zh: "访问令牌无效或已停用。请重新登录。",
  en: "The access token is not valid or was withdrawn. Sign in again.",
};
const FAULT: Text = {
  zh: "服务暂时不能完成此操作。请稍后重试。",
  en: "The service cannot do this at the moment. Try again later.",
};
