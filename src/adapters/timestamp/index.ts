// SPDX-License-Identifier: Apache-2.0
export { type HttpTimestamperOptions, httpTimestamper } from "./http-timestamper.js";
