// SPDX-License-Identifier: Apache-2.0
// Licences for the judges of PDF files: one anchored, one pending, one sealed, and of every type of the catalogue a sealed one and one that needs further
// pages, where it can, and readers' copies of both, the former sealed; rendered by this checkout into a temporary directory.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tsImport } from "tsx/esm/api";

const RARE_NAME = "合肥喆堃䶮𬭎㛃龘餐饮有限公司";
const PERMIT_SAYS = [
  RARE_NAME,
  "王喆堃",
  "91340100MA00000000",
  "2026年11月22日 至 2031年11月21日",
  "合肥市样例市场监督管理局",
];

/** Calls `use` with the files as { name, path, code, says }, what the code is and some of what is printed; then removes them. */
export async function withSampleLicences(use) {
  const { createRenderer } = await tsImport("../../../src/render/index.ts", import.meta.url);
  const { qrText } = await tsImport("../../../src/core/digits.ts", import.meta.url);
  const { fromBase64Url } = await tsImport("../../../src/core/base64.ts", import.meta.url);
  const { anchoredEvidence, HOST, pendingEvidence, permit, permitType } = await tsImport(
    "../../../test/render/fixture.ts",
    import.meta.url,
  );
  const { anchoredCopyOf, copyOf } = await tsImport("../../../test/render/copies.ts", import.meta.url);
  const { sealedCopy, sealedLicence } = await tsImport("../../../test/render/sealed-licence.ts", import.meta.url);
  const { LAYOUTS, licenceOf, longLicenceOf } = await tsImport("../../../test/render/layouts.ts", import.meta.url);
  const renderer = createRenderer({ verifyHost: HOST });
  const directory = mkdtempSync(join(tmpdir(), "tally-judge-"));
  try {
    const certificate = permit({ holder: RARE_NAME });
    const write = (name, evidence, bytes, says = PERMIT_SAYS) => {
      const path = join(directory, `${name.replaceAll(" ", "-")}.pdf`);
      writeFileSync(path, bytes);
      return {
        name: name.includes("copy") ? name : `${name} licence`,
        path,
        code: qrText(HOST, fromBase64Url(evidence.token)),
        says,
      };
    };
    const saidBy = ({ certificate: { credentialSubject: subject } }) => [
      subject.certificateHolder[0].certificateHolder,
      subject.issueDept,
    ];
    const saidOn = ({ copy: { statement }, ...input }) => [...saidBy(input), statement.user, statement.matter];
    const [anchored, pending] = [anchoredEvidence(), pendingEvidence()];
    const files = [
      write("anchored", anchored, renderer.render({ certificate, evidence: anchored, type: permitType })),
      write("pending", pending, renderer.render({ certificate, evidence: pending, type: permitType })),
      write("sealed", anchored, await sealedLicence({}, { certificate })),
    ];
    for (const [name, type] of LAYOUTS) {
      const [short, long] = [licenceOf(type), longLicenceOf(type)];
      files.push(write(`sealed ${name}`, short.evidence, await sealedLicence({}, short), saidBy(short)));
      files.push(write(`long ${name}`, long.evidence, renderer.render(long), saidBy(long)));
      const [copy, sealed] = [copyOf(long), anchoredCopyOf(short)];
      files.push(write(`copy of a long ${name}`, copy.copy.evidence, renderer.renderCopy(copy), saidOn(copy)));
      files.push(write(`sealed copy of a ${name}`, sealed.copy.evidence, await sealedCopy({}, sealed), saidOn(sealed)));
    }
    return await use(files, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs a program to its end; null when it is not installed. */
export function program(name, ...args) {
  const { error, status, stdout, stderr } = spawnSync(name, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (error?.code === "ENOENT") return null;
  if (error) throw error;
  return { status, stdout, stderr };
}
