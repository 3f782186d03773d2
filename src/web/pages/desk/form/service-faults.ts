// SPDX-License-Identifier: Apache-2.0
import type { ApiProblem, ProblemItem } from "../../../api/problem.js";
import type { FieldFault } from "./fault.js";

/** What the service found, put at the fields that a form has; `elsewhere` is what belongs to none of them. */
export interface ServiceFaults {
  readonly faults: readonly FieldFault[];
  readonly elsewhere: readonly string[];
}

/** Sorts the items of a problem document to fields. A pointer into a field that the form shows whole belongs to that field. */
export function serviceFaults(
  { errors }: Pick<ApiProblem, "errors">,
  isField: (pointer: string) => boolean,
): ServiceFaults {
  const faults: FieldFault[] = [];
  const elsewhere: string[] = [];
  for (const item of errors) {
    const pointer = placeOf(item, isField);
    if (pointer === null) elsewhere.push(item.detail);
    else faults.push({ pointer, fault: { code: "service", detail: item.detail } });
  }
  return { faults, elsewhere };
}

/** The field at the pointer, or the nearest one around it. */
function placeOf(item: ProblemItem, isField: (pointer: string) => boolean): string | null {
  let pointer = pointerOf(item);
  while (pointer !== null && pointer !== "") {
    if (isField(pointer)) return pointer;
    pointer = pointer.slice(0, pointer.lastIndexOf("/"));
  }
  return null;
}

/** A URI fragment (RFC 6901 section 6) as a pointer; null for what is none. */
function pointerOf({ pointer }: ProblemItem): string | null {
  if (typeof pointer !== "string" || !pointer.startsWith("#")) return null;
  try {
    return decodeURIComponent(pointer.slice(1));
  } catch {
    return null;
  }
}
