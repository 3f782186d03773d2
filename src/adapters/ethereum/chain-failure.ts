// SPDX-License-Identifier: Apache-2.0
import { isError } from "ethers";
import { TallyError } from "../../core/errors.js";
import { RegistryError } from "../../verify/registry.js";
import { refusalOf } from "./revert-words.js";

/** Of EIP-1474: the node says that it took nothing. */
const TRANSACTION_REJECTED = -32_003;

/** Whatever ethers threw while `doing`, as a `chain.*` error with words. */
export function chainFailure(doing: string, error: unknown): TallyError {
  if (error instanceof TallyError) return error;
  if (error instanceof RegistryError && error.reason === "registry.disagrees") {
    const words = `the nodes contradict one another (${doing}): see which of TALLY_CHAIN_URLS follows another chain or lags`;
    return new TallyError("chain.disagrees", words, { cause: error });
  }
  const refusal = revertOf(error);
  if (refusal !== null)
    return new TallyError("chain.reverted", `the registry refuses ${doing}: ${refusal}`, { cause: error });
  if (isError(error, "BAD_DATA") && error.value === "0x") return registryMissing(doing, error);
  if (isError(error, "BAD_DATA") || isError(error, "UNSUPPORTED_OPERATION")) {
    return new TallyError("chain.garbage", `the node's answer cannot be read (${doing})`, { cause: error });
  }
  if (isUnpaid(error)) {
    return new TallyError("chain.reverted", `the account cannot pay for ${doing}: give it funds`, { cause: error });
  }
  const words = rpcMessage(error);
  const message =
    rpcFailureOf(error)?.code === TRANSACTION_REJECTED
      ? `the chain did not take it (${doing}): ${words}`
      : `the chain did not answer (${doing})${words === null ? "" : `: ${words}`}; whether anything was sent is not known`;
  return new TallyError("chain.unreachable", message, { cause: error });
}

export function registryMissing(doing: string, cause?: unknown): TallyError {
  return new TallyError(
    "chain.registry-missing",
    `there is no registry at the configured address (${doing}): the chain is another one or was started anew. ` +
      "Check address and endpoints; on the embedded chain put back the data directory from a backup",
    { cause },
  );
}

interface RpcFailure {
  readonly code?: unknown;
  readonly data?: unknown;
  readonly message?: unknown;
}

/**
 * Words of a revert, or null when the error is none. ethers calls every error of a call or an estimate an exception of the
 * call, a rate limit too; what the node said is inside, and only that tells a refusal from not knowing.
 */
function revertOf(error: unknown): string | null {
  const { code, message, data } = rpcFailureOf(error) ?? {};
  const bytes = isError(error, "CALL_EXCEPTION") ? (error.data ?? data) : data;
  const refusal = refusalOf(bytes);
  if (refusal !== null) return refusal;
  if (code !== 3 && !/\brevert(?:ed)?\b/i.test(String(message ?? ""))) return null;
  return isError(error, "CALL_EXCEPTION") && error.reason ? error.reason : String(message);
}

function isUnpaid(error: unknown): boolean {
  return isError(error, "INSUFFICIENT_FUNDS") || /insufficient funds/i.test(String(rpcFailureOf(error)?.message ?? ""));
}

function rpcMessage(error: unknown): string | null {
  const { shortMessage, message } = error as Record<string, unknown>;
  const words = rpcFailureOf(error)?.message ?? shortMessage ?? message;
  return typeof words === "string" ? words.slice(0, 200) : null;
}

function rpcFailureOf(error: unknown): RpcFailure | undefined {
  const { error: plain, info } = error as { error?: RpcFailure; info?: { error?: RpcFailure } };
  return plain ?? info?.error;
}
