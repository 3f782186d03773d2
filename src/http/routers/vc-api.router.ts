// SPDX-License-Identifier: Apache-2.0
import { type Request, type RequestHandler, type Response, Router } from "express";
import { canonicalBytes } from "../../core/canonical-json.js";
import { looksLikeALicence } from "../../core/credentials/licence-look-alike.js";
import { TallyError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { IssueRequest } from "../../domain/issuance/index.js";
import type { Report } from "../../verify/report.js";
import { readJsonBody } from "../body/json-body.js";
import type { HttpDependencies } from "../dependencies.js";
import { answerOnce } from "../issuing/answer-once.js";
import { idempotencyKey } from "../issuing/idempotency-key.js";
import { issuedUnder, plannedIdentifier, underPlan } from "../issuing/planned-identifier.js";
import { actorOf, requireToken } from "../middleware/authenticate.js";
import { requestContext } from "../request-context.js";
import { Turns } from "../turns.js";
import { schemaCheck } from "../validation/schema-check.js";
import { licenceRequest } from "../vc-api/licence-request.js";
import {
  isMalformed,
  registryFailure,
  stolenKey,
  type VcVerification,
  vcVerification,
} from "../vc-api/verification-answer.js";
import { STRICT } from "./strict.js";

const checkIssue = schemaCheck("VcIssueRequest");
const checkVerify = schemaCheck("VcVerifyRequest");
const checkRequest = schemaCheck("IssueRequest");

/** The two operations of the W3C VC-API with which public test suites work: https://w3c-ccg.github.io/vc-api/. */
export function vcApiRouter(deps: HttpDependencies): Router {
  const { settings, verifier, strangers, tokens } = deps;
  const { maxConcurrentVerifications: active, maxQueued: queued, queueWaitMs: waitMs } = settings;
  const turns = new Turns({ active, queued, waitMs });
  const router = Router(STRICT);

  router.post("/credentials/issue", admitIssuer(deps, requireToken(tokens, "issuer")), async (req, res) => {
    idempotencyKey(req);
    const { bytes, value } = await readJsonBody(req, res, settings);
    const { credential } = checkIssue<{ credential: JsonObject }>(value);
    if (looksLikeALicence(credential)) return issueLicence(deps, req, res, credential, bytes);
    if (strangers.interoperability === null) {
      const message =
        "this service issues licences; the credential is none, and no interoperability issuer is turned on";
      throw new TallyError("certificate.claims-invalid", message, { field: "/credential/type" });
    }
    const { issuer } = strangers.interoperability;
    res.status(201).json({ verifiableCredential: await placed(() => issuer.issue(credential)) });
  });

  router.post("/credentials/verify", async (req, res) => {
    const { value } = await readJsonBody(req, res, settings);
    const { verifiableCredential } = checkVerify<{ verifiableCredential: JsonObject }>(value);
    const done = await turns.take(req.ip ?? "", () => requestContext(res).gone);
    try {
      const text = await verifier.report({ bytes: canonicalBytes(verifiableCredential) }, {});
      const report = JSON.parse(text) as Report;
      const answer = await answerTo(report, verifiableCredential, deps);
      res.status(answer.verified ? 200 : isMalformed(report) ? 400 : 422).json(answer);
    } finally {
      done();
    }
  });
  return router;
}

/** An open interoperability issuer takes callers without a token; whoever sends one is held to it. */
function admitIssuer({ strangers }: HttpDependencies, authenticated: RequestHandler): RequestHandler {
  const isOpen = strangers.interoperability?.isOpen ?? false;
  return (req, res, next) =>
    isOpen && req.get("Authorization") === undefined ? next() : authenticated(req, res, next);
}

async function issueLicence(
  { issuance, idempotency, strangers }: HttpDependencies,
  req: Request,
  res: Response,
  credential: JsonObject,
  bytes: Uint8Array,
): Promise<void> {
  if (requestContext(res).token === undefined)
    throw new TallyError("request.unauthenticated", "licences are issued to holders of an API token only");
  const actor = actorOf(res);
  const agency = actor.agency ?? "";
  const did = await strangers.didOf(agency);
  if (did === null) throw new TallyError("agency.unknown", `agency ${agency} is not registered here`);
  const request = checkRequest<IssueRequest>(await placed(() => licenceRequest(credential, { did, agency })));
  const plan = (): string => plannedIdentifier(actor, request);
  await answerOnce(req, res, idempotency, bytes, plan, async ({ plan, mayHaveHappened }) => {
    const before = mayHaveHappened && plan !== null ? await issuedUnder(issuance, actor, plan, request) : null;
    const issued = before ?? (await issuance.issueCertificate(actor, underPlan(request, plan ?? "")));
    const { certificate } = await issuance.getCertificate(actor, issued.certificateIdentifier);
    return { status: 201, body: { verifiableCredential: certificate } };
  });
}

/** Names fields of the credential by their place in the body. */
async function placed<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof TallyError) || cause.code !== "format.malformed") throw cause;
    throw new TallyError(cause.code, cause.message, { field: `/credential${cause.field ?? ""}`, cause });
  }
}

/** Without its anchor nobody can tell when a certificate was signed, so the key must be one that was never reported stolen. */
async function answerTo(
  report: Report,
  credential: JsonObject,
  { strangers }: HttpDependencies,
): Promise<VcVerification> {
  const failure = registryFailure(report);
  if (failure !== null) throw new TallyError("chain.unreachable", `the registry cannot be asked: ${failure}`);
  const answer = vcVerification(report);
  if (!answer.verified || report.verdict === "valid" || report.document.form !== "certificate") return answer;
  const { issueDeptCode } = report.document;
  const { verificationMethod } = credential.proof as { readonly verificationMethod: string };
  const [did = "", multikey = ""] = verificationMethod.split("#");
  if (await strangers.keyStanding({ agency: issueDeptCode ?? "", did, multikey })) return answer;
  const problem = stolenKey(
    "the DID document of the issuer would not vouch for the key; the file with its anchor can tell",
  );
  return { verified: false, problemDetails: [problem], warnings: answer.warnings };
}
