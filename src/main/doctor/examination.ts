// SPDX-License-Identifier: Apache-2.0
import type { Diagnosis } from "../../cli/tally.js";
import { TallyError } from "../../core/errors.js";
import { RegistryError } from "../../verify/registry.js";

/** What a check found; `remedy` only where there is something to do. */
export interface Finding {
  readonly outcome: Diagnosis["outcome"];
  readonly detail: string;
  readonly remedy?: string;
}

export const ok = (detail: string): Finding => ({ outcome: "ok", detail });
export const warning = (detail: string, remedy: string): Finding => ({ outcome: "warning", detail, remedy });
export const failed = (detail: string, remedy: string): Finding => ({ outcome: "failed", detail, remedy });

/** Tells the findings in the order of the checks. A check that throws has failed, in the words of its error, and stops none but those that need it. */
export class Examination {
  constructor(readonly tell: (finding: Diagnosis) => void) {}

  /** Resolves with false when the check failed. */
  async look(check: string, examine: () => Finding | Promise<Finding>): Promise<boolean> {
    const { outcome, detail, remedy = null } = await settled(examine);
    this.tell({ check, outcome, detail, remedy });
    return outcome !== "failed";
  }

  skip(checks: readonly string[], why: string): void {
    for (const check of checks) this.tell({ check, outcome: "skipped", detail: why, remedy: null });
  }
}

async function settled(examine: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await examine();
  } catch (error) {
    // Our own errors name the way out themselves.
    if (error instanceof TallyError) return { outcome: "failed", detail: `${error.message} [${error.code}]` };
    if (error instanceof RegistryError) return { outcome: "failed", detail: `${error.message} [${error.reason}]` };
    return { outcome: "failed", detail: error instanceof Error ? error.message : String(error) };
  }
}
