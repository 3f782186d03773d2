// SPDX-License-Identifier: Apache-2.0
import { pino } from "pino";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { sqliteAgencyStore } from "../../src/adapters/sqlite/agency-store.js";
import { sqliteApiTokenStore } from "../../src/adapters/sqlite/api-token-store.js";
import { sqliteAuditStore } from "../../src/adapters/sqlite/audit-store.js";
import { sqliteCatalogueStore } from "../../src/adapters/sqlite/catalogue-store.js";
import { sqliteCertificateStore } from "../../src/adapters/sqlite/certificate-store.js";
import { sqliteCopyStore } from "../../src/adapters/sqlite/copy-store.js";
import { openDatabase } from "../../src/adapters/sqlite/database.js";
import { sqliteIdempotencyStore } from "../../src/adapters/sqlite/idempotency-store.js";
import { sqlitePickUpStore } from "../../src/adapters/sqlite/pick-up-store.js";
import { sqliteStatusIndexStore } from "../../src/adapters/sqlite/status-index-store.js";
import { utf8 } from "../../src/core/bytes.js";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { LICENCE_CONTEXT_V1 } from "../../src/core/contexts/licence-v1.js";
import { TallyError } from "../../src/core/errors.js";
import { toHex } from "../../src/core/hex.js";
import { generateUscc } from "../../src/core/identifiers/uscc.js";
import { createApiTokens, type SignerSource } from "../../src/domain/agencies/index.js";
import type { AnchoredBatch } from "../../src/domain/anchoring/index.js";
import { type Actor, type ActorRole, eventBy } from "../../src/domain/audit/index.js";
import { createCatalogue, createTypePreviews } from "../../src/domain/catalogue/index.js";
import { createCopies } from "../../src/domain/copies/index.js";
import { createPickUps } from "../../src/domain/holders/index.js";
import { createIdempotency } from "../../src/domain/issuance/idempotency.js";
import { createIssuance, type IssueRequest } from "../../src/domain/issuance/index.js";
import { createPrinting } from "../../src/domain/printing/index.js";
import { createApp } from "../../src/http/app.js";
import type { NodeAnswer } from "../../src/http/chain/chain-forwarder.js";
import type { HttpDependencies } from "../../src/http/dependencies.js";
import { DrainSwitch } from "../../src/http/draining.js";
import { type Listening, serve } from "../../src/http/serve.js";
import { DEFAULT_SETTINGS, type HttpSettings } from "../../src/http/settings.js";
import { createVerifier } from "../../src/http/verification/verifier.js";
import { createRenderer } from "../../src/render/index.js";
import { type LeafProof, verifyCertificate } from "../../src/verify/index.js";
import { anchoredEvidence } from "../render/fixture.js";
import { ANHUI, makeWorld } from "../verify/fixture.js";
import { memoryStrangers } from "./strangers-world.js";

const OPERATOR: Actor = { kind: "cli", id: "root", role: "operator", requestId: "setup" };
const renderer = createRenderer({ verifyHost: "verify.example" });

export interface ServiceOptions {
  readonly settings?: Partial<HttpSettings>;
  /** Replaces parts of the service, to watch or to break them. */
  readonly replace?: (deps: HttpDependencies) => Partial<HttpDependencies>;
}

export type Service = Awaited<ReturnType<typeof startService>>;

/**
 * The real service on a free port: real domain, SQLite in memory, real verification and rendering. Only the signer, the chain
 * and the anchored batches are stand-ins at their ports.
 */
