// SPDX-License-Identifier: Apache-2.0
import { type Ref, ref, shallowRef } from "vue";
import { isCalendarDate } from "../../../../core/calendar.js";
import { parseCertificateIdentifier } from "../../../../core/identifiers/certificate-identifier.js";
import { ApiProblem } from "../../../api/problem.js";
import { tidyCode, tidyText } from "../../../form/tidy.js";
import type { Text } from "../../../language/language.js";
import type { SearchPage } from "../api/answers.js";
import type { DeskApi } from "../api/desk-api.js";
import { faultText } from "../words/faults.js";
import { SEARCH_WORDS } from "../words/search.js";

export interface Criteria {
  readonly identifier: string;
  readonly number: string;
  readonly holderCode: string;
  readonly typeCode: string;
  readonly state: string;
  readonly issuedFrom: string;
  readonly issuedTo: string;
}

export const NO_CRITERIA: Criteria = {
  identifier: "",
  number: "",
  holderCode: "",
  typeCode: "",
  state: "",
  issuedFrom: "",
  issuedTo: "",
};

export type CriteriaFaults = Readonly<Partial<Record<keyof Criteria, Text>>>;

/** A search and where it stands in its pages. It outlives its view, so that one comes back to the list that one left. */
export interface Search {
  readonly criteria: Ref<Criteria>;
  readonly faults: Ref<CriteriaFaults>;
  readonly page: Ref<SearchPage | null>;
  /** From 1. */
  readonly pageNumber: Ref<number>;
  readonly busy: Ref<boolean>;
  readonly problem: Ref<ApiProblem | null>;
  /** Newest first; nothing is asked when a criterion is wrong. */
  start(): Promise<void>;
  next(): Promise<void>;
  previous(): Promise<void>;
  /** The same page anew. */
  again(): Promise<void>;
  reset(): void;
}

const PAGE_SIZE = "20";

export function createSearch(api: Pick<DeskApi, "search">): Search {
  const criteria = ref(NO_CRITERIA);
  const faults = shallowRef<CriteriaFaults>({});
  const page = shallowRef<SearchPage | null>(null);
  const pageNumber = ref(1);
  const busy = ref(false);
  const problem = shallowRef<ApiProblem | null>(null);
  let asked: Readonly<Record<string, string>> = {};
  /** Cursors of the pages so far; the first has none. */
  let cursors: readonly (string | null)[] = [null];

  /** Rises with every reset: an answer to what was asked before is nobody's any more. */
  let era = 0;

  async function show(at: number): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    const cursor = cursors[at - 1] ?? null;
    const began = era;
    try {
      const found = await api.search({ ...asked, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) });
      if (began !== era) return;
      page.value = found;
      pageNumber.value = at;
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem)) throw thrown;
      if (began !== era) return;
      problem.value = thrown;
      faults.value = faultsOf(thrown);
    } finally {
      busy.value = false;
    }
  }

  return {
    criteria,
    faults,
    page,
    pageNumber,
    busy,
    problem,

    async start() {
      faults.value = wrongCriteria(criteria.value);
      if (Object.keys(faults.value).length > 0) return;
      asked = queryOf(criteria.value);
      cursors = [null];
      await show(1);
    },

    async next() {
      const after = page.value?.next;
      if (after == null) return;
      cursors = [...cursors.slice(0, pageNumber.value), after];
      await show(pageNumber.value + 1);
    },

    previous: () => show(Math.max(1, pageNumber.value - 1)),
    again: () => show(pageNumber.value),

    reset() {
      era++;
      criteria.value = NO_CRITERIA;
      faults.value = {};
      page.value = null;
      problem.value = null;
    },
  };
}

/** What is asked, with codes as they were meant; empty criteria are left out. */
export function queryOf(criteria: Criteria): Readonly<Record<string, string>> {
  const { identifier, number, holderCode, ...rest } = criteria;
  const meant = {
    identifier: tidyCode(identifier),
    number: tidyText(number),
    holderCode: tidyCode(holderCode),
    ...rest,
  };
  return Object.fromEntries(Object.entries(meant).filter(([, value]) => value !== ""));
}

export function wrongCriteria({ identifier, issuedFrom, issuedTo }: Criteria): CriteriaFaults {
  const faults: Partial<Record<keyof Criteria, Text>> = {};
  if (identifier.trim() !== "" && !isIdentifier(tidyCode(identifier))) faults.identifier = SEARCH_WORDS.identifierWrong;
  for (const [name, date] of Object.entries({ issuedFrom, issuedTo }) as ["issuedFrom" | "issuedTo", string][])
    if (date !== "" && !isCalendarDate(date)) faults[name] = faultText({ code: "not-a-date" });
  if (issuedFrom !== "" && issuedTo !== "" && issuedTo < issuedFrom) faults.issuedTo = SEARCH_WORDS.order;
  return faults;
}

function isIdentifier(text: string): boolean {
  try {
    parseCertificateIdentifier(text, "lenient");
    return true;
  } catch {
    return false;
  }
}

/** The service names a criterion by its parameter. */
function faultsOf({ errors }: ApiProblem): CriteriaFaults {
  const named = errors.filter(({ parameter }) => parameter !== undefined && parameter in NO_CRITERIA);
  return Object.fromEntries(named.map(({ parameter, detail }) => [parameter, faultText({ code: "service", detail })]));
}
