// SPDX-License-Identifier: Apache-2.0
// The software of the W3C community against a running service, with the DID documents, the context and the status lists that the
// service serves and nothing of ours in between: our certificates and status lists must verify with it, before and after a key
// was rotated and until one is stolen; revoked and suspended ones must be seen to be; and what it signs must verify with us.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { contexts } from "@digitalbazaar/credentials-context";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { driver } from "@digitalbazaar/did-method-key";
import * as Ed25519Multikey from "@digitalbazaar/ed25519-multikey";
import { createSignCryptosuite, createVerifyCryptosuite } from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import * as vc from "@digitalbazaar/vc";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import { mod11Over10 } from "../../dist/core/identifiers/iso7064.js";
import { LICENCE_CONTEXT, VC_CONTEXT } from "../../dist/core/index.js";
import { withRunningService } from "./shared/running-service.mjs";

/** Where the service says it is found; the loader takes the way there itself. */
const PUBLIC_URL = "https://tally.example";
const PERMIT = new URL("../../examples/food-permit.json", import.meta.url);
const MULTIKEY_CONTEXT = "https://w3id.org/security/multikey/v1";
const UNTIL_WRITTEN_MS = 60_000;

export async function run() {
  const lines = [];
  const tell = (judge, subject, expected, got) =>
    lines.push({ judge, version: versionOf("@digitalbazaar/vc"), subject, expected, got, ok: got === expected });
  await withRunningService(
    { TALLY_PUBLIC_URL: PUBLIC_URL, TALLY_INTEROPERABILITY_ISSUER: "token" },
    async (service) => {
      const judge = judgeFor(service, tell);
      await certificates(service, judge);
      await credentialsOfOthers(service, judge);
      await keys(service, judge);
    },
  );
  return lines;
}

function judgeFor({ url }, tell) {
  const loader = loaderFor(url);
  return {
    loader,
    async verifies(subject, credential, expected, documentLoader = loader) {
      tell(
        "digitalbazaar vc",
        subject,
        expected,
        (await verified(credential, documentLoader)) ? "verified" : "refused",
      );
    },
    async status(subject, credential, expected, documentLoader = loader) {
      tell("digitalbazaar status list", subject, expected, await statusOf(credential, documentLoader));
    },
    says: (subject, expected, got) => tell("our VC-API", subject, expected, got),
  };
}

/** Three licences, two of which lose their force, with the lists that say so. */
async function certificates({ url, token, agency }, judge) {
  const issue = (number) => issued(url, token, agency, number);
  const [kept, revoked, suspended] = [await issue(101), await issue(102), await issue(103)];
  const [revocations, suspensions] = kept.credentialStatus.map(({ statusListCredential }) => statusListCredential);
  const before = await digestOf(judge.loader, revocations, suspensions);
  await change(url, token, revoked, "revoke");
  await change(url, token, suspended, "suspend");
  await until(async () =>
    (await digestOf(judge.loader, revocations, suspensions)).every((one, i) => one !== before[i]),
  );

  await judge.verifies("a licence, with documents of the service", kept, "verified");
  await judge.verifies("an altered licence", { ...kept, validUntil: "2099-12-31T23:59:59+08:00" }, "refused");
  await judge.verifies("a licence with the proof of another", { ...kept, proof: revoked.proof }, "refused");
  const { document: list } = await judge.loader(revocations);
  await judge.verifies("the list of revocations", list, "verified");
  await judge.verifies("the list of suspensions", (await judge.loader(suspensions)).document, "verified");
  await judge.verifies("a list with a bit changed", withOtherBits(list), "refused");

  await judge.status("a licence in force", kept, "neither");
  await judge.status("a revoked licence", revoked, "revocation");
  await judge.status("a suspended licence", suspended, "suspension");
  const forged = async (wanted) => {
    const loaded = await judge.loader(wanted);
    return wanted === revocations ? { ...loaded, document: withOtherBits(loaded.document) } : loaded;
  };
  await judge.status("a revoked licence, with a list that was changed", revoked, "refused", forged);
}

