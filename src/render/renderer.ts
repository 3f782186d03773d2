// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { fromBase64Url } from "../core/base64.js";
import { canonicalBytes } from "../core/canonical-json.js";
import type { Certificate, CertificateSubject } from "../core/certificate.js";
import type { CopyStatement } from "../core/copy/copy-statement.js";
import { qrText } from "../core/digits.js";
import { TallyError } from "../core/errors.js";
import type { Evidence } from "../core/evidence.js";
import type { SealableFile } from "../core/seal/sealable-file.js";
import { MAX_PRINTED_TOKEN_BYTES } from "../core/token.js";
import { largestTokenBytes } from "../core/token-budget.js";
import type { TypeDefinition } from "../core/type-definition.js";
import { fitCopyMark } from "./copy/copy-mark.js";
import { type DocumentContent, type WrittenDocument, writeDocument } from "./document.js";
import { type FittedValues, fitValues, identifierSize, type RenderProblem } from "./fit-values.js";
import { type FallbackFont, type FontLibrary, loadFonts } from "./font/font-library.js";
import type { Look } from "./ground/look.js";
import { type LayoutProblem, MIN_MODULE_MM } from "./layout/check-layout.js";
import { placeRows } from "./layout/place-rows.js";
import { copyMetadata, licenceMetadata, printedMetadata, sampleMetadata } from "./licence-metadata.js";
import { mm } from "./pdf/canvas.js";
import { fitStrip, type Printing } from "./printed-copy/printed-strip.js";
import { qrImage } from "./qr-image.js";
import { sampleSubject } from "./sample/sample-subject.js";
import type { SealStatement } from "./seal/seal-field.js";
import type { SealLook } from "./seal/seal-picture.js";
import { buildSealedTemplate, type SealedTemplate, sealProblems } from "./seal/sealed-template.js";
import { loweredBox } from "./strip/page-strip.js";
import { buildTemplate, layoutProblems, type Template } from "./template.js";
import type { Validity } from "./text/printed-date.js";
import { printedDate } from "./text/printed-date.js";

/** Raised with every change that alters the decoded objects of a file. */
export const RENDERER_VERSION = "4";

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

  /**
   * What a counter or kiosk prints: the licence under 打印件 PRINTED COPY with time and place on every page. The code is the licence's own, so scanning
   * it gives the state of the day; the file has no certificate, no seal and no metadata of a licence, so it never passes for the licence's file. Throws
   * `certificate.not-renderable` for what `render` refuses, a place that cannot be set, and pending evidence.
   */
  renderPrintedCopy(input: PrintedCopyInput): Uint8Array;

  /**
   * The file of a reader's copy (docs/formats/copy.md): the licence under a mark on every page with user, matter and period, with the copy's own
   * code. It has the copy's evidence and not the licence's, so nobody can make the licence's file of it. Throws `certificate.not-renderable` for what
   * `render` refuses, and a user or matter that cannot be set.
   */
  renderCopy(input: CopyRenderInput): Uint8Array;

  /** The file of an anchored reader's copy with the picture of a seal and room for its signature, as `renderSealed` gives that of a licence. */
  renderSealedCopy(input: SealedCopyRenderInput): SealableFile;

  /** What would keep a seal from being drawn: the length of its name, characters without a glyph, its code. Empty: nothing. */
  checkSeal(look: SealLook): RenderProblem[];

  /**
   * What a licence of the type looks like, with invented values and marked 样本 SAMPLE on every page. It carries no certificate and its code
   * leads to none, so it can never pass for a licence. Throws `type.invalid` for what `checkLayout` finds, `certificate.not-renderable` when
   * the invented values do not go into the layout.
   */
  preview(type: TypeDefinition): Uint8Array;

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

export interface PrintedCopyInput extends RenderInput {
  readonly printing: Printing;
}

export interface CopyRenderInput extends Omit<RenderInput, "evidence"> {
  readonly copy: {
    readonly statement: CopyStatement;
    /** With the copy's token; pending or anchored. */
    readonly evidence: Evidence;
  };
}

export interface SealedCopyRenderInput extends CopyRenderInput {
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

