// SPDX-License-Identifier: Apache-2.0
import { type Answer, known, notKnown } from "./answer.js";
import {
  type AgencyRecord,
  type AnchorRecord,
  type Head,
  type Interval,
  type KeyRecord,
  type RegionRecord,
  type RegistryAccess,
  RegistryError,
  type RegistrySnapshot,
  type StatusWord,
  type TypeDefinitionRecord,
} from "./registry.js";
import { isTrusted, type Trust } from "./trust.js";

const MAX_UINT32 = 0xffff_ffff;
const AGENCY_CODE = /^[0-9A-Z]{18}$/;
const TYPE_CODE = /^[0-9A-Z]{21}$/;

/**
 * The registry as the checks ask it: everything at one block of the chain that the verifier trusts, and never an exception.
 * Values out of a document that the registry cannot hold are simply not there; they are not sent.
 */
export class RegistryQuestions {
  /** The block that every answer belongs to. */
  readonly head: Answer<Head>;

  private constructor(private readonly snapshot: Answer<RegistrySnapshot>) {
    this.head = snapshot.known ? known(snapshot.value.head) : snapshot;
  }

  static async open(access: RegistryAccess, trust: Trust): Promise<RegistryQuestions> {
    return new RegistryQuestions(await openSnapshot(access, trust));
  }

  findRegion(region: string): Promise<Answer<RegionRecord | null>> {
    return this.ask((registry) => registry.findRegion(region));
  }

  findAgency(agency: string): Promise<Answer<AgencyRecord | null>> {
    return this.ask((registry) => (AGENCY_CODE.test(agency) ? registry.findAgency(agency) : null));
  }

  findKey(keyDigest: string): Promise<Answer<KeyRecord | null>> {
    return this.ask((registry) => registry.findKey(keyDigest));
  }

  findKeysById(keyId: string): Promise<Answer<readonly Uint8Array[]>> {
    return this.ask((registry) => registry.findKeysById(keyId));
  }

  findAuthorisations(agency: string, typeCode: string): Promise<Answer<readonly Interval[]>> {
    const askable = AGENCY_CODE.test(agency) && TYPE_CODE.test(typeCode);
    return this.ask((registry) => (askable ? registry.findAuthorisations(agency, typeCode) : []));
  }

  findSealDelegations(agency: string, sealer: string): Promise<Answer<readonly Interval[]>> {
    const askable = AGENCY_CODE.test(agency) && AGENCY_CODE.test(sealer);
    return this.ask((registry) => (askable ? registry.findSealDelegations(agency, sealer) : []));
  }

  findAnchor(region: string, root: string, size: number): Promise<Answer<AnchorRecord | null>> {
    return this.ask((registry) => registry.findAnchor(region, root, size));
  }

  findTypeDefinition(typeCode: string, version: number): Promise<Answer<TypeDefinitionRecord | null>> {
    const askable = TYPE_CODE.test(typeCode) && version <= MAX_UINT32;
    return this.ask((registry) => (askable ? registry.findTypeDefinition(typeCode, version) : null));
  }

  statusWord(region: string, list: number, word: number): Promise<Answer<StatusWord>> {
    return this.ask((registry) => registry.statusWord(region, list, word));
  }

  private async ask<T>(question: (registry: RegistrySnapshot) => Promise<T> | T): Promise<Answer<T>> {
    if (!this.snapshot.known) return this.snapshot;
    try {
      return known(await question(this.snapshot.value));
    } catch (error) {
      return unanswered(error);
    }
  }
}

async function openSnapshot(access: RegistryAccess, trust: Trust): Promise<Answer<RegistrySnapshot>> {
  try {
    const snapshot = await access.snapshot();
    const { chainId, registry } = snapshot.head;
    // An access that was composed for another network must not answer for this one.
    if (!isTrusted(trust, snapshot.head))
      return notKnown("registry.wrong-chain", `chain ${chainId}, registry ${registry}`);
    return known(snapshot);
  } catch (error) {
    return unanswered(error);
  }
}

/** An error that is no `RegistryError` breaks the port's promise; the document is not to blame, so it too is "not known". */
function unanswered(error: unknown): Answer<never> {
  if (error instanceof RegistryError) return notKnown(error.reason, error.message);
  return notKnown("registry.garbage", error instanceof Error ? error.message : String(error));
}
