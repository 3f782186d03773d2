// SPDX-License-Identifier: Apache-2.0
// For `node --import`: writes every address that the process connects to, looks up or sends to into the file NETWORK_LOG.
import dgram from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import net from "node:net";

const log = (line) => appendFileSync(process.env.NETWORK_LOG, `${line}\n`);

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  log(`connect ${options?.host ?? options?.path ?? "localhost"}:${options?.port ?? ""}`);
  return connect.apply(this, args);
};
for (const name of ["send", "connect"]) {
  const original = dgram.Socket.prototype[name];
  dgram.Socket.prototype[name] = function (...args) {
    log(`udp ${name}`);
    return original.apply(this, args);
  };
}
for (const name of ["lookup", "resolve", "resolve4", "resolve6"]) {
  const original = dns[name];
  // An address is not looked up; `lookup` is called with it all the same.
  dns[name] = (host, ...rest) => {
    if (net.isIP(host) === 0) log(`look-up ${host}`);
    return original(host, ...rest);
  };
}
