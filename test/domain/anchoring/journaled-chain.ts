// SPDX-License-Identifier: Apache-2.0
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { type Act, FakeChain } from "./fake-chain.js";

/** A chain that several processes share through a file of what reached it. One of them at a time may send. */
export class JournaledChain extends FakeChain {
  constructor(private readonly path: string) {
    super();
    this.catchUp();
  }

  override catchUp(): void {
    if (this.path === undefined || !existsSync(this.path)) return;
    // What a kill cut short was never sent.
    const whole = readFileSync(this.path, "utf8").split("\n").slice(0, -1);
    for (const line of whole.slice(this.sent.length)) super.send(JSON.parse(line, bigints) as Act);
  }

  override send(content: Act): { tx: string } {
    this.catchUp();
    appendFileSync(this.path, `${JSON.stringify(content, bigintTexts)}\n`);
    return super.send(content);
  }
}

function bigintTexts(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

function bigints(_: string, value: unknown): unknown {
  return typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
}
