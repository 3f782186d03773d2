// SPDX-License-Identifier: Apache-2.0

/** Tried in this order for each character of a pattern: what numbers and names mostly consist of. */
const CANDIDATES = Array.from(
  "0123456789ABCDEFGHJKLMNPQRTUWXYabcdefghijklmnopqrstuvwxyz样例示范省市县区路号第字证书-_./（） ",
);
const HAN = CANDIDATES.indexOf("样");
/** A sample shows what fits, not how much a pattern allows. */
const MAX_LENGTH = 200;

/**
 * A text that matches a pattern of the kind that `patternProblem` of `core/type-reader` lets pass, always the same one: shortest repetitions,
 * first alternatives. Empty when the pattern needs a character that is tried nowhere.
 */
export function sampleText(pattern: string): string {
  const reader = new PatternReader(pattern);
  const text = reader.alternatives();
  return new RegExp(`^(?:${pattern})$`, "u").test(text) ? text : "";
}

class PatternReader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#characters = Array.from(pattern);
  }

  /** The first alternative; the others are read past. */
  alternatives(): string {
    const first = this.#sequence();
    while (this.#peek() === "|") {
      this.#at++;
      this.#sequence();
    }
    return first;
  }

  #sequence(): string {
    let text = "";
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next === "|" || next === ")") return text.slice(0, MAX_LENGTH);
      const atom = this.#atom();
      const count = this.#repetitions();
      for (let i = 0; i < count && text.length < MAX_LENGTH; i++) text += atom(i);
    }
  }

  /** What stands for one repetition, given its number, so that names are not one character over and over. */
  #atom(): (repetition: number) => string {
    const next = this.#take();
    if (next === "^" || next === "$") return () => "";
    if (next === "(") {
      if (this.#characters.slice(this.#at, this.#at + 2).join("") === "?:") this.#at += 2;
      const text = this.alternatives();
      this.#at++;
      return () => text;
    }
    if (next === "[") return choice(`[${this.#upTo("]")}`);
    if (next === ".") return choice(".");
    return next === "\\" ? choice(this.#escape()) : () => next;
  }

  #escape(): string {
    const kind = this.#take();
    const hasBraces = "pPu".includes(kind) && this.#peek() === "{";
    return hasBraces ? `\\${kind}${this.#upTo("}")}` : `\\${kind}`;
  }

  #repetitions(): number {
    const next = this.#peek();
    if (next === "?" || next === "+" || next === "*") {
      this.#at++;
      return 1;
    }
    if (next !== "{") return 1;
    const least = Number.parseInt(this.#upTo("}").slice(1), 10);
    return Math.min(least, MAX_LENGTH);
  }

  #upTo(end: string): string {
    let text = "";
    for (let next = this.#take(); next !== ""; next = this.#take()) {
      text += next;
      if (next === "\\") text += this.#take();
      else if (next === end) break;
    }
    return text;
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(): string {
    return this.#characters[this.#at++] ?? "";
  }
}

/** A character of a class, which the engine itself judges. */
function choice(source: string): (repetition: number) => string {
  const expression = new RegExp(`^(?:${source})$`, "u");
  const matching = CANDIDATES.filter((candidate) => expression.test(candidate));
  const own = matching.length > 0 ? matching : Array.from(source).filter((candidate) => expression.test(candidate));
  const [first = ""] = own;
  const isHan = CANDIDATES.indexOf(first) >= HAN;
  return (repetition) => (isHan ? (own[repetition % own.length] ?? "") : first);
}
