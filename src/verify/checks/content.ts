// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import type { CheckContext } from "../context.js";
import type { CertificateDocument } from "../document.js";
import { type Finding, findingsOf } from "../finding.js";
import { samePdfContent } from "../pdf/compare.js";
import { type LicencePdf, readLicencePdf } from "../pdf/read-licence-pdf.js";
import type { Rerender } from "../sources.js";

const { pass, fail, unknown, notApplicable } = findingsOf("content");

/**
 * Passes when rendering the signed record again gives the same pages: then what is printed is what was signed. Where nobody can render, a seal
 * that holds vouches for the pages; without one a remark says that nothing does.
 */
export async function checkContent(context: CheckContext): Promise<Finding> {
  const { document, rerender, crypto } = context;
  if (document.form === "token" || !document.pdf) return notApplicable();
  if (!rerender) {
    const isSealed = (await context.finding("seal")).result.outcome === "pass";
    return notApplicable("content.not-compared", isSealed ? [] : [{ remark: "content.not-compared" }]);
  }
  // Only what somebody signed is worth drawing.
  for (const check of ["integrity", "type", "copy"] as const)
    if ((await context.finding(check)).result.outcome === "fail") return unknown("content.not-compared");
  // What another file has in place of a seal is no input of ours.
  if (document.pdf.seal?.problem) return unknown("content.not-compared");
  const rendered = await renderAgain(document, document.pdf, rerender, crypto);
  if (rendered === "unknown-renderer") return unknown("content.renderer-unknown", document.pdf.producer);
  if (rendered === "failed") return unknown("content.not-rendered");
  return samePdfContent(document.pdf, rendered) ? pass() : fail("content.differs");
}

async function renderAgain(
  { certificate, evidence, type, copy }: CertificateDocument,
  { producer, seal }: LicencePdf,
  rerender: Rerender,
  crypto: Crypto,
): Promise<LicencePdf | "unknown-renderer" | "failed"> {
  const own = copy ? copy.evidence : evidence;
  if (!own || !type) return "failed";
  try {
    const input = {
      certificate,
      evidence: own.content,
      type: type.content,
      renderer: producer,
      seal: seal?.statement ?? null,
      copy: copy?.statement ?? null,
    };
    const rendered = await rerender(input);
    return rendered ? readLicencePdf(rendered, crypto) : "unknown-renderer";
  } catch {
    // A fallback font that this verifier lacks, or a page too large to be read again: not the document's fault.
    return "failed";
  }
}
