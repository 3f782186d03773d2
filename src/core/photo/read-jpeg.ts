// SPDX-License-Identifier: Apache-2.0

/** What the headers of a JPEG picture say. No pixel is decoded. */
export interface JpegPicture {
  readonly width: number;
  readonly height: number;
  /** 1: grey; 3: YCbCr, as JFIF has it. */
  readonly components: 1 | 3;
  /** Bodies of the application segments, by their markers, 0xe0 to 0xef; they may say how pixels are to be turned or coloured. */
  readonly applications: readonly { readonly marker: number; readonly body: Uint8Array }[];
  /** The same picture with nothing but what decoding needs: no application segments, comments, fill bytes, or tables that no scan uses. */
  readonly bare: Uint8Array;
}

/**
 * Reads a JPEG picture (ITU-T T.81) of 8 bits, grey or YCbCr, baseline or progressive, from its first byte to its last; a problem completes
 * "‹field› …" and says the way out. Each segment lies inside the file, each table and scan that is named was defined, and nothing follows the
 * end. Entropy-coded data is only searched for markers. Linear in the number of bytes.
 */
export function readJpeg(bytes: Uint8Array): { readonly picture: JpegPicture } | { readonly problem: string } {
  try {
    return { picture: new JpegReader(bytes).read() };
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.message };
    throw error;
  }
}

class Refusal extends Error {}

const SAVE_AGAIN = "save it again as an ordinary JPEG";

