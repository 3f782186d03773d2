// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type ErrorCode, TallyError } from "../../src/core/errors.js";

/** The TallyError of this code with which a promise rejects. */
export async function expectRefusalOf(code: ErrorCode, promise: Promise<unknown>): Promise<TallyError> {
  const error = await promise.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof TallyError)) throw error;
  expect(error.code, error.message).to.equal(code);
  return error;
}
