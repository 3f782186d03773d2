// SPDX-License-Identifier: Apache-2.0
export { type HttpPeerOptions, httpPeer } from "./http-peer.js";
