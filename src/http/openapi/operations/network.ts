// SPDX-License-Identifier: Apache-2.0
import { answer, BODY_PROBLEMS, body, bytes, json, type Paths, PUBLIC, problems } from "../operation.js";
import { BATCH_PATH, BATCHES_QUERY, LEAF_PATH, PROOF_QUERY, SEAL_AUTHORITY_PATH, TYPE_PATH } from "../parameters.js";

const tags = ["network"];
const UNCHANGED = { "304": { description: "Not changed; it never does." } };

/** What anybody may read: needed by verifiers and by the mirrors of other regions. */
export const NETWORK_PATHS: Paths = {
  "/v1/types": {
    get: {
      ...PUBLIC,
      operationId: "listTypes",
      tags,
      summary: "Certificate types and their versions",
      responses: { "200": answer("All versions.", json("TypeList")), ...problems(400) },
    },
  },
  "/v1/types/{typeCode}/{version}": {
    get: {
      ...PUBLIC,
      operationId: "getType",
      tags,
      summary: "The canonical bytes of one version; their SHA-256 is on chain",
      parameters: TYPE_PATH,
      responses: { "200": answer("The definition.", json("TypeDefinition")), ...UNCHANGED, ...problems(400, 404) },
    },
  },
  "/v1/types/{typeCode}/{version}/preview": {
    get: {
      ...PUBLIC,
      operationId: "previewType",
      tags,
      summary: "What licences of one version look like: a PDF with invented values, marked 样本 SAMPLE on every page",
      description:
        "Of a retired version too. It carries no certificate and its code leads to none, so it can never pass for a licence. Drawn once and kept; " +
        "422 when the fonts of this service cannot print the type.",
      parameters: TYPE_PATH,
      responses: {
        "200": answer("The sample.", bytes("application/pdf")),
        "304": { description: "Not changed." },
        ...problems(400, 404, 422),
      },
    },
  },
  "/v1/batches": {
    get: {
      ...PUBLIC,
      operationId: "listBatches",
      tags,
      summary: "Batches that this region anchored, newest first",
      parameters: [...BATCHES_QUERY.parameters],
      responses: { "200": answer("Batches.", json("BatchList")), ...problems(400) },
    },
  },
  "/v1/batches/{region}/{root}/{size}": {
    get: {
      ...PUBLIC,
      operationId: "getBatch",
      tags,
      summary: "Ordered leaf hashes of a batch, 32 bytes each",
      parameters: BATCH_PATH,
      responses: {
        "200": answer("The leaves.", bytes("application/octet-stream")),
        ...UNCHANGED,
        ...problems(400, 404),
      },
    },
  },
  "/v1/proofs/{leafHash}": {
    get: {
      ...PUBLIC,
      operationId: "getProof",
      tags,
      summary: "Where a leaf lies in a batch, out of this region's mirror",
      description:
        "For a QR code, which does not carry its proof. Nobody need believe it: the verifier rebuilds the root and asks the chain " +
        "for it. 404 says that this mirror does not have the leaf, not that nobody has.",
      parameters: [...LEAF_PATH, ...PROOF_QUERY.parameters],
      responses: { "200": answer("The place.", json("LeafProof")), ...problems(400, 404) },
    },
  },
  "/v1/trust-bundle": {
    get: {
      ...PUBLIC,
      operationId: "getTrustBundle",
      tags,
      summary: "The registry as signed by this region, for verifying without a node",
      description: "docs/formats/trust-bundle.md. Rely on it only when a key that you pinned signed it.",
      responses: {
        "200": answer("The newest bundle.", json("TrustBundle")),
        "304": { description: "Not changed since." },
        ...problems(400),
      },
    },
  },
  "/v1/seal-authorities": {
    get: {
      ...PUBLIC,
      operationId: "listSealAuthorities",
      tags,
      summary: "The CAs 印章证书机构 that issued the certificates of this region's seals, the newest first",
      responses: { "200": answer("The CAs.", json("SealAuthorityList")), ...problems(400) },
    },
  },
  "/v1/seal-authorities/{keyDigest}/certificate": {
    get: {
      ...PUBLIC,
      operationId: "getSealAuthorityCertificate",
      tags,
      summary: "The CA's own certificate, X.509 in DER; its key is in the registry",
      parameters: SEAL_AUTHORITY_PATH,
      responses: {
        "200": answer("The certificate.", bytes("application/pkix-cert")),
        ...UNCHANGED,
        ...problems(400, 404),
      },
    },
  },
  "/v1/seal-authorities/{keyDigest}/revocation-list": {
    get: {
      ...PUBLIC,
      operationId: "getRevocationList",
      tags,
      summary:
        "The CA's newest revocation list, X.509 CRL in DER, also of other regions' CAs as far as this service keeps them; certificates of seals name this address",
      parameters: SEAL_AUTHORITY_PATH,
      responses: {
        "200": answer("The list.", bytes("application/pkix-crl")),
        "304": { description: "Not changed since." },
        ...problems(400, 404),
      },
    },
  },
  "/v1/registry": {
    get: {
      ...PUBLIC,
      operationId: "getRegistry",
      tags,
      summary: "Chain and registry of this network",
      responses: { "200": answer("For a verifier's configuration.", json("RegistryInfo")), ...problems(400) },
    },
  },
  "/v1/chain": {
    post: {
      ...PUBLIC,
      operationId: "askChain",
      tags,
      summary: "Read the registry through this service's node (JSON-RPC 2.0)",
      description:
        "eth_chainId, net_version, eth_blockNumber, eth_getBlockByNumber, eth_getCode and eth_call of the registry, and " +
        "eth_getLogs for its KeyAdded by key id. Anything else is answered by a JSON-RPC error.",
      requestBody: body(json("ChainRequest")),
      responses: { "200": answer("JSON-RPC answers.", json("ChainResponse")), ...problems(...BODY_PROBLEMS, 502) },
    },
  },
};
