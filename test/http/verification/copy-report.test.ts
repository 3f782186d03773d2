// SPDX-License-Identifier: Apache-2.0
import { createRenderer } from "../../../src/render/index.js";
import { copyInput, makeAnchoredCopy } from "../../verify/copies.js";
import { makeWorld, mirrorOf } from "../../verify/fixture.js";
import type { Answer } from "../client.js";
import { expectDescribed } from "../described.js";

describe("the report of a reader's copy", () => {
  const world = makeWorld();
  const copy = makeAnchoredCopy(world, world.issueAnchored());

  for (const [form, document] of [
    ["file", createRenderer({ verifyHost: "verify.example" }).renderCopy(copyInput(world, copy))],
    ["code", world.codeOf(copy)],
  ] as const)
    it(`is what the OpenAPI document says, of its ${form}`, async () => {
      const report = await world.verify(document, { mirror: mirrorOf(copy) });
      const headers = new Headers({ "Content-Type": "application/json" });
      expectDescribed("POST", "/v1/verify", { status: 200, headers, json: report, text: "" } as unknown as Answer);
    });
});
