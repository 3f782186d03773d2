// SPDX-License-Identifier: Apache-2.0
import { type Actor, type AuditAction, type AuditDetail, type AuditEvent, eventBy } from "../audit/index.js";
import type { PickUpLink } from "./pick-up-link.js";

/** Whoever stands behind a link: nobody knows more of them than that they hold it. */
export interface Visitor {
  readonly requestId: string;
}

/** The holder of a link as the use cases of issuing know him: a reader of one agency's certificates, led to this one by his link. */
export function holderOf({ id, agency }: PickUpLink, { requestId }: Visitor): Actor {
  return { kind: "link", id, role: "reader", agency, requestId };
}

/** An event about the certificate, so that its history tells its delivery. */
export function eventOf(
  link: PickUpLink,
  visitor: Visitor,
  event: { readonly time: number; readonly action: AuditAction; readonly result?: "refused" } & {
    readonly detail?: AuditDetail;
  },
): AuditEvent {
  const { detail = {}, ...rest } = event;
  return eventBy(holderOf(link, visitor), {
    ...rest,
    object: link.certificate,
    detail: { link: link.id, ...detail },
  });
}
