// SPDX-License-Identifier: Apache-2.0
import type { Logger } from "pino";
import type { AuditStore } from "../domain/audit/index.js";

/** Time of the newest entry of the log, whichever instance wrote it. */
export async function followNewest(audit: AuditStore, logger: Logger): Promise<{ time(): number; stop(): void }> {
  const read = async (): Promise<number> => (await audit.list({ order: "newest-first", limit: 1 }))[0]?.time ?? 0;
  let newest = await read();
  const look = (): void =>
    void read().then(
      (time) => {
        newest = time;
      },
      (error: unknown) => logger.warn({ error: String(error) }, "log-unread"),
    );
  const timer = setInterval(look, NEWEST_EVERY_MS).unref();
  return { time: () => newest, stop: () => clearInterval(timer) };
}

const NEWEST_EVERY_MS = 30_000;
