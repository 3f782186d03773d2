// SPDX-License-Identifier: Apache-2.0
// openssl must verify the CMS of a seal as CAdES over every byte of the file but its own value, under the CA's certificate and revocation list.
// So must it the tokens of the timestamp authority that the tests have, on which their readers are tried.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { program } from "./shared/sample-licences.mjs";
import { verdicts, withSealedLicences } from "./shared/sealed-licences.mjs";

export async function run() {
  const version = program("openssl", "version")?.stdout.match(/OpenSSL (\S+)/)?.[1];
  if (version === undefined) return [{ judge: "openssl", skipped: "openssl" }];
  return withSealedLicences((files) => {
    const at = (name) => join(files.directory, name);
    writeFileSync(at("trusted.pem"), readFileSync(files.root, "utf8") + readFileSync(files.revoked, "utf8"));
    const seals = verdicts("openssl", version, files, ({ cms, covered }) => {
      writeFileSync(at("seal.der"), cms);
      // What must be covered, taken from the file and not from what its byte range says.
      writeFileSync(at("covered"), covered);
      const how = ["-verify", "-cades", "-binary", "-purpose", "any", "-crl_check"];
      const input = ["-inform", "DER", "-in", at("seal.der"), "-content", at("covered"), "-out", at("out")];
      const trust = ["-CAfile", at("trusted.pem"), "-no-CApath", "-no-CAstore"];
      const { status, stderr } = program("openssl", "cms", ...how, ...input, ...trust);
      // "…:error:17000077:CMS routines:cms_signerinfo_verify_cert:certificate verify error:…"
      const said = /error:[0-9A-F]+:CMS routines:[^:]*:([^:]*)/.exec(stderr)?.[1] ?? stderr.trim().split("\n").at(-1);
      return { accepted: status === 0 && said === "CAdES Verification successful", got: said };
    });
    return [...seals, ...timestamps(version, files, at)];
  });
}

function timestamps(version, { token, tsa }, at) {
  const line = (name, data, expected) => {
    writeFileSync(at("stamped"), data);
    const trust = ["-CAfile", tsa];
    const { stdout, stderr } = program(
      "openssl",
      "ts",
      "-verify",
      "-token_in",
      "-in",
      token.path,
      "-data",
      at("stamped"),
      ...trust,
    );
    const got = /Verification: (\w+)/.exec(stdout + stderr)?.[1] ?? "nothing";
    return { judge: "openssl", version, subject: `timestamp: ${name}`, expected, got, ok: got === expected };
  };
  return [line("of a signature", token.stamped, "OK"), line("of something else", "another value", "FAILED")];
}
