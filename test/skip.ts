// SPDX-License-Identifier: Apache-2.0

/** Skips the suite of this hook, or this test, and says why in the title that the reporter shows: a hook's own shows nowhere. */
export function skip(context: Mocha.Context, why: string): never {
  const test = context.test as (Mocha.Runnable & { readonly type?: string }) | undefined;
  const shown = test?.type === "hook" ? test.parent : test;
  if (shown !== undefined) shown.title += ` (${why})`;
  return context.skip();
}
