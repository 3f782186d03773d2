// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../verify/report.js";
import type { ShanghaiVerifier } from "./lines/index.js";
import { type Settings, tally } from "./region-process.js";

/** Shanghai's service over HTTP; and its command line where the line is about another node. */
export function shanghaiVerifier(url: string, settings: Settings, folder: string): ShanghaiVerifier {
  const post = async (type: string, body: string | Uint8Array<ArrayBuffer>, at?: string): Promise<Report> => {
    const query = at === undefined ? "" : `?at=${encodeURIComponent(at)}`;
    const response = await fetch(`${url}/v1/verify${query}`, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    if (!response.ok) throw new Error(`POST /v1/verify answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Report;
  };
  return {
    json: (document, at) =>
      post("application/json", typeof document === "string" ? document : JSON.stringify(document), at),
    pdf: (bytes, at) => post("application/pdf", new Uint8Array(bytes), at),
    code: (text) => post("text/plain", text),
    async elsewhere(document, change) {
      const file = join(folder, "document.json");
      writeFileSync(file, JSON.stringify(document));
      const { stdout, stderr } = await tally({ ...settings, ...change }, ["verify", "--json", file]);
      if (stdout === "") throw new Error(`tally verify printed nothing: ${stderr}`);
      return JSON.parse(stdout) as Report;
    },
  };
}
