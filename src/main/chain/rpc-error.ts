// SPDX-License-Identifier: Apache-2.0

/** A JSON-RPC 2.0 error object, with the codes of EIP-1474. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  constructor(
    readonly code: number,
    message: string,
    readonly data?: string,
  ) {
    super(message);
  }
}

export const INVALID_REQUEST = -32600;
export const INVALID_PARAMS = -32602;
export const METHOD_NOT_SUPPORTED = -32004;
export const LIMIT_EXCEEDED = -32005;
export const TRANSACTION_REJECTED = -32003;
export const PARSE_ERROR = -32700;
export const INTERNAL_ERROR = -32603;

/** Hardhat's way of reporting a revert, in geth's words: code 3, and the revert bytes as `data`. */
export function rpcErrorOf(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  const { message, code, data } = error as { message?: unknown; code?: unknown; data?: unknown };
  const text = typeof message === "string" ? message : "internal error";
  const revert = revertBytes(data);
  if (revert !== undefined) return new RpcError(3, `execution reverted: ${text}`, revert);
  return new RpcError(typeof code === "number" ? code : INTERNAL_ERROR, text);
}

function revertBytes(data: unknown): string | undefined {
  const bytes = typeof data === "object" && data !== null ? (data as { data?: unknown }).data : data;
  return typeof bytes === "string" && /^0x(?:[0-9a-f]{2})*$/.test(bytes) ? bytes : undefined;
}