  const template = (type: TypeDefinition, wanted: Look): Template => {
    const key = `${digestOf(type)} ${wanted}`;
    let found = templates.get(key);
    if (!found) {
      found = buildTemplate(type, wanted, fonts(), largestCode(type, verifyHost));
      templates.set(key, found);
      if (templates.size > TEMPLATE_LIMIT) templates.delete(templates.keys().next().value as string);
    }
    return found;
  };

  const ids = new WeakMap<Template, string>();
  const rendererId = (type: TypeDefinition): string => {
    const look = template(type, "anchored");
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
    wanted: "anchored" | "copy",
    { name, code, star }: SealLook,
  ): SealedTemplate => {
    const key = JSON.stringify([digestOf(type), wanted, name, code, star]);
    let found = sealedTemplates.get(key);
    if (!found) {
      const problems = sealProblems({ name, code, star }, fonts());
      if (problems.length > 0) throw notRenderable(subject, problems);
      found = buildSealedTemplate(template(type, wanted), { name, code, star }, fonts());
      sealedTemplates.set(key, found);
      if (sealedTemplates.size > TEMPLATE_LIMIT) sealedTemplates.delete(sealedTemplates.keys().next().value as string);
    }
    return found;
  };

  /** `size` in millimetres. */
  const codeOf = (subject: CertificateSubject, evidence: Evidence, size: number) => {
    const qr = qrImage(qrText(verifyHost, printableToken(subject, evidence)));
    if (qr.modules * MIN_MODULE_MM > size + 0.05) throw notRenderable(subject, [denseCode(qr.modules)]);
    return qr;
  };

  const write = ({ certificate, evidence, type }: RenderInput, look: Template, seal: DocumentContent["seal"]) => {
    const subject = certificate.credentialSubject;
    const fitted = fittedOrRefused(subject, certificate, look, fonts());
    const qr = codeOf(subject, evidence, type.layout.qr.size);
    const record = { certificate: canonicalBytes(certificate), evidence: canonicalBytes(evidence) };
    return writeDocument(
      look,
      {
        ...printed(subject, fitted, look, fonts()),
        qr,
        record,
        metadata: licenceMetadata(certificate, rendererId(type)),
        id: [sha256(record.certificate).slice(0, 32), sha256(record.evidence).slice(0, 32)],
        seal,
      },
      fonts(),
    );
  };

  const writeCopy = (
    { certificate, type, copy }: CopyRenderInput,
    look: Template,
    seal: DocumentContent["seal"],
  ): WrittenDocument => {
    const subject = certificate.credentialSubject;
    const fitted = fittedOrRefused(subject, certificate, look, fonts());
    const mark = fitCopyMark(copy.statement, look.geometry, fonts().value);
    if (!("strip" in mark)) throw notRenderable(subject, [...mark]);
    const codeSize = loweredBox(look.geometry, mark.strip, look.geometry.qr).width / mm(1);
    const record = {
      certificate: canonicalBytes(certificate),
      evidence: canonicalBytes(copy.evidence),
      copy: canonicalBytes(copy.statement),
    };
    return writeDocument(
      look,
      {
        ...printed(subject, fitted, look, fonts()),
        ...mark,
        qr: codeOf(subject, copy.evidence, codeSize),
        record,
        metadata: copyMetadata(certificate, copy.statement, rendererId(type)),
        id: [sha256(record.copy).slice(0, 32), sha256(record.evidence).slice(0, 32)],
        seal,
      },
      fonts(),
    );
  };

