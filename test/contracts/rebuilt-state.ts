// SPDX-License-Identifier: Apache-2.0
// What docs/contract.md tells an auditor to do with the logs, and nothing more: no call is made.
import type { SeenEvent } from "./registry-network.js";

export interface LoggedEvent extends SeenEvent {
  /** Time of its block. */
  readonly time: number;
}

type Span = [from: number, until: number];

interface Agency {
  region: string;
  term: number;
  activeFrom: number;
  removedAt: number;
  did: string;
  suspensions: Span[];
}

interface Key {
  agency: string;
  region: string;
  purpose: number;
  algorithm: number;
  activeFrom: number;
  retiredAt: number;
  compromises: [since: number, effectiveAt: number][];
}

/** The state of a registry as its logs tell it, in the shape in which its views answer. */
export interface RebuiltState {
  readonly regions: Map<string, { admin: string; delay: number; addedAt: number; suspensions: Span[] }>;
  readonly agencies: Map<string, Agency>;
  readonly authorisations: Map<string, Span[]>;
  readonly delegations: Map<string, Span[]>;
  readonly keys: Map<string, Key>;
  readonly operators: Map<string, [anchorFrom: number, statusFrom: number]>;
  readonly anchors: Map<string, [anchoredAt: number, disownedEffectiveAt: number]>;
  readonly typeDefinitions: Map<string, [digest: string, publishedAt: number]>;
  readonly revoked: Map<string, bigint>;
  readonly suspended: Map<string, bigint>;
}

export function rebuildState(events: readonly LoggedEvent[]): RebuiltState {
  const state: RebuiltState = {
    regions: new Map(),
    agencies: new Map(),
    authorisations: new Map(),
    delegations: new Map(),
    keys: new Map(),
    operators: new Map(),
    anchors: new Map(),
    typeDefinitions: new Map(),
    revoked: new Map(),
    suspended: new Map(),
  };
  for (const { name, args, time } of events) EFFECTS[name]?.(state, time, ...args);
  return state;
}

// biome-ignore lint/suspicious/noExplicitAny: arguments as the ABI decodes them
type Effect = (state: RebuiltState, time: number, ...args: any[]) => void;

