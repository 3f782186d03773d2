// SPDX-License-Identifier: Apache-2.0
export interface PackedFile {
  readonly path: string;
  /** Subresource-integrity form of its SHA-512. */
  readonly integrity: string;
  readonly size: number;
  readonly entryCount: number;
}

/** Puts the package together in `folder/verify` and packs it into `folder`. */
export function packVerify(folder: string): Promise<PackedFile>;
