// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../../../core/errors.js";
import { parseMultikey } from "../../../../core/multikey.js";
import {
  bundleRegistry,
  type DocumentInput,
  looksLikeZip,
  type RegistryAccess,
  type RevocationListSource,
  verifyCertificate,
} from "../../../../verify/index.js";
import type { Report } from "../../../../verify/report.js";
import { type HeldBundle, heldBundle, newerBundle, noteOf } from "./held-bundle.js";
import { keep, kept } from "./kept.js";
import { ownLists, ownMirror, ownTypes } from "./nearby.js";
import { askNetwork, isOtherNetwork, NO_REGISTRY, nodeRegistry, trustOf } from "./network.js";
import type { Footing, NetworkTrust, Verification } from "./protocol.js";

/** The largest licence, and thus the most that is read of a file. */
const LARGEST_DOCUMENT = 20 * 2 ** 20;
/** A chain that answers, but this slowly, is as good as none when a bundle is at hand. */
const PATIENCE_MS = 12_000;
/** Without one it gets longer, but ends before the page takes the document for one that was made to keep it busy. */
const LONGEST_PATIENCE_MS = 24_000;
const KEPT_AS = "network";
const BEFORE_KEPT_AS = "network-before";

/** The verifying side of the page: one network, one registry, the newest bundle. Lives in the worker. */
export class Verifier {
  #network: NetworkTrust | null = null;
  /** What the service named here before it named another one; until the reader accepts that. */
  #before: NetworkTrust | null = null;
  #registry: RegistryAccess = NO_REGISTRY;
  /** Only ever of the network above. */
  #held: HeldBundle | null = null;
  #refusedBundle: string | null = null;
  #isOnline = false;
  #clockAhead = 0;
  #opened: Promise<void> | null = null;

  /** What was kept, then what the service says. Quick, so that the first document need not wait for a bundle. */
  async open(): Promise<Footing> {
    this.#opened ??= this.#open();
    await this.#opened;
    return this.#footing();
  }

  /** Asks the service again, and for a newer bundle. */
  async refresh(): Promise<Footing> {
    await this.open();
    await this.#askService();
    const network = this.#network;
    if (network !== null && this.#isOnline) {
      try {
        this.#held = await newerBundle(this.#held, { network, registry: this.#registry });
        this.#refusedBundle = null;
      } catch (error) {
        // That none could be had is no refusal.
        this.#refusedBundle = error instanceof TallyError ? error.code : null;
      }
    }
    return this.#footing();
  }

  /** The reader has asked about the network that the service names now. */
  async acceptNetwork(): Promise<Footing> {
    await this.open();
    await this.#setBefore(null);
    return this.#footing();
  }

