// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { fromBase64Url } from "../core/base64.js";
import { canonicalBytes } from "../core/canonical-json.js";
import type { Certificate, CertificateSubject } from "../core/certificate.js";
import { qrText } from "../core/digits.js";
import { TallyError } from "../core/errors.js";
import type { Evidence } from "../core/evidence.js";
import type { SealableFile } from "../core/seal/sealable-file.js";
import { MAX_PRINTED_TOKEN_BYTES } from "../core/token.js";
import type { TypeDefinition } from "../core/type-definition.js";
import { type DocumentContent, writeDocument } from "./document.js";
import { fitValues, type RenderProblem } from "./fit-values.js";
import { type FallbackFont, loadFonts } from "./font/font-library.js";
import type { LayoutProblem } from "./layout/check-layout.js";
import { placeRows } from "./layout/place-rows.js";
import { licenceMetadata } from "./licence-metadata.js";
import { qrImage } from "./qr-image.js";
import type { SealStatement } from "./seal/seal-field.js";
import type { SealLook } from "./seal/seal-picture.js";
import { buildSealedTemplate, type SealedTemplate, sealProblems } from "./seal/sealed-template.js";
import { buildTemplate, layoutProblems, type Template } from "./template.js";
import type { Validity } from "./text/printed-date.js";
import { printedDate } from "./text/printed-date.js";

/** Raised with every change that alters the decoded objects of a file. */
export const RENDERER_VERSION = "2";

export interface Renderer {
  /** What this renderer writes into the file as Producer: version, and a digest of type, fonts, look and QR host. */
  rendererId(type: TypeDefinition): string;

  /**
   * The PDF of a certificate: the same input gives the same decoded objects in every process. Pending evidence gives a file
   * marked 锚定中. Throws `certificate.not-renderable` with a problem per field when a value cannot be printed.
   */
  render(input: RenderInput): Uint8Array;

  /**
   * The file of an anchored certificate with the picture of a seal and room for its signature (docs/formats/seal.md): the same input gives the same
   * bytes, and the place of the signature with them. Throws `certificate.not-renderable` for what `render` and `checkSeal` refuse, and for
   * pending evidence.
   */
  renderSealed(input: SealedRenderInput): SealableFile;
  /** What would keep a seal from being drawn: the length of its name, characters without a glyph, its code. Empty: nothing. */
  checkSeal(look: SealLook): RenderProblem[];
  /** What would keep a type from being printed well: glyphs, room, overlaps. To be asked before a type is published. */
  checkLayout(type: TypeDefinition): LayoutProblem[];

  /** What would keep a certificate from being printed: characters without a glyph, values that do not fit. Empty: nothing. */
  checkRenderable(subject: CertificateSubject, validity: Validity, type: TypeDefinition): RenderProblem[];
}

export interface RenderInput {
  readonly certificate: Certificate;
  readonly evidence: Evidence;
  readonly type: TypeDefinition;
}

export interface SealedRenderInput extends RenderInput {
  readonly seal: SealStatement;
}

export interface RendererOptions {
  /** Host that a phone opens when it scans the code: one per network, from the configuration. */
  readonly verifyHost: string;
  /** Fonts for characters that the built-in ones lack, in order of preference. */
  readonly fonts?: readonly FallbackFont[];
}

/** Templates kept at a time; each is some 40 KB. */
const TEMPLATE_LIMIT = 64;

