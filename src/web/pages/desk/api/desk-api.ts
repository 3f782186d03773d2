// SPDX-License-Identifier: Apache-2.0
import type { TypeDefinition } from "../../../../core/type-definition.js";
import { getBytes, getJson, postJson } from "../../../api/client.js";
import { allCopies, type CopyPage, type ReaderCopy } from "../../../copies/reader-copy.js";
import type { Session } from "../session/session.js";
import type { CertificateView, EvidenceView, History, PickUpLinkSummary, SearchPage, TypeEntry } from "./answers.js";

/** What the desk asks of the service, in the name of who is signed in. Every call rejects with `ApiProblem` alone. */
export interface DeskApi {
  types(): Promise<readonly TypeEntry[]>;
  type(typeCode: string, version: number): Promise<TypeDefinition>;
  search(query: Readonly<Record<string, string>>): Promise<SearchPage>;
  certificate(id: string): Promise<CertificateView>;
  evidence(id: string): Promise<EvidenceView>;
  history(id: string, after: number | null): Promise<History>;
  pdf(id: string): Promise<Uint8Array<ArrayBuffer>>;
  document(id: string): Promise<Uint8Array<ArrayBuffer>>;
  /** `key`: the same for every attempt at the same thing. */
  post<T>(path: string, body: unknown, key: string): Promise<T>;
  /** Its readers' copies, in order of making. */
  copies(id: string): Promise<readonly ReaderCopy[]>;
  copyPdf(id: string, number: string): Promise<Uint8Array<ArrayBuffer>>;
  pickUpLinks(id: string): Promise<readonly PickUpLinkSummary[]>;
  /** Harmless to repeat. */
  revokePickUpLink(id: string, link: string): Promise<PickUpLinkSummary>;
}

export function deskApi(session: Session): DeskApi {
  const definitions = new Map<string, Promise<TypeDefinition>>();
  const at = (id: string): string => `/v1/certificates/${encodeURIComponent(id)}`;
  // Reads are in the audit log; this says what for.
  const headers = { "tally-purpose": "desk" };

  return {
    types: async () => (await getJson<{ types: readonly TypeEntry[] }>("/v1/types")).types,

    type(typeCode, version) {
      // A published version never changes.
      const name = `/v1/types/${encodeURIComponent(typeCode)}/${version}`;
      const known = definitions.get(name) ?? getJson<TypeDefinition>(name);
      definitions.set(name, known);
      known.catch(() => definitions.delete(name));
      return known;
    },

    search: (query) =>
      session.run((who) => getJson(`/v1/certificates?${new URLSearchParams(query)}`, { ...who, headers })),
    certificate: (id) => session.run((who) => getJson(at(id), { ...who, headers })),
    evidence: (id) => session.run((who) => getJson(`${at(id)}/evidence`, { ...who, headers })),
    history: (id, after) =>
      session.run((who) => getJson(`${at(id)}/history${after === null ? "" : `?after=${after}`}`, { ...who, headers })),
    pdf: (id) => session.run((who) => getBytes(`${at(id)}/pdf`, { ...who, headers, timeoutMs: 30_000 })),
    document: (id) => session.run((who) => getBytes(`${at(id)}/document`, { ...who, headers })),

    copies: (id) =>
      allCopies((query) => session.run((who) => getJson<CopyPage>(`${at(id)}/copies${query}`, { ...who, headers }))),
    copyPdf: (id, number) =>
      session.run((who) => getBytes(`${at(id)}/copies/${number}/pdf`, { ...who, headers, timeoutMs: 30_000 })),

    pickUpLinks: async (id) => {
      const answer = await session.run((who) =>
        getJson<{ links: readonly PickUpLinkSummary[] }>(`${at(id)}/pick-up-links`, who),
      );
      return answer.links;
    },
    revokePickUpLink: (id, link) =>
      session.run((who) => postJson(`${at(id)}/pick-up-links/${encodeURIComponent(link)}/revoke`, {}, who)),

    post: (path, body, key) =>
      session.run((who) => postJson(path, body, { ...who, headers: { "idempotency-key": key }, timeoutMs: 30_000 })),
  };
}
