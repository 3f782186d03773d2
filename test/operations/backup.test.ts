// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { sqliteAuditStore } from "../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../src/adapters/sqlite/database.js";
import type { Tally } from "../../src/cli/tally.js";
import type { Actor } from "../../src/domain/audit/index.js";
import { createContext } from "../../src/main/command-context.js";
import { writeVersion4 } from "../adapters/sqlite/version-4.js";
import { PLAIN_ENVIRONMENT, startService, tally, until, workspace } from "../main/service-process.js";
import { AGENCY, FOOD, type Issued, type Office, openOffice, permit, REGION, statusIndexOf } from "./office.js";
import { Runbook } from "./runbook.js";

describe("a backup", function () {
  this.timeout(300_000);
  const here = workspace();
  let office: Office;
  let earlier: Issued;
  let waiting: readonly Issued[];
  let later: Issued;
  /** Live in the backup; the leaver's token and the first link are revoked after it. */
  const tokens = { leaver: "", counter: "" };
  const links: { readonly certificate: string; readonly link: string }[] = [];
  const PASSPHRASE = here.path("passphrase");

  before(async () => {
    office = await openOffice(here.path("data"), here.path);
    cpSync(join(office.directory, "passphrase"), PASSPHRASE);
    earlier = await office.issue();
    waiting = [await office.issue({ anchor: false }), await office.issue({ anchor: false })];
    for (const each of ["leaver", "counter"] as const)
      tokens[each] = (await office.done("token", "create", AGENCY, "--label", each))[0]!;
    await office.done("token", "revoke", idOf((await office.done("token", "create", AGENCY, "--label", "ended"))[0]!));
    for (const { identifier } of [earlier, ...waiting]) {
      const [listed] = await office.done("pick-up", "list", identifier, "--agency", AGENCY);
      links.push({ certificate: identifier, link: JSON.parse(listed!).link });
    }
    // As they are listed: by their names, which is not always the order in which they were made.
    links.sort((a, b) => (a.link < b.link ? -1 : 1));
    await office.done("backup", "--to", here.path("backup"));
    await office.done("token", "revoke", idOf(tokens.leaver));
    await office.done("pick-up", "revoke", links[0]!.certificate, links[0]!.link, "--agency", AGENCY);
    // Anchored with nothing else: rotating drains what the key has signed.
    await office.done("key", "rotate", AGENCY);
    later = await office.issue();
  });
  after(async () => {
    await office?.close();
    here.remove();
  });

  const restored = (data: string, ...options: string[]) =>
    office.tally(["restore", "--from", here.path("backup"), "--data", data, ...options], {
      environment: { TALLY_PASSPHRASE_FILE: PASSPHRASE },
    });
  /** One command on a restored directory. */
  const inTally = (data: string, use: (tally: Tally) => Promise<void>): Promise<void> => {
    const settings = { TALLY_DATA: data, TALLY_LOG: "warn", TALLY_PASSPHRASE_FILE: PASSPHRASE };
    const silent = { write: () => {} };
    const environment = { ...PLAIN_ENVIRONMENT, ...settings };
    return createContext({ environment, stdout: silent, stderr: silent }).withTally(use);
  };
  const refused = async (change: (backup: string) => void, said: RegExp): Promise<void> => {
    const copy = here.copyOf(here.path("backup"));
    change(copy);
    const data = `${copy}-data`;
    const outcome = await office.tally(["restore", "--from", copy, "--data", data]);
    expect(outcome.code).not.to.equal(0);
    expect(outcome.said).to.match(said);
    expect(() => statSync(data)).to.throw();
  };

  it("is restored as the runbook says, and everything issued before it is there and verifies", async () => {
    const examination = new Runbook("Examine a deployment", office, {});
    const [, deep] = await examination.step();
    expect(deep!.out.join("\n")).to.match(/ok {4}certificates +4 examined/);
    examination.finished();
    const runbook = new Runbook("Backup and restore", office, {
      BACKUP: here.path("by-the-book"),
      RESTORED: here.path("by-the-book-data"),
      PASSPHRASE,
    });
    const [backedUp] = await runbook.step();
    expect(backedUp!.said).to.contain("the passphrase is not in it");
    const [, doctor] = await runbook.step();
    expect(doctor!.out.join("\n")).not.to.contain("FAIL");
    await inTally(here.path("by-the-book-data"), async (there) => {
      for (const { document } of [earlier, later]) expect((await verified(there, document)).verdict).to.equal("valid");
    });
    runbook.finished();
  });

  it("gives way to the chain: what was anchored since is found again, not staged twice and no alarm", async () => {
    const data = here.path("newer-chain");
    const { code, said } = await restored(data, "--chain-journal", join(office.directory, "chain/journal.jsonl"));
    expect(code, said).to.equal(0);
    expect(said).to.contain("1 batches with 2 waiting entries were found on the chain again");
    await inTally(data, async (there) => {
      for (const { identifier } of waiting) {
        const state = await there.issuance.getCertificate(issuerOf(there), identifier);
        expect(state).to.include({ anchoring: "anchored" });
      }
      await there.watchOnce();
      // The batch of what was issued after the backup is the one thing that nobody here has.
      expect((await there.alarms.list()).map(({ kind }) => kind)).to.deep.equal(["unknown-batch"]);
      for (const { document } of [earlier, later]) expect((await verified(there, document)).verdict).to.equal("valid");
    });
  });

  describe("of API tokens and pick-up links", () => {
    /** What the holders' links are good for, and which tokens open the API, on a restored directory. */
    const accessOf = async (data: string) => {
      const access = { tokens: [] as string[], links: [] as string[] };
      await inTally(data, async (there) => {
        for (const [label, token] of Object.entries(tokens))
          if (await there.tokens.authenticate(token)) access.tokens.push(label);
        for (const { certificate } of links)
          for (const { state } of await there.pickUps.listLinks(issuerOf(there), certificate)) access.links.push(state);
      });
      return access;
    };

    it("leaves none that could have been revoked since, and says which they were", async () => {
      const data = here.path("safe");
      const { code, out, said } = await restored(data);
      expect(code, said).to.equal(0);
      expect(out.map((line) => line.split(/\s+/)[0])).to.deep.equal([
        ...["token", "token"],
        ...["pick-up-link", "pick-up-link", "pick-up-link"],
      ]);
      // Links by id, whose text is not in the order in which they were made.
      expect(out.map((line) => line.split(/\s+/).slice(0, 3))).to.have.deep.members([
        ["token", idOf(tokens.leaver), AGENCY],
        ["token", idOf(tokens.counter), AGENCY],
        ...links.map(({ link }) => ["pick-up-link", link, AGENCY]),
      ]);
      expect(said).to.contain("2 API tokens are revoked").and.to.contain("3 pick-up links are revoked");
      expect(said).to.contain("tally seal revoke");
      expect(await accessOf(data)).to.deep.equal({ tokens: [], links: ["revoked", "revoked", "revoked"] });
      const database = openDatabase(join(data, "store.sqlite"));
      const logged = async (object: string, action: "token-revoked" | "pick-up-link-revoked" | "store-restored") =>
        (await sqliteAuditStore(database).list({ object, action, order: "oldest-first", limit: 10 }))[0]!.detail;
      const reason = "store-restored";
      expect(await logged(idOf(tokens.counter), "token-revoked")).to.include({ reason });
      const { link, certificate } = links[1]!;
      expect(await logged(certificate, "pick-up-link-revoked")).to.include({ reason, link });
      expect(await logged(REGION, reason)).to.include({ tokensRevoked: 2, pickUpLinksRevoked: 3 });
      database.close();
    });

    it("keeps them when it is told that nothing can have changed", async () => {
      const data = here.path("moved");
      const { code, out, said } = await restored(data, "--keep-tokens", "--keep-pick-up-links", "--json");
      expect(code, said).to.equal(0);
      expect(out).to.deep.equal([]);
      expect(await accessOf(data)).to.deep.equal({ tokens: ["leaver", "counter"], links: ["open", "open", "open"] });
    });

    it("ends either alone, for programs one object a line", async () => {
      const data = here.path("links-only");
      const { out } = await restored(data, "--keep-tokens", "--json");
      expect(out.map((line) => JSON.parse(line))).to.have.deep.members(
        links.map(({ link: id, certificate }) => ({ ended: "pick-up-link", id, agency: AGENCY, certificate })),
      );
      expect(await accessOf(data)).to.deep.equal({
        tokens: ["leaver", "counter"],
        links: ["revoked", "revoked", "revoked"],
      });
    });
  });

  it("hands out no status index again, however often it is restored", async () => {
    const lists = [listOf(later.document)];
    for (const name of ["once", "twice"]) {
      const data = here.path(name);
      // Without a passphrase the restoration is finished by the next command.
      expect((await office.tally(["restore", "--from", here.path("backup"), "--data", data])).code).to.equal(70);
      const restoredAt = Date.now();
      await inTally(data, async (there) => {
        const { certificateIdentifier } = await there.issuance.issueCertificate(issuerOf(there), permit());
        await there.anchorPending();
        const document = here.path(`${name}.json`);
        const content = await there.issuance.documentOf(issuerOf(there), certificateIdentifier);
        writeFileSync(document, JSON.stringify(content));
        lists.push(listOf(document));
        expect((await verified(there, document)).verdict).to.equal("valid");
      });
      await until(() => Date.now() - restoredAt > 1_000, 10_000);
    }
    expect(new Set(lists).size).to.equal(3);
    expect(lists[0]).to.equal(0);
  });

  it("says what is missing when the passphrase is not there, and goes on when it is", async () => {
    const data = here.path("locked");
    const { code, said } = await office.tally(["restore", "--from", here.path("backup"), "--data", data]);
    expect(code).to.equal(70);
    expect(said).to.contain("not compared with the chain yet").and.to.contain(join(data, "passphrase"));
    const serving = await office.tally(["init"], { environment: { TALLY_DATA: data } });
    expect(serving.said).to.contain("cannot be opened without it");
    expect(existsSync(join(data, "passphrase"))).to.equal(false);
    expect(existsSync(join(data, "restored.json"))).to.equal(true);
    await inTally(data, async () => {});
    expect(existsSync(join(data, "restored.json"))).to.equal(false);
  });

  it("of a store of an older version is brought to this one, and the examination finds nothing in it", async () => {
    const copy = here.copyOf(here.path("backup"));
    const store = join(copy, "store.sqlite");
    renameSync(store, here.path("newer.sqlite"));
    writeVersion4(here.path("newer.sqlite"), store);
    const bytes = readFileSync(store);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    changedManifest((manifest) => {
      const files = (manifest.files as { path: string }[]).map((file) =>
        file.path === "store.sqlite" ? { ...file, size: bytes.length, sha256 } : file,
      );
      Object.assign(manifest, { schemaVersion: 4, files });
    })(copy);
    const data = here.path("from-version-4");
    const environment = { TALLY_PASSPHRASE_FILE: PASSPHRASE };
    const { code, said } = await office.tally(["restore", "--from", copy, "--data", data], { environment });
    expect(code, said).to.equal(0);
    const examined = await office.tally(["doctor", "--deep"], { environment: { ...environment, TALLY_DATA: data } });
    expect(examined.out.join("\n")).to.match(/ok {4}certificates +3 examined/);
    expect(examined.out.join("\n")).not.to.contain("FAIL");
    await inTally(data, async (there) => {
      expect((await verified(there, earlier.document)).verdict).to.equal("valid");
      const { certificateIdentifier } = await there.issuance.issueCertificate(issuerOf(there), permit());
      const stored = await there.issuance.getCertificate(issuerOf(there), certificateIdentifier);
      expect(stored).to.include({ anchoring: "pending" });
    });
  });

  it("holds the passphrase only when it is asked for", async () => {
    const { files } = JSON.parse(readFileSync(here.path("backup/manifest.json"), "utf8"));
    expect(files.map(({ path }: { path: string }) => path)).not.to.include("passphrase");
    await office.done("backup", "--to", here.path("whole"), "--with-passphrase");
    expect(readFileSync(here.path("whole/passphrase"), "utf8")).to.equal(readFileSync(PASSPHRASE, "utf8"));
    expect(statSync(here.path("whole")).mode & 0o077).to.equal(0);
    expect(statSync(here.path("whole/store.sqlite")).mode & 0o077).to.equal(0);
  });

  it("overwrites nothing, neither a backup nor a data directory", async () => {
    const again = await office.tally(["backup", "--to", here.path("backup")]);
    expect(again.code).to.equal(64);
    mkdirSync(here.path("used"));
    writeFileSync(here.path("used/file"), "");
    const { code, said } = await restored(here.path("used"));
    expect(code).to.equal(64);
    expect(said).to.contain("is not empty");
  });

  const changedManifest = (change: (manifest: Record<string, unknown>) => void) => (backup: string) => {
    const path = join(backup, "manifest.json");
    const manifest = JSON.parse(readFileSync(path, "utf8"));
    change(manifest);
    writeFileSync(path, JSON.stringify(manifest));
  };

  for (const [what, change, said] of [
    [
      "a store that was altered",
      (backup: string) => flip(join(backup, "store.sqlite")),
      /store\.sqlite cannot be used/,
    ],
    ["a key that was altered", (backup: string) => flip(keyFile(backup)), /account-governor\.json cannot be used/],
    ["a file that is missing", (backup: string) => rmSync(join(backup, "profile.json")), /profile\.json/],
    [
      "a manifest of gigabytes, of which nothing is read",
      (backup: string) => truncateSync(join(backup, "manifest.json"), 5 * 2 ** 30),
      /manifest\.json cannot be used: it is larger than 8388608 bytes/,
    ],
    [
      "a manifest that is a pipe, on which nobody waits",
      (backup: string) => {
        rmSync(join(backup, "manifest.json"));
        execFileSync("mkfifo", [join(backup, "manifest.json")]);
      },
      /is not a backup/,
    ],
    [
      "a file that is longer than the manifest says, of which no more is copied",
      (backup: string) => truncateSync(join(backup, "profile.json"), 2 ** 32),
      /profile\.json cannot be used/,
    ],
    ["no manifest", (backup: string) => rmSync(join(backup, "manifest.json")), /is not a backup/],
    [
      "a newer format",
      changedManifest((manifest) => Object.assign(manifest, { version: 2 })),
      /version 2.*newer program/,
    ],
    [
      "another store version",
      changedManifest((manifest) => Object.assign(manifest, { schemaVersion: 999 })),
      /schema version 999/,
    ],
    [
      "a store version that no step leads from",
      changedManifest((manifest) => Object.assign(manifest, { schemaVersion: 3 })),
      /schema version 3 \(program .*\), this program reads 4 to \d+/,
    ],
    [
      "a time that this machine's clock has not reached, since status indices would come again",
      changedManifest((manifest) => Object.assign(manifest, { createdAt: "2999-01-01T00:00:00.000Z" })),
      /made at 2999-01-01T00:00:00\.000Z, but the clock/,
    ],
    [
      "a path that leads out of the directory",
      changedManifest(({ files }) => Object.assign((files as object[])[0]!, { path: "../outside" })),
      /"\.\.\/outside" is not described/,
    ],
  ] as const) {
    it(`is refused with ${what}, and nothing is left behind`, () => refused(change, said));
  }

  it("takes no journal that does not go on from its own", async () => {
    const journal = here.path("foreign.jsonl");
    writeFileSync(journal, readFileSync(join(office.directory, "chain/journal.jsonl"), "utf8").replace("1", "2"));
    const { code, said } = await restored(here.path("foreign"), "--chain-journal", journal);
    expect(code).to.equal(64);
    expect(said).to.contain("does not go on from");
  });

  it("is whole when it is made while certificates are issued", async () => {
    const data = here.path("busy");
    await office.tally(["restore", "--from", here.path("backup"), "--data", data]);
    cpSync(PASSPHRASE, join(data, "passphrase"));
    let token = "";
    await inTally(data, async ({ tokens, actor }) => {
      ({ token } = await tokens.createToken(actor, { agency: AGENCY, role: "issuer", label: "busy", types: [FOOD] }));
    });
    const service = await startService(data);
    const answered: { identifier: string; at: number }[] = [];
    let going = true;
    const issuer = async (): Promise<void> => {
      while (going) {
        const response = await fetch(`${service.ready.url}/v1/certificates`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
          body: JSON.stringify(permit()),
        });
        const { certificateIdentifier: identifier } = (await response.json()) as { certificateIdentifier: string };
        expect(response.status).to.equal(201);
        answered.push({ identifier, at: Date.now() });
      }
    };
    const issuers = [issuer(), issuer(), issuer()];
    try {
      await until(() => answered.length >= 10, 60_000);
      const begun = Date.now();
      const made = await tally(data, "backup", "--to", here.path("busy-backup"), "--with-passphrase");
      expect(made.code, made.said).to.equal(0);
      const sofar = answered.length;
      await until(() => answered.length >= sofar + 5, 60_000);
      going = false;
      await Promise.all(issuers);
      await office.tally(["restore", "--from", here.path("busy-backup"), "--data", here.path("busy-data")], {
        // The next command finishes it, in one start of the chain.
        environment: { TALLY_PASSPHRASE_FILE: here.path("none") },
      });
      await inTally(here.path("busy-data"), async (there) => {
        await there.anchorPending();
        for (const { identifier } of answered.filter(({ at }) => at < begun)) {
          const document = await there.issuance.documentOf(issuerOf(there), identifier);
          const report = await there.verify({ bytes: Buffer.from(JSON.stringify(document)), name: identifier });
          expect(report.verdict, identifier).to.equal("valid");
        }
      });
    } finally {
      going = false;
      await service.interrupt();
    }
  });
});

function issuerOf({ actor }: Tally): Actor {
  return { ...actor, role: "issuer", agency: AGENCY, types: ["*"] };
}

function verified(there: Tally, document: string) {
  return there.verify({ bytes: readFileSync(document), name: document });
}

function listOf(document: string): number {
  return Math.floor(statusIndexOf(document) / 131_072);
}

function keyFile(backup: string): string {
  return join(backup, "keys/account-governor.json");
}

/** The public part of a token. */
function idOf(token: string): string {
  return token.split("_")[1]!;
}

/** Changes one byte in the middle. */
function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
}
