// SPDX-License-Identifier: Apache-2.0
import { jsonRpcRegistry, verifyCertificate } from "./tigertally-verify.js";
import { nodes, trust } from "./trust.js";

/** Each with a sign of its own, so that the answer is never told by colour alone. */
const ANSWERS = {
  valid: "✓ 真实有效 · genuine and in force",
  "not-in-force": "◐ 真实，但不在有效状态 · genuine, but not in force",
  "not-genuine": "✕ 不是真实证照 · not genuine",
  undecided: "? 暂时无法判断，请勿据此办理 · cannot tell, do not rely on it",
};
const MAX_BYTES = 20 * 1024 * 1024;

const registry = jsonRpcRegistry({ urls: nodes, chainId: trust.chainId, registry: trust.registry });
const answer = document.getElementById("answer");
const fields = document.getElementById("fields");

document.getElementById("file").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) return;
  if (file.size > MAX_BYTES) return say("undecided", "文件过大 · the file is too large to be one of ours");
  await show({ bytes: new Uint8Array(await file.arrayBuffer()) });
});
document.getElementById("code").addEventListener("change", async ({ target }) => {
  if (target.value.trim() !== "") await show({ text: target.value });
});

/** What was asked last is what is shown, however long an earlier answer takes. */
let asked = 0;

async function show(input) {
  const turn = ++asked;
  say(null, "核验中… · verifying…");
  const report = await verifyCertificate(input, { trust, registry, now: new Date() });
  if (turn !== asked) return;
  say(report.verdict, `${ANSWERS[report.verdict]}${report.reason ? ` (${report.reason})` : ""}`);
  // What a document says of itself is shown only once it is known to be genuine.
  if (report.authenticity !== "genuine") return;
  const { document: said, times } = report;
  add("证照名称 · licence", said.certificateName);
  add("证照编号 · number", said.certificateNumber);
  add("持证者 · holder", said.holders.join("、"));
  add("颁发机构 · issued by", said.issueDept);
  for (const { field, label, value } of said.face) add(label ? `${label.zh} · ${label.en}` : field, value);
  add("有效期至 · valid until", said.validUntil ?? "长期 · long-term");
  add("存证时间 · anchored", times.anchoredAt);
}

function say(verdict, text) {
  answer.dataset.verdict = verdict ?? "";
  answer.textContent = text;
  fields.replaceChildren();
}

/** As text, whatever the value contains. */
function add(name, value) {
  if (value === null || value === undefined || value === "") return;
  const [term, description] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = name;
  description.textContent = typeof value === "string" ? value : JSON.stringify(value);
  fields.append(term, description);
}
