// SPDX-License-Identifier: Apache-2.0
import { isError } from "ethers";
import { TallyError } from "../../core/errors.js";
import { refusalOf } from "./revert-words.js";

/** Whatever ethers threw while `doing`, as a `chain.*` error with words. */
export function chainFailure(doing: string, error: unknown): TallyError {
  if (error instanceof TallyError) return error;
  const refusal = revertOf(error);
  if (refusal !== null)
    return new TallyError("chain.reverted", `the registry refuses ${doing}: ${refusal}`, { cause: error });
  if (isError(error, "BAD_DATA") && error.value === "0x") return registryMissing(doing, error);
  if (isError(error, "BAD_DATA") || isError(error, "UNSUPPORTED_OPERATION")) {
    return new TallyError("chain.garbage", `the node's answer cannot be read (${doing})`, { cause: error });
  }
  if (isError(error, "INSUFFICIENT_FUNDS")) {
    return new TallyError("chain.reverted", `the account cannot pay for ${doing}: give it funds`, { cause: error });
  }
  const words = rpcMessage(error);
  return new TallyError(
    "chain.unreachable",
    `the chain did not answer (${doing})${words === null ? "" : `: ${words}`}; whether anything was sent is not known`,
    { cause: error },
  );
}

export function registryMissing(doing: string, cause?: unknown): TallyError {
  return new TallyError(
    "chain.registry-missing",
    `there is no registry at the configured address (${doing}): the chain is another one or was started anew. ` +
      "Check address and endpoints; on the embedded chain put back the data directory from a backup",
    { cause },
  );
}

/** Words of a revert, or null when the error is none. */
function revertOf(error: unknown): string | null {
  if (!isError(error, "CALL_EXCEPTION")) {
    const rpc = (error as { error?: { code?: unknown; data?: unknown; message?: unknown } } | null)?.error;
    if (rpc?.code !== 3 && refusalOf(rpc?.data) === null) return null;
    return refusalOf(rpc?.data) ?? String(rpc?.message ?? "reverted");
  }
  return refusalOf(error.data) ?? error.reason ?? "reverted without a reason";
}

function rpcMessage(error: unknown): string | null {
  const { error: rpc, shortMessage, message } = error as Record<string, unknown>;
  const words = (rpc as { message?: unknown } | undefined)?.message ?? shortMessage ?? message;
  return typeof words === "string" ? words.slice(0, 200) : null;
}
