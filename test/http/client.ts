// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { ErrorCode } from "../../src/core/errors.js";
import { compile } from "../../src/http/validation/schema-check.js";
import { expectDescribed } from "./described.js";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back.
  readonly json: any;
}

export interface Call {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON; text and bytes as they are. */
  readonly body?: unknown;
  readonly type?: string;
}

/** Talks to a running service over real HTTP, and holds every answer to the OpenAPI description. */
export function client(url: string) {
  const call = async (
    method: string,
    path: string,
    { token, headers = {}, body, type }: Call = {},
  ): Promise<Answer> => {
    const isRaw = typeof body === "string" || body instanceof Uint8Array || body === undefined;
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": type ?? "application/json" }),
        ...headers,
      },
      body: (isRaw ? body : JSON.stringify(body)) as BodyInit,
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const isJson = /json|application\/vc/.test(response.headers.get("Content-Type") ?? "") && !text.includes("}\n");
    const json = isJson && text !== "" ? JSON.parse(text) : null;
    const answer = { status: response.status, headers: response.headers, bytes, text, json };
    expectDescribed(method, path, answer);
    return answer;
  };
  return {
    call,
    get: (path: string, options: Call = {}) => call("GET", path, options),
    post: (path: string, options: Call = {}) => call("POST", path, options),
  };
}

const isProblem = compile({ $ref: "#/components/schemas/Problem" });

/** The answer is the problem document of this code, and describes itself rightly. */
export function expectProblem({ status, headers, json, text }: Answer, expected: number, code: ErrorCode): void {
  expect(`${status} ${json?.code ?? text.slice(0, 200)}`).to.equal(`${expected} ${code}`);
  expect(headers.get("Content-Type")).to.match(/^application\/problem\+json/);
  expect(isProblem(json), JSON.stringify(isProblem.errors)).to.equal(true);
  expect(json.status).to.equal(expected);
  expect(json.type).to.equal(`https://tigertally.example/problems/${code}`);
}

export const ndjson = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
