// SPDX-License-Identifier: Apache-2.0

import { photoFieldOf } from "../../core/photo/photo-field.js";
import { takePhoto } from "../../core/photo/take-photo.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { IssueRequest } from "./issue-request.js";

/**
 * The request with its photo as it will be signed, without metadata; the very request when there is nothing to leave out. A photo that cannot
 * be taken stays as it was given, for the check of the face to tell why.
 */
export function withBarePhoto(request: IssueRequest, { fields }: TypeDefinition): IssueRequest {
  const field = photoFieldOf(fields.schema);
  const given = field === null ? undefined : request.face[field];
  if (field === null || typeof given !== "string") return request;
  const taken = takePhoto(given);
  if ("problem" in taken || taken.text === given) return request;
  return { ...request, face: { ...request.face, [field]: taken.text } };
}
