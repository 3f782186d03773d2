// SPDX-License-Identifier: Apache-2.0
import { type ComputedRef, computed, type InjectionKey, inject, type Ref, ref, shallowRef, watch } from "vue";
import { resolvePointer } from "../../../../core/json-pointer.js";
import type { TypeDefinition } from "../../../../core/type-definition.js";
import type { ApiProblem } from "../../../api/problem.js";
import { checkDraft } from "./check-draft.js";
import type { Fault, FieldFault } from "./fault.js";
import type { FieldModel } from "./field-model.js";
import type { LicenceDraft } from "./licence-draft.js";
import { fieldsOf } from "./schema-fields.js";
import { serviceFaults } from "./service-faults.js";

/** A form at work: its draft, and which faults are to be seen. */
export interface LicenceForm {
  readonly type: TypeDefinition;
  readonly fields: readonly FieldModel[];
  readonly draft: Ref<LicenceDraft>;
  /** Every fault that the form itself knows, seen or not. */
  readonly faults: ComputedRef<readonly FieldFault[]>;
  change(part: Partial<LicenceDraft>): void;
  /** The fault to show at a field: not before somebody left it or wanted to go on. */
  shown(pointer: string): Fault | null;
  /** The field was left, or what stands in it is long enough to be judged. */
  touch(pointer: string): void;
  /** True when the form has no fault; else all faults are shown. */
  ready(): boolean;
  /** Shows what the service found at its fields, until they change; the sentences that belong to none are returned. */
  take(problem: ApiProblem): readonly string[];
}

export const FORM: InjectionKey<LicenceForm> = Symbol("form");

export function useForm(): LicenceForm {
  const form = inject(FORM);
  if (form === undefined) throw new Error("a field stands outside a form");
  return form;
}

export function licenceForm(type: TypeDefinition, start: LicenceDraft, now: () => number = Date.now): LicenceForm {
  const fields = fieldsOf(type);
  const draft = shallowRef(start);
  const faults = computed(() => checkDraft(draft.value, type, now(), fields));
  const byPointer = computed(() => firstOfEach(faults.value));
  const touched = ref<ReadonlySet<string>>(new Set());
  const all = ref(false);
  const found = shallowRef<ReadonlyMap<string, Fault>>(new Map());

  // What the service said holds for what it was sent, not for what is typed since.
  watch(draft, (after, before) => {
    if (found.value.size === 0) return;
    const kept = [...found.value].filter(([pointer]) => standsIn(after, pointer) === standsIn(before, pointer));
    if (kept.length < found.value.size) found.value = new Map(kept);
  });

  const isField = (pointer: string): boolean =>
    SHOWN.test(pointer) || fields.some(({ name }) => pointer === `/face/${name}`);

  return {
    type,
    fields,
    draft,
    faults,
    change(part) {
      draft.value = { ...draft.value, ...part };
    },
    shown(pointer) {
      const own = all.value || touched.value.has(pointer) ? byPointer.value.get(pointer) : undefined;
      return own ?? found.value.get(pointer) ?? null;
    },
    touch(pointer) {
      if (!touched.value.has(pointer)) touched.value = new Set([...touched.value, pointer]);
    },
    ready() {
      all.value = true;
      return faults.value.length === 0;
    },
    take(problem) {
      const { faults: placed, elsewhere } = serviceFaults(problem, isField);
      found.value = firstOfEach(placed);
      return elsewhere;
    },
  };
}

/** Members of the request that every form shows, besides the type's own fields. */
const SHOWN =
  /^\/(?:certificateNumber|issueDate|validFrom|validUntil|areaCode|holders\/\d+\/certificateHolder(?:Code|Type)?)$/;

function firstOfEach(faults: readonly FieldFault[]): ReadonlyMap<string, Fault> {
  const first = new Map<string, Fault>();
  for (const { pointer, fault } of faults) if (!first.has(pointer)) first.set(pointer, fault);
  return first;
}

/** What is typed at a pointer of the request, as text to compare. */
function standsIn(draft: LicenceDraft, pointer: string): string {
  const holder = /^\/holders\/(\d+)\//.exec(pointer)?.[1];
  if (holder !== undefined) return JSON.stringify(draft.holders[Number(holder)]);
  if (pointer === "/validUntil") return JSON.stringify([draft.validUntil, draft.longTerm]);
  return JSON.stringify(resolvePointer(draft, pointer));
}
