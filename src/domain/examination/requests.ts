// SPDX-License-Identifier: Apache-2.0
import { type Discrepancy, fault } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import type { RequestRecord } from "./stored-records.js";

const PAGE = 1_000;
/** Clocks of several machines. */
const AHEAD_MS = 600_000;

/** The shape of what is kept of idempotent requests for a day; what the requests were, nobody keeps. */
export async function* examineRequests(
  { records, now }: Pick<Examined, "records" | "now">,
  count: (requests: number) => void,
): AsyncGenerator<Discrepancy> {
  let last: RequestRecord | null = null;
  for (let more = true; more; ) {
    const page: readonly RequestRecord[] = await records.requests(last, PAGE);
    for (const { scope, key, requestHash, status, response, createdAt } of page) {
      const place = (field: string) => ({ collection: "idempotency", key: `${scope}, ${key}`, field });
      const remedy = "delete the record: the request can be sent again within the rules of its certificate number";
      if (requestHash.length !== 32)
        yield fault(place("requestHash"), { why: `has ${requestHash.length} bytes, not 32`, remedy });
      if (status !== null && !(Number.isInteger(status) && status >= 200 && status <= 599))
        yield fault(place("status"), { why: "is no status of an answer", remedy, stored: status });
      if (response === null) yield fault(place("response"), { why: "there is neither plan nor answer", remedy });
      if (createdAt < 0 || createdAt > now() + AHEAD_MS)
        yield fault(place("createdAt"), { why: "is in the future", remedy, stored: createdAt });
    }
    last = page.at(-1) ?? last;
    count(page.length);
    more = page.length === PAGE;
  }
}
