// SPDX-License-Identifier: Apache-2.0
export type { RenderProblem } from "./fit-values.js";
export type { FallbackFont } from "./font/font-library.js";
export type { LayoutProblem } from "./layout/check-layout.js";
export { createRenderer, type Renderer, type RendererOptions, type RenderInput } from "./renderer.js";
export type { Validity } from "./text/printed-date.js";
