// SPDX-License-Identifier: Apache-2.0

/** The part of `qrcode` that makes the matrix, without the parts that draw it. */
declare module "qrcode/lib/core/qrcode.js" {
  export { create } from "qrcode";
}
