// SPDX-License-Identifier: Apache-2.0
import type { AuditEvent } from "../audit/index.js";

/** A published version of a type definition as it is stored; the bytes are the truth. */
export interface PublishedType {
  readonly typeCode: string;
  readonly version: number;
  /** SHA-256 of `definition`, 32 bytes. */
  readonly digest: Uint8Array;
  /** Canonical JSON, UTF-8. */
  readonly definition: Uint8Array;
  /** Milliseconds since 1970; null while certificates may be issued under it. */
  readonly retiredAt: number | null;
}

/** Every adapter must pass test/adapters/catalogue-store.suite.ts. */
export interface CatalogueStore {
  /**
   * Stores the version and its event together. A version that exists is never overwritten: `same` when its digest is equal
   * (nothing written), `different` when it is not (nothing written).
   */
  publish(type: Omit<PublishedType, "retiredAt">, event: AuditEvent): Promise<"published" | "same" | "different">;

  findType(typeCode: string, version: number): Promise<PublishedType | null>;

  /** The highest version that is not retired. */
  latestType(typeCode: string): Promise<PublishedType | null>;

  /** Every version, ordered by type code, then version. */
  listTypes(): Promise<readonly PublishedType[]>;

  /** Idempotent: true when it was not retired before. Certificates issued under it stay as they are. */
  retire(typeCode: string, version: number, at: number, event: AuditEvent): Promise<boolean>;
}
