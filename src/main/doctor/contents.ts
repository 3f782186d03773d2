// SPDX-License-Identifier: Apache-2.0
import type { Diagnosis, DoctorProgress } from "../../cli/tally.js";
import { type Discrepancy, type Examined, examineContents, type PartResult } from "../../domain/examination/index.js";

/** Most discrepancies that are told of one part; after them comes their number. */
const MOST_TOLD = 100;

/** Tells every discrepancy between store, log and chain, and what was examined of each part. */
export async function lookAtContents(
  examined: Examined,
  {
    tell,
    onProgress,
  }: { readonly tell: (finding: Diagnosis) => void; readonly onProgress: (progress: DoctorProgress) => void },
): Promise<void> {
  let began = Date.now();
  await examineContents(
    examined,
    {
      discrepancy: (check, discrepancy) => tell(diagnosisOf(check, discrepancy)),
      ended: (result) => {
        began = Date.now();
        tell(summaryOf(result));
      },
      progress: (check, count) => {
        const seconds = Math.max(Date.now() - began, 1) / 1_000;
        onProgress({ check, examined: count, perSecond: Math.round(count / seconds) });
      },
    },
    { maxTold: MOST_TOLD },
  );
}

function diagnosisOf(check: string, { weight, why, remedy, ...discrepancy }: Discrepancy): Diagnosis {
  const { collection, key, field, stored, expected } = discrepancy;
  const is = stored === null ? "" : `; stored: ${stored}`;
  const should = expected === null ? "" : `; expected: ${expected}`;
  return {
    check,
    outcome: weight,
    detail: `${collection} ${key}, ${field}: ${why}${is}${should}`,
    remedy,
    discrepancy,
  };
}

function summaryOf({ part, examined, milliseconds, failed, warnings, note }: PartResult): Diagnosis {
  const rate = milliseconds < 1_000 ? "" : `, ${Math.round((examined * 1_000) / milliseconds)} a second`;
  const what = `${examined} examined in ${(milliseconds / 1_000).toFixed(1)} seconds${rate}${note === null ? "" : `; ${note}`}`;
  const found = failed + warnings;
  if (found === 0) return { check: part, outcome: "ok", detail: what, remedy: null };
  const told = found > MOST_TOLD ? `, the first ${MOST_TOLD} are above` : "";
  return {
    check: part,
    outcome: failed > 0 ? "failed" : "warning",
    detail: `${found} discrepancies${told}; ${what}`,
    remedy: "docs/operations.md, examine a deployment",
  };
}
