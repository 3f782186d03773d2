// SPDX-License-Identifier: Apache-2.0
import { fromHex, isHex, toHex } from "../../../../core/hex.js";
import { httpRevocationLists, type LeafProof, type ProofSource, type TypeSource } from "../../../../verify/index.js";
import { call, getBytes } from "../../../api/client.js";
import { ApiProblem } from "../../../api/problem.js";

const TIMEOUT_MS = 6_000;
/** A tree of 2^20 leaves. */
const LONGEST_PATH = 20;

/** The mirror of this page's own region, never one that a code names. */
export const ownMirror: ProofSource = {
  async findProof(leafHash, region) {
    const query = region === undefined ? "" : `?region=${encodeURIComponent(region)}`;
    try {
      const response = await call(
        `/v1/proofs/${toHex(leafHash)}${query}`,
        { method: "GET" },
        { timeoutMs: TIMEOUT_MS },
      );
      return readProof(await response.json());
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 404) return null;
      throw error;
    }
  },
};

/** The catalogue of the same service; the digest on chain says whether a definition is the right one. */
export const ownTypes: TypeSource = {
  async findType(typeCode, version) {
    try {
      return {
        bytes: await getBytes(`/v1/types/${encodeURIComponent(typeCode)}/${version}`, { timeoutMs: TIMEOUT_MS }),
      };
    } catch {
      // It only gives labels.
      return null;
    }
  },
};

/** The revocation lists that the same service holds, its own and those of other regions. */
export const ownLists = httpRevocationLists({ urls: [location.origin], timeoutMs: TIMEOUT_MS });

/** Throws for anything that is no proof: a mirror that talks nonsense is a mirror that failed. */
function readProof(told: unknown): LeafProof {
  const { region, root, size, index, path } = (told ?? {}) as Record<string, unknown>;
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (typeof region !== "string" || !isHex(root, 32) || !isCount(size) || !isCount(index)) throw nonsense();
  if (!Array.isArray(path) || path.length > LONGEST_PATH || !path.every((each) => isHex(each, 32))) throw nonsense();
  return { region, root, size, index, path: path.map((each: string) => fromHex(each)) };
}

const nonsense = (): Error => new Error("the mirror's answer is no proof");
