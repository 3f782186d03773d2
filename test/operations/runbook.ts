// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Outcome, RegionOnCommandLine } from "../main/region.js";

export const OPERATIONS = fileURLToPath(new URL("../../docs/operations.md", import.meta.url));

/** A fenced `sh` block of the page. */
interface Block {
  readonly lines: readonly string[];
}

/** Every second-level section of the page that holds commands, with its blocks in order. */
export function sectionsWithCommands(): ReadonlyMap<string, readonly Block[]> {
  const sections = new Map<string, Block[]>();
  let title = "";
  let open: string[] | null = null;
  for (const line of readFileSync(OPERATIONS, "utf8").split("\n")) {
    if (open !== null) {
      if (line.trim() === "```") open = null;
      else if (line.trim() !== "") open.push(line.trim());
    } else if (line.startsWith("## ")) title = line.slice(3);
    else if (line.trim() === "```sh") {
      open = [];
      sections.set(title, [...(sections.get(title) ?? []), { lines: open }]);
    }
  }
  return sections;
}

export interface Ran extends Outcome {
  readonly command: string;
}

/**
 * The commands of one drill as docs/operations.md has them. They are run as they stand there: the test says only what an operator
 * would fill in (a line `NAME=‹…›`), and each block once, in order.
 */
export class Runbook {
  readonly #blocks: readonly Block[];
  #next = 0;

  constructor(
    title: string,
    private readonly region: Pick<RegionOnCommandLine, "tally">,
    readonly variables: Record<string, string>,
  ) {
    const blocks = sectionsWithCommands().get(title);
    if (blocks === undefined) throw new Error(`docs/operations.md has no drill "${title}" with commands`);
    this.#blocks = blocks;
  }

  /** Runs the next block; every command must end with 0, or with what its comment says (`# exit code 70`). */
  async step(filledIn: Readonly<Record<string, string>> = {}): Promise<readonly Ran[]> {
    const block = this.#blocks[this.#next];
    if (block === undefined) throw new Error("the drill has no further block of commands");
    this.#next += 1;
    const ran: Ran[] = [];
    for (const line of block.lines) {
      const outcome = await this.#run(line, filledIn);
      if (outcome !== null) ran.push(outcome);
    }
    return ran;
  }

  /** That the drill was run to its end. */
  finished(): void {
    expect(this.#next, "blocks of commands that were run").to.equal(this.#blocks.length);
  }

  async #run(line: string, filledIn: Readonly<Record<string, string>>): Promise<Ran | null> {
    const [, text = "", comment = ""] = /^(.*?)(?:\s+#\s*(.*))?$/.exec(line) ?? [];
    if (text === "" || text.startsWith("#")) return null;
    const assignment = /^([A-Z_]+)=(.*)$/.exec(text);
    const captured = /^([A-Z_]+)=\$\((.*)\)$/.exec(text);
    if (captured !== null) {
      const ran = await this.#command(captured[2]!, comment);
      this.variables[captured[1]!] = ran.out.at(-1) ?? "";
      return ran;
    }
    if (assignment !== null && !text.includes(" npx ")) {
      const [, name = "", value = ""] = assignment;
      const known = filledIn[name] ?? (value.includes("‹") ? undefined : this.#words(value)[0]);
      if (known === undefined) throw new Error(`the test does not say what to fill in for ${text}`);
      this.variables[name] = known;
      return null;
    }
    return this.#command(text, comment);
  }

  async #command(text: string, comment: string): Promise<Ran> {
    const words = this.#words(text);
    const environment: Record<string, string> = {};
    while (/^[A-Z_]+=/.test(words[0] ?? "")) {
      const [name = "", ...value] = words.shift()!.split("=");
      environment[name] = value.join("=");
    }
    if (words[0] !== "npx" || words[1] !== "tally") throw new Error(`not a tally command: ${text}`);
    const outcome = await this.region.tally(words.slice(2), { environment });
    const expected = Number(/exit code (\d+)/.exec(comment)?.[1] ?? 0);
    expect(outcome.code, `${text}\n${outcome.said}`).to.equal(expected);
    return { command: text, ...outcome };
  }

  /** Words as a shell would split them: double quotes, and variables, of which an unquoted one may be several words. */
  #words(text: string): string[] {
    const parts = text.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
    return parts.flatMap((part) => {
      const quoted = part.includes('"');
      const value = part.replaceAll('"', "").replace(/\$([A-Z_]+)/g, (_, name: string) => {
        const known = this.variables[name];
        if (known === undefined) throw new Error(`$${name} is not set at "${text}"`);
        return known;
      });
      return quoted ? [value] : value.split(/\s+/).filter((word) => word !== "");
    });
  }
}
