// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

export interface PageServerOptions {
  /** The example's folder. */
  readonly page: string;
  /** Files that take the place of those in the folder, or join them, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** A chain's node, reached at /chain as through a region's service. */
  readonly node: string;
}

/** Serves the example page as any web server would, and passes POST /chain on to a node. */
export async function servePage({
  page,
  files,
  node,
}: PageServerOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const name = request.url === "/" ? "index.html" : (request.url ?? "").slice(1);
    if (name === "chain" && request.method === "POST") {
      void passOn(request, node).then(
        (answer) => response.setHeader("content-type", "application/json").end(answer),
        () => response.destroy(),
      );
      return;
    }
    if (!/^[a-z-]+\.(?:html|js|css)$/.test(name)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("content-type", MEDIA_TYPES[extname(name)]!);
    response.end(files[name] ?? readFileSync(join(page, name)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function passOn(request: AsyncIterable<unknown>, node: string): Promise<string> {
  let body = "";
  for await (const part of request) body += String(part);
  return (await fetch(node, { method: "POST", headers: { "content-type": "application/json" }, body })).text();
}
