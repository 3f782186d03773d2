// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { startReplicaSet } from "../../../src/main/mongod/replica-set.js";

type Condition = "up" | "stopped" | "dead";

interface FrailMember {
  child: ChildProcess;
  readonly port: number;
  condition: Condition;
}

const ANSWER_MS = 1_500;
const HEALTHY_MS = 90_000;

/** A real replica set of three whose members can be killed, stopped and started again, each by its place. */
export class FrailSet {
  readonly #end = (): void => this.#killAll();

  private constructor(
    readonly url: string,
    readonly adminUrl: string,
    private readonly folder: string,
    private readonly members: FrailMember[],
  ) {
    // Whatever ends the tests ends what they started.
    process.once("exit", this.#end);
  }

  static async start(mongod: string): Promise<FrailSet> {
    const folder = mkdtempSync(join(tmpdir(), "tally-frail-"));
    try {
      const { url, adminUrl, members } = await startReplicaSet({ mongod, folder, members: 3, small: true });
      const frail = members.map(({ child, port }): FrailMember => ({ child, port, condition: "up" }));
      return new FrailSet(url, adminUrl, folder, frail);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      throw error;
    }
  }

  /** The place of the member that is primary and can be reached; of two that think so, the one elected last. Waits for one. */
  async primary(): Promise<number> {
    for (const deadline = Date.now() + HEALTHY_MS; Date.now() < deadline; await pause(100)) {
      const said = await Promise.all(this.members.map((_, n) => this.#hello(n)));
      const elected = said.map((hello) => (hello?.isWritablePrimary ? String(hello.electionId) : ""));
      const newest = elected.toSorted().at(-1);
      if (newest) return elected.indexOf(newest);
    }
    throw new Error("there is no primary");
  }

  /** The places of the members that are not primary. */
  async secondaries(): Promise<number[]> {
    const primary = await this.primary();
    return this.members.map((_, n) => n).filter((n) => n !== primary);
  }

  /** With signal 9. */
  async kill(n: number): Promise<void> {
    const member = this.#member(n);
    member.condition = "dead";
    const gone = exitOf(member.child);
    member.child.kill("SIGKILL");
    await gone;
  }

  /** It keeps its connections and answers nothing. */
  stop(n: number): void {
    const member = this.#member(n);
    member.condition = "stopped";
    member.child.kill("SIGSTOP");
  }

  /** Starts what is dead, lets go on what is stopped. */
  revive(): void {
    for (const member of this.members) {
      if (member.condition === "stopped") member.child.kill("SIGCONT");
      else if (member.condition === "dead") {
        const [program, ...args] = member.child.spawnargs;
        member.child = spawn(program!, args, { stdio: "ignore", detached: true });
      }
      member.condition = "up";
    }
  }

  /** The primary lets another be elected. */
  async stepDown(): Promise<void> {
    await this.#ask(await this.primary(), { replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 });
  }

  /** Resolves when every member is up, one is primary and the others follow it. */
  async healthy(): Promise<void> {
    for (const deadline = Date.now() + HEALTHY_MS; Date.now() < deadline; await pause(100)) {
      const status = await this.#ask(await this.primary(), { replSetGetStatus: 1 }).catch(() => null);
      const states = (status?.members as { stateStr: string }[] | undefined)?.map(({ stateStr }) => stateStr) ?? [];
      if (states.toSorted().join() === "PRIMARY,SECONDARY,SECONDARY") return;
    }
    throw new Error("the replica set does not become whole again");
  }

  async remove(): Promise<void> {
    process.off("exit", this.#end);
    const gone = this.members.map(({ child }) => exitOf(child));
    this.#killAll();
    await Promise.all(gone);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #killAll(): void {
    for (const { child } of this.members) child.kill("SIGKILL");
  }

  #member(n: number): FrailMember {
    return this.members[n]!;
  }

  async #hello(n: number): Promise<Record<string, unknown> | null> {
    if (this.#member(n).condition !== "up") return null;
    return this.#ask(n, { hello: 1 }).catch(() => null);
  }

  async #ask(n: number, command: Record<string, unknown>): Promise<Record<string, unknown>> {
    const credentials = /\/\/(.*)@/.exec(this.adminUrl)![1];
    const bounds = { serverSelectionTimeoutMS: ANSWER_MS, socketTimeoutMS: 10 * ANSWER_MS };
    const url = `mongodb://${credentials}@127.0.0.1:${this.#member(n).port}/?authSource=admin&directConnection=true`;
    const client = new MongoClient(url, bounds);
    try {
      return await client.db("admin").command(command);
    } finally {
      await client.close();
    }
  }
}

function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}