/** What their software signs, ours verifies; and what our interoperability issuer signs, theirs does. */
async function credentialsOfOthers({ url, token }, judge) {
  const key = await Ed25519Multikey.generate();
  const did = `did:key:${key.publicKeyMultibase}`;
  Object.assign(key, { id: `${did}#${key.publicKeyMultibase}`, controller: did });
  const suite = new DataIntegrityProof({ signer: key.signer(), cryptosuite: createSignCryptosuite() });
  const credential = {
    "@context": [VC_CONTEXT],
    type: ["VerifiableCredential"],
    issuer: did,
    credentialSubject: { id: "urn:uuid:5d8f54c2-0000-4000-8000-000000000001" },
  };
  const signed = await vc.issue({ credential: { ...credential }, suite, documentLoader: judge.loader });
  const ask = async (document) => {
    const { status, json } = await post(`${url}/credentials/verify`, { verifiableCredential: document });
    return `${status} ${json.verified}`;
  };
  judge.says("a credential that their software signed", "200 true", await ask(signed));
  judge.says(
    "the same, altered",
    "422 false",
    await ask({ ...signed, id: "urn:uuid:5d8f54c2-0000-4000-8000-000000000002" }),
  );
  const { json: report } = await post(`${url}/v1/verify`, signed);
  judge.says("the same, as a licence", "undecided issuer.not-registered-here", `${report.verdict} ${report.reason}`);

  const refusal = await post(`${url}/credentials/issue`, { credential }, token);
  const own = /did:key:\w+/.exec(refusal.json.detail)?.[0];
  const { json } = await post(`${url}/credentials/issue`, { credential: { ...credential, issuer: own } }, token);
  await judge.verifies("a credential of our interoperability issuer", json.verifiableCredential, "verified");
  const altered = { ...json.verifiableCredential, id: "urn:uuid:5d8f54c2-0000-4000-8000-000000000003" };
  await judge.verifies("the same, altered", altered, "refused");
}

/** Rotating a key must break nothing; a stolen key must vouch for nothing. */
async function keys({ url, token, agency, tally }, judge) {
  const before = await issued(url, token, agency, 104);
  const fresh = await tally("key", "rotate", agency);
  await tally("key", "rotate", "340000", "--for", "status-list");
  const shows = async (wanted) =>
    until(async () => (await judge.loader(before.issuer)).document.assertionMethod.length === wanted);
  await shows(2);
  const after = await issued(url, token, agency, 105);
  await judge.verifies("a licence from before its key was rotated", before, "verified");
  await judge.verifies("a licence from after", after, "verified");
  await judge.status("a licence in force, under the region's new key", after, "neither");
  await tally("key", "mark-compromised", fresh, "--since", new Date().toISOString());
  await until(async () => {
    const { assertionMethod, verificationMethod } = (await judge.loader(before.issuer)).document;
    return verificationMethod.length === 3 && assertionMethod.length === 2;
  });
  await judge.verifies("a licence of a stolen key", after, "refused");
  await judge.verifies("a licence of the key before it", before, "verified");
}

async function verified(credential, documentLoader) {
  const suite = new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() });
  const status = async () => ({ verified: true });
  const options = { credential: structuredClone(credential), suite, documentLoader, checkStatus: status };
  return (await vc.verifyCredential(options)).verified;
}

/** Agencies sign certificates and their region signs the lists, so the issuers differ and are judged one by one. */
async function statusOf(credential, documentLoader) {
  const suite = new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() });
  const options = { credential: structuredClone(credential), suite, documentLoader, verifyMatchingIssuers: false };
  const { verified: isVerified, results } = await checkStatus(options);
  if (!isVerified) return "refused";
  const set = results.filter(({ status }) => status).map(({ credentialStatus }) => credentialStatus.statusPurpose);
  return set.length === 0 ? "neither" : set.join(" and ");
}

