// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface OddNode {
  readonly url: string;
  close(): void;
}

interface Call {
  readonly id: number;
  readonly method: string;
  params: unknown[];
}

/** A node that answers every question with nonsense. */
export function garbageNode(): Promise<OddNode> {
  return listen(async (calls) => JSON.stringify(calls.map(({ id }) => ({ jsonrpc: "2.0", id, result: "0xzz" }))));
}

/** A node of another chain. */
export function otherChainNode(url: string): Promise<OddNode> {
  return proxy(url, (call, answer) => (call.method === "eth_chainId" ? "0x1" : answer));
}

/** A node that stopped following the chain at a block. */
export function laggingNode(url: string, block: number): Promise<OddNode> {
  const head = `0x${block.toString(16)}`;
  return proxy(
    url,
    (call, answer) => (call.method === "eth_blockNumber" ? head : answer),
    (call) => {
      call.params = call.params.map((parameter) => (parameter === "latest" ? head : parameter));
    },
  );
}

/** A URL at which nothing answers. */
export async function deadNode(): Promise<string> {
  const node = await garbageNode();
  node.close();
  return node.url;
}

async function proxy(
  url: string,
  change: (call: Call, result: unknown) => unknown,
  prepare: (call: Call) => void = () => {},
): Promise<OddNode> {
  return listen(async (calls, single) => {
    for (const call of calls) prepare(call);
    const answers = await Promise.all(
      calls.map(async (call) => {
        const response = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ jsonrpc: "2.0", ...call }),
        });
        const answer = (await response.json()) as { result?: unknown };
        return "result" in answer ? { ...answer, result: change(call, answer.result) } : answer;
      }),
    );
    return JSON.stringify(single ? answers[0] : answers);
  });
}

async function listen(answer: (calls: Call[], single: boolean) => Promise<string>): Promise<OddNode> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Call | Call[];
      const single = !Array.isArray(body);
      answer(single ? [body] : body, single).then(
        (text) => response.setHeader("content-type", "application/json").end(text),
        () => response.writeHead(502).end(),
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