/** Reads the built-in font files on first use, 40 MB a process. Throws `config.invalid` for a fallback font that cannot be used. */
export function createRenderer({ verifyHost, fonts: fallback = [] }: RendererOptions): Renderer {
  // A configured font that is of no use is told at start, not by the first certificate that needs it.
  let loaded = fallback.length === 0 ? undefined : loadFonts(fallback);
  const fonts = () => {
    loaded ??= loadFonts(fallback);
    return loaded;
  };
  const templates = new Map<string, Template>();
  // Callers mostly pass the same object again and again: a type is long, its digest is not for free.
  const digests = new WeakMap<TypeDefinition, string>();
  const digestOf = (type: TypeDefinition): string => {
    let digest = digests.get(type);
    if (digest === undefined) {
      digest = sha256(canonicalBytes(type));
      digests.set(type, digest);
    }
    return digest;
  };

  const template = (type: TypeDefinition, pending: boolean): Template => {
    const key = `${digestOf(type)} ${pending}`;
    let found = templates.get(key);
    if (!found) {
      found = buildTemplate(type, pending, fonts());
      templates.set(key, found);
      if (templates.size > TEMPLATE_LIMIT) templates.delete(templates.keys().next().value as string);
    }
    return found;
  };

  const ids = new WeakMap<Template, string>();
  const rendererId = (type: TypeDefinition): string => {
    const look = template(type, false);
    let id = ids.get(look);
    if (id === undefined) {
      const parts = [RENDERER_VERSION, verifyHost, fonts().digest, sha256(look.groundOperators), digestOf(type)];
      id = `tigertally-render/${RENDERER_VERSION} ${sha256(parts.join("\n")).slice(0, 16)}`;
      ids.set(look, id);
    }
    return id;
  };

  const sealedTemplates = new Map<string, SealedTemplate>();
  const sealedTemplate = (
    subject: CertificateSubject,
    type: TypeDefinition,
    { name, code, star }: SealLook,
  ): SealedTemplate => {
    const key = JSON.stringify([digestOf(type), name, code, star]);
    let found = sealedTemplates.get(key);
    if (!found) {
      const problems = sealProblems({ name, code, star }, fonts());
      if (problems.length > 0) throw notRenderable(subject, problems);
      found = buildSealedTemplate(template(type, false), { name, code, star }, fonts());
      sealedTemplates.set(key, found);
      if (sealedTemplates.size > TEMPLATE_LIMIT) sealedTemplates.delete(sealedTemplates.keys().next().value as string);
    }
    return found;
  };

  const write = ({ certificate, evidence, type }: RenderInput, look: Template, seal: DocumentContent["seal"]) => {
    const subject = certificate.credentialSubject;
    const fitted = fitValues(subject, certificate, look, fonts().value);
    if (fitted.problems.length > 0) throw notRenderable(subject, fitted.problems);
    const token = printableToken(subject, evidence);
    const certificateBytes = canonicalBytes(certificate);
    const evidenceBytes = canonicalBytes(evidence);
    return writeDocument(
      look,
      {
        lines: placeRows(look.lines, fitted.values, look.geometry.rows),
        issuer: fitted.issuer,
        issueDate: printedDate(subject.issueDate),
        qr: qrImage(qrText(verifyHost, token)),
        certificate: certificateBytes,
        evidence: evidenceBytes,
        metadata: licenceMetadata(certificate, rendererId(type)),
        id: [sha256(certificateBytes).slice(0, 32), sha256(evidenceBytes).slice(0, 32)],
        seal,
      },
      fonts().value,
    );
  };

  return {
    rendererId,
    render: (input) => write(input, template(input.type, !("batch" in input.evidence)), null).bytes,
    renderSealed(input) {
      const { certificate, evidence, type, seal } = input;
      const subject = certificate.credentialSubject;
      if (!("batch" in evidence))
        throw notRenderable(subject, [{ field: "evidence", message: "only an anchored licence is sealed" }]);
      const { template: look, picture } = sealedTemplate(subject, type, seal);
      const { bytes, contents } = write(input, look, { ...seal, picture });
      return { bytes, contents: contents as SealableFile["contents"] };
    },
    checkSeal: (look) => sealProblems(look, fonts()),
    checkLayout: (type) => layoutProblems(type, fonts()),

    checkRenderable: (subject, validity, type) =>
      fitValues(subject, validity, template(type, false), fonts().value).problems,
  };
}

/** A longer token gives a code that no phone reads at the printed size. */
function printableToken(subject: CertificateSubject, { token }: Evidence): Uint8Array {
  const bytes = fromBase64Url(token);
  if (bytes.length <= MAX_PRINTED_TOKEN_BYTES) return bytes;
  const message = `${bytes.length} bytes are more than the ${MAX_PRINTED_TOKEN_BYTES} that print readably`;
  throw notRenderable(subject, [{ field: "token", message }]);
}

function notRenderable(subject: CertificateSubject, problems: RenderProblem[]): TallyError {
  const [first] = problems as [RenderProblem];
  return new TallyError(
    "certificate.not-renderable",
    `${subject.certificateIdentifier} cannot be printed: ${first.field}: ${first.message}`,
    { field: first.field, problems },
  );
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
