// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../core/errors.js";
import {
  ANNULMENT_REASONS,
  type AnnulmentReason,
  annulmentsOf,
  type GovernorAct,
  type TimelockOffice,
  type UnknownAct,
} from "../domain/agencies/index.js";
import { readCount } from "./arguments.js";

interface ActForm {
  readonly act: GovernorAct["act"];
  readonly usage: string;
  /** Arguments; with `more` any number from there on. */
  readonly count: number;
  readonly more?: true;
  read(names: readonly string[]): GovernorAct;
}

/** The contract takes no longer one: 365 days. */
const LONGEST_DELAY = 365 * 86_400;

const OFFICES: readonly TimelockOffice[] = ["proposer", "executor", "canceller"];

/** Every act that can be proposed, as it is written on the command line. */
export const GOVERNOR_ACTS: readonly ActForm[] = [
  {
    ...{ act: "add-region", usage: "add-region <code> <admin> <activationDelaySeconds>", count: 3 },
    read: ([region, admin, delay]) => ({
      ...{ act: "add-region", region: region!, admin: admin! },
      activationDelaySeconds: readCount("activationDelaySeconds", delay!, LONGEST_DELAY),
    }),
  },
  {
    ...{ act: "set-region-admin", usage: "set-region-admin <code> <admin>", count: 2 },
    read: ([region, admin]) => ({ act: "set-region-admin", region: region!, admin: admin! }),
  },
  {
    ...{ act: "set-activation-delay", usage: "set-activation-delay <code> <seconds>", count: 2 },
    read: ([region, seconds]) => ({
      ...{ act: "set-activation-delay", region: region! },
      activationDelaySeconds: readCount("seconds", seconds!, LONGEST_DELAY),
    }),
  },
  ...(["suspend-region", "release-region"] as const).map((act): ActForm => {
    return { act, usage: `${act} <code>`, count: 1, read: ([region]) => ({ act, region: region! }) };
  }),
  ...(["strike-agency", "release-agency"] as const).map((act): ActForm => {
    return { act, usage: `${act} <uscc>`, count: 1, read: ([agency]) => ({ act, agency: agency! }) };
  }),
  {
    ...{ act: "authorise", usage: "authorise <uscc> <typeCode>", count: 2 },
    read: ([agency, typeCode]) => ({ act: "authorise", agency: agency!, typeCode: typeCode! }),
  },
  {
    ...{ act: "delegate-seal", usage: "delegate-seal <uscc> <sealer>", count: 2 },
    read: ([agency, sealer]) => ({ act: "delegate-seal", agency: agency!, sealer: sealer! }),
  },
  {
    ...{ act: "annul-revocations", count: 3, more: true },
    usage: `annul-revocations <code> <${Object.keys(ANNULMENT_REASONS).join("|")}> <statusIndices...>`,
    read: ([region, reason, ...indices]) => readAnnulment(region!, reason!, indices),
  },
  ...(["grant-guardian", "revoke-guardian"] as const).map((act): ActForm => {
    return { act, usage: `${act} <address>`, count: 1, read: ([account]) => ({ act, account: account! }) };
  }),
  ...(["grant-office", "revoke-office"] as const).map((act): ActForm => {
    const usage = `${act} <${OFFICES.join("|")}> <address>`;
    return {
      act,
      usage,
      count: 2,
      read: ([office, account]) => ({ act, office: readOffice(office!), account: account! }),
    };
  }),
  {
    ...{ act: "set-governance-delay", usage: "set-governance-delay <seconds>", count: 1 },
    read: ([seconds]) => ({ act: "set-governance-delay", seconds: readCount("seconds", seconds!, LONGEST_DELAY) }),
  },
];

/** `request.invalid` says how each act is written. */
export function readGovernorAct(act: string, names: readonly string[]): GovernorAct {
  const form = GOVERNOR_ACTS.find((candidate) => candidate.act === act);
  const fits = form !== undefined && (form.more ? names.length >= form.count : names.length === form.count);
  if (fits) return form.read(names);
  const usages = (form === undefined ? GOVERNOR_ACTS : [form]).map(({ usage }) => `\n  ${usage}`).join("");
  throw new TallyError("request.invalid", `propose takes${usages}`, { field: "act" });
}

/** The act as one would write it. */
export function actText(act: GovernorAct | UnknownAct): string {
  if (act.act === "unknown") return `UNKNOWN call of ${act.target} with ${act.data}`;
  const values = Object.entries(act).filter(([name]) => name !== "act");
  return [act.act, ...values.map(([name, value]) => valueText(name, value))].join(" ");
}

function valueText(name: string, value: unknown): string {
  if (!Array.isArray(value)) return `${name}=${String(value)}`;
  const words = (value as { word: number; mask: bigint }[]).map(({ word, mask }) => `${word}:${mask.toString(16)}`);
  return `${name}=${words.join(",")}`;
}

function readAnnulment(region: string, reason: string, texts: readonly string[]): GovernorAct {
  if (!Object.hasOwn(ANNULMENT_REASONS, reason)) {
    throw new TallyError("request.invalid", `"${reason}" is none of ${Object.keys(ANNULMENT_REASONS).join(", ")}`, {
      field: "reason",
    });
  }
  const annulments = annulmentsOf(texts.map((text) => readCount("statusIndices", text, Number.MAX_SAFE_INTEGER)));
  const [first] = annulments;
  if (annulments.length > 1) {
    throw new TallyError("request.invalid", "the indices are of several lists: propose once for each list", {
      field: "statusIndices",
    });
  }
  return {
    act: "annul-revocations",
    region,
    reason: reason as AnnulmentReason,
    list: first!.list,
    masks: first!.masks,
  };
}

function readOffice(text: string): TimelockOffice {
  const office = OFFICES.find((candidate) => candidate === text);
  if (office !== undefined) return office;
  throw new TallyError("request.invalid", `"${text}" is none of ${OFFICES.join(", ")}`, { field: "office" });
}
