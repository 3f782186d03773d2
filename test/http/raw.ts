// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A bare connection, for what no HTTP client would send. */
export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  return socket;
}

/** Everything that comes back until the service closes the connection. */
export async function allOf(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => parts.push(part));
  await once(socket, "close");
  return Buffer.concat(parts).toString("latin1");
}

export function exchange(url: string, bytes: string | Uint8Array): Promise<string> {
  const socket = open(url);
  socket.write(bytes);
  return allOf(socket);
}
