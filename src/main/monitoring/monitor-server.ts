// SPDX-License-Identifier: Apache-2.0
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { TallyError } from "../../core/errors.js";
import type { Readiness } from "../../http/dependencies.js";
import type { Metrics } from "./metrics.js";

export interface MonitorServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface MonitorOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly metrics: Pick<Metrics, "text" | "contentType">;
  readonly readiness: Readiness;
}

const HEADERS = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

/**
 * `/healthz`, `/readyz` and `/metrics` for those who run the service, on a port of their own: figures of a region's work are nobody
 * else's, and a process without the HTTP interface is watched in the same way.
 */
export async function serveMonitor({ host, port, metrics, readiness }: MonitorOptions): Promise<MonitorServer> {
  const answer = async (path: string): Promise<{ status: number; type: string; body: string }> => {
    if (path === "/metrics") return { status: 200, type: metrics.contentType, body: await metrics.text() };
    if (path === "/healthz") return json(200, { status: "ok" });
    if (path !== "/readyz") return json(404, { error: "there are /healthz, /readyz and /metrics" });
    const checks = await readiness();
    const ready = Object.values(checks).every((state) => state === "ok");
    return json(ready ? 200 : 503, { ready, checks });
  };
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000, maxHeaderSize: 8_192 }, (req, res) => {
    req.resume();
    if (req.method !== "GET") {
      res.writeHead(405, { ...HEADERS, Allow: "GET" }).end();
      return;
    }
    answer((req.url ?? "").split("?")[0]!).then(
      ({ status, type, body }) => res.writeHead(status, { ...HEADERS, "Content-Type": type }).end(body),
      () => res.writeHead(500, HEADERS).end(),
    );
  });
  server.maxConnections = 32;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `the monitor cannot listen on ${host}:${port}; set TALLY_MONITOR_PORT to a free one`;
      reject(new TallyError("config.invalid", message, { field: "TALLY_MONITOR_PORT", cause }));
    });
    server.listen(port, host, resolve);
  });
  const { port: taken, family, address } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function json(status: number, value: object): { status: number; type: string; body: string } {
  return { status, type: "application/json", body: JSON.stringify(value) };
}
