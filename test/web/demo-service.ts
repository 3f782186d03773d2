// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { mod11Over10 } from "../../src/core/identifiers/iso7064.js";
import { startServiceWith, until } from "../main/service-process.js";

export interface DemoService {
  /** Base address. */
  readonly url: string;
  readonly registry: string;
  readonly chainId: number;
  /** Data directory, for `tally` commands beside the service. */
  readonly data: string;
  /** API token of an issuer of the demo agency. */
  readonly token: string;
  /** Identifier of one of its anchored certificates. */
  readonly certificate: string;
  /** A request to the API with the demo agency's token; rejects unless the status is 2xx. */
  api<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T>;
  pdf(identifier: string): Promise<Buffer>;
  /** Its archive package. */
  archive(identifier: string): Promise<Buffer>;
  document(identifier: string): Promise<Record<string, unknown>>;
  /** Issues from an example's request with changes, and waits until it is anchored when asked to. */
  issue(changes?: Record<string, unknown>): Promise<string>;
  anchored(identifier: string): Promise<void>;
}

/** A service with demo data in a process of its own, as `npm start` runs it. */
export async function startDemoService(data: string) {
  const running = await startServiceWith(
    // All tests come from one address, as fast as they can.
    { TALLY_BUNDLE_EVERY: "1", TALLY_PICK_UP_RATE_LIMIT: "100000", TALLY_RATE_LIMIT: "1000000" },
    data,
    "--demo-data",
  );
  const { url, registry, chainId } = running.ready;
  await until(() => /Bearer \S+'/.test(running.stderr()), 30_000);
  const token = /Bearer (\S+)'/.exec(running.stderr())![1]!;
  const certificate = /\/v1\/certificates\/([^/\s]+)\/pdf/.exec(running.stderr())![1]!;

  async function fetched(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
  const api = async <T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> =>
    (await (await fetched(method, path, body)).json()) as T;
  const document = (identifier: string) =>
    api<Record<string, unknown>>("GET", `/v1/certificates/${identifier}/document`);

  const file = async (path: string) => Buffer.from(await (await fetched("GET", path)).arrayBuffer());

  let numbers = 0;
  const service: DemoService = {
    url,
    registry,
    chainId,
    data,
    token,
    certificate,
    api,
    document,
    pdf: (identifier) => file(`/v1/certificates/${identifier}/pdf`),
    archive: (identifier) => file(`/v1/certificates/${identifier}/archive`),
    async issue(changes = {}) {
      // JY2, the six digits of the place, a number, and a check digit.
      const digits = `2349901${String(900_000 + ++numbers)}`;
      const request = { ...FOOD_PERMIT, certificateNumber: `JY${digits}${mod11Over10(digits)}`, ...changes };
      return (await api<{ certificateIdentifier: string }>("POST", "/v1/certificates", request)).certificateIdentifier;
    },
    anchored: (identifier) =>
      until(async () => {
        const { evidence } = (await document(identifier)) as { evidence: { batch?: unknown } };
        return evidence.batch !== undefined;
      }, 60_000),
  };
  return { service, stop: () => running.interrupt(), letGo: running.letGo, killNow: running.killNow };
}

const FOOD_PERMIT = JSON.parse(
  readFileSync(new URL("../../examples/food-permit.json", import.meta.url), "utf8"),
) as Record<string, unknown>;
