// SPDX-License-Identifier: Apache-2.0

import type { FaceValue } from "../../core/certificate.js";
import { TallyError } from "../../core/errors.js";
import { parseJson } from "../../core/strict-json.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import { csvRecords } from "./csv-records.js";
import type { IssueRequest } from "./issue-request.js";
import { refuse } from "./problems.js";

/** A row as a request, not yet judged, or why it is none. `line` is its first line in the file. */
export type CsvRow =
  | { readonly line: number; readonly request: IssueRequest }
  | { readonly line: number; readonly error: TallyError };

/** Columns that every type has; the names in Chinese are those of GB/T 36903. The others are the type's own fields. */
const COLUMNS = {
  certificateNumber: "证照编号",
  holderName: "持证主体",
  holderCode: "持证主体代码",
  holderType: "持证主体代码类型",
  issueDate: "证照颁发日期",
  validFrom: "有效期起始日期",
  validUntil: "有效期截止日期",
  identifier: "证照标识",
  areaCode: "所属管辖地",
} as const;
type Column = keyof typeof COLUMNS;
const REQUIRED: readonly Column[] = ["certificateNumber", "holderName", "holderCode", "holderType"];

/**
 * Reads rows for one type. The first record names the columns, in any order: those above, by either name, and the type's fields by
 * name or Chinese label (`face.x` where a field is named like a column). Empty cells are absent, or null where the schema allows
 * null. Throws `request.invalid` for columns that are missing, unknown or named twice; a row that cannot be read is told in its
 * place.
 */
export async function* csvRows(
  type: TypeDefinition,
  typeVersion: number | undefined,
  bytes: AsyncIterable<Uint8Array>,
): AsyncIterableIterator<CsvRow> {
  let columns: readonly CellReader[] | undefined;
  for await (const record of csvRecords(bytes)) {
    if (columns === undefined) {
      if ("problem" in record)
        throw new TallyError("request.invalid", `the header in line ${record.line}: ${record.problem}`);
      columns = readHeader(type, record.cells);
      continue;
    }
    const { line } = record;
    const problem = "problem" in record ? record.problem : rowProblem(record.cells, columns.length);
    if (problem !== null) yield { line, error: new TallyError("request.invalid", `line ${line}: ${problem}`) };
    else if ("cells" in record) yield { line, request: requestOf(type, typeVersion, columns, record.cells) };
  }
  if (columns === undefined)
    throw new TallyError("request.invalid", "the file is empty; its first line names the columns");
}

function rowProblem(cells: readonly string[], wanted: number): string | null {
  if (cells.length !== wanted) return `the row has ${cells.length} cells where the header has ${wanted}`;
  return cells.some((cell) => cell.includes("\ufffd"))
    ? "the row holds bytes that are not UTF-8; save the file as UTF-8, not GBK"
    : null;
}

/** Puts one cell where it belongs in the row. */
type CellReader = (cell: string, row: RowDraft) => void;

interface RowDraft {
  readonly values: Partial<Record<Column, string>>;
  readonly face: Record<string, FaceValue>;
}

function readHeader({ fields }: TypeDefinition, names: readonly string[]): readonly CellReader[] {
  const known = new Map<string, { readonly name: string; readonly read: CellReader }>();
  const properties = (fields.schema.properties ?? {}) as Readonly<Record<string, PropertySchema>>;
  for (const { field, label } of fields.labels) {
    const read = fieldReader(field, properties[field] ?? {});
    for (const name of [label.zh, field, `face.${field}`]) known.set(name, { name: `face.${field}`, read });
  }
  for (const [column, label] of Object.entries(COLUMNS) as [Column, string][]) {
    const read: CellReader = (cell, { values }) => {
      if (cell !== "") values[column] = cell;
    };
    for (const name of [column, label]) known.set(name, { name: column, read });
  }

  const columns = names.map((name) => known.get(name.trim()));
  const seen = columns.map((column) => column?.name);
  refuse("request.invalid", "the columns", [
    ...names
      .filter((_, i) => columns[i] === undefined)
      .map((name) => ({
        field: JSON.stringify(name.slice(0, 60)),
        message: "is neither a column nor a field of this type",
      })),
    ...seen
      .filter((name, i) => name !== undefined && seen.indexOf(name) !== i)
      .map((name) => ({ field: name as string, message: "is there twice" })),
    ...[...REQUIRED, ...requiredFields(fields.schema)]
      .filter((name) => !seen.includes(name))
      .map((field) => ({ field, message: "is missing" })),
  ]);
  return columns.map((column) => (column as { read: CellReader }).read);
}

function requiredFields(schema: Readonly<Record<string, unknown>>): string[] {
  return ((schema.required ?? []) as readonly string[]).map((field) => `face.${field}`);
}

interface PropertySchema {
  readonly type?: string | readonly string[];
}

/** Reads a cell into the JSON type that the schema asks for; what does not read stays text, and the schema says what is wrong. */
function fieldReader(field: string, { type = [] }: PropertySchema): CellReader {
  const types = typeof type === "string" ? [type] : type;
  return (cell, { face }) => {
    if (cell !== "") face[field] = faceValueOf(cell, types);
    else if (types.includes("null")) face[field] = null;
  };
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, 是: true, false: false, 否: false };
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function faceValueOf(cell: string, types: readonly string[]): FaceValue {
  if (types.includes("boolean") && Object.hasOwn(BOOLEANS, cell.toLowerCase()))
    return BOOLEANS[cell.toLowerCase()] as boolean;
  if ((types.includes("number") || types.includes("integer")) && JSON_NUMBER.test(cell)) return Number(cell);
  if (types.includes("array") || types.includes("object")) return jsonOrText(cell);
  return cell;
}

function jsonOrText(cell: string): FaceValue {
  try {
    return parseJson(cell) as FaceValue;
  } catch {
    return cell;
  }
}

function requestOf(
  { typeCode }: TypeDefinition,
  typeVersion: number | undefined,
  columns: readonly CellReader[],
  cells: readonly string[],
): IssueRequest {
  const row: RowDraft = { values: {}, face: {} };
  for (let i = 0; i < columns.length; i++) columns[i]?.(cells[i] as string, row);
  const { certificateNumber = "", holderName = "", holderCode = "", holderType = "", ...optional } = row.values;
  const holder = {
    certificateHolder: holderName,
    certificateHolderCode: holderCode,
    certificateHolderType: holderType,
  };
  return {
    typeCode,
    ...(typeVersion === undefined ? {} : { typeVersion }),
    certificateNumber,
    holders: [holder],
    ...optional,
    face: row.face,
  };
}
