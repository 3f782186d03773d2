// SPDX-License-Identifier: Apache-2.0

/** fontkit brings no types; the baseline hands it to pdf-lib as it is. */
declare module "fontkit" {
  const fontkit: { create(bytes: Uint8Array): unknown };
  export default fontkit;
}
