// SPDX-License-Identifier: Apache-2.0
import type { Told } from "./findings.js";

/** What a client asks of the service. It is asked again, unchanged, until it is answered. */
export type Request =
  | { readonly kind: "issue"; readonly key: string; readonly number: string; readonly body: string }
  | { readonly kind: "batch"; readonly key: string; readonly numbers: readonly string[]; readonly body: string }
  | {
      readonly kind: "act";
      readonly key: string;
      readonly identifier: string;
      readonly act: "suspend" | "release" | "revoke";
      readonly body: string;
    }
  /** The PDF of a certificate, which is sealed as soon as that is anchored. */
  | { readonly kind: "file"; readonly key: string; readonly identifier: string }
  | Import;

/** A CSV file for `tally import`, which knows no keys: the whole file is imported again. */
export interface Import {
  readonly kind: "import";
  readonly file: string;
  readonly numbers: readonly string[];
}

/** The client's own record: what it was told, and what it asked and was not told. Outlives every service. */
export class Journal {
  /** Answers that contradict earlier ones, and refusals that nothing explains. */
  readonly contradictions: string[] = [];
  readonly #byNumber = new Map<string, { identifier: string; state: string }>();
  readonly #unanswered = new Set<Request>();
  readonly #open: Exclude<Request, Import>[] = [];
  readonly #imports: Import[] = [];
  readonly #underAct = new Set<string>();
  readonly #files = new Map<string, string>();

  /** The service has said that the certificate of this number is stored. */
  tellIssued(number: string, identifier: string, by: Request["kind"] = "issue"): void {
    // A file is told apart from what is stored by the numbers in force, so those stay in force.
    if (by === "import") this.#underAct.add(identifier);
    const known = this.#byNumber.get(number);
    if (known === undefined) this.#byNumber.set(number, { identifier, state: "valid" });
    else if (known.identifier !== identifier)
      this.contradictions.push(`number ${number} is ${known.identifier}, then ${identifier}`);
  }

  /** The service has said that an act is carried out. */
  tellState(identifier: string, state: string): void {
    for (const told of this.#byNumber.values()) if (told.identifier === identifier) told.state = state;
    this.#underAct.delete(identifier);
  }

  /** The service has handed out the PDF with this digest; null when it had no seal. A sealed one stays what it is. */
  tellFile(identifier: string, digest: string | null): void {
    const known = this.#files.get(identifier);
    if (known !== undefined && known !== digest)
      this.contradictions.push(`the file of ${identifier} is ${known}, then ${digest ?? "one without a seal"}`);
    else if (digest !== null) this.#files.set(identifier, digest);
  }

  /** SHA-256 of every sealed file that was handed out, by its certificate's identifier. */
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }

  /** About to be asked, for the first time or again. */
  ask(request: Request): void {
    this.#unanswered.add(request);
  }

  answered(request: Request): void {
    this.#unanswered.delete(request);
  }

  /** Not answered: to be asked again. */
  reopen(request: Request): void {
    if (request.kind === "import") this.#imports.push(request);
    else this.#open.push(request);
  }

  /** The request that has waited longest for being asked again. */
  takeOpen(): Exclude<Request, Import> | undefined {
    return this.#open.shift();
  }

  takeImport(): Import | undefined {
    return this.#imports.shift();
  }

  /** Requests that were asked and not answered. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** A certificate for an act, and nobody else's until the act is answered. */
  claimForAct(pick: (of: readonly Told[]) => Told): Told | null {
    const free = this.told.filter(({ identifier, state }) => state !== "cancelled" && !this.#underAct.has(identifier));
    if (free.length === 0) return null;
    const chosen = pick(free);
    this.#underAct.add(chosen.identifier);
    return chosen;
  }

  /** From now on nobody asks for an act on it; false when one is under way. */
  keepAsItIs(identifier: string): boolean {
    if (this.#underAct.has(identifier)) return false;
    this.#underAct.add(identifier);
    return true;
  }

  get told(): readonly Told[] {
    return [...this.#byNumber].map(([number, { identifier, state }]) => ({ number, identifier, state }));
  }
}
