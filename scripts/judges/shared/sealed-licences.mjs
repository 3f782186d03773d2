// SPDX-License-Identifier: Apache-2.0
// Sealed licences for the judges of signatures, and files that each of them must refuse: made by this checkout into a temporary directory, the
// certificates by its certificate authority as of now.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tsImport } from "tsx/esm/api";

const DAY = 86_400;
const LONG_NAME = "样例省样例自治州样例市人民政府行政审批服务局（样例市政务服务数据管理局样例办公）";

/**
 * Calls `use` with { sealed, tampered, root, revoked, tsa, token }: files as { name, path, cms, covered }; paths of the CA's certificate, of its
 * revocation list and of the timestamp authority's certificate (PEM); a token, and what it stamps. Then removes them.
 */
export async function withSealedLicences(use) {
  const load = (path) => tsImport(`../../../${path}`, import.meta.url);
  const { x509Authority } = await load("src/adapters/x509/index.ts");
  const { newAuthority, newSeal } = await load("test/domain/seals/fixture.ts");
  const { TSA_CERTIFICATE, tokenOver } = await load("test/adapters/timestamp/local-tsa.ts");
  const { LAYOUTS, licenceOf, longLicenceOf } = await load("test/render/layouts.ts");
  const { anchoredCopyOf } = await load("test/render/copies.ts");
  const { sealedCopy, sealedLicence } = await load("test/render/sealed-licence.ts");
  const now = Math.floor(Date.now() / 1000);
  const validity = { from: now - DAY, until: now + 2 * 365 * DAY };
  const authority = await newAuthority();
  const seal = await newSeal({ authority, validity });
  const time = new Date((now - 600) * 1000).toISOString().replace(/\.\d+/, "");
  const sealedWith = (own, statement = {}, input = {}) => sealedLicence({ time, ...statement }, input, own);

  const stamp = async (signature) => tokenOver(createHash("sha256").update(signature).digest(), now - 300);

  const directory = mkdtempSync(join(tmpdir(), "tally-judge-"));
  try {
    const write = (name, bytes) => {
      const path = join(directory, `${name.replaceAll(" ", "-")}.pdf`);
      writeFileSync(path, bytes);
      return { name, path, ...signatureOf(bytes) };
    };
    const good = Buffer.from(await sealedWith(seal));
    const long = await newSeal({ authority, validity, serial: "0b", agencyName: LONG_NAME });
    const sealed = [
      write("portrait", good),
      ...(await Promise.all(
        [...LAYOUTS].flatMap(([name, type]) => [
          sealedWith(seal, {}, licenceOf(type)).then((bytes) => write(name, bytes)),
          sealedWith(seal, {}, longLicenceOf(type)).then((bytes) => write(`long ${name}`, bytes)),
          sealedCopy({ time }, anchoredCopyOf(longLicenceOf(type)), seal).then((bytes) =>
            write(`copy of ${name}`, bytes),
          ),
        ]),
      )),
      write("longest name without a star", await sealedWith(long, { name: LONG_NAME, star: false })),
      { ...write("with a timestamp", await sealedLicence({ time, room: 8192 }, {}, seal, stamp)), stamped: true },
    ];
    const stranger = await newSeal({ authority: await newAuthority(), validity });
    const tampered = Object.entries(
      alterations(good, Buffer.from(await sealedWith(seal, { code: "3401000012399" }))),
    ).map(([name, bytes]) => write(name, bytes));
    tampered.push(write("sealed under another CA of the same name", await sealedWith(stranger)));

    const given = await newSeal({ authority, validity, serial: "0c" });
    tampered.push({ ...write("sealed with a revoked seal", await sealedWith(given)), revoked: true });

    const root = join(directory, "root.pem");
    writeFileSync(root, pem("CERTIFICATE", authority.certificate));
    const revocation = { serial: "0c", revokedAt: now - 3600, reason: "key-compromise" };
    const list = { number: 1, thisUpdate: now, nextUpdate: now + 30 * DAY, revoked: [revocation] };
    const revoked = join(directory, "revoked.pem");
    writeFileSync(revoked, pem("X509 CRL", await x509Authority.listRevoked(authority, list)));
    const tsa = join(directory, "tsa.pem");
    writeFileSync(tsa, pem("CERTIFICATE", TSA_CERTIFICATE));
    const token = { path: join(directory, "token.der"), stamped: Buffer.from("the value of a signature") };
    writeFileSync(token.path, await stamp(token.stamped));
    return await use({ sealed, tampered, root, revoked, tsa, token, directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What was done to a sealed file, and what came of it. */
function alterations(good, other) {
  const text = good.toString("latin1");
  const changed = (at, to = good[at] ^ 1) => {
    const bytes = Buffer.from(good);
    bytes[at] = to;
    return bytes;
  };
  const replaced = (from, to) => Buffer.from(text.replace(from, to), "latin1");
  const inStream = (marker) => text.indexOf("stream\n", text.indexOf(marker)) + 40;
  const { start, end, length } = placeOf(good);
  const elsewhere = placeOf(other);
  const moved = Buffer.from(good);
  other.copy(moved, start, elsewhere.start, elsewhere.end);
  return {
    "page content changed": changed(inStream("/Subtype/Image")),
    "certificate changed": changed(inStream("/Subtype/application#2Fjson")),
    "metadata changed": changed(inStream("/Type/Metadata")),
    "sealing time changed": replaced("/M(D:2", "/M(D:1"),
    "agency of the seal changed": replaced(/\/Name<feff..../, "/Name<feff4e0a"),
    // The last digit of the signature value.
    "signature changed": changed(start + 1 + 2 * length - 1, text[start + 2 * length] === "0" ? 0x31 : 0x30),
    "seal of another file": moved,
    "range that leaves out the end": replaced(
      /(\/ByteRange\[0 \d+ \d+ )(\d+)/,
      (_, range, rest) => range + String(Number(rest) - 10).padEnd(rest.length),
    ),
    "page turned by an update": Buffer.concat([good, update(good)]),
    "bytes after the end": Buffer.concat([good, Buffer.from("% another byte\n")]),
    "cut off": good.subarray(0, end + 200),
  };
}

/** An incremental update (ISO 32000-1 section 7.5.6) that turns the page. */
function update(good) {
  const text = good.toString("latin1");
  const [, number, body] = /(\d+) 0 obj\n(<<\/Type\/Page\/.*?)\nendobj/s.exec(text);
  const [, root] = /\/Root (\d+ 0 R)/.exec(text);
  const [, size] = /\/Size (\d+)/.exec(text);
  const object = `${number} 0 obj\n${body.replace("<</Type/Page/", "<</Type/Page/Rotate 90/")}\nendobj\n`;
  const table = good.length + object.length;
  return Buffer.from(
    `${object}xref\n${number} 1\n${String(good.length).padStart(10, "0")} 00000 n \ntrailer\n<</Size ${size}/Root ${root}` +
      `/Prev ${/startxref\n(\d+)/.exec(text)[1]}>>\nstartxref\n${table}\n%%EOF\n`,
    "latin1",
  );
}

/** Where the value of the signature stands, brackets included, and how many bytes the CMS has. */
function placeOf(bytes) {
  const start = bytes.indexOf("/Contents<30") + "/Contents".length;
  const end = bytes.indexOf(">", start) + 1;
  const head = Buffer.from(bytes.toString("latin1", start + 1, start + 9), "hex");
  return { start, end, length: 4 + head.readUInt16BE(2) };
}

/** The CMS, and every byte that it must cover. */
function signatureOf(bytes) {
  const { start, end, length } = placeOf(Buffer.from(bytes));
  return {
    cms: Buffer.from(Buffer.from(bytes).toString("latin1", start + 1, start + 1 + 2 * length), "hex"),
    covered: Buffer.concat([Buffer.from(bytes).subarray(0, start), Buffer.from(bytes).subarray(end)]),
  };
}

function pem(label, bytes) {
  const lines = Buffer.from(bytes)
    .toString("base64")
    .match(/.{1,64}/g);
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** One line for each file: the sealed ones must be accepted, the others refused. `verdict` says { accepted, got } of a file. */
export function verdicts(judge, version, { sealed, tampered }, verdict) {
  const line = (wanted) => (file) => {
    const { accepted, got } = verdict(file);
    const subject = `seal: ${file.name}`;
    return { judge, version, subject, expected: wanted ? "accepted" : "refused", got, ok: accepted === wanted };
  };
  return [...sealed.map(line(true)), ...tampered.map(line(false))];
}
