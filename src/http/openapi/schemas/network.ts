// SPDX-License-Identifier: Apache-2.0
import {
  BOOLEAN,
  COUNT,
  closedObject,
  DIGEST,
  type JsonSchema,
  list,
  nullable,
  REGION,
  schemaRef,
  TEXT,
  TIME,
  TYPE_CODE,
} from "./json-schema.js";

const ADDRESS: JsonSchema = { type: "string", pattern: "^0x[0-9a-fA-F]{40}$" };
const HASH: JsonSchema = { type: "string", pattern: "^0x[0-9a-f]{64}$" };

const rpcId: JsonSchema = { type: ["string", "integer", "null"], maxLength: 64 };

/** Public things: types, batches, the registry and the way to it. */
export const NETWORK_SCHEMAS = {
  TypeDefinition: {
    type: "object",
    description: "One version of a certificate type 证照类型; docs/formats describes its members.",
    properties: {
      format: { const: "tigertally-type" },
      formatVersion: { const: 1 },
      typeCode: TYPE_CODE,
      version: { type: "integer", minimum: 1 },
      name: schemaRef("Label"),
    },
    required: ["format", "formatVersion", "typeCode", "version", "name"],
  },
  TypeList: closedObject({
    types: list(
      closedObject({
        typeCode: TYPE_CODE,
        version: { type: "integer", minimum: 1 },
        name: schemaRef("Label"),
        digest: DIGEST,
        retiredAt: nullable(TIME),
      }),
    ),
  }),
  SealAuthorityList: closedObject({
    authorities: list(
      closedObject({
        keyDigest: DIGEST,
        serial: { type: "string", pattern: "^[0-9a-f]{1,40}$", description: "Of its certificate." },
        validFrom: TIME,
        validUntil: TIME,
        revocationList: nullable(closedObject({ number: COUNT, thisUpdate: TIME, nextUpdate: TIME })),
      }),
    ),
  }),
  BatchList: closedObject({
    batches: list(
      closedObject({
        region: REGION,
        root: DIGEST,
        size: { type: "integer", minimum: 1, maximum: 1_048_576 },
        block: COUNT,
        time: TIME,
        tx: HASH,
      }),
    ),
  }),
  LeafProof: closedObject({
    region: REGION,
    root: DIGEST,
    size: { type: "integer", minimum: 1, maximum: 1_048_576 },
    index: COUNT,
    path: list(DIGEST, {
      maxItems: 20,
      description: "Sibling hashes, from the leaf upwards (RFC 9162 section 2.1.3).",
    }),
  }),
  RegistryInfo: closedObject({
    region: { ...REGION, description: "The region that this service serves." },
    chainId: { type: "integer", minimum: 1 },
    registry: ADDRESS,
    genesis: { ...nullable(HASH), description: "Hash of block 0, to tell two chains of one id apart." },
    maxAnchorDelaySeconds: {
      ...COUNT,
      description: "After this long pending, this region calls a certificate overdue.",
    },
    maxHeadAgeSeconds: {
      ...nullable(COUNT),
      description: "A newest block older than this states no standing; null where blocks come only with transactions.",
    },
    bundleMaxAgeSeconds: { ...COUNT, description: "After this long a trust bundle states no standing." },
    bundleKey: {
      ...nullable(TEXT),
      description:
        "Multikey of the key that signed the newest trust bundle. Compare it with what the region told you in another way before you pin it.",
    },
  }),
  TrustBundle: {
    type: "object",
    description: "Signed canonical JSON; docs/formats/trust-bundle.md describes its members.",
    properties: {
      format: { const: "tigertally-trust-bundle" },
      formatVersion: { const: 2 },
      chainId: { type: "integer", minimum: 1 },
      registry: ADDRESS,
      region: REGION,
      sequence: { type: "integer", minimum: 1 },
      issuedAt: TIME,
    },
    required: [
      "format",
      "formatVersion",
      "chainId",
      "registry",
      "region",
      "sequence",
      "issuedAt",
      "state",
      "x509RevocationLists",
      "proof",
    ],
  },
  ChainCall: closedObject(
    {
      jsonrpc: { const: "2.0" },
      id: rpcId,
      method: { type: "string", minLength: 1, maxLength: 64 },
      params: { type: "array", maxItems: 4 },
    },
    ["jsonrpc", "id", "method"],
  ),
  ChainRequest: {
    oneOf: [schemaRef("ChainCall"), list(schemaRef("ChainCall"), { minItems: 1, maxItems: 20 })],
  },
  ChainAnswer: closedObject(
    {
      jsonrpc: { const: "2.0" },
      id: rpcId,
      result: {},
      error: closedObject({ code: { type: "integer" }, message: TEXT, data: {} }, ["code", "message"]),
    },
    ["jsonrpc", "id"],
  ),
  ChainResponse: { oneOf: [schemaRef("ChainAnswer"), list(schemaRef("ChainAnswer"))] },
  Health: closedObject({ status: { const: "ok" } }),
  Readiness: closedObject({
    ready: BOOLEAN,
    trustBundle: {
      ...nullable(closedObject({ block: COUNT, issuedAt: TIME, ageSeconds: COUNT })),
      description: "The newest trust bundle; null before the first.",
    },
    checks: { type: "object", additionalProperties: TEXT, description: "`ok`, or what is wrong, by part." },
  }),
} satisfies Record<string, JsonSchema>;
