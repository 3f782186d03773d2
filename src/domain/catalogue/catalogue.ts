// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../../core/bounded-cache.js";
import { canonicalBytes } from "../../core/canonical-json.js";
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import type { JsonValue } from "../../core/json.js";
import { parseJson } from "../../core/strict-json.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import { readTypeDefinition } from "../../core/type-reader.js";
import { type Actor, eventBy } from "../audit/index.js";
import type { CatalogueStore, PublishedType } from "./catalogue-store.js";
import { type CompiledType, checkType, compileType } from "./compiled-type.js";
import type { FieldProblem } from "./field-problem.js";

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

export interface CatalogueDependencies {
  readonly store: CatalogueStore;
  readonly crypto: Crypto;
  /** What would keep the type from being printed well; a type with such problems is not published. */
  readonly checkLayout?: (definition: TypeDefinition) => readonly FieldProblem[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Compiled types kept ready; a compiled schema takes some hundred kilobytes. */
const CACHED_TYPES = 256;

export function createCatalogue({ store, crypto, checkLayout, now }: CatalogueDependencies): Catalogue {
  // A published version never changes, so an entry never goes stale.
  const compiled = new BoundedCache<string, CompiledType>(CACHED_TYPES);

  const compile = (published: PublishedType): CompiledType => {
    const key = `${published.typeCode}/${published.version}`;
    return (
      compiled.get(key) ??
      compiled.set(key, compileType(definitionOf(published), published.definition, published.digest))
    );
  };

  const find = async (typeCode: string, version: number | undefined): Promise<PublishedType> => {
    const published = await (version === undefined ? store.latestType(typeCode) : store.findType(typeCode, version));
    if (published !== null) return published;
    throw new TallyError(
      "type.unknown",
      `there is no type ${nameOf(typeCode, version)} to issue or read; publish its definition first`,
      {
        field: "/typeCode",
      },
    );
  };

  return {
    async publishType(actor, input) {
      requireOperator(actor);
      const definition = readTypeDefinition(jsonOf(input));
      const bytes = canonicalBytes(definition);
      const digest = crypto.sha256(bytes);
      checkType(definition);
      refuseLayout(checkLayout?.(definition) ?? []);
      const { typeCode, version } = definition;
      const object = `${typeCode}/${version}`;
      const event = eventBy(actor, { time: now(), action: "type-published", object, digestAfter: digest });
      const outcome = await store.publish({ typeCode, version, digest, definition: bytes }, event);
      if (outcome === "different") {
        const message = `type ${object} is published with another content; give the new definition version ${version + 1}`;
        throw new TallyError("type.immutable", message, { field: "/version" });
      }
      return { ...summaryOf(await find(typeCode, version)), published: outcome === "published" };
    },

    async retireType(actor, typeCode, version) {
      requireOperator(actor);
      const { digest } = await find(typeCode, version);
      const object = `${typeCode}/${version}`;
      const event = eventBy(actor, { time: now(), action: "type-retired", object, digestBefore: digest });
      await store.retire(typeCode, version, event.time, event);
      return summaryOf(await find(typeCode, version));
    },

    listTypes: async () => (await store.listTypes()).map(summaryOf),

    getType: async (typeCode, version) => summaryOf(await find(typeCode, version)),

    async findType(typeCode, version) {
      const published = await store.findType(typeCode, version);
      return published === null ? null : { bytes: published.definition };
    },

    async typeForIssue(typeCode, version) {
      const published = await find(typeCode, version);
      if (published.retiredAt === null) return compile(published);
      const message = `type ${nameOf(typeCode, version)} is retired; issue under a newer version`;
      throw new TallyError("type.retired", message, { field: "/typeVersion" });
    },

    compiledType: async (typeCode, version) => compile(await find(typeCode, version)),
  };
}

function requireOperator({ role }: Actor): void {
  if (role === "operator") return;
  throw new TallyError("request.forbidden", `the role "${role}" does not publish or retire types; "operator" does`);
}

/** A published version never changes, so a page that cannot be printed would be one for ever. */
function refuseLayout(problems: readonly FieldProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const message = `the type cannot be printed: ${first.field} ${first.message}`;
  throw new TallyError("type.invalid", message, { field: first.field, problems });
}

function jsonOf(input: unknown): JsonValue {
  return typeof input === "string" || input instanceof Uint8Array ? parseJson(input) : (input as JsonValue);
}

/** What is in the store was checked when it was published. */
function definitionOf({ definition }: PublishedType): TypeDefinition {
  return parseJson(definition) as unknown as TypeDefinition;
}

function summaryOf(published: PublishedType): TypeSummary {
  return {
    definition: definitionOf(published),
    digest: toHex(published.digest),
    retiredAt: published.retiredAt === null ? null : new Date(published.retiredAt).toISOString(),
  };
}

function nameOf(typeCode: string, version: number | undefined): string {
  return version === undefined ? JSON.stringify(typeCode) : `${JSON.stringify(typeCode)} version ${version}`;
}
