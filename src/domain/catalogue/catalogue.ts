// SPDX-License-Identifier: Apache-2.0
import type { TypeDefinition } from "../../core/type-definition.js";
import type { Actor } from "../audit/index.js";
import type { CompiledType } from "./compiled-type.js";

export interface TypeSummary {
  readonly definition: TypeDefinition;
  /** SHA-256 of the canonical JSON, lower-case hex. */
  readonly digest: string;
  /** RFC 3339; null while certificates may be issued under it. */
  readonly retiredAt: string | null;
}

/** The use cases of the catalogue of types 证照目录. */
export interface Catalogue {
  /**
   * Publishes one version of a type definition (JSON text, bytes or parsed JSON). Publishing the same version again is harmless
   * when it is the same definition (`published` false), else `type.immutable`. `type.invalid` names every problem.
   */
  publishType(actor: Actor, definition: unknown): Promise<TypeSummary & { readonly published: boolean }>;

  /** No certificate is issued under a retired version any more; those that were stay as they are. */
  retireType(actor: Actor, typeCode: string, version: number): Promise<TypeSummary>;

  /** Every version, ordered by code and version. */
  listTypes(): Promise<readonly TypeSummary[]>;

  /** `type.unknown` when there is none. Retired versions are answered too. Without a version: the newest not retired. */
  getType(typeCode: string, version?: number): Promise<TypeSummary>;

  /** The canonical bytes of a version, or null. */
  findType(typeCode: string, version: number): Promise<{ readonly bytes: Uint8Array } | null>;

  /** For issuing: compiled and cached. `type.unknown`, or `type.retired` for a version that is. */
  typeForIssue(typeCode: string, version?: number): Promise<CompiledType>;

  /** For reading what was issued: retired or not. */
  compiledType(typeCode: string, version: number): Promise<CompiledType>;
}
