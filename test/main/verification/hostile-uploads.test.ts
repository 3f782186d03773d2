// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { sealedLicence } from "../../render/sealed-licence.js";
import { HOSTILE, LARGE } from "../../verify/pdf/hostile-files.js";

const READER = fileURLToPath(new URL("./upload-reader.mjs", import.meta.url));
const MAX_MEGABYTES = 50;

/** By a process of their own. */
async function readIn(genuine: string, paths: readonly string[]): Promise<Said[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", READER, genuine, ...paths]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Said);
}

interface Said {
  readonly milliseconds: number;
  readonly form: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly megabytes: number;
}

describe("a hostile PDF that is uploaded for verification", () => {
  const files = [...LARGE, ...HOSTILE];
  let said: readonly Said[];

  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), "uploads-"));
    try {
      const genuine = join(folder, "genuine.pdf");
      writeFileSync(genuine, await sealedLicence());
      const paths = files.map(([, make], i) => {
        const path = join(folder, `${i}.pdf`);
        writeFileSync(path, make());
        return path;
      });
      // Those that could take much each in a process of its own: what one leaves behind would be counted for the next.
      const large = paths.slice(0, LARGE.length);
      const groups = [...large.map((path) => [path]), paths.slice(LARGE.length)];
      const answers: Said[][] = [];
      for (let i = 0; i < groups.length; i += 2)
        answers.push(...(await Promise.all(groups.slice(i, i + 2).map((group) => readIn(genuine, group)))));
      said = answers.flat();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is read to an answer, whichever it is", () => {
    expect(said).to.have.length(files.length);
  });

  for (const [i, [what, , why]] of files.entries())
    it(`costs at most ${MAX_MEGABYTES} MB and a second or two, and is refused with the reason: ${what}`, () => {
      const { form, reason, detail, megabytes, milliseconds } = said[i]!;
      // An empty file, or one that begins otherwise, is not even a PDF.
      if (form === "pdf") expect(detail).to.match(why);
      expect(reason).to.match(/^format\./);
      expect(megabytes).to.be.at.most(MAX_MEGABYTES);
      // Measured: at most 0.4 s. The bound leaves room for a busy machine.
      expect(milliseconds).to.be.lessThan(5_000);
    });
});
