// SPDX-License-Identifier: Apache-2.0
import type { CertificateSubject } from "../core/certificate.js";
import type { FontStack } from "./font/font-stack.js";
import { type FittedText, fitText } from "./layout/place-rows.js";
import { mm } from "./pdf/canvas.js";
import { IDENTIFIER_CHARACTERS, type Template } from "./template.js";
import type { Validity } from "./text/printed-date.js";
import { printedValue } from "./text/printed-value.js";

/** Why a value cannot be printed; `field` is a pointer into credentialSubject, or "validity". */
export interface RenderProblem {
  readonly field: string;
  readonly message: string;
}

export interface FittedValues {
  /** In the order of the template's rows. Meaningless when there are problems. */
  readonly values: readonly FittedText[];
  readonly issuer: FittedText;
  readonly problems: RenderProblem[];
}

/** Sets every value of a certificate into the room that its layout gives it, and says which do not go in. */
export function fitValues(
  subject: CertificateSubject,
  validity: Validity,
  { lines, geometry }: Template,
  font: FontStack,
): FittedValues {
  const problems: RenderProblem[] = [];
  const fit = (field: string, text: string, maxLines: number, width: number): FittedText => {
    for (const character of font.missing(text)) problems.push({ field, message: missingGlyph(character) });
    const fitted = fitText(text, maxLines, width, font);
    if (fitted) return fitted;
    problems.push({ field, message: overflow(text, maxLines) });
    return NOTHING;
  };
  const values = lines
    .flat()
    .map(({ row, valueWidth }) => fit(row.pointer, printedValue(row, subject, validity), row.maxLines, valueWidth));
  const issuer = fit("/issueDept", subject.issueDept, 2, issuerWidth(geometry));
  for (const character of unprintable(subject.certificateIdentifier))
    problems.push({ field: "/certificateIdentifier", message: missingGlyph(character) });
  return { values, issuer, problems };
}

/** The distinct characters that the small type of identifiers has not. */
function unprintable(identifier: string): Iterable<string> {
  const strange = new Set<string>();
  for (const character of identifier) if (!IDENTIFIER_CHARACTERS.includes(character)) strange.add(character);
  return strange;
}

const NOTHING: FittedText = { size: 1, lines: [] };

/** Centred on the seal, so the nearer of the page's edge and the code's plate limits it on both sides. */
function issuerWidth({ seal, qr, rows }: Template["geometry"]): number {
  const centre = seal.x + seal.width / 2;
  const left = qr.x < seal.x ? qr.x + qr.width + mm(6) : rows.x;
  const right = rows.x + rows.width + mm(4);
  return 2 * Math.min(centre - left, right - centre);
}

function missingGlyph(character: string): string {
  const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
  const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `"${character}" (U+${code})` : `U+${code}`;
  return (
    `the fonts have no glyph for ${shown}; use another form of the character, ` +
    "or configure a fallback font that has it (TALLY_FALLBACK_FONTS)"
  );
}

function overflow(text: string, maxLines: number): string {
  return (
    `${Array.from(text).length} characters do not fit into the layout's room of ${maxLines} ${maxLines === 1 ? "line" : "lines"}, not even in small type; ` +
    "shorten the value, or publish a version of the type whose layout gives it more lines"
  );
}
