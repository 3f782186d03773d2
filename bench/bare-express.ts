// SPDX-License-Identifier: Apache-2.0
// A process: the least that any JSON service in Express does. Parses the body, answers a fixed object as JSON. Prints its URL.
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import express from "express";

const answer: unknown = JSON.parse(readFileSync(process.argv[2]!, "utf8"));
const app = express();
app.use(express.json({ limit: "64mb" }));
app.post("/", (req, res) => {
  if (typeof req.body !== "object") throw new Error("the body was not parsed");
  res.json(answer);
});
const server = app.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
