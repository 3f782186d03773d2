// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../../language/language.js";

export const DESK_WORDS = {
  title: { zh: "签发台", en: "Issuing desk" },
  navigation: { zh: "签发台", en: "Desk" },
  signIn: { zh: "登录", en: "Sign in" },
  signInLead: {
    zh: "请使用本机构的访问令牌登录。令牌只保存在当前标签页，关闭或退出后即清除。",
    en: "Sign in with your agency's access token. It is kept in this tab only, and forgotten when you close the tab or sign out.",
  },
  token: { zh: "访问令牌", en: "Access token" },
  tokenHint: { zh: "以 tt_ 开头，由平台运营机构发放。", en: "Begins with tt_ and comes from the operator." },
  tokenShape: {
    zh: "访问令牌以 tt_ 开头，共 84 个字符。请完整复制。",
    en: "A token begins with tt_ and has 84 characters. Copy all of it.",
  },
  tokenRefused: {
    zh: "令牌无效：可能输入有误、已过期或已停用。请核对，或向平台运营机构索取新的令牌。",
    en: "The token is not valid: mistyped, expired or withdrawn. Check it, or ask the operator for a new one.",
  },
  signInAgain: { zh: "请重新登录", en: "Sign in again" },
  signInAgainLead: {
    zh: "登录已失效（令牌到期或被停用）。已填写的内容都已保留，登录后可以继续。",
    en: "You are no longer signed in (the token expired or was withdrawn). Everything that was filled in is still here.",
  },
  resuming: { zh: "正在恢复登录…", en: "Signing in again…" },
  signOut: { zh: "退出", en: "Sign out" },
  leave: { zh: "退出登录", en: "Sign out" },
  expires: (day: string): Text => ({ zh: `令牌有效至 ${day}`, en: `Token valid until ${day}` }),
  noRights: {
    zh: "您使用的令牌不能办理证照业务（平台运营角色不接触证照内容）。请换用发证机构的令牌。",
    en: "Your token is not for licences (operators see no content of licences). Use a token of an issuing agency.",
  },
  notAllowed: { zh: "您没有办理此项的权限。", en: "You have no right to do this." },
  unknownPlace: { zh: "没有这个页面。", en: "There is no such page." },
  loading: { zh: "正在读取…", en: "Loading…" },
  retry: { zh: "重试", en: "Try again" },
  waitFor: (seconds: number): Text => ({ zh: `请等待 ${seconds} 秒。`, en: `Wait ${seconds} seconds.` }),
  reference: { zh: "如需协助，请提供编号：", en: "If you need help, give this reference:" },
  copy: { zh: "复制", en: "Copy" },
  copied: { zh: "已复制", en: "Copied" },
  cancel: { zh: "取消", en: "Cancel" },
  close: { zh: "关闭", en: "Close" },
  earlier: (count: number): Text => ({ zh: `显示更早的 ${count} 条`, en: `Show ${count} earlier` }),
} as const;
