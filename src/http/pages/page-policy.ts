// SPDX-License-Identifier: Apache-2.0

/**
 * What a page may do: load and run our own files, talk to this service, use the camera when the reader allows it; nothing else.
 * `connect-src 'self'` is also what keeps a dropped file from leaving for anybody else. `wasm-unsafe-eval` lets the code reader
 * compile, and no text is ever compiled. Trusted Types: `vue` makes elements of templates, `tally` checks addresses of workers.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types vue tally",
].join("; ");

/** Set on pages and on their scripts: a worker lives under the policy that its own file came with. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
  "Cross-Origin-Opener-Policy": "same-origin",
};
