// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { AbiCoder, type ParamType } from "ethers";
import { REGISTRY } from "../../src/adapters/ethereum/registry-interface.js";
import { fromHex, toHex } from "../../src/core/hex.js";
import {
  AbiError,
  array,
  byteString,
  count,
  decode,
  fixedBytes,
  text,
  tuple,
  uint,
} from "../../src/verify/json-rpc/abi.js";
import { KEY_ADDED, VIEWS } from "../../src/verify/json-rpc/registry-views.js";

describe("the hand-written coder of the registry's views", () => {
  for (const { signature, selector, returns } of VIEWS) {
    it(`knows ${signature} as the contract has it`, () => {
      const compiled = REGISTRY.getFunction(signature);
      expect(compiled?.selector).to.equal(`0x${selector}`);
      const values = compiled!.outputs.map(sample);
      const bytes = fromHex(AbiCoder.defaultAbiCoder().encode(compiled!.outputs, values).slice(2));
      const read: object = decode(returns as Parameters<typeof decode>[0], bytes);
      expect(flat(Object.values(read))).to.deep.equal(flat(values));
    });
  }

  it("knows the event KeyAdded as the contract has it", () => {
    const compiled = REGISTRY.getEvent("KeyAdded")!;
    expect(compiled.topicHash).to.equal(KEY_ADDED.topic);
    expect(compiled.format()).to.equal(KEY_ADDED.signature);
    const logged = compiled.inputs.filter(({ indexed }) => !indexed);
    expect(logged.map(({ name }) => name)).to.deep.equal(Object.keys(KEY_ADDED.data));
  });

  const word = (value: number): string => value.toString(16).padStart(64, "0");
  for (const [what, hex, type] of [
    ["nothing at all", "", { value: uint(256) }],
    ["half a word", "00".repeat(16), { value: uint(256) }],
    ["a number too large for its type", `${"00".repeat(23)}01${"00".repeat(8)}`, { value: uint(64) }],
    ["a number that no double holds", `${"00".repeat(24)}${"ff".repeat(8)}`, { value: count(64) }],
    ["padding that is not zero", `${"31".repeat(6)}01${"00".repeat(25)}`, { value: fixedBytes(6) }],
    ["an offset past the end", word(4096), { value: byteString }],
    ["an offset that no number holds", "ff".repeat(32), { value: byteString }],
    ["a length past the end", word(32) + word(1_000_000), { value: byteString }],
    ["an array longer than its bytes", word(32) + word(2 ** 40), { value: array(count(64)) }],
    ["text that is not UTF-8", `${word(32)}${word(1)}ff${"00".repeat(31)}`, { value: text }],
    ["a struct that is cut off", word(1), { value: tuple({ one: count(64), two: count(64) }) }],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => decode(type, fromHex(hex))).to.throw(AbiError);
    });
  }
});

/** A value for a type, different for every member. */
let counter = 0;
function sample(type: ParamType): unknown {
  counter = (counter % 200) + 1;
  if (type.isArray()) return [sample(type.arrayChildren), sample(type.arrayChildren)];
  if (type.isTuple()) return type.components.map(sample);
  if (type.type === "string") return `text ${counter} 虎符`;
  if (type.type === "address") return `0x${counter.toString(16).padStart(40, "0")}`;
  const bytes = /^bytes(\d+)$/.exec(type.type);
  return bytes ? `0x${counter.toString(16).padStart(2, "0").repeat(Number(bytes[1]))}` : BigInt(counter);
}

/** Leaves in order, in one spelling. */
function flat(value: unknown): string[] {
  if (value instanceof Uint8Array) return [`0x${toHex(value)}`];
  if (Array.isArray(value)) return value.flatMap(flat);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(flat);
  return typeof value === "string" && /^0x0{20}/.test(value) ? [BigInt(value).toString()] : [String(value)];
}
