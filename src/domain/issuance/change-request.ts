// SPDX-License-Identifier: Apache-2.0
import { unsafeTextProblem } from "../../core/text.js";
import type { LegalState } from "../../core/type-definition.js";
import type { FieldProblem } from "../catalogue/index.js";
import { refuse } from "./problems.js";
import { statesReachedBy } from "./state-transitions.js";

/** A legal act on a certificate. Basis and document number are required: no change of state without its paper. */
export interface ChangeRequest {
  readonly action: "suspend" | "release" | "revoke";
  /**
   * Where it leads, when the action alone does not say: the end state of a revocation (default `cancelled`), or `transferred-out`
   * for a suspension that is a transfer 转出 (default `suspended`). A release goes where the certificate came from.
   */
  readonly state?: LegalState;
  /** Legal basis 法律依据, at most 500 characters. */
  readonly legalBasis: string;
  /** Number of the decision document 文书号, at most 100 characters. */
  readonly documentNumber: string;
}

const ACTIONS = ["suspend", "release", "revoke"] as const;
const MEMBERS = ["action", "state", "legalBasis", "documentNumber"];

/** Throws `request.invalid` with every problem. */
export function readChangeRequest(input: unknown): ChangeRequest {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    refuse("request.invalid", "the request", [{ field: "", message: "must be an object" }]);
  }
  const request = input as Record<string, unknown>;
  const action = ACTIONS.find((each) => each === request.action);
  const problems: FieldProblem[] = Object.keys(request)
    .filter((name) => !MEMBERS.includes(name))
    .map((name) => ({ field: `/${name}`, message: "is not a member of this request" }));
  if (action === undefined) problems.push({ field: "/action", message: `must be one of ${ACTIONS.join(", ")}` });
  else problems.push(...stateProblems(action, request.state));
  problems.push(...textProblems("/legalBasis", request.legalBasis, 500));
  problems.push(...textProblems("/documentNumber", request.documentNumber, 100));
  refuse("request.invalid", "the request", problems);
  return request as unknown as ChangeRequest;
}

function stateProblems(action: ChangeRequest["action"], state: unknown): readonly FieldProblem[] {
  const reachable = statesReachedBy(action);
  if (state === undefined || reachable.includes(state as LegalState)) return [];
  return [{ field: "/state", message: `${action} leads to one of ${reachable.join(", ")}` }];
}

function textProblems(field: string, value: unknown, maxLength: number): readonly FieldProblem[] {
  if (typeof value !== "string" || value === "")
    return [{ field, message: "is required: every change of state has its paper" }];
  const message = unsafeTextProblem(value, { maxLength });
  return message === null ? [] : [{ field, message }];
}
