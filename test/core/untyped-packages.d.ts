// SPDX-License-Identifier: Apache-2.0

/** Packages of the JSON-LD world that bring no types; only tests use them. */
declare module "jsonld" {
  // biome-ignore lint/suspicious/noExplicitAny: expanded JSON-LD has no form that a type could hold.
  function expand(document: object, options: object): Promise<any>;
  export default { expand };
}
declare module "@digitalbazaar/credentials-context" {
  export const contexts: ReadonlyMap<string, object>;
}
