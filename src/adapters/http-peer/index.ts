// SPDX-License-Identifier: Apache-2.0
export { type FetchBundleOptions, fetchBundle } from "./fetch-bundle.js";
export { type HttpPeerOptions, httpPeer } from "./http-peer.js";
