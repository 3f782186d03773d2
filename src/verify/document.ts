// SPDX-License-Identifier: Apache-2.0
import type { Certificate } from "../core/certificate.js";
import type { CopyToken } from "../core/copy/copy-token.js";
import type { Evidence } from "../core/evidence.js";
import type { Token } from "../core/token.js";
import type { ReadersCopy } from "./copy/read-copy.js";
import type { ReadType } from "./known-types.js";
import type { LicencePdf } from "./pdf/read-licence-pdf.js";
import type { ReasonCode } from "./reasons.js";
import type { DocumentSummary } from "./report.js";

/** A file's bytes, or text from a scanner or a clipboard. What it is, is found out by looking. */
export type DocumentInput = { readonly bytes: Uint8Array; readonly name?: string } | { readonly text: string };

export type Form = DocumentSummary["form"];

/** A certificate as it came, with what came along. A bare certificate has neither evidence nor type; a reader's copy has evidence of its own. */
export interface CertificateDocument {
  readonly form: "pdf" | "json" | "certificate";
  readonly certificate: Certificate;
  readonly certificateDigest: Uint8Array;
  /** What the certificate's proof signs. */
  readonly toBeSigned: Uint8Array;
  readonly evidence: { readonly content: Evidence; readonly token: Token; readonly tokenDigest: Uint8Array } | null;
  readonly type: ReadType | null;
  /** When the file is a reader's copy of the licence; `evidence` is null then. */
  readonly copy: ReadersCopy | null;
  /** The file itself, when it is a PDF. */
  readonly pdf: LicencePdf | null;
}

/** The token out of a QR code, alone: of a licence, or of a reader's copy of one. */
export type TokenDocument = { readonly form: "token"; readonly tokenDigest: Uint8Array } & (
  | { readonly kind: "licence"; readonly token: Token }
  | { readonly kind: "copy"; readonly token: CopyToken }
);

export type LicenceDocument = CertificateDocument | TokenDocument;

/** Whether it is the file, or the code, of a reader's copy 加注件. */
export function isReadersCopy(document: LicenceDocument): boolean {
  return document.form === "token" ? document.kind === "copy" : document.copy !== null;
}

/** Not a document of ours (`fail`), or one of a later version than this verifier knows (`unknown`). */
export interface Unreadable {
  readonly form: Form;
  readonly outcome: "fail" | "unknown";
  readonly reason: ReasonCode;
  readonly detail: string;
}