/** A row for each row of the table in docs/contract.md; roles are OpenZeppelin's. */
const EFFECTS: Readonly<Record<string, Effect>> = {
  RegionAdded: ({ regions }, time, region, admin, delay) => {
    regions.set(region, { admin, delay, addedAt: time, suspensions: [] });
  },
  RegionAdminSet: ({ regions }, _, region, admin) => {
    regions.get(region)!.admin = admin;
  },
  ActivationDelaySet: ({ regions }, _, region, delay) => {
    regions.get(region)!.delay = delay;
  },
  RegionSuspended: ({ regions }, time, region) => begin(regions.get(region)!.suspensions, time),
  RegionReleased: ({ regions }, time, region) => end(regions.get(region)!.suspensions, time),

  AgencyRegistered: (state, _, agency, region, term, activeFrom, did) => {
    state.agencies.set(agency, { region, term, activeFrom, removedAt: 0, did, suspensions: [] });
    for (const histories of [state.authorisations, state.delegations])
      for (const of of histories.keys()) if (of.split(" ").includes(agency)) histories.delete(of);
  },
  AgencyVetoed: endRegistration,
  AgencyStruck: endRegistration,
  AgencySuspended: ({ agencies }, time, agency) => begin(agencies.get(agency)!.suspensions, time),
  AgencyReleased: ({ agencies }, time, agency) => end(agencies.get(agency)!.suspensions, time),

  AuthorisationGranted: (state, _, agency, typeCode, from) =>
    begin(history(state.authorisations, agency, typeCode), from),
  AuthorisationEnded: (state, time, agency, typeCode) => end(history(state.authorisations, agency, typeCode), time),
  AuthorisationVetoed: (state, time, agency, typeCode) => end(history(state.authorisations, agency, typeCode), time),
  SealDelegated: (state, _, agency, sealer, from) => begin(history(state.delegations, agency, sealer), from),
  SealDelegationEnded: (state, time, agency, sealer) => end(history(state.delegations, agency, sealer), time),
  SealDelegationVetoed: (state, time, agency, sealer) => end(history(state.delegations, agency, sealer), time),

  KeyAdded: ({ keys }, _, _keyId, digest, agency, region, purpose, algorithm, activeFrom) => {
    keys.set(digest, { agency, region, purpose, algorithm, activeFrom, retiredAt: 0, compromises: [] });
  },
  KeyRetired: retireKey,
  KeyVetoed: retireKey,
  KeyCompromiseClaimed: ({ keys }, _, digest, since, effectiveAt) => {
    keys.get(digest)!.compromises.push([since, effectiveAt]);
  },
  KeyCompromiseVetoed: ({ keys }, time, digest) => {
    const key = keys.get(digest)!;
    key.compromises = key.compromises.filter(([, effectiveAt]) => effectiveAt <= time);
  },

  OperatorGranted: (state, _, region, operator, rights, from) =>
    setRights(state, `${region} ${operator}`, rights, from),
  OperatorRemoved: (state, _, region, operator, rights) => setRights(state, `${region} ${operator}`, rights, 0),
  OperatorVetoed: (state, _, region, operator, rights) => setRights(state, `${region} ${operator}`, rights, 0),

  BatchAnchored: (state, time, region, root, size) => {
    batch(state, region, root, size)[0] = time;
  },
  RootDisowned: (state, _, region, root, size, effectiveAt) => {
    batch(state, region, root, size)[1] = effectiveAt;
  },
  DisowningVetoed: (state, _, region, root, size) => {
    batch(state, region, root, size)[1] = 0;
  },
  TypeDefinitionPublished: ({ typeDefinitions }, time, typeCode, version, digest) => {
    typeDefinitions.set(`${typeCode} ${version}`, [digest, time]);
  },

  StatusRevoked: ({ revoked }, _, region, list, word, mask) => setBits(revoked, `${region} ${list} ${word}`, mask),
  StatusSuspended: ({ suspended }, _, region, list, word, mask) =>
    setBits(suspended, `${region} ${list} ${word}`, mask),
  StatusReleased: ({ suspended }, _, region, list, word, mask) =>
    clearBits(suspended, `${region} ${list} ${word}`, mask),
  RevocationAnnulled: ({ revoked }, _, region, list, word, mask) =>
    clearBits(revoked, `${region} ${list} ${word}`, mask),
};

function endRegistration({ agencies, keys }: RebuiltState, time: number, agency: string): void {
  agencies.get(agency)!.removedAt = time;
  for (const key of keys.values())
    if (key.agency === agency && key.retiredAt === 0) key.retiredAt = Math.max(time, key.activeFrom);
}

function retireKey({ keys }: RebuiltState, time: number, digest: string): void {
  const key = keys.get(digest)!;
  key.retiredAt = Math.max(time, key.activeFrom);
}

function history(histories: Map<string, Span[]>, agency: string, of: string): Span[] {
  const name = `${agency} ${of}`;
  if (!histories.has(name)) histories.set(name, []);
  return histories.get(name)!;
}

function begin(history: Span[], from: number): void {
  const last = history.at(-1);
  if (last?.[1] === from) last[1] = 0;
  else history.push([from, 0]);
}

function end(history: Span[], time: number): void {
  const last = history.at(-1)!;
  if (last[0] >= time) history.pop();
  else last[1] = time;
}

function setRights({ operators }: RebuiltState, operator: string, rights: number, from: number): void {
  const [anchorFrom, statusFrom] = operators.get(operator) ?? [0, 0];
  operators.set(operator, [rights & 1 ? from : anchorFrom, rights & 2 ? from : statusFrom]);
}

function batch({ anchors }: RebuiltState, region: string, root: string, size: number): [number, number] {
  const name = `${region} ${root} ${size}`;
  if (!anchors.has(name)) anchors.set(name, [0, 0]);
  return anchors.get(name)!;
}

function setBits(words: Map<string, bigint>, word: string, mask: bigint | number): void {
  words.set(word, (words.get(word) ?? 0n) | BigInt(mask));
}

function clearBits(words: Map<string, bigint>, word: string, mask: bigint | number): void {
  words.set(word, (words.get(word) ?? 0n) & ~BigInt(mask));
}
