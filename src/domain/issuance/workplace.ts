// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { Label } from "../../core/type-definition.js";
import type { Actor } from "../audit/index.js";
import type { IssuanceDependencies } from "./dependencies.js";

/** Where an actor works: its agency, and what it may issue there now. */
export interface Workplace {
  readonly agency: {
    readonly code: string;
    readonly name: string;
    readonly areaCode: string;
    readonly suspended: boolean;
  };
  /** Newest versions that are not retired, ordered by code; empty for whoever does not issue. */
  readonly issuable: readonly { readonly typeCode: string; readonly version: number; readonly name: Label }[];
}

/** Throws `agency.not-authorised` for an actor without an agency, `agency.unknown` for an agency that is not registered here. */
export async function workplaceOf(
  { agencies, catalogue }: Pick<IssuanceDependencies, "agencies" | "catalogue">,
  actor: Actor,
): Promise<Workplace> {
  if (actor.agency === undefined) throw new TallyError("agency.not-authorised", "this actor works for no agency");
  const agency = await agencies.findAgency(actor.agency);
  if (agency === null) throw new TallyError("agency.unknown", `agency ${actor.agency} is not registered here`);
  const { code, name, areaCode, suspended } = agency;
  const issuable =
    actor.role === "issuer" && !suspended ? await issuableTypes({ agencies, catalogue }, actor, code) : [];
  return { agency: { code, name, areaCode, suspended }, issuable };
}

/** What the agency is authorised for, within the actor's own scope. */
async function issuableTypes(
  { agencies, catalogue }: Pick<IssuanceDependencies, "agencies" | "catalogue">,
  { types = ["*"] }: Actor,
  agency: string,
): Promise<Workplace["issuable"]> {
  const authorised = new Set(await agencies.authorisedTypes(agency));
  const newest = new Map<string, Workplace["issuable"][number]>();
  for (const { definition, retiredAt } of await catalogue.listTypes()) {
    const { typeCode, version, name } = definition;
    if (retiredAt !== null || !authorised.has(typeCode)) continue;
    if (!types.includes("*") && !types.includes(typeCode)) continue;
    // Versions come in rising order.
    newest.set(typeCode, { typeCode, version, name });
  }
  return [...newest.values()];
}
