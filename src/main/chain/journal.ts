// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { TallyError } from "../../core/errors.js";

/** First line of a journal: all that the chain was started with, and the block that follows from it. */
export interface JournalHeader {
  readonly format: "tigertally-chain-journal";
  readonly version: 1;
  readonly chainId: number;
  readonly genesisTime: number;
  readonly genesisHash: string;
  /** The client that mined; another version may hash differently, so a mismatch is explained with it. */
  readonly client: string;
}

/** One mined transaction; every block holds exactly one. */
export interface JournalEntry {
  readonly block: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly raw: string;
  readonly hash: string;
  readonly stateRoot: string;
}

export interface JournalContent {
  readonly header: JournalHeader;
  readonly entries: readonly JournalEntry[];
  /** Length of the whole lines; what follows is a line that a crash cut off. */
  readonly wholeBytes: number;
  readonly tornBytes: number;
}

const NEWLINE = 0x0a;
const SPARE_BYTES = 1024 * 1024;

/**
 * The append-only file that makes the embedded chain durable: a header line, then a line per mined transaction, JSON.
 * `append` returns only when the lines are on the disk, and no answer shows a transaction before that; so a last line
 * without its newline belongs to a transaction that nobody has ever seen, and only such a line may be dropped.
 */
export class Journal {
  readonly #file: number;
  readonly #directory: string;
  #length: number;

  private constructor(file: number, directory: string, length: number) {
    this.#file = file;
    this.#directory = directory;
    this.#length = length;
  }

  static exists(path: string): boolean {
    return existsSync(path);
  }

  /** The header appears whole or not at all. */
  static create(path: string, header: JournalHeader): void {
    const temporary = `${path}.new`;
    const file = openSync(temporary, "w", 0o600);
    writeSync(file, `${JSON.stringify(header)}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  }

  /** Throws `chain.journal-corrupt` for anything but whole valid lines and at most one torn one at the end. */
  static read(path: string): JournalContent {
    const bytes = readFileSync(path);
    const wholeBytes = bytes.lastIndexOf(NEWLINE) + 1;
    const lines = bytes.subarray(0, wholeBytes).toString("utf8").split("\n").slice(0, -1);
    if (lines.length === 0) throw corrupt(path, 1, "it has no header");
    const header = parseHeader(path, lines[0]!);
    const entries = lines.slice(1).map((line, index) => parseEntry(path, line, index + 1));
    return { header, entries, wholeBytes, tornBytes: bytes.length - wholeBytes };
  }

  /** Opens for appending after `wholeBytes`; a torn line after that is cut off. */
  static open(path: string, wholeBytes: number): Journal {
    const file = openSync(path, "r+");
    ftruncateSync(file, wholeBytes);
    fsyncSync(file);
    return new Journal(file, dirname(path), wholeBytes);
  }

  /** Bytes that may still be appended with some to spare, since others write to the same disk. */
  room(): number {
    const { bavail, bsize } = statfsSync(this.#directory);
    return Math.max(0, bavail * bsize - SPARE_BYTES);
  }

  /** Durable when it returns. A throw leaves an unknown part on the disk: the caller must stop using this journal. */
  append(entries: readonly JournalEntry[]): void {
    const lines = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""), "utf8");
    for (let done = 0; done < lines.length; ) {
      done += writeSync(this.#file, lines, done, lines.length - done, this.#length + done);
    }
    fsyncSync(this.#file);
    this.#length += lines.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Words for every way in which a journal and its replay can disagree. */
export function corrupt(path: string, line: number, what: string, cause?: unknown): TallyError {
  return new TallyError(
    "chain.journal-corrupt",
    `the chain journal ${path} cannot be used: line ${line}: ${what}. The chain was not started and nothing was changed. ` +
      "Put back the whole data directory from a backup; or move it away and start with an empty one, which is a new chain: " +
      "everything anchored on the old one must then be anchored again.",
    { cause },
  );
}

function parseHeader(path: string, line: string): JournalHeader {
  const header = parseLine(path, line, 1) as Partial<JournalHeader>;
  if (header.format !== "tigertally-chain-journal") throw corrupt(path, 1, "it is not the header of a chain journal");
  if (header.version !== 1) {
    throw new TallyError(
      "format.version-unsupported",
      `the chain journal ${path} has version ${String(header.version)}, this program reads version 1: use the newer program`,
    );
  }
  const whole =
    isCount(header.chainId) &&
    isCount(header.genesisTime) &&
    isHex(header.genesisHash, 32) &&
    typeof header.client === "string";
  if (!whole) throw corrupt(path, 1, "a member of the header is missing or has a wrong value");
  return header as JournalHeader;
}

function parseEntry(path: string, line: string, block: number): JournalEntry {
  const entry = parseLine(path, line, block + 1) as Partial<JournalEntry>;
  const whole =
    entry.block === block &&
    isCount(entry.time) &&
    typeof entry.raw === "string" &&
    /^0x(?:[0-9a-f]{2})+$/.test(entry.raw) &&
    isHex(entry.hash, 32) &&
    isHex(entry.stateRoot, 32);
  if (!whole) throw corrupt(path, block + 1, `it is not the entry of block ${block}`);
  return entry as JournalEntry;
}

function parseLine(path: string, line: string, number: number): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch (cause) {
    throw corrupt(path, number, "it is not JSON", cause);
  }
  throw corrupt(path, number, "it is not a JSON object");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isHex(value: unknown, bytes: number): value is string {
  return typeof value === "string" && value.length === 2 + 2 * bytes && /^0x[0-9a-fA-F]+$/.test(value);
}

/** A rename is durable only when its directory is. */
function syncDirectory(path: string): void {
  const directory = openSync(join(path, "."), "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
