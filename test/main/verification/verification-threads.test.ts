// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { packageFile } from "../../../src/adapters/package-folder/index.js";
import { TallyError } from "../../../src/core/errors.js";
import type { ThreadSetup } from "../../../src/main/verification/messages.js";
import type { ThreadEvent } from "../../../src/main/verification/verification-thread.js";
import {
  type VerificationThreads,
  type VerificationThreadsOptions,
  verificationThreads,
} from "../../../src/main/verification/verification-threads.js";
import { createRenderer } from "../../../src/render/index.js";
import { HOST } from "../../render/fixture.js";
import { LAYOUTS } from "../../render/layouts.js";

const LOOK = { failure: { code: null, message: "is not looked at here" } };
const PROGRAM = new URL("./odd-thread.mjs", import.meta.url);

describe("verification threads", () => {
  let threads: VerificationThreads;
  let events: ThreadEvent[];
  let counts: { started: Int32Array; dropped: Int32Array };

  const start = (given: Partial<VerificationThreadsOptions> = {}, failing = 0): void => {
    events = [];
    const counter = () => new Int32Array(new SharedArrayBuffer(4));
    counts = { started: counter(), dropped: counter() };
    threads = verificationThreads({
      threads: 1,
      timeoutMs: 20_000,
      silenceMs: 750,
      setup: { ...counts, failing } as unknown as ThreadSetup,
      registry: { look: async () => LOOK, ask: never },
      mirror: { findProof: never },
      types: { findType: never },
      revocationLists: never,
      onEvent: (event) => events.push(event),
      program: PROGRAM,
      ...given,
    });
  };
  afterEach(() => threads.stop());

  const report = (text: string): Promise<string> => threads.report({ text }, {});
  const refusal = async (work: Promise<unknown>): Promise<TallyError> => {
    const outcome = await work.catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(Error);
    return outcome as TallyError;
  };

  it("answer what they are asked, side by side", async () => {
    start({ threads: 2 });
    const answers = await Promise.all([report("keep this"), report("one"), threads.reports(Buffer.from("[]"), {})]);
    expect(answers.map((answer) => answer.replace(/ by \d/, ""))).to.deep.equal(["keep this", "one", "list"]);
    expect(new Set(answers.map((answer) => answer.at(-1))).size).to.equal(2);
  });

  it("draw what the renderer of the service draws, and ask the chain nothing for it", async () => {
    const config = {
      ...{ verifyHost: HOST, region: "340000", fallbackFonts: [], timestampAuthorities: [] },
      ...{ maxAnchorDelaySeconds: 60, maxHeadAgeSeconds: null },
    };
    start({
      ...{ setup: { config, network: { chainId: 1, registry: "0x" } } as unknown as ThreadSetup },
      ...{ registry: { look: never, ask: never }, program: packageFile("dist/main/verification/thread.js") },
    });
    const type = LAYOUTS.get("business-licence")!;
    const drawn = await threads.preview(type);
    expect(Buffer.compare(drawn, createRenderer({ verifyHost: HOST }).preview(type))).to.equal(0);
    const unprintable = { ...type, layout: { ...type.layout, qr: { x: 0, y: 0, size: 1 } } };
    expect(await refusal(threads.preview(unprintable))).to.have.property("code", "type.invalid");
    expect(await threads.preview(type)).to.deep.equal(drawn);
    expect(events).to.deep.equal([]);
  }).timeout(30_000);

  it("hand errors on as they are", async () => {
    start();
    const error = await refusal(report("refuse"));
    expect(error).to.be.instanceOf(TallyError).and.include({ code: "json.malformed", field: "/x" });
    expect(await refusal(report("break"))).to.include({ message: "broken", stack: "broken at line 1" });
  });

  it("refuse what takes too long, and go on", async () => {
    start({ timeoutMs: 1_000 });
    expect((await refusal(report("keep"))).code).to.equal("request.overloaded");
    // On a busy machine the thread may still be starting, and then more than one waits too long.
    const next = (): Promise<string> => report("next").catch(next);
    expect(await next()).to.equal("next by 0");
    expect(events).to.deep.equal([]);
  });

  for (const harm of ["spin", "end", "fill"]) {
    it(`refuse a document that makes a thread ${harm}, and answer the others`, async () => {
      start();
      const answers = ["one", harm, "two", "three"].map(report);
      const lost = await refusal(answers[1]!);
      expect(lost.code).to.equal("request.overloaded");
      expect(await Promise.all([answers[0], answers[2], answers[3]])).to.have.length(3);
      expect(events.map(({ event }) => event)).to.deep.equal(Array(2).fill("verification-thread-ended"));
      expect(await report("later")).to.equal("later by 2");
    }).timeout(30_000);
  }

  it("do not refuse a document because threads cannot start for a while", async () => {
    start({}, 2);
    expect(await report("patient")).to.equal("patient by 2");
    expect(events.map(({ error }) => String(error))).to.deep.equal(Array(2).fill("Error: cannot start"));
  });

  it("stop work that nobody waits for", async () => {
    start();
    const over = new AbortController();
    const work = refusal(threads.reports(Buffer.from("[]"), {}, over.signal));
    over.abort(new Error("gone"));
    expect((await work).message).to.equal("gone");
    const late = threads.reports(Buffer.from("[]"), {}, over.signal);
    expect((await refusal(late)).message).to.equal("gone");
    expect(await report("next")).to.equal("next by 0");
    expect(counts.dropped[0]).to.equal(1);
  });

  it("reject what is under way when they are stopped, and what comes after", async () => {
    start();
    const work = refusal(report("keep"));
    await threads.stop();
    expect((await work).code).to.equal("request.overloaded");
    expect((await refusal(report("late"))).code).to.equal("request.overloaded");
  });
});

const never = (): Promise<never> => Promise.reject(new Error("is not asked here"));
