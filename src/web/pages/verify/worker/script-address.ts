// SPDX-License-Identifier: Apache-2.0

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): {
    createScriptURL(address: string): unknown;
  };
}

const OURS = /^\/(?:assets\/[\w.-]+|service-worker)\.js$/;

/** Only scripts of the built pages may run as workers; the policy's name stands in the pages' Content-Security-Policy. */
const policy = (globalThis as { trustedTypes?: Policies }).trustedTypes?.createPolicy("tally", {
  createScriptURL(address) {
    const { origin, pathname } = new URL(address, location.href);
    if (origin === location.origin && OURS.test(pathname)) return address;
    throw new TypeError(`${address} is not a script of this page`);
  },
});

/** The address of one of our scripts, in the form that the browser asks for. */
export function scriptAddress(address: string): string {
  return (policy === undefined ? address : policy.createScriptURL(address)) as string;
}