function refuse(why: string, wayOut = SAVE_AGAIN): never {
  throw new Refusal(`${why}: ${wayOut}`);
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const DHT = 0xc4;
const DRI = 0xdd;
const COM = 0xfe;
const BASELINE = 0xc0;
const PROGRESSIVE = 0xc2;
const ARITHMETIC: readonly number[] = [0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf];
const OTHER_FRAMES: readonly number[] = [0xc1, 0xc3, 0xc5, 0xc6, 0xc7];
const isApplication = (marker: number): boolean => marker >= 0xe0 && marker <= 0xef;
const isRestart = (code: number): boolean => code >= 0xd0 && code <= 0xd7;

/** A common progressive picture has ten. */
const MAX_SCANS = 64;

interface Component {
  readonly id: number;
  readonly quantization: number;
  scanned: boolean;
}

interface Frame {
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
}

/** A table, or a restart interval, as it stands in its segment. */
interface Definition {
  readonly bytes: Uint8Array;
  used: boolean;
}

/** What is kept, in the order of the file. A segment of definitions keeps those that a scan uses. */
type Piece =
  | { readonly bytes: readonly Uint8Array[] }
  | { readonly marker: number; readonly definitions: readonly Definition[] };

class JpegReader {
  #at = 2;
  #frame: Frame | null = null;
  #scans = 0;
  #restart: Definition | null = null;
  readonly #applications: { marker: number; body: Uint8Array }[] = [];
  readonly #quantization = new Map<number, Definition>();
  /** By class and destination: 0 to 3 for DC, 16 to 19 for AC. */
  readonly #huffman = new Map<number, Definition>();
  readonly #kept: Piece[] = [{ bytes: [Uint8Array.of(0xff, SOI)] }];

  constructor(private readonly bytes: Uint8Array) {}

  read(): JpegPicture {
    const { bytes } = this;
    if (bytes[0] !== 0xff || bytes[1] !== SOI) refuse("is no JPEG picture", "save it as JPEG");
    for (let marker = this.#marker(); marker !== EOI; marker = this.#marker()) this.#segment(marker);
    this.#kept.push({ bytes: [Uint8Array.of(0xff, EOI)] });
    const frame = this.#frame;
    if (frame === null || frame.components.some(({ scanned }) => !scanned)) refuse("ends before the picture does");
    if (this.#at !== bytes.length) refuse("goes on after the picture's end");
    const { width, height, components } = frame;
    return {
      width,
      height,
      components: components.length as 1 | 3,
      applications: this.#applications,
      bare: joined(this.#kept.flatMap(bytesOf)),
    };
  }

  /** Goes behind the next marker, over fill bytes (T.81 section B.1.1.2). */
  #marker(): number {
    const { bytes } = this;
    if (this.#at + 2 > bytes.length) refuse("is cut off");
    if (bytes[this.#at] !== 0xff) refuse(`has stray bytes at ${this.#at}`);
    while (bytes[this.#at + 1] === 0xff) this.#at++;
    if (this.#at + 2 > bytes.length) refuse("is cut off");
    this.#at += 2;
    return bytes[this.#at - 1] as number;
  }

  #segment(marker: number): void {
    const { bytes } = this;
    refuseKind(marker);
    const start = this.#at;
    const length = start + 2 <= bytes.length ? this.#sixteen(start) : 0;
    const end = start + length;
    if (length < 2 || end > bytes.length) refuse("is cut off");
    const body = bytes.subarray(start + 2, end);
    this.#at = end;
    if (isApplication(marker)) this.#applications.push({ marker, body });
    if (isApplication(marker) || marker === COM) return;
    const definitions =
      marker === DQT
        ? this.#quantizationTables(body)
        : marker === DHT
          ? this.#huffmanTables(body)
          : marker === DRI
            ? this.#restartInterval(body)
            : null;
    if (definitions !== null) {
      this.#kept.push({ marker, definitions });
      return;
    }
    if (marker === SOS) {
      this.#scanHeader(body);
      this.#scanData();
    } else this.#frameHeader(marker, body);
    this.#kept.push({ bytes: [Uint8Array.of(0xff, marker), bytes.subarray(start, this.#at)] });
  }

  /** Section B.2.4.1; samples of 8 bits have tables of 8 bits. */
  #quantizationTables(body: Uint8Array): readonly Definition[] {
    if (body.length === 0 || body.length % 65 !== 0)
      refuse("has a quantization table of another precision than 8 bits");
    const tables: Definition[] = [];
    for (let at = 0; at < body.length; at += 65) {
      const destination = body[at] as number;
      if (destination > 3) refuse("has a quantization table of another precision than 8 bits");
      const bytes = body.subarray(at, at + 65);
      if (bytes.includes(0, 1)) refuse("has a broken quantization table");
      tables.push(define(this.#quantization, destination, bytes));
    }
    return tables;
  }

  /** Section B.2.4.2: sixteen counts of codes by length, and as many symbols. */
  #huffmanTables(body: Uint8Array): readonly Definition[] {
    const tables: Definition[] = [];
    let at = 0;
    do {
      const destination = body[at] as number;
      if (at + 17 > body.length || (destination & 0xef) > 3) refuse("has a broken Huffman table");
      let symbols = 0;
      let codes = 0;
      for (let bits = 1; bits <= 16; bits++) {
        const count = body[at + bits] as number;
        symbols += count;
        codes = codes * 2 + count;
        if (codes > 2 ** bits) refuse("has a broken Huffman table");
      }
      const end = at + 17 + symbols;
      if (symbols === 0 || symbols > 256 || end > body.length) refuse("has a broken Huffman table");
      tables.push(define(this.#huffman, destination, body.subarray(at, end)));
      at = end;
    } while (at < body.length);
    return tables;
  }

  #restartInterval(body: Uint8Array): readonly Definition[] {
    if (body.length !== 2) refuse("has a broken restart interval");
    this.#restart = { bytes: body, used: false };
    return [this.#restart];
  }

  /** Section B.2.2. */
  #frameHeader(marker: number, body: Uint8Array): void {
    if (this.#frame !== null) refuse("holds two pictures");
    if (body.length < 6) refuse("is cut off");
    const [precision, high, low, wide, narrow, count] = body as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (precision !== 8) refuse(`has ${precision} bits a sample`, "save it with 8 bits");
    if (count === 4) refuse("has four colour components (CMYK)", "save it as RGB");
    if (count !== 1 && count !== 3) refuse(`has ${count} colour components`, "save it in RGB or grey");
    if (body.length !== 6 + 3 * count) refuse("has a broken header");
    const components: Component[] = [];
    let blocks = 0;
    for (let i = 0; i < count; i++) {
      const [id, sampling, quantization] = body.subarray(6 + 3 * i) as unknown as [number, number, number];
      const [across, down] = [sampling >> 4, sampling & 15];
      if (across < 1 || across > 4 || down < 1 || down > 4 || quantization > 3) refuse("has a broken header");
      // Decoders guess the colours of components that are named otherwise.
      if (count === 3 && id !== i + 1) refuse("names its colour components otherwise than YCbCr pictures do");
      blocks += across * down;
      components.push({ id, quantization, scanned: false });
    }
    if (count === 3 && blocks > 10) refuse("has a broken header");
    this.#frame = {
      progressive: marker === PROGRESSIVE,
      height: high * 256 + low,
      width: wide * 256 + narrow,
      components,
    };
  }

  /** Section B.2.3, and G.1.1.1.1 for progressive pictures. */
  #scanHeader(body: Uint8Array): void {
    const frame = this.#frame;
    if (frame === null) throw new Refusal(`has a scan before its header: ${SAVE_AGAIN}`);
    if (++this.#scans > MAX_SCANS) refuse(`has more than ${MAX_SCANS} scans`);
    const count = body[0] ?? 0;
    if (count < 1 || count > frame.components.length || body.length !== 4 + 2 * count) refuse("has a broken scan");
    const [first, last, bits] = body.subarray(1 + 2 * count) as unknown as [number, number, number];
    const [high, low] = [bits >> 4, bits & 15];
    const isDc = first === 0;
    if (frame.progressive) {
      const isRefined = high !== 0;
      if (last > 63 || first > last || low > 13 || (isRefined && high !== low + 1)) refuse("has a broken scan");
      if (isDc ? last !== 0 : count !== 1) refuse("has a broken scan");
    } else if (first !== 0 || last !== 63 || bits !== 0) refuse("has a broken scan");
    if (this.#restart !== null) this.#restart.used = true;
    let before = -1;
    for (let i = 0; i < count; i++) {
      const [id, tables] = body.subarray(1 + 2 * i) as unknown as [number, number];
      const at = frame.components.findIndex((component) => component.id === id);
      if (at <= before) refuse("has a broken scan");
      before = at;
      const component = frame.components[at] as Component;
      if (component.scanned && !frame.progressive) refuse("has a component twice");
      if (!component.scanned && !isDc) refuse("has a broken scan");
      this.#useTables(frame, component, tables, isDc, high !== 0);
      component.scanned = true;
    }
  }

  #useTables(
    { progressive }: Frame,
    { quantization }: Component,
    tables: number,
    isDc: boolean,
    isRefined: boolean,
  ): void {
    use(this.#quantization, quantization);
    if (progressive ? isDc && !isRefined : true) use(this.#huffman, tables >> 4);
    if (progressive ? !isDc : true) use(this.#huffman, 16 + (tables & 15));
  }

  /** Up to the next marker that is no restart; a byte 0 behind 0xff belongs to the data (section B.1.1.5). */
  #scanData(): void {
    const { bytes } = this;
    const start = this.#at;
    let restart = 0;
    const restarts = this.#restart !== null && (this.#restart.bytes[0] !== 0 || this.#restart.bytes[1] !== 0);
    for (;;) {
      const next = bytes.indexOf(0xff, this.#at);
      if (next < 0 || next + 1 >= bytes.length) refuse("is cut off");
      const code = bytes[next + 1] as number;
      if (code !== 0 && !isRestart(code)) {
        this.#at = next;
        if (next === start) refuse("has an empty scan");
        return;
      }
      if (code !== 0 && (!restarts || code !== 0xd0 + (restart++ % 8))) refuse("has a restart out of place");
      this.#at = next + 2;
    }
  }

  #sixteen(at: number): number {
    return (this.bytes[at] as number) * 256 + (this.bytes[at + 1] as number);
  }
}

function refuseKind(marker: number): void {
  if (ARITHMETIC.includes(marker)) refuse("is coded arithmetically", "save it as a baseline JPEG");
  if (OTHER_FRAMES.includes(marker))
    refuse("is neither a baseline nor a progressive JPEG", "save it as a baseline JPEG");
  const isKnown = [SOS, DQT, DHT, DRI, COM, BASELINE, PROGRESSIVE].includes(marker) || isApplication(marker);
  if (!isKnown) refuse(`has the unexpected marker FF${marker.toString(16).toUpperCase().padStart(2, "0")}`);
}

function define(definitions: Map<number, Definition>, destination: number, bytes: Uint8Array): Definition {
  const definition = { bytes, used: false };
  definitions.set(destination, definition);
  return definition;
}

function use(definitions: ReadonlyMap<number, Definition>, destination: number): void {
  const definition = definitions.get(destination);
  if (definition === undefined) throw new Refusal(`lacks a table that it needs: ${SAVE_AGAIN}`);
  definition.used = true;
}

/** What is left of a piece. Tables that nothing uses could hold anything. */
function bytesOf(piece: Piece): readonly Uint8Array[] {
  if ("bytes" in piece) return piece.bytes;
  const used = piece.definitions.filter((definition) => definition.used).map(({ bytes }) => bytes);
  if (used.length === 0) return [];
  const length = 2 + used.reduce((sum, bytes) => sum + bytes.length, 0);
  return [Uint8Array.of(0xff, piece.marker, length >> 8, length & 255), ...used];
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
