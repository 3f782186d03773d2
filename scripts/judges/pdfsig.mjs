// SPDX-License-Identifier: Apache-2.0
// poppler's pdfsig must find the signature of a sealed licence valid over the whole file, and nothing of the kind in a file that was
// changed. Whom it trusts is a matter of its store of certificates, which is not asked here: pyHanko, DSS and openssl judge the chain.
import { program } from "./shared/sample-licences.mjs";
import { verdicts, withSealedLicences } from "./shared/sealed-licences.mjs";

export async function run() {
  const version = program("pdfsig", "-v")?.stderr.match(/version (\S+)/)?.[1];
  if (version === undefined) return [{ judge: "pdfsig", skipped: "pdfsig" }];
  return withSealedLicences(({ sealed, tampered }) => {
    const judged = tampered.filter(({ name, revoked }) => !revoked && !name.includes("another CA"));
    return verdicts("pdfsig", version, { sealed, tampered: judged }, ({ path }) => {
      const { stdout, stderr } = program("pdfsig", "-nocert", path);
      const valid = stdout.includes("Signature is Valid.");
      const whole = stdout.includes("Total document signed");
      const said = /Signature Validation: (.*)/.exec(stdout)?.[1] ?? (stderr.trim().split("\n")[0] || stdout.trim());
      return {
        accepted: valid && whole,
        got: `${said} ${whole ? "Total document signed" : "Not the total document signed"}`,
      };
    });
  });
}
