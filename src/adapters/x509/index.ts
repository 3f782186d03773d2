// SPDX-License-Identifier: Apache-2.0
export { x509Authority } from "./x509-authority.js";
