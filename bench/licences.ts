// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { type FictionalPermit, fictionalPermits } from "../scripts/fictional-permits.js";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { canonicalBytes } from "../src/core/canonical-json.js";
import { toHex } from "../src/core/hex.js";
import { encodeMultikey } from "../src/core/multikey.js";
import { parseJson } from "../src/core/strict-json.js";
import { readTypeDefinition, typeDigest } from "../src/core/type-reader.js";
import type { Agency, Signer } from "../src/domain/agencies/index.js";
import { type CompiledType, compileType } from "../src/domain/catalogue/index.js";
import type { IssueRequest, PrepareContext } from "../src/domain/issuance/index.js";

/** What the benches issue: food business permits of invented shops, under one key. */
export const REGION = "340000";
export const NOW = Date.UTC(2026, 10, 22, 2);
export const SEED = new Uint8Array(32).fill(9);

export const AGENCY: Agency = {
  code: "11340000MB1A2B3CXU",
  name: "样例市场监督管理局",
  region: REGION,
  areaCode: "349900",
  did: "did:web:tally.example:agencies:11340000MB1A2B3CXU",
  keyDigest: keyOf(SEED).keyDigest,
  suspended: false,
};

export const FOOD_PERMIT_FILE = new URL("../catalogue/food-business-permit.json", import.meta.url);

/** Signs as a key file does that was opened. */
export function keyOf(seed: Uint8Array): Signer {
  const { bytes, text } = encodeMultikey(nodeCrypto.publicKey(seed));
  const keyDigest = toHex(nodeCrypto.sha256(bytes));
  return { keyDigest, multikey: text, sign: (message) => nodeCrypto.signLater(seed, message) };
}

export function foodPermitType(): CompiledType {
  const definition = readTypeDefinition(parseJson(readFileSync(FOOD_PERMIT_FILE)));
  return compileType(definition, canonicalBytes(definition), typeDigest(nodeCrypto, definition));
}

export function prepareContext(type: CompiledType): PrepareContext {
  const statusListUrl = (purpose: string, list: number) =>
    `https://tally.example/v1/status/${REGION}/${purpose}/${list}`;
  return { crypto: nodeCrypto, type, agency: AGENCY, signer: keyOf(SEED), now: NOW, statusListUrl };
}

export function* requests(count: number): Generator<IssueRequest> {
  const permits = fictionalPermits(1);
  // As they come over HTTP: parsed from JSON.
  for (let n = 0; n < count; n++) yield JSON.parse(JSON.stringify(requestOf(permits.next().value))) as IssueRequest;
}

export function requestOf(permit: FictionalPermit): IssueRequest {
  const { certificateNumber, issueDate, validUntil, areaCode, legalRepresentative, domicile, premises } = permit;
  return {
    typeCode: "11340000MB1A2B3CXU001",
    certificateNumber,
    holders: [
      {
        certificateHolder: permit.holderName,
        certificateHolderCode: permit.holderCode,
        certificateHolderType: permit.holderType,
      },
    ],
    issueDate,
    validUntil,
    areaCode,
    face: {
      legalRepresentative,
      domicile,
      premises,
      businessForm: permit.businessForm,
      businessItems: permit.businessItems,
      onlineOperation: permit.onlineOperation === "true",
      warehouseAddress: permit.warehouseAddress === "" ? null : permit.warehouseAddress,
    },
  };
}
