// SPDX-License-Identifier: Apache-2.0
import { fromBase64Url } from "../../src/core/base64.js";
import { qrText } from "../../src/core/digits.js";
import { createRenderer } from "../../src/render/index.js";
import { until } from "../main/service-process.js";
import type { DemoService } from "./demo-service.js";

/** One licence in each state that the verification page tells apart. */
export interface VerifyDocuments {
  /** Sealed, as every file of an agency with a seal. */
  readonly genuine: Buffer;
  /** The same without a seal. */
  readonly unsealed: Buffer;
  readonly revoked: Buffer;
  readonly suspended: Buffer;
  /** JSON of a genuine one with a name exchanged. */
  readonly altered: Buffer;
  /** JSON of the genuine one. */
  readonly json: Buffer;
  /** What its QR code says. */
  readonly code: string;
  readonly otherCode: string;
  readonly number: string;
  readonly holder: string;
}

const VERIFY_HOST = "verify.tigertally.example";
const BASIS = { legalBasis: "《食品经营许可和备案管理办法》第三十条", documentNumber: "样例〔2026〕1号" };

/** Issues them in the demo region and waits until the registry has them. */
export async function makeVerifyDocuments(service: DemoService): Promise<VerifyDocuments> {
  const [genuine, revoked, suspended] = await Promise.all([service.issue(), service.issue(), service.issue()]);
  await Promise.all([genuine, revoked, suspended].map((identifier) => service.anchored(identifier!)));
  await service.api("POST", `/v1/certificates/${revoked}/revoke`, { ...BASIS, state: "revoked-penalty" });
  await service.api("POST", `/v1/certificates/${suspended}/suspend`, BASIS);
  // A state is acknowledged before the registry has it.
  for (const identifier of [revoked!, suspended!]) {
    const document = await service.document(identifier);
    await until(
      async () => (await service.api<{ verdict: string }>("POST", "/v1/verify", document)).verdict === "not-in-force",
      60_000,
    );
  }
  const [document, other] = await Promise.all([service.document(genuine!), service.document(revoked!)]);
  const subject = (document.certificate as { credentialSubject: Subject }).credentialSubject;
  const json = JSON.stringify(document);
  const { certificateHolder } = subject.certificateHolder[0]!;
  return {
    genuine: await service.pdf(genuine!),
    unsealed: Buffer.from(renderer.render(document as unknown as RenderInput)),
    revoked: await service.pdf(revoked!),
    suspended: await service.pdf(suspended!),
    altered: Buffer.from(json.replace(certificateHolder, "冒名顶替的店铺")),
    json: Buffer.from(json),
    code: codeOf(document),
    otherCode: codeOf(other),
    number: subject.certificateNumber,
    holder: certificateHolder,
  };
}

const renderer = createRenderer({ verifyHost: VERIFY_HOST });
type RenderInput = Parameters<typeof renderer.render>[0];

interface Subject {
  readonly certificateNumber: string;
  readonly certificateHolder: readonly { readonly certificateHolder: string }[];
}

function codeOf(document: Record<string, unknown>): string {
  const { token } = document.evidence as { token: string };
  return qrText(VERIFY_HOST, fromBase64Url(token)!);
}
