// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto as crypto } from "../../../src/adapters/node-crypto/index.js";
import { toBase58 } from "../../../src/core/base58.js";
import { fromBase64Url } from "../../../src/core/base64.js";
import { fromUtf8, utf8 } from "../../../src/core/bytes.js";
import { canonicalize } from "../../../src/core/canonical-json.js";
import { hashData } from "../../../src/core/data-integrity.js";
import { toHex } from "../../../src/core/hex.js";
import { encodeMultikey, keyDigest } from "../../../src/core/multikey.js";
import { typeDigest } from "../../../src/core/type-reader.js";
import { StatusWords } from "../../../src/domain/sharing/status-words.js";
import type { BundleHead, BundleState } from "../../../src/verify/bundle/trust-bundle.js";
import { unsignedBundle } from "../../../src/verify/bundle/write-bundle.js";
import { AGENCY, AUTHORITY, DID, MULTIKEY, SAMPLE_TYPE, TYPE_CODE } from "../../core/sample.js";

const REGION = "349900";
const NETWORK = { chainId: 31_337, registry: "0x5FbDB2315678afecb367f032d93F642f64180aa3" };
const [SEED, NEXT_SEED] = [0x20, 0x40].map((first) => Uint8Array.from({ length: 32 }, (_, i) => first + i));
const [SIGNER, NEXT] = [SEED!, NEXT_SEED!].map((seed) => encodeMultikey(crypto.publicKey(seed)));
const seconds = (time: string): number => Date.parse(time) / 1000;
const BEGUN = seconds("2026-01-01T00:00:00Z");
/** Signed by a key that nobody has any more: ECDSA makes another signature each time. */
const REVOCATION_LIST =
  "MIIBJzCBzwIBATAKBggqhkjOPQQDAjBKMQswCQYDVQQGEwJDTjESMBAGA1UECgwJ56S65L6L55yBMScwJQYDVQQDDB7npLrkvovnnIHnlLXlrZDljbDnq6DmoLnor4HkuaYXDTI2MDMwMjAwMDAwMFoXDTI2MDMwOTAwMDAwMFowIzAhAgIQARcNMjYwMzAxMDAwMDAwWjAMMAoGA1UdFQQDCgEBoC8wLTAfBgNVHSMEGDAWgBTd-VmkzxJsacLtJ_0wxV-taXJSrzAKBgNVHRQEAwIBBzAKBggqhkjOPQQDAgNHADBEAiBxhAk-MWkISCZOCUhHThs7OSngjF6srp3WLRVeu9COhgIgbRj6_t2_RGT8NCSKqLv-RP7UhQPrSDN_KhlBsvTn0Rc";
const ISSUED = "2026-03-02T00:00:05Z";

const HEAD: BundleHead = {
  ...NETWORK,
  genesis: `0x${toHex(crypto.sha256(utf8("genesis")))}`,
  block: { number: 42, hash: `0x${toHex(crypto.sha256(utf8("block 42")))}`, time: seconds("2026-03-02T00:00:00Z") },
  region: REGION,
  sequence: 7,
  issuedAt: ISSUED,
};

// biome-ignore lint/suspicious/noExplicitAny: a mutation may do anything
type Loose = any;