  async verify(document: { readonly file: Blob } | { readonly text: string }): Promise<Verification> {
    await this.open();
    if ("file" in document && looksLikeZip(new Uint8Array(await document.file.slice(0, 4).arrayBuffer())))
      return this.#verifyArchive(document.file);
    const input = await inputOf(document);
    if (this.#held !== null && !navigator.onLine) return this.#byBundle(input, this.#held);
    const asked = this.#byRegistry(input, this.#registry);
    if (this.#held === null)
      return (await Promise.race([asked, after(LONGEST_PATIENCE_MS)])) ?? this.#byRegistry(input, NO_REGISTRY);
    const verification = await Promise.race([asked, after(PATIENCE_MS)]);
    if (verification !== null && !lacksRegistry(verification.report)) return verification;
    return this.#byBundle(input, this.#held);
  }

  /** It carries its registry, and is believed for the keys from which bundles of this page's own region are taken. */
  async #verifyArchive(file: Blob): Promise<Verification> {
    if (this.#held === null) await this.refresh();
    const { verifyArchiveFile } = await import("./archive-file.js");
    const network = this.#network;
    return verifyArchiveFile(file, {
      trust: { ...trustOf(network), ...(network?.genesis ? { genesis: network.genesis } : {}) },
      pinned: (this.#held?.pins ?? []).map(parseMultikey),
      now: new Date(),
      ...(network === null ? {} : { purpose: { region: network.region } }),
    });
  }

  async #open(): Promise<void> {
    this.#network = await kept<NetworkTrust>(KEPT_AS);
    this.#before = await kept<NetworkTrust>(BEFORE_KEPT_AS);
    if (this.#network !== null) this.#registry = nodeRegistry(this.#network);
    await this.#askService();
    if (this.#network !== null) this.#held = await heldBundle(this.#network);
  }

  async #askService(): Promise<void> {
    try {
      const { network, clockAhead } = await askNetwork();
      this.#clockAhead = clockAhead;
      this.#isOnline = true;
      if (JSON.stringify(network) === JSON.stringify(this.#network)) return;
      const known = this.#before ?? this.#network;
      await this.#setBefore(known !== null && isOtherNetwork(known, network) ? known : null);
      this.#network = network;
      this.#registry = nodeRegistry(network);
      // A bundle of another chain is none of this network's.
      this.#held = await heldBundle(network);
      await keep(KEPT_AS, network);
    } catch {
      this.#isOnline = false;
    }
  }

  async #setBefore(before: NetworkTrust | null): Promise<void> {
    if (before === this.#before) return;
    this.#before = before;
    await keep(BEFORE_KEPT_AS, before);
  }

  async #byRegistry(input: DocumentInput, registry: RegistryAccess): Promise<Verification> {
    const report = await this.#report(input, registry, [this.#heldLists, ownLists]);
    return { report, source: "registry", bundle: null, archive: null };
  }

  async #byBundle(input: DocumentInput, held: HeldBundle): Promise<Verification> {
    const now = new Date();
    const network = this.#network!;
    const registry = bundleRegistry(held.bundle, { now, maxAge: network.bundleMaxAgeSeconds });
    const report = await this.#report(input, registry, [this.#heldLists]);
    return { report, source: "bundle", bundle: noteOf(held, network, now), archive: null };
  }

  readonly #heldLists: RevocationListSource = {
    findRevocationLists: async () => this.#held?.bundle.revocationLists ?? [],
  };

  #report(input: DocumentInput, registry: RegistryAccess, lists: readonly RevocationListSource[]): Promise<Report> {
    const network = this.#network;
    return verifyCertificate(input, {
      trust: trustOf(network),
      registry,
      mirror: ownMirror,
      types: ownTypes,
      revocationLists: {
        findRevocationLists: async (ca) =>
          (await Promise.all(lists.map((source) => source.findRevocationLists(ca)))).flat(),
      },
      now: new Date(),
      ...(network === null ? {} : { purpose: { region: network.region } }),
    });
  }

  #footing(): Footing {
    return {
      network: this.#network,
      networkBefore: this.#before,
      bundle: this.#held && noteOf(this.#held, this.#network!, new Date()),
      refusedBundle: this.#refusedBundle,
      isOnline: this.#isOnline,
      clockAhead: this.#clockAhead,
    };
  }
}

/** The node was not reached, at first or on the way; with a bundle that need not be the last word. */
function lacksRegistry({ checks }: Report): boolean {
  return checks.some((check) => "reason" in check && check.reason === "registry.unreachable");
}

async function inputOf(document: { readonly file: Blob } | { readonly text: string }): Promise<DocumentInput> {
  if ("text" in document) return document;
  const { file } = document;
  if (file.size > LARGEST_DOCUMENT) return { bytes: oversized() };
  return { bytes: new Uint8Array(await file.arrayBuffer()) };
}

/** One byte more than the library reads, so that it gives its own answer for a file of any size. */
function oversized(): Uint8Array {
  const bytes = new Uint8Array(LARGEST_DOCUMENT + 1);
  bytes.set(new TextEncoder().encode("%PDF-1.7\n"));
  return bytes;
}

function after(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}
