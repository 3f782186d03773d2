// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto as crypto } from "../../../src/adapters/node-crypto/index.js";
import { canonicalize } from "../../../src/core/canonical-json.js";
import { copyDigest } from "../../../src/core/copy/copy-reader.js";
import type { UnsignedCopyStatement } from "../../../src/core/copy/copy-statement.js";
import { type CopyTokenClaims, copyClaimsFor } from "../../../src/core/copy/copy-token.js";
import { toDigits } from "../../../src/core/digits.js";
import { copyEntry } from "../../../src/core/entry.js";
import { toHex } from "../../../src/core/hex.js";
import { type Alteration, AUTHORITY, changed, PUBLIC_KEY, SAMPLE_CERTIFICATE, SAMPLE_DIGEST } from "../sample.js";
import {
  mintCopy,
  SAMPLE_COPY,
  SAMPLE_COPY_CLAIMS,
  SAMPLE_COPY_TOKEN,
  SAMPLE_UNSIGNED_COPY,
  signCopy,
} from "./sample-copy.js";

const FOREIGN = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9";

/** Reader's copies: statements with their tokens and entries, and what is wrong with others. */
export function* copyVectors(): Generator<[string, object]> {
  const shortName = signCopy({ ...SAMPLE_UNSIGNED_COPY, user: "张喆堃" });
  const long = signCopy({ ...SAMPLE_UNSIGNED_COPY, matter: "食品经营许可经营场所与主体业态变更" });
  for (const [name, statement] of Object.entries({
    "county-office": SAMPLE_COPY,
    "short-name": shortName,
    "long-matter": long,
  })) {
    const digest = copyDigest(crypto, statement);
    const claims = copyClaimsFor(statement, SAMPLE_CERTIFICATE, digest);
    const token = mintCopy(claims);
    yield [
      `copy/valid/${name}.json`,
      {
        publicKey: toHex(PUBLIC_KEY),
        statement,
        canonical: canonicalize(statement),
        copyDigest: toHex(digest),
        claims: {
          ...claims,
          certificateDigest: toHex(claims.certificateDigest),
          copyDigest: toHex(claims.copyDigest),
        },
        token: toHex(token),
        digits: toDigits(token),
        tokenDigest: toHex(crypto.sha256(token)),
        entry: toHex(copyEntry(SAMPLE_DIGEST, crypto.sha256(token))),
      },
    ];
  }
  for (const [name, [code, alter]] of Object.entries({
    "later-version": ["format.version-unsupported", (c) => (c.formatVersion = 2)],
    "later-cryptosuite": ["format.algorithm-unsupported", (c) => (c.proof.cryptosuite = "mldsa44-jcs-2026")],
    "unknown-member": ["format.malformed", (c) => (c.extra = 1)],
    "user-missing": ["format.malformed", (c) => delete c.user],
    "user-out-of-its-quotes": ["format.malformed", (c) => (c.user = "某银行」 事项 Matter 「一切事项")],
    "matter-with-a-gap": ["format.malformed", (c) => (c.matter = "贷款  至长期")],
    "matter-with-a-label": ["format.malformed", (c) => (c.matter = "贷款，有效期至长期")],
    "copy-number-unused-bits": ["format.malformed", (c) => (c.copyNumber = "ICEiIyQlJicoKSorLC0uLx")],
    "ends-before-it-starts": [
      "format.malformed",
      (c) => (c.certificateCopyExpiringTime = c.certificateCopyCreationTime),
    ],
    "proof-of-another-time": ["format.malformed", (c) => (c.proof.created = "2026-04-02T01:30:01Z")],
  } satisfies Record<string, [string, Alteration]>))
    yield [`copy/malformed/${name}.json`, { code, statement: changed(SAMPLE_COPY, alter) }];
  for (const [name, alter] of Object.entries({
    "another-user": (c) => (c.user = "另一家公司"),
    "longer-period": (c) => (c.certificateCopyExpiringTime = "2026-12-31T23:59:59+08:00"),
    "of-another-licence": (c) => (c.certificateDigest = "00".repeat(32)),
    "signature-of-another": (c) => (c.proof.proofValue = shortName.proof.proofValue),
  } satisfies Record<string, Alteration>))
    yield [`copy/forged/${name}.json`, { publicKey: toHex(PUBLIC_KEY), statement: changed(SAMPLE_COPY, alter) }];
  // Each well formed and well signed by the agency, and contradicting the licence of `certificate/valid/food-permit.json`, or itself.
  for (const [name, [reason, detail, changes, claims]] of Object.entries({
    "another-licence": ["copy.of-another-licence", "/certificateDigest", { certificateDigest: "00".repeat(32) }, {}],
    "another-identifier": ["copy.of-another-licence", "/certificateIdentifier", { certificateIdentifier: FOREIGN }, {}],
    "another-maker": [
      "copy.of-another-licence",
      "/certificateCopyCreatorCode",
      { certificateCopyCreatorCode: AUTHORITY },
      {},
    ],
    "longer-than-the-licence": [
      "copy.of-another-licence",
      "/certificateCopyExpiringTime",
      { certificateCopyExpiringTime: "2031-03-01T00:00:00+08:00" },
      {},
    ],
    "code-for-another-user": ["copy.token-mismatch", "user", {}, { user: "另一家公司", truncated: 2 }],
    "code-for-another-matter": ["copy.token-mismatch", "matter", {}, { matter: "贷款", truncated: 1 }],
    "code-that-ends-later": ["copy.token-mismatch", "expires", {}, { expires: SAMPLE_COPY_CLAIMS.expires + 1 }],
    "code-of-another-statement": ["copy.token-mismatch", "copyDigest", {}, { copyDigest: new Uint8Array(32) }],
  } satisfies Record<string, [string, string, Partial<UnsignedCopyStatement>, Partial<CopyTokenClaims>]>)) {
    const statement = signCopy({ ...SAMPLE_UNSIGNED_COPY, ...changes });
    const said = copyClaimsFor(statement, SAMPLE_CERTIFICATE, copyDigest(crypto, statement));
    const token = toHex(mintCopy({ ...said, ...claims }));
    yield [`copy/contradicting/${name}.json`, { reason, detail, publicKey: toHex(PUBLIC_KEY), statement, token }];
  }
  const hex = toHex(SAMPLE_COPY_TOKEN);
  for (const [name, [code, token]] of Object.entries({
    "later-kind": ["format.version-unsupported", hex.replace("20012102", "20012103")],
    "truncated-without-cut": ["format.malformed", hex.replace("2703", "2700")],
    "trailing-byte": ["format.malformed", `${hex}00`],
    "ends-before-it-starts": [
      "format.malformed",
      toHex(mintCopy({ ...SAMPLE_COPY_CLAIMS, expires: SAMPLE_COPY_CLAIMS.issuedAt })),
    ],
  } satisfies Record<string, [string, string]>)) {
    if (token === hex) throw new Error(`${name} found nothing to change`);
    yield [`copy/malformed-token/${name}.json`, { code, token }];
  }
}
