// SPDX-License-Identifier: Apache-2.0
import { type Ref, shallowRef } from "vue";
import type { TypeDefinition } from "../../../../core/type-definition.js";
import { ApiProblem } from "../../../api/problem.js";
import type { CertificateView } from "../api/answers.js";
import type { DeskApi } from "../api/desk-api.js";

export interface LoadedCertificate {
  readonly view: CertificateView;
  /** The version of the type under which it was issued. */
  readonly type: TypeDefinition;
}

/** One certificate with its type, read when `load` is called; what was read stays until something newer has come. */
export function useCertificate(
  api: Pick<DeskApi, "certificate" | "type">,
  id: string,
): {
  readonly loaded: Readonly<Ref<LoadedCertificate | null>>;
  readonly problem: Readonly<Ref<ApiProblem | null>>;
  load(): Promise<void>;
} {
  const loaded = shallowRef<LoadedCertificate | null>(null);
  const problem = shallowRef<ApiProblem | null>(null);
  return {
    loaded,
    problem,
    async load() {
      problem.value = null;
      try {
        const view = await api.certificate(id);
        loaded.value = { view, type: await api.type(view.certificateTypeCode, view.typeVersion) };
      } catch (thrown) {
        if (!(thrown instanceof ApiProblem)) throw thrown;
        problem.value = thrown;
      }
    },
  };
}
