// SPDX-License-Identifier: Apache-2.0

/** The client closed the connection before its request was complete: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";
}
