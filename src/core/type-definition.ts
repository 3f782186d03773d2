// SPDX-License-Identifier: Apache-2.0

export interface Label {
  readonly zh: string;
  readonly en: string;
}

/** Pointer (RFC 6901) into credentialSubject, e.g. `/certificateHolder/0/certificateHolder` or `/face/businessScope`. */
export type SubjectPointer = string;

/** One version of a certificate type 证照类型. Immutable once published; its digest is on chain. */
export interface TypeDefinition {
  readonly format: "tigertally-type";
  readonly formatVersion: 1;
  /** 18-character USCC of the defining authority and 3 digits. */
  readonly typeCode: string;
  readonly version: number;
  readonly name: Label;
  readonly definingAuthority: { readonly code: string; readonly name: Label };
  readonly sharing: "unconditional" | "conditional" | "none";
  readonly holder: {
    /** Allowed holder-code types (GB/T 36903 Annex A). */
    readonly codeTypes: readonly string[];
    readonly max: number;
  };
  readonly number: {
    /** ECMAScript regular expression, anchored by the reader; bounded input length. */
    readonly pattern: string;
    readonly maxLength: number;
    /** Check character over the digits after `skip` characters, when the rule has one. */
    readonly check?: {
      readonly algorithm: "iso7064-mod11-10" | "iso7064-mod37-36" | "uscc" | "citizen-id";
      readonly skip: number;
    };
    /** The number must equal the first holder's code. */
    readonly equalsHolderCode?: boolean;
    readonly rule: Label;
  };
  readonly validity: { readonly endDate: "required" | "optional" | "none"; readonly maxYears?: number };
  readonly fields: {
    /** JSON Schema 2020-12 of `face`; `additionalProperties` is false. No `$ref` outside itself. One property may have `"format": "photo"`. */
    readonly schema: Readonly<Record<string, unknown>>;
    /** Order and labels of every property of the schema. */
    readonly labels: readonly { readonly field: string; readonly label: Label }[];
  };
  /** The type's own state codes for each legal state the product knows. */
  readonly states: Readonly<Partial<Record<LegalState, { readonly code: string; readonly label: Label }>>>;
  readonly qr: {
    /** Values printed into the token, each with its budget in UTF-8 bytes. */
    readonly face: readonly { readonly pointer: SubjectPointer; readonly label: Label; readonly maxBytes: number }[];
  };
  readonly layout: Layout;
}

/** Legal states 法律状态. `expired` is derived from the clock and never stored. */
export const LEGAL_STATES = [
  "valid", // 有效
  "suspended", // 暂扣
  "revoked-penalty", // 吊销
  "revoked-unlawful", // 撤销
  "cancelled", // 注销
  "replaced", // 已换发
  "transferred-out", // 转出
] as const;
export type LegalState = (typeof LEGAL_STATES)[number];

/** How the paper looks. Lengths in millimetres from the top left corner; owned by `render/`. */
export interface Layout {
  readonly layoutVersion: 1;
  readonly page: LayoutPage;
  /** Folded in the middle of its longer side, so that each half has a border of its own; only for landscape pages. */
  readonly fold?: boolean;
  /** Colours of border and ornament; "vermilion" when absent. */
  readonly palette?: LayoutPalette;
  readonly title: Label;
  readonly subtitle?: Label;
  /** Where title, subtitle and divider stand; the usual place of the page when absent. */
  readonly heading?: LayoutBox;
  /** Where the rows stand; between heading and code when absent. */
  readonly body?: LayoutBox;
  /** Words that every certificate of the type bears, e.g. its legal basis: a paragraph in Chinese, one in English. */
  readonly preamble?: LayoutBox & { readonly text: Label };
  /** Where the photo stands, in a type that has one: it is fitted into the box as a whole, in the middle. */
  readonly photo?: LayoutPhoto;
  /** Labels in Chinese only when false. */
  readonly bilingual?: boolean;
  /** "rules": a line under each row; "cells": a ruled table. "rules" when absent. */
  readonly grid?: "rules" | "cells";
  readonly rows: readonly LayoutRow[];
  /** What stands before the issuing agency at the lower right; 发证机关 "Issuing authority" when absent. */
  readonly issuerLabel?: Label;
  /** Large pale words across the page, e.g. 样例 on types that exist for demonstrations. */
  readonly watermark?: Label;
  readonly qr: LayoutSquare;
  readonly seal: LayoutSquare;
}

/** A card is 105 × 74 mm folded (ID-2 of ISO/IEC 7810): 210 × 74 open in landscape, 105 × 148 in portrait. */
export const LAYOUT_PAGES = [
  "A4-portrait",
  "A4-landscape",
  "A3-portrait",
  "A3-landscape",
  "card-portrait",
  "card-landscape",
] as const;
export type LayoutPage = (typeof LAYOUT_PAGES)[number];

export const LAYOUT_PALETTES = ["vermilion", "jade", "indigo"] as const;
export type LayoutPalette = (typeof LAYOUT_PALETTES)[number];

/** Upper left corner and side. */
export interface LayoutSquare {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Upper left corner and sides. */
export interface LayoutBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LayoutPhoto extends LayoutBox {
  /** `/face/` and the field whose schema has `"format": "photo"`. */
  readonly pointer: SubjectPointer;
}

/** How a value becomes words. */
export interface ValueFormat {
  /**
   * Hidden characters: prints `*` in place of characters [from, to) of the value; with `holderType` only when the holder's code is
   * of that type, e.g. a citizen ID number where other holders have a public code.
   */
  readonly mask?: { readonly from: number; readonly to: number; readonly holderType?: string };
  /** Words printed for booleans and null. */
  readonly words?: { readonly true?: Label; readonly false?: Label; readonly null?: Label };
  /** Words printed for texts that are codes, e.g. 111 of a holder's code type. */
  readonly codes?: Readonly<Record<string, Label>>;
}

export interface LayoutRow extends ValueFormat {
  readonly label: Label;
  readonly pointer: SubjectPointer | "validity";
  /**
   * Room for the value in lines of full size, or of a table in entries. A longer value is set smaller; what then does not fit is an error
   * at issue time, unless the row flows.
   */
  readonly maxLines: number;
  /** "half": shares its line with the next half row; "full" when absent. */
  readonly width?: "half" | "full";
  /** A value that is too long continues on further pages. Tables always do. */
  readonly flow?: boolean;
  /** Makes a table of a list: the holders, or a list among the type's fields. */
  readonly columns?: readonly LayoutColumn[];
}

export interface LayoutColumn extends ValueFormat {
  readonly label: Label;
  /** Member of each entry; the entry itself when absent. */
  readonly member?: string;
  /** Share of the table's width, in relation to the others. */
  readonly width: number;
}
