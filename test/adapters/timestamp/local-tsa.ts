// SPDX-License-Identifier: Apache-2.0
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DerReader } from "../../../src/core/der/read-der.js";
import { encode, sequence, smallInteger, utf8String } from "../../../src/core/der/write-der.js";
import { caName, timestampToken } from "../../core/seal/hand-made.js";
import { openSealOffice } from "../../core/seal/office.js";

const office = openSealOffice({ agency: "11340000MB1234567X", from: Date.UTC(2026, 0, 1) / 1000 });
/** The certificate of the local authority. */
export const TSA_CERTIFICATE = office.tsa.certificate;
export const TIME = Date.UTC(2026, 10, 22, 3, 10, 1) / 1000;

/** TimeStampResp with a token over the imprint. */
export function granted(imprint: Uint8Array, { tsa } = office, time = TIME): Uint8Array {
  const token = timestampToken({
    ...{ imprint, time, tsa: tsa.key, certificate: tsa.certificate },
    ...{ issuer: caName("国家授时"), serial: "07" },
  });
  return sequence(sequence(smallInteger(0)), token);
}

/** The token alone, as a seal carries it. */
export const tokenOver = (imprint: Uint8Array, time = TIME): Uint8Array =>
  granted(imprint, office, time).subarray(GRANTED_HEAD);
/** Of the SEQUENCE around status and token, and the status. */
const GRANTED_HEAD = 4 + 5;

export const refused = (words: string): Uint8Array => sequence(sequence(smallInteger(2), sequence(utf8String(words))));

/** What a query asks to be stamped; throws for anything that is no query. */
export function imprintOf(query: Uint8Array): Uint8Array {
  const outer = DerReader.over(query, "query", 1000);
  const request = outer.sequence("request");
  outer.expectEnd();
  if (request.small("version") !== 1) throw new Error("version");
  const message = request.sequence("messageImprint");
  if (message.sequence("algorithm").objectIdentifier("id") !== "2.16.840.1.101.3.4.2.1") throw new Error("algorithm");
  const imprint = message.octets("digest");
  if (!request.boolean("certReq")) throw new Error("certReq");
  request.expectEnd();
  return imprint;
}

export type Answer = (imprint: Uint8Array, response: ServerResponse, asked: number) => void;

export const reply = (response: ServerResponse, body: Uint8Array): void => {
  response.writeHead(200, { "content-type": "application/timestamp-reply" }).end(body);
};

/** A timestamp authority on this machine, which answers as it is told. */
export async function startTsa(answer: Answer = (imprint, response) => reply(response, granted(imprint))) {
  let asked = 0;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    answer(imprintOf(new Uint8Array(Buffer.concat(parts))), response, ++asked);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: () => asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const anotherOffice = () => openSealOffice({ agency: "11340000MB1234567X", from: Date.UTC(2026, 0, 1) / 1000 });
/** No DER at all. */
export const GARBAGE = encode(0x04, Uint8Array.of(1));
