// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { TallyError } from "../../src/core/errors.js";

/** The TallyError that `act` throws; fails when it throws nothing or something else. */
export function refusalOf(act: () => unknown): TallyError {
  try {
    act();
  } catch (error) {
    if (error instanceof TallyError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

export function expectRefusal(code: string, act: () => unknown): TallyError {
  const error = refusalOf(act);
  expect(error.code, error.message).to.equal(code);
  return error;
}
