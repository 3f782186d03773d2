// SPDX-License-Identifier: Apache-2.0

/** A secret of the deployment, 32 bytes, from which secrets and codes of links are derived. */
export interface PickUpKey {
  /** Printable ASCII; says nothing about the key. */
  readonly id: string;
  readonly secret: Uint8Array;
}

/**
 * Keeps the keys of pick-up links with the deployment's other keys. A link names its key, so a rotation needs no second step: new
 * links use the new key, and the old one is only needed to tell a link again that was told before.
 */
export interface PickUpKeys {
  /** The newest; the first one is made when there is none. Rejects with `key.locked`. */
  current(): Promise<PickUpKey>;
  /** Rejects with `key.unknown` for a key that is not here. */
  open(id: string): Promise<PickUpKey>;
  /** Makes a key that is the current one from now on, and within a minute in processes that run already. */
  rotate(): Promise<Pick<PickUpKey, "id">>;
}