  return {
    rendererId,

    render: (input) =>
      write(input, template(input.type, "batch" in input.evidence ? "anchored" : "pending"), null).bytes,

    renderSealed(input) {
      const { certificate, evidence, type, seal } = input;
      const subject = certificate.credentialSubject;
      requireAnchored(subject, evidence, "only an anchored licence is sealed");
      const { template: look, picture } = sealedTemplate(subject, type, "anchored", seal);
      const { bytes, contents } = write(input, look, { ...seal, picture });
      return { bytes, contents: contents as SealableFile["contents"] };
    },

    renderPrintedCopy({ certificate, evidence, type, printing }) {
      const subject = certificate.credentialSubject;
      requireAnchored(subject, evidence, "only an anchored licence is printed");
      const look = template(type, "printed");
      const fitted = fittedOrRefused(subject, certificate, look, fonts());
      const strip = fitStrip(printing, look.geometry, fonts().value);
      if (!("lines" in strip)) throw notRenderable(subject, [...strip]);
      const id = sha256(canonicalBytes(certificate));
      return writeDocument(
        look,
        {
          ...printed(subject, fitted, look, fonts()),
          qr: codeOf(subject, evidence, type.layout.qr.size),
          record: null,
          metadata: printedMetadata(certificate, printing.time),
          id: [id.slice(0, 32), sha256(JSON.stringify([id, printing.time, printing.place])).slice(0, 32)],
          seal: null,
          strip,
        },
        fonts(),
      ).bytes;
    },

    renderCopy: (input) => writeCopy(input, template(input.type, "copy"), null).bytes,

    renderSealedCopy({ seal, ...input }) {
      const subject = input.certificate.credentialSubject;
      requireAnchored(subject, input.copy.evidence, "only an anchored copy is sealed");
      const { template: look, picture } = sealedTemplate(subject, input.type, "copy", seal);
      const { bytes, contents } = writeCopy(input, look, { ...seal, picture });
      return { bytes, contents: contents as SealableFile["contents"] };
    },

    checkSeal: (look) => sealProblems(look, fonts()),

    preview(type) {
      const look = template(type, "sample");
      const { subject, validity } = sampleSubject(type);
      const fitted = fittedOrRefused(subject, validity, look, fonts());
      const digest = digestOf(type);
      return writeDocument(
        look,
        {
          ...printed(subject, fitted, look, fonts()),
          qr: qrImage(qrText(verifyHost, sampleToken(type))),
          record: null,
          metadata: sampleMetadata(subject, `tigertally-sample/${RENDERER_VERSION}`),
          id: [digest.slice(0, 32), digest.slice(32)],
          seal: null,
        },
        fonts(),
      ).bytes;
    },

    checkLayout: (type) => layoutProblems(type, fonts(), largestCode(type, verifyHost)),

    checkRenderable: (subject, validity, type) =>
      fitValues(subject, validity, template(type, "anchored"), fonts()).problems,
  };
}

function requireAnchored(subject: CertificateSubject, evidence: Evidence, message: string): void {
  if (!("batch" in evidence)) throw notRenderable(subject, [{ field: "evidence", message }]);
}

function fittedOrRefused(
  subject: CertificateSubject,
  validity: Validity,
  look: Template,
  fonts: FontLibrary,
): FittedValues {
  const fitted = fitValues(subject, validity, look, fonts);
  if (fitted.problems.length > 0) throw notRenderable(subject, fitted.problems);
  return fitted;
}

/** What the pages say. */
function printed(
  subject: CertificateSubject,
  { values, issuer, photo, further }: FittedValues,
  look: Template,
  fonts: FontLibrary,
) {
  const { layout } = look.type;
  const { rows, sizes } = look.geometry;
  const setting = { sizes, bilingual: layout.bilingual !== false, fill: layout.grid === "cells" };
  const identifier = subject.certificateIdentifier;
  return {
    lines: placeRows(look.lines, values, rows, setting),
    further,
    issuer,
    photo,
    issueDate: printedDate(subject.issueDate),
    identifierSize: {
      first: identifierSize(identifier, look.geometry, fonts),
      further: identifierSize(identifier, look.further.geometry, fonts),
    },
  };
}

/** Modules a side of the largest code that the budgets of a type allow. */
function largestCode(type: TypeDefinition, verifyHost: string): number {
  return qrImage(qrText(verifyHost, new Uint8Array(tokenRoom(type)).fill(0xff))).modules;
}

const tokenRoom = ({ qr }: TypeDefinition): number => largestTokenBytes(qr.face.map(({ maxBytes }) => maxBytes));

/** As dense as the densest code of the type, and no token: the page that it opens says so. */
function sampleToken(type: TypeDefinition): Uint8Array {
  const bytes = new Uint8Array(tokenRoom(type));
  for (let at = 0; at < bytes.length; at += 64)
    bytes.set(
      createHash("sha512")
        .update(`SAMPLE ${at}`)
        .digest()
        .subarray(0, bytes.length - at),
      at,
    );
  return bytes;
}

function denseCode(modules: number): RenderProblem {
  const message = `the code has ${modules} modules, too many for its printed size; use a layout with a larger code`;
  return { field: "token", message };
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
