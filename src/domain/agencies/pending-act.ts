// SPDX-License-Identifier: Apache-2.0
import type { Veto } from "./registry-governance.js";

/** Something that the registry has recorded and that is not in effect yet: the guardian can still stop it. */
export interface PendingAct {
  /** What would stop it; the subject of the act too. */
  readonly veto: Veto;
  /** Block time, seconds. */
  readonly effectiveFrom: number;
  readonly block: number;
  readonly tx: string;
}

/** The veto as `tally region veto` takes it. */
export function vetoWords(veto: Veto): string {
  switch (veto.of) {
    case "agency":
      return `agency ${veto.agency}`;
    case "authorisation":
      return `authorisation ${veto.agency} ${veto.typeCode}`;
    case "seal-delegation":
      return `seal-delegation ${veto.agency} ${veto.sealer}`;
    case "key":
    case "key-compromise":
      return `${veto.of} ${veto.keyDigest}`;
    case "operator":
      return `operator ${veto.operator}`;
    case "disowning":
      return `disowning ${veto.root} ${veto.size}`;
  }
}
