// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { type Actor, type AuditAction, type AuditDetail, type AuditStore, eventBy } from "../audit/index.js";
import { ANNULMENT_REASONS, type AnnulmentReason, annulmentsOf } from "./annulment.js";
import { type Paper, readPaper } from "./paper.js";
import type { OperatorRight, RegistryAct, RegistryGovernance, Veto } from "./registry-governance.js";

/** Whose account sends an act. */
export type GovernanceRole = "governor" | "guardian" | "region-admin";

export interface RegionAdministrationDependencies {
  readonly audit: AuditStore;
  /** Rejects with `key.unknown` when this deployment does not hold that account. */
  readonly account: (role: GovernanceRole) => Promise<RegistryGovernance>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface NewRegion {
  /** Six digits. */
  readonly code: string;
  /** Address of the region's admin. */
  readonly admin: string;
  readonly activationDelaySeconds: number;
}

/**
 * What governor, guardian and region admin do with regions, operators and batches, each written into the audit log. The registry
 * is the only state, so it goes first; it refuses what is so already. When an answer is lost (`chain.unreachable`) nothing is logged
 * here, and the registry's own events tell what became of it.
 */
export interface RegionAdministration {
  addRegion(actor: Actor, region: NewRegion): Promise<RegistryAct>;
  setActivationDelay(actor: Actor, region: string, seconds: number): Promise<RegistryAct>;
  /** At once: the account that was admin before may do nothing more in the region. */
  setRegionAdmin(actor: Actor, region: string, admin: string, paper?: Paper): Promise<RegistryAct>;
  /** In effect at once. `request.conflict` for an account that is a guardian already. */
  grantGuardian(actor: Actor, guardian: string, paper?: Paper): Promise<RegistryAct>;
  /** At once: it vetoes and suspends nothing more. `request.conflict` for an account that is none. */
  revokeGuardian(actor: Actor, guardian: string, paper?: Paper): Promise<RegistryAct>;
  /** Ends a wrongly claimed registration of any region, its keys and authorisations with it. */
  strikeAgency(actor: Actor, agency: string, paper?: Paper): Promise<RegistryAct>;
  /** Clears revocation bits that should never have been set; one transaction for each list. */
  annulRevocations(
    actor: Actor,
    region: string,
    statusIndices: readonly number[],
    reason: AnnulmentReason,
    paper?: Paper,
  ): Promise<readonly RegistryAct[]>;
  /** The guardian may as well. */
  suspendRegion(actor: Actor, region: string, by: "governor" | "guardian", paper?: Paper): Promise<RegistryAct>;
  releaseRegion(actor: Actor, region: string, paper?: Paper): Promise<RegistryAct>;
  grantOperator(
    actor: Actor,
    region: string,
    operator: string,
    rights: readonly OperatorRight[],
  ): Promise<RegistryAct & { readonly effectiveFrom: number | null }>;
  removeOperator(
    actor: Actor,
    region: string,
    operator: string,
    rights: readonly OperatorRight[],
  ): Promise<RegistryAct>;
  disownRoot(actor: Actor, region: string, root: string, size: number, paper?: Paper): Promise<RegistryAct>;
  veto(actor: Actor, veto: Veto, paper?: Paper): Promise<RegistryAct>;
}

export function createRegionAdministration({
  audit,
  account,
  now,
}: RegionAdministrationDependencies): RegionAdministration {
  /** Carries the act out and logs it with the account that sent it and the block that holds it. */
  const act = async (
    { actor, role, action, object, detail = {} }: Act,
    send: (governance: RegistryGovernance) => Promise<RegistryAct>,
  ): Promise<RegistryAct> => {
    const governance = await account(role);
    const done = await send(governance);
    const { account: sender } = governance;
    const whole = { ...detail, account: sender, block: done.block, tx: done.tx };
    await audit.append(eventBy(actor, { time: now(), action, object, detail: whole }));
    return done;
  };

  /** The registry is silent about what is so already. */
  const requireGuardian = async (guardian: string, wanted: boolean): Promise<void> => {
    if ((await (await account("governor")).isGuardian(guardian)) === wanted) return;
    throw new TallyError("request.conflict", `${guardian} is ${wanted ? "no guardian" : "a guardian already"}`, {
      field: "guardian",
    });
  };

  return {
    addRegion: (actor, { code, admin, activationDelaySeconds }) =>
      act(
        { actor, role: "governor", action: "region-added", object: code, detail: { admin, activationDelaySeconds } },
        (governor) => governor.addRegion(code, admin, activationDelaySeconds),
      ),

    setActivationDelay: (actor, region, activationDelaySeconds) =>
      act(
        {
          actor,
          role: "governor",
          action: "region-activation-delay-set",
          object: region,
          detail: { activationDelaySeconds },
        },
        (governor) => governor.setActivationDelay(region, activationDelaySeconds),
      ),

    async setRegionAdmin(actor, region, admin, paper = {}) {
      const detail = { admin, ...readPaper(paper) };
      return act({ actor, role: "governor", action: "region-admin-set", object: region, detail }, (governor) =>
        governor.setRegionAdmin(region, admin),
      );
    },

    async grantGuardian(actor, guardian, paper = {}) {
      const detail = { ...readPaper(paper) };
      await requireGuardian(guardian, false);
      return act({ actor, role: "governor", action: "guardian-granted", object: guardian, detail }, (governor) =>
        governor.grantGuardian(guardian),
      );
    },

    async revokeGuardian(actor, guardian, paper = {}) {
      const detail = { ...readPaper(paper) };
      await requireGuardian(guardian, true);
      return act({ actor, role: "governor", action: "guardian-revoked", object: guardian, detail }, (governor) =>
        governor.revokeGuardian(guardian),
      );
    },

    async strikeAgency(actor, agency, paper = {}) {
      const detail = { ...readPaper(paper) };
      return act({ actor, role: "governor", action: "agency-struck", object: agency, detail }, (governor) =>
        governor.strikeAgency(agency),
      );
    },

    async annulRevocations(actor, region, statusIndices, reason, paper = {}) {
      const kept = readPaper(paper);
      const acts: RegistryAct[] = [];
      for (const { list, masks, indices } of annulmentsOf(statusIndices)) {
        const detail = { list, indices: indices.join(" "), reason, ...kept };
        const sent = { actor, role: "governor", action: "revocations-annulled", object: region, detail } as const;
        acts.push(
          await act(sent, (governor) => governor.annulRevocations(region, list, masks, ANNULMENT_REASONS[reason])),
        );
      }
      return acts;
    },

    async suspendRegion(actor, region, role, paper = {}) {
      const detail = { ...readPaper(paper) };
      return act({ actor, role, action: "region-suspended", object: region, detail }, (sender) =>
        sender.suspendRegion(region),
      );
    },

    async releaseRegion(actor, region, paper = {}) {
      const detail = { ...readPaper(paper) };
      return act({ actor, role: "governor", action: "region-released", object: region, detail }, (governor) =>
        governor.releaseRegion(region),
      );
    },

    async grantOperator(actor, region, operator, rights) {
      const detail = { operator, rights: rights.join(" ") };
      const done = await act(
        { actor, role: "region-admin", action: "operator-granted", object: region, detail },
        (admin) => admin.grantOperator(region, operator, rights),
      );
      const found = await (await account("region-admin")).findRegion(region);
      const delay = found?.activationDelaySeconds ?? 0;
      return { ...done, effectiveFrom: delay === 0 ? null : done.time + delay };
    },

    removeOperator: (actor, region, operator, rights) =>
      act(
        {
          actor,
          role: "region-admin",
          action: "operator-removed",
          object: region,
          detail: { operator, rights: rights.join(" ") },
        },
        (admin) => admin.removeOperator(region, operator, rights),
      ),

    async disownRoot(actor, region, root, size, paper = {}) {
      const detail = { ...readPaper(paper) };
      const object = `${region}/${root}/${size}`;
      return act({ actor, role: "region-admin", action: "root-disowned", object, detail }, (admin) =>
        admin.disownRoot(region, root, size),
      );
    },

    async veto(actor, veto, paper = {}) {
      const { object, detail: subject } = subjectOf(veto);
      const detail = { of: veto.of, ...subject, ...readPaper(paper) };
      return act({ actor, role: "guardian", action: "act-vetoed", object, detail }, (guardian) => guardian.veto(veto));
    },
  };
}

interface Act {
  readonly actor: Actor;
  readonly role: GovernanceRole;
  readonly action: AuditAction;
  readonly object: string;
  readonly detail?: AuditDetail;
}

/** What a veto struck: the object under which the log has the vetoed act too, and what tells it from others of that object. */
function subjectOf(veto: Veto): { readonly object: string; readonly detail: AuditDetail } {
  switch (veto.of) {
    case "agency":
      return { object: veto.agency, detail: {} };
    case "authorisation":
      return { object: veto.agency, detail: { typeCode: veto.typeCode } };
    case "seal-delegation":
      return { object: veto.agency, detail: { sealer: veto.sealer } };
    case "key":
    case "key-compromise":
      return { object: veto.keyDigest, detail: {} };
    case "operator":
      return { object: veto.region, detail: { operator: veto.operator } };
    case "disowning":
      return { object: `${veto.region}/${veto.root}/${veto.size}`, detail: {} };
  }
}
