// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { parseUscc } from "../../core/identifiers/uscc.js";
import type { RegistryAccess, RegistrySnapshot } from "../../verify/registry.js";
import {
  type AgencyStore,
  type Effect,
  effectOf,
  type Paper,
  type RegistryGovernance,
  readPaper,
} from "../agencies/index.js";
import { type Actor, type AuditAction, type AuditDetail, type AuditStore, eventBy } from "../audit/index.js";

export interface SealDelegationDependencies {
  readonly agencies: Pick<AgencyStore, "findAgency">;
  readonly registry: RegistryAccess;
  /** Sends from the region admin's account. */
  readonly governance: Pick<RegistryGovernance, "delegateSeal" | "endSealDelegation">;
  readonly audit: Pick<AuditStore, "append">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** See `effectOf`. */
  readonly blockClock: (() => number) | null;
}

/**
 * Who seals for whom, 用章委托: an approval bureau for the agencies whose licences it hands out. The registry holds it, so that every verifier
 * sees it; what a crash keeps from the log its own events tell.
 */
export interface SealDelegations {
  /**
   * Lets the sealer seal what the agency issues. Rejects with `agency.unknown` for one of the two that is not of this region, whose files no
   * other region makes.
   */
  delegate(actor: Actor, agency: string, sealer: string, paper?: Paper): Promise<Effect>;
  /** What was sealed before stays good. Rejects with `request.conflict` where nothing is delegated. */
  end(actor: Actor, agency: string, sealer: string, paper?: Paper): Promise<void>;
}

export function createSealDelegations(dependencies: SealDelegationDependencies): SealDelegations {
  const { agencies, registry, governance, audit, now, blockClock } = dependencies;

  const requireAgency = async (agency: string, field: "agency" | "sealer"): Promise<void> => {
    parseUscc(agency, field);
    if ((await agencies.findAgency(agency)) !== null) return;
    const message = `agency ${agency} is not registered here; tally agency list shows those that are`;
    throw new TallyError("agency.unknown", message, { field });
  };

  const requireSealer = async (agency: string, sealer: string): Promise<void> => {
    await requireAgency(sealer, "sealer");
    if (sealer !== agency) return;
    throw new TallyError("request.invalid", `agency ${agency} seals its own licences already: name another sealer`, {
      field: "sealer",
    });
  };

  const record = (actor: Actor, action: AuditAction, agency: string, detail: AuditDetail) =>
    audit.append(eventBy(actor, { time: now(), action, object: agency, detail }));

  return {
    async delegate(actor, agency, sealer, paper = {}) {
      const details = readPaper(paper);
      await requireAgency(agency, "agency");
      await requireSealer(agency, sealer);
      const begun = await openDelegation(registry, agency, sealer);
      if (begun === null) await governance.delegateSeal(agency, sealer);
      const found = begun ?? (await openDelegation(registry, agency, sealer));
      if (found === null) {
        const message = "the registry does not show the delegation yet; give the command again";
        throw new TallyError("chain.unreachable", message);
      }
      const { from, snapshot } = found;
      if (begun === null) await record(actor, "seal-delegated", agency, { sealer, from, ...details });
      return effectOf(from, snapshot.head, blockClock);
    },

    async end(actor, agency, sealer, paper = {}) {
      const details = readPaper(paper);
      await requireAgency(agency, "agency");
      parseUscc(sealer, "sealer");
      if ((await openDelegation(registry, agency, sealer)) === null)
        throw new TallyError("request.conflict", `agency ${sealer} does not seal for ${agency}`, { field: "sealer" });
      await governance.endSealDelegation(agency, sealer);
      await record(actor, "seal-delegation-ended", agency, { sealer, ...details });
    },
  };
}

/** From when on the sealer may seal for the agency, seconds; null when the registry does not let it. */
async function openDelegation(
  registry: RegistryAccess,
  agency: string,
  sealer: string,
): Promise<{ readonly from: number; readonly snapshot: RegistrySnapshot } | null> {
  const snapshot = await registry.snapshot();
  const open = (await snapshot.findSealDelegations(agency, sealer)).find(({ until }) => until === null);
  return open === undefined ? null : { from: open.from, snapshot };
}
