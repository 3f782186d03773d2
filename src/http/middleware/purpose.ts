// SPDX-License-Identifier: Apache-2.0
import type { RequestHandler } from "express";
import { TallyError } from "../../core/errors.js";
import { requestContext } from "../request-context.js";

/** A word or short code: enough for the law's "purpose and matter", too little for a person's data. */
const WORD = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;

/** Takes `Tally-Purpose` and `Tally-Matter` 事项, which end up in the audit event of a read. */
export const readPurpose: RequestHandler = (req, res, next) => {
  const context = requestContext(res);
  const purpose = word("Tally-Purpose", req.get("Tally-Purpose"));
  const matter = word("Tally-Matter", req.get("Tally-Matter"));
  if (purpose !== undefined) context.purpose = purpose;
  if (matter !== undefined) context.matter = matter;
  next();
};

function word(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!WORD.test(value)) {
    throw new TallyError("request.invalid", `${name} takes up to 64 letters, digits and . _ : / -`, {
      field: `header:${name}`,
    });
  }
  return value;
}
