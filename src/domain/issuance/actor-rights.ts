// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { Actor } from "../audit/index.js";

/** The agency in whose name the actor may issue and change states. Throws `request.forbidden` or `agency.not-authorised`. */
export function issuingAgencyOf(actor: Actor): string {
  if (actor.role !== "issuer" && !isLocalOperator(actor))
    throw new TallyError("request.forbidden", `the role "${actor.role}" does not issue or change certificates`);
  if (actor.agency !== undefined) return actor.agency;
  throw new TallyError("agency.not-authorised", "name the agency in whose name this is done", { field: "/agency" });
}

/** Throws `agency.not-authorised` when the actor's own scope leaves the type out. */
export function requireTypeInScope({ types }: Actor, typeCode: string): void {
  if (types === undefined || types.includes("*") || types.includes(typeCode)) return;
  const message = `this token is not for type ${typeCode}; it is for ${types.join(", ") || "none"}`;
  throw new TallyError("agency.not-authorised", message, { field: "/typeCode" });
}

/** Throws `agency.not-authorised` for a certificate of another agency, or of a type outside the actor's scope. */
export function requireOwn(actor: Actor, certificate: { readonly agency: string; readonly typeCode: string }): void {
  if (actor.agency !== certificate.agency)
    throw new TallyError("agency.not-authorised", "the certificate belongs to another agency");
  requireTypeInScope(actor, certificate.typeCode);
}

/** Whether the actor may act on the certificate at all; its state decides which acts. */
export function mayChange(actor: Actor, certificate: { readonly agency: string; readonly typeCode: string }): boolean {
  try {
    issuingAgencyOf(actor);
    requireOwn(actor, certificate);
    return true;
  } catch (error) {
    if (error instanceof TallyError) return false;
    throw error;
  }
}

/** Whose certificates the actor may read: one agency's, or every agency's on the machine itself. */
export function readableAgencyOf(actor: Actor): string | undefined {
  if (isLocalOperator(actor)) return actor.agency;
  // Whoever runs the deployment from afar sees no certificate content (domain rule: 系统管理员).
  if (actor.role === "operator")
    throw new TallyError("request.forbidden", 'the role "operator" does not read certificates');
  if (actor.agency !== undefined) return actor.agency;
  throw new TallyError("agency.not-authorised", "only an agency's own certificates can be read");
}

export function requireReadable(
  actor: Actor,
  certificate: { readonly agency: string; readonly typeCode: string },
): void {
  const agency = readableAgencyOf(actor);
  if (agency !== undefined && agency !== certificate.agency)
    throw new TallyError("agency.not-authorised", "the certificate belongs to another agency");
  requireTypeInScope(actor, certificate.typeCode);
}

/** Whoever sits at the machine holds the keys anyway. */
function isLocalOperator({ kind, role }: Actor): boolean {
  return role === "operator" && kind !== "token";
}
