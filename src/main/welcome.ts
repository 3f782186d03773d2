// SPDX-License-Identifier: Apache-2.0
import { resolve } from "node:path";
import { type Config, SETTINGS } from "./config.js";
import type { addDemoData } from "./demo-data.js";

export interface Welcome {
  readonly role: Config["role"];
  readonly url: string | null;
  readonly monitor: string | null;
  readonly dataDirectory: string;
  readonly region: string;
  readonly registry: string;
  readonly demo: Awaited<ReturnType<typeof addDemoData>> | null;
}

/** What a service says to people when it is ready. */
export function welcome({ role, url, monitor, dataDirectory: data, region, registry, demo }: Welcome): string {
  const warning =
    "The passphrase of the key files lies beside them: that protects a copied key file, not a copied directory.";
  // In another terminal nothing else tells the command where the data is.
  const isUsual = data === resolve(SETTINGS.dataDirectory.fallback);
  const prefix = isUsual ? "" : `TALLY_DATA=${shellQuoted(data)} `;
  const watched = monitor ?? "nobody sees how it does; set TALLY_MONITOR_PORT";
  const lines = [
    "",
    url === null
      ? `Tiger Tally 虎符 works for region ${region} in the background`
      : `Tiger Tally 虎符 serves region ${region} on ${url}`,
    ...(role === "all" ? [] : [`  role       ${role}`, `  monitor    ${watched}`]),
    `  data       ${data}`,
    `  registry   ${registry}`,
    ...(url === null ? [] : [`  verify     ${url}/v`, `  API        ${url}/openapi.json`]),
    `  ${warning}`,
  ];
  if (demo !== null) {
    lines.push(
      `  demo token ${demo.token} (agency ${demo.agency})`,
      "",
      "Three commands to try:",
      `  curl -s ${url}/v1/certificates -H 'Authorization: Bearer ${demo.token}'`,
      `  curl -s ${url}/v1/certificates/${demo.certificate}/pdf -H 'Authorization: Bearer ${demo.token}' -o licence.pdf`,
      `  ${prefix}npx tally verify licence.pdf`,
    );
  }
  return [...lines, ""].join("\n");
}

function shellQuoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