/** A bundle under which the licence of document/valid is valid, what must be refused, and what follows what. */
export function* bundleVectors(root: string, size: number): Generator<[string, object]> {
  const state = sampleState(root, size);
  const text = sign(HEAD, state);
  const vector = { ...NETWORK, pinned: [SIGNER!.text] };
  const stateText = canonicalize(JSON.parse(text).state);
  yield [
    "trust-bundle/valid/sample.json",
    {
      ...vector,
      text,
      stateDigest: toHex(crypto.sha256(utf8(stateText))),
      revocationLists: [REVOCATION_LIST],
      sealDelegations: { [`${AGENCY}/${AUTHORITY}`]: [[BEGUN, BEGUN + 86_400]] },
      revoked: { "349900/0": [5, 300] },
      suspended: { "349900/1": [131_071] },
      nextPins: [SIGNER!.text, NEXT!.text],
    },
  ];
  for (const [name, [code, broken]] of Object.entries({
    forged: ["bundle.signature-wrong", text.replace(/"revoked":"[^"]+"/, '"revoked":""')],
    "signature-of-another-key": ["bundle.signature-wrong", sign(HEAD, state, NEXT_SEED)],
    "another-chain": ["bundle.wrong-chain", sign({ ...HEAD, chainId: 1 }, state)],
    "another-registry": ["bundle.wrong-chain", sign({ ...HEAD, registry: `0x${"11".repeat(20)}` }, state)],
    "key-not-pinned": ["bundle.key-not-pinned", sign(HEAD, state, NEXT_SEED, NEXT)],
    "signer-retired": ["bundle.signer-unfit", changed(text, (b) => (bundleKeyIn(b).retiredAt = BEGUN + 1))],
    "signer-disputed": ["bundle.signer-unfit", changed(text, (b) => (bundleKeyIn(b).compromises = [[BEGUN, 9e9]]))],
    "signer-of-another-region": ["bundle.signer-unfit", changed(text, (b) => (b.region = "100000"))],
    "later-version": ["format.version-unsupported", changed(text, (b) => (b.formatVersion = 3))],
    "later-cryptosuite": ["format.algorithm-unsupported", text.replace("eddsa-jcs-2022", "mldsa44-jcs-2026")],
    truncated: ["format.malformed", text.slice(0, 900)],
    "trailing-newline": ["format.malformed", `${text}\n`],
    "not-canonical": ["format.malformed", JSON.stringify(JSON.parse(text), null, 1)],
    "unknown-member": ["format.malformed", changed(text, (b) => (b.state.crls = []))],
    "member-behind-the-lists": ["json.malformed", changed(text, (b) => (b.z = 1))],
    "no-revocation-lists": ["format.malformed", changed(text, (b) => delete b.x509RevocationLists)],
    "revocation-list-twice": ["format.malformed", changed(text, (b) => doubled(b.x509RevocationLists))],
    "revocation-list-cut": [
      "format.malformed",
      changed(text, (b) => (b.x509RevocationLists[0] = b.x509RevocationLists[0].slice(0, 80))),
    ],
    "revocation-list-replaced": [
      "bundle.signature-wrong",
      text.replace(/"x509RevocationLists":.*$/, '"x509RevocationLists":[]}'),
    ],
    "sealer-unknown": [
      "format.malformed",
      changed(text, (b) => (sealedForIn(b).sealDelegations[0].sealer = "11349902TALLY0036X")),
    ],
    "agencies-unsorted": ["format.malformed", changed(text, (b) => b.state.agencies.reverse())],
    "keys-unsorted": ["format.malformed", changed(text, (b) => b.state.keys.reverse())],
    "anchor-twice": ["format.malformed", changed(text, (b) => doubled(regionIn(b).anchors))],
    "intervals-overlap": [
      "format.malformed",
      changed(
        text,
        (b) =>
          (b.state.agencies[0].suspensions = [
            [1, 8],
            [8, null],
          ]),
      ),
    ],
    "needless-gap-byte": ["format.malformed", changed(text, (b) => (regionIn(b).statusLists[0].revoked = "gAA"))],
    "bit-beyond-the-list": ["format.malformed", changed(text, (b) => (regionIn(b).statusLists[0].revoked = "gIAI"))],
    "region-unknown": ["format.malformed", changed(text, (b) => (b.state.agencies[0].region = "650000"))],
  } satisfies Record<string, [string, string]>))
    yield [`trust-bundle/refused/${name}.json`, { code, ...vector, text: broken }];
  yield* successions(text, state);
  for (const [name, now, stale] of [
    ["fresh", "2026-03-02T23:00:00Z", false],
    ["expired", "2026-03-04T00:00:00Z", true],
    ["of-the-future", "2026-03-01T23:50:00Z", true],
  ] as const)
    yield [`trust-bundle/age/${name}.json`, { ...vector, text, now, maxAge: 86_400, stale }];
}

/** `code` is null where the candidate may take the place of the known one. */
function* successions(known: string, state: BundleState): Generator<[string, object]> {
  const { block } = HEAD;
  const head = { ...HEAD, sequence: 8, issuedAt: "2026-03-02T01:00:00Z" };
  const earlier = { number: 41, hash: `0x${toHex(crypto.sha256(utf8("block 41")))}`, time: block.time - 60 };
  const later = { number: 43, hash: `0x${toHex(crypto.sha256(utf8("block 43")))}`, time: block.time + 60 };
  const fork = { ...block, hash: `0x${toHex(crypto.sha256(utf8("fork")))}` };
  for (const [name, [code, candidate]] of Object.entries({
    "later-block": [null, sign({ ...head, block: later }, state)],
    reissued: [null, sign(head, state)],
    "the-same": [null, known],
    "earlier-block": ["bundle.older", sign({ ...head, block: earlier }, state)],
    "lower-sequence": ["bundle.older", sign({ ...head, block: later, sequence: 6 }, state)],
    fork: ["bundle.contradicts", sign({ ...head, block: fork }, state)],
    "another-state": ["bundle.contradicts", sign(head, { ...state, types: [] })],
    "same-sequence": ["bundle.contradicts", sign({ ...head, block: later, sequence: 7 }, state)],
    "another-genesis": ["bundle.contradicts", sign({ ...head, block: later, genesis: fork.hash }, state)],
    "time-runs-back": ["bundle.contradicts", sign({ ...head, block: { ...later, time: block.time - 1 } }, state)],
  } satisfies Record<string, [string | null, string]>))
    yield [`trust-bundle/succession/${name}.json`, { code, ...NETWORK, pinned: [SIGNER!.text], known, candidate }];
}

function sampleState(root: string, size: number): BundleState {
  const words = new StatusWords();
  words.set(REGION, 0, 0, { revoked: 1n << 250n, suspended: 0n });
  words.set(REGION, 0, 1, { revoked: 1n << 211n, suspended: 0n });
  words.set(REGION, 1, 511, { revoked: 0n, suspended: 1n });
  const open = { from: BEGUN, until: null };
  const key = (multikey: Uint8Array, agency: string | null, purpose: "certificate" | "bundle") => ({
    multikey,
    keyDigest: toHex(keyDigest(crypto, multikey)),
    agency,
    region: REGION,
    purpose,
    interval: open,
    compromises: [],
  });
  return {
    agencies: [
      {
        agency: AGENCY,
        region: REGION,
        did: DID,
        activeFrom: BEGUN,
        removedAt: null,
        suspensions: [{ from: BEGUN + 86_400, until: BEGUN + 172_800 }],
        authorisations: [{ typeCode: TYPE_CODE, intervals: [open] }],
        sealDelegations: [{ sealer: AUTHORITY, intervals: [{ from: BEGUN, until: BEGUN + 86_400 }] }],
      },
      {
        agency: AUTHORITY,
        region: REGION,
        did: "did:web:authority.example",
        activeFrom: BEGUN,
        removedAt: null,
        suspensions: [],
        authorisations: [],
        sealDelegations: [],
      },
    ],
    keys: [
      key(MULTIKEY.bytes, AGENCY, "certificate"),
      key(SIGNER!.bytes, null, "bundle"),
      key(NEXT!.bytes, null, "bundle"),
    ],
    regions: [
      { region: "100000", addedAt: BEGUN, suspensions: [open], anchors: [], statusLists: [] },
      {
        region: REGION,
        addedAt: BEGUN,
        suspensions: [],
        anchors: [
          { root, size, anchoredAt: seconds("2026-03-01T02:04:00Z"), disowned: null },
          { root: "ff".repeat(32), size: 9, anchoredAt: BEGUN + 60, disowned: { effectiveAt: BEGUN + 120 } },
        ],
        statusLists: words.packed(REGION),
      },
    ],
    types: [{ typeCode: TYPE_CODE, version: 1, digest: toHex(typeDigest(crypto, SAMPLE_TYPE)), publishedAt: BEGUN }],
  };
}

function sign(head: BundleHead, state: BundleState, seed = SEED!, named = SIGNER!): string {
  const unsigned = unsignedBundle(crypto, head, { state, revocationLists: [fromBase64Url(REVOCATION_LIST)] }, named);
  return fromUtf8(unsigned.signed(crypto.sign(seed, unsigned.toSign)))!;
}

/** Changed, and signed again as if it had been made so. */
function changed(text: string, change: (bundle: Loose) => void): string {
  const { proof, ...document } = JSON.parse(text);
  change(document);
  const { proofValue: _, ...configuration } = proof;
  const proofValue = `z${toBase58(crypto.sign(SEED!, hashData(crypto, document, configuration)))}`;
  return canonicalize({ ...document, proof: { ...configuration, proofValue } });
}

function bundleKeyIn({ state }: Loose): Loose {
  const text = Buffer.from(SIGNER!.bytes).toString("base64url");
  return state.keys.find(({ multikey }: Loose) => multikey === text);
}

function sealedForIn({ state }: Loose): Loose {
  return state.agencies.find(({ agency }: Loose) => agency === AGENCY);
}

function regionIn({ state }: Loose): Loose {
  return state.regions.find(({ region }: Loose) => region === REGION);
}

function doubled(items: Loose[]): void {
  items.unshift(items[0]);
}