export async function startService({ settings = {}, replace = () => ({}) }: ServiceOptions = {}) {
  const world = makeWorld();
  const database = openDatabase(":memory:");
  const clock = { offset: 0 };
  const now = () => world.now().getTime() + clock.offset;
  const agencies = sqliteAgencyStore(database);
  const audit = sqliteAuditStore(database);
  const catalogueStore = sqliteCatalogueStore(database);
  const catalogue = createCatalogue({ store: catalogueStore, crypto: nodeCrypto, now });
  const tokens = createApiTokens({ store: sqliteApiTokenStore(database), agencies, now });
  const idempotency = createIdempotency({ store: sqliteIdempotencyStore(database), now, abandonedAfterMs: 60_000 });

  await catalogue.publishType(OPERATOR, world.type);
  for (const { code, name, region, did, key } of [world.agency, world.otherAgency]) {
    const event = eventBy(OPERATOR, { time: now(), action: "agency-registered", object: code });
    const agency = { code, name, region, areaCode: "340100", did, keyDigest: key.digest, suspended: false };
    await agencies.addAgency(agency, event);
    const authorised = eventBy(OPERATOR, { time: now(), action: "agency-authorised", object: code });
    await agencies.authorise(code, world.type.typeCode, authorised);
  }

  const keys = new Map([world.agency, world.otherAgency].map(({ code, key }) => [code, key]));
  const signers: SignerSource = {
    signerFor: async (agency) => {
      const key = keys.get(agency)!;
      const sign = (message: Uint8Array) => nodeCrypto.sign(key.seed, message);
      return { keyDigest: key.digest, multikey: key.multikey.text, sign };
    },
  };
  const issuance = createIssuance({
    region: ANHUI,
    publicUrl: "https://licences.example",
    certificates: sqliteCertificateStore(database),
    agencies,
    audit,
    catalogue,
    statusIndices: sqliteStatusIndexStore(database),
    signers,
    anchors: { proofOf: async () => null },
    checkRenderable: renderer.checkRenderable,
    crypto: nodeCrypto,
    now,
  });

  const pdfOf = async (actor: Actor, identifier: string): Promise<Uint8Array> => {
    const { certificate, evidence, type } = await issuance.documentOf(actor, identifier);
    return renderer.render({ certificate, evidence, type });
  };
  /** Nothing is ever anchored here; these are printed and copied as if they were. */
  const asAnchored = new Set<string>();
  const anchorable = {
    async getCertificate(actor: Actor, identifier: string) {
      const view = await issuance.getCertificate(actor, identifier);
      return asAnchored.has(identifier) ? { ...view, anchoring: "anchored" as const } : view;
    },
    async documentOf(actor: Actor, identifier: string) {
      const document = await issuance.documentOf(actor, identifier);
      const { token } = document.evidence;
      return asAnchored.has(identifier) ? { ...document, evidence: { ...anchoredEvidence(), token } } : document;
    },
  };

  const copies = createCopies({
    ...{ store: sqliteCopyStore(database), issuance: anchorable, agencies, signers, renderer, crypto: nodeCrypto, now },
    proofAt: async () => null,
    fileOf: async ({ licence: { certificate, type }, statement, evidence }) =>
      renderer.renderCopy({ certificate, type, copy: { statement, evidence } }),
  });
  const pickUpKey = { id: "test-key", secret: new Uint8Array(32).fill(5) };
  const pickUps = createPickUps({
    store: sqlitePickUpStore(database),
    keys: { current: async () => pickUpKey, open: async () => pickUpKey, rotate: async () => pickUpKey },
    issuance,
    copies,
    renderPdf: pdfOf,
    audit,
    pagesUrl: () => "https://licences.example",
    rules: { linkMs: 30 * 86_400_000, sessionMs: 1_800_000, tries: 5 },
    now,
  });

  const chainCalls: { method: string; params: readonly unknown[] }[] = [];
  const leaves = new Map<string, Uint8Array>();
  /** By leaf and region as they are asked for. */
  const proofs = new Map<string, LeafProof>();
  const anchored: AnchoredBatch[] = [];
  const logged: Record<string, unknown>[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const draining = new DrainSwitch();
  let ids = 0;

  const outside = await memoryStrangers({ region: ANHUI, registry: world.registry, agencies, now });

  const base: HttpDependencies = {
    issuance,
    copies,
    tokens,
    idempotency,
    catalogue,
    previews: createTypePreviews({ catalogue, draw: renderer.preview }),
    audit,
    verifier: createVerifier(
      () =>
        (document, { at, matter } = {}) =>
          verifyCertificate(document, {
            trust: world.trust,
            registry: world.registry,
            now: new Date(now()),
            crypto: nodeCrypto,
            ...(at === undefined ? {} : { at }),
            ...(matter === undefined ? {} : { purpose: { region: ANHUI, matter } }),
            rerender: async (input) => renderer.render(input),
          }),
    ),
    pickUps,
    secureCookies: true,
    pdfOf,
    printedCopyOf: createPrinting({
      issuance: anchorable,
      ...{ renderer, audit, now },
    }).print,
    archiveOf: async (actor, identifier, why) => {
      await issuance.getCertificate(actor, identifier);
      if (why.matter === "not-yet") throw new TallyError("archive.refused", "it is not anchored yet");
      return utf8(`PK ${identifier} ${JSON.stringify(why)}`);
    },
    batches: {
      leaves: async ({ region, root, size }) => leaves.get(`${region}/${root}/${size}`) ?? null,
      anchoredSince: async (block, limit) => anchored.filter((each) => each.block >= block).slice(0, limit),
    },
    proofs: { findProof: async (leaf, region) => proofs.get(`${toHex(leaf)} ${region ?? ""}`) ?? null },
    strangers: outside.strangers,
    network: {
      region: ANHUI,
      chainId: world.registry.chainId,
      registry: world.registry.address,
      genesis: null,
      maxAnchorDelaySeconds: world.trust.maxAnchorDelay,
      maxHeadAgeSeconds: null,
      bundleMaxAgeSeconds: 86_400,
    },
    chain: {
      async forward(method, params): Promise<NodeAnswer> {
        chainCalls.push({ method, params });
        return method === "eth_call"
          ? { error: { code: 3, message: "execution reverted", data: "0x" } }
          : { result: "0x7a69" };
      },
    },
    trustBundle: () => null,
    sealAuthorities: async () => [],
    keptRevocationList: async () => null,
    readiness: async () => ({ store: "ok", chain: "ok" }),
    licenceContext: canonicalBytes(LICENCE_CONTEXT_V1),
    pages: null,
    version: "0.1.0",
    logger,
    now,
    newId: () => `request-${++ids}`,
    settings: { ...DEFAULT_SETTINGS, rateLimitPerMinute: 1_000_000, pickUpsPerMinute: 1_000_000, ...settings },
    draining,
  };
  const deps: HttpDependencies = { ...base, ...replace(base) };
  const server: Listening = await serve(createApp(deps), {
    host: "127.0.0.1",
    port: 0,
    settings: deps.settings,
    draining,
  });

  const tokenOf = async (role: ActorRole, agency = world.agency.code, types: readonly string[] = ["*"]) =>
    (await tokens.createToken(OPERATOR, { agency, types, role, label: "test" })).token;

  let numbers = 0;
  /** A request that is right, with a number of its own. */
  const wanted = (changes: Partial<IssueRequest> = {}): IssueRequest => ({
    typeCode: world.type.typeCode,
    certificateNumber: `JY1${String(34_010_000_000_000 + ++numbers).slice(-13)}`,
    holders: [
      {
        certificateHolder: "虎符示例餐饮有限公司",
        certificateHolderCode: generateUscc({ department: "9", category: "1", region: "340100", body: "MA2ABCD1" }),
        certificateHolderType: "001",
      },
    ],
    validUntil: "2031-02-27",
    face: { businessAddress: "示例市虎符路1号", onlineBusiness: true, manager: "喆堃", remark: null },
    ...changes,
  });

  const issuerToken = await tokenOf("issuer");
  return {
    url: server.url,
    deps,
    world,
    clock,
    outside,
    database,
    catalogue,
    tokens,
    audit,
    asAnchored,
    chainCalls,
    leaves,
    proofs,
    anchored,
    logged,
    draining,
    tokenOf,
    wanted,
    issuerToken,
    close: async () => {
      await server.close();
      database.close();
    },
  };
}