/** Resolves did:web and did:key, and fetches from the service what is under its public address; anything else is refused. */
function loaderFor(url) {
  const didKey = driver();
  didKey.use({ multibaseMultikeyHeader: "z6Mk", fromMultibase: Ed25519Multikey.from });
  const answer = (documentUrl, document) => ({ contextUrl: null, documentUrl, document });
  return async (wanted) => {
    if (wanted === VC_CONTEXT) return answer(wanted, contexts.get(VC_CONTEXT));
    if (wanted === LICENCE_CONTEXT) return answer(wanted, await fetched(`${url}/contexts/licence/v1`));
    if (wanted.startsWith("did:key:")) return answer(wanted, await didKey.get({ url: wanted }));
    if (wanted.startsWith("did:web:")) return answer(wanted, await resolvedWeb(wanted, url));
    if (wanted.startsWith(`${PUBLIC_URL}/`))
      return answer(wanted, await fetched(url + wanted.slice(PUBLIC_URL.length)));
    throw new Error(`${wanted} would have been fetched`);
  };
}

/** did:web method, section 3.3, and the verification method that a fragment names. */
async function resolvedWeb(didUrl, url) {
  const [did, fragment] = didUrl.split("#");
  const [host, ...path] = did.slice("did:web:".length).split(":").map(decodeURIComponent);
  if (`https://${host}` !== PUBLIC_URL) throw new Error(`${did} is at another host`);
  const document = await fetched(`${url}/${path.length === 0 ? ".well-known" : path.join("/")}/did.json`);
  if (document.id !== did) throw new Error(`${did} is served as ${document.id}`);
  if (fragment === undefined) return document;
  const method = document.verificationMethod.find(({ id }) => id === didUrl);
  if (method === undefined) throw new Error(`${did} has no method ${fragment}`);
  return { "@context": MULTIKEY_CONTEXT, ...method };
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  return response.json();
}

async function post(address, body, token) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { "content-type": "application/json", ...authorization };
  const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, json: await response.json() };
}

/** A food permit through the VC-API. */
async function issued(url, token, agency, sequence) {
  const { typeCode, holders, face } = JSON.parse(readFileSync(PERMIT, "utf8"));
  const digits = `2349901${String(sequence).padStart(6, "0")}`;
  const credential = {
    "@context": [VC_CONTEXT, LICENCE_CONTEXT],
    type: ["VerifiableCredential", "ElectronicLicence"],
    issuer: `did:web:${new URL(PUBLIC_URL).host}:agencies:${agency}`,
    validUntil: `${new Date().getUTCFullYear() + 2}-05-31T23:59:59+08:00`,
    credentialSubject: {
      certificateTypeCode: typeCode,
      certificateNumber: `JY${digits}${mod11Over10(digits)}`,
      certificateHolder: holders,
      face,
    },
  };
  const { status, json } = await post(`${url}/credentials/issue`, { credential }, token);
  if (status !== 201) throw new Error(`the licence was not issued: ${JSON.stringify(json)}`);
  return json.verifiableCredential;
}

async function change(url, token, { credentialSubject }, act) {
  const body = { legalBasis: "示例依据", documentNumber: "示例〔2026〕1号" };
  const { status, json } = await post(
    `${url}/v1/certificates/${credentialSubject.certificateIdentifier}/${act}`,
    body,
    token,
  );
  if (status !== 200) throw new Error(`${act} was refused: ${JSON.stringify(json)}`);
}

const digestOf = (loader, ...lists) =>
  Promise.all(lists.map(async (list) => (await loader(list)).document.credentialSubject.encodedList));

function withOtherBits(list) {
  const { encodedList } = list.credentialSubject;
  const place = Math.floor(encodedList.length / 2);
  const other = encodedList[place] === "A" ? "B" : "A";
  const changed = encodedList.slice(0, place) + other + encodedList.slice(place + 1);
  return { ...list, credentialSubject: { ...list.credentialSubject, encodedList: changed } };
}

async function until(holds) {
  const deadline = Date.now() + UNTIL_WRITTEN_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not so after ${UNTIL_WRITTEN_MS} ms`);
    await pause(200);
  }
}

/** The packages do not export their package.json. */
function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
}
