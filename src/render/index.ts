// SPDX-License-Identifier: Apache-2.0
export type { RenderProblem } from "./fit-values.js";
export type { FallbackFont } from "./font/font-library.js";
export type { LayoutProblem } from "./layout/check-layout.js";
export { MAX_PLACE, type Printing } from "./printed-copy/printed-strip.js";
export {
  type CopyRenderInput,
  createRenderer,
  type PrintedCopyInput,
  type Renderer,
  type RendererOptions,
  type RenderInput,
  type SealedCopyRenderInput,
  type SealedRenderInput,
} from "./renderer.js";
export { SEAL_ROOM, type SealRoom, type SealStatement } from "./seal/seal-field.js";
export type { SealLook } from "./seal/seal-picture.js";
export type { Validity } from "./text/printed-date.js";
