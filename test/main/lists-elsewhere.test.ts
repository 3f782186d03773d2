// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { listsElsewhere } from "../../src/main/lists-elsewhere.js";
import { revocationList } from "../core/seal/hand-made.js";
import { openSealOffice } from "../core/seal/office.js";
import { workspace } from "./service-process.js";

const CA = "ca".repeat(32);
const FROM = 1_790_000_000;

describe("revocation lists of the own CA that are kept elsewhere", () => {
  const here = workspace();

  it("come from peers and from the folder of lists, whoever of them does not answer", async () => {
    const { ca, region } = openSealOffice({ agency: "11340000MB1234567X", from: FROM });
    const [mirrored, kept] = ["02", "03"].map((number) =>
      revocationList({ region, ca: ca.key, number, thisUpdate: FROM, nextUpdate: FROM + 60 }),
    ) as [Uint8Array, Uint8Array];
    const dataDirectory = here.path("data");
    mkdirSync(here.path("data/trust/revocation-lists"), { recursive: true });
    writeFileSync(here.path("data/trust/revocation-lists/found.crl"), kept);
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.setHeader("Content-Type", "application/pkix-crl").end(mirrored);
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const warned: unknown[] = [];
    const logger = { warn: (...line: unknown[]) => warned.push(line) };
    const found = await listsElsewhere(
      CA,
      { peers: [url, "http://127.0.0.1:1"], chainTimeoutMs: 10_000, dataDirectory },
      logger as unknown as Parameters<typeof listsElsewhere>[2],
    );
    await new Promise((resolve) => server.close(resolve));
    expect(asked).to.deep.equal([`/v1/seal-authorities/${CA}/revocation-list`]);
    expect(found.map((list) => Buffer.from(list))).to.deep.equal([mirrored, kept].map((list) => Buffer.from(list)));
    expect(warned).to.have.length(1);
    expect(JSON.stringify(warned)).to.contain("revocation-list-not-asked").and.contain("127.0.0.1:1");
  });
});
