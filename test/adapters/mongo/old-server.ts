// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server } from "node:net";
import { BSON } from "mongodb";

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

/** A server that says of itself what it is told to and can do nothing else. */
export async function oldServer({
  version,
  maxWireVersion,
  hello: others = {},
}: {
  version: string;
  maxWireVersion: number;
  hello?: object;
}): Promise<{ url: string; close(): void }> {
  const hello = {
    ...{ ismaster: true, isWritablePrimary: true, setName: "old", hosts: [] as string[], me: "", ok: 1 },
    ...{ minWireVersion: 0, maxWireVersion, maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000 },
    ...{ maxWriteBatchSize: 100_000, logicalSessionTimeoutMinutes: 30, readOnly: false },
    ...others,
  };
  const server = createServer((socket) => {
    let waiting = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      waiting = Buffer.concat([waiting, data as Buffer]);
      while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
        const message = waiting.subarray(0, waiting.readInt32LE(0));
        waiting = waiting.subarray(message.length);
        const command = commandIn(message);
        const reply = "buildInfo" in command ? { version, ok: 1 } : hello;
        socket.write(encoded(reply, message));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${portOf(server)}`;
  hello.me = address;
  hello.hosts = [address];
  return { url: `mongodb://${address}/?replicaSet=old`, close: () => server.close() };
}

function commandIn(message: Buffer): Record<string, unknown> {
  if (message.readInt32LE(12) === OP_MSG) return BSON.deserialize(message.subarray(21));
  const name = message.indexOf(0, 20);
  return BSON.deserialize(message.subarray(name + 9));
}

function encoded(reply: object, to: Buffer): Buffer {
  const document = Buffer.from(BSON.serialize(reply));
  const isQuery = to.readInt32LE(12) === OP_QUERY;
  const before = isQuery ? Buffer.alloc(20) : Buffer.alloc(5);
  if (isQuery) before.writeInt32LE(1, 16);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + before.length + document.length, 0);
  header.writeInt32LE(to.readInt32LE(4), 8);
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, before, document]);
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}
