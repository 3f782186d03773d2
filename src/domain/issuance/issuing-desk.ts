// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { Agency, Signer } from "../agencies/index.js";
import type { Actor } from "../audit/index.js";
import type { CompiledType } from "../catalogue/index.js";
import { issuingAgencyOf, requireTypeInScope } from "./actor-rights.js";
import type { IssuanceDependencies } from "./dependencies.js";

/** An agency at work for the length of one group: its record, its key, the types it may issue. Nothing here outlives the group. */
export interface IssuingDesk {
  readonly agency: Agency;
  readonly signer: Signer;
  /** Throws `type.unknown`, `type.retired`, `agency.not-authorised`. */
  typeFor(typeCode: string, version: number | undefined): Promise<CompiledType>;
}

/** Throws `request.forbidden`, `agency.not-authorised`, `agency.unknown`, or what the key store says about the key. */
export async function openDesk(
  { agencies, signers, catalogue, region }: IssuanceDependencies,
  actor: Actor,
): Promise<IssuingDesk> {
  const code = issuingAgencyOf(actor);
  const agency = await agencies.findAgency(code);
  if (agency === null)
    throw new TallyError("agency.unknown", `agency ${code} is not registered here`, { field: "/agency" });
  if (agency.region !== region)
    throw new TallyError("agency.not-authorised", `agency ${code} is of region ${agency.region}; this is ${region}`);
  if (agency.suspended) throw new TallyError("agency.not-authorised", `agency ${code} is suspended and issues nothing`);
  const types = new Map<string, Promise<CompiledType>>();

  const findType = async (typeCode: string, version: number | undefined): Promise<CompiledType> => {
    requireTypeInScope(actor, typeCode);
    const type = await catalogue.typeForIssue(typeCode, version);
    if (await agencies.isAuthorised(code, typeCode)) return type;
    const message = `agency ${code} is not authorised to issue type ${typeCode}`;
    throw new TallyError("agency.not-authorised", message, { field: "/typeCode" });
  };

  return {
    agency,
    signer: await signers.signerFor(code),
    typeFor(typeCode, version) {
      const name = `${typeCode}/${version ?? ""}`;
      const known = types.get(name) ?? findType(typeCode, version);
      types.set(name, known);
      return known;
    },
  };
}
