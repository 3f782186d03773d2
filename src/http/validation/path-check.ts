// SPDX-License-Identifier: Apache-2.0
import type { RequestHandler } from "express";
import { TallyError } from "../../core/errors.js";
import type { Parameter } from "../openapi/operation.js";
import { compiledOnce } from "./schema-check.js";

/** Refuses a request whose path parameters do not have the described shape, before anything looks for them. */
export function checkPath(parameters: readonly Parameter[]): RequestHandler {
  const checks = parameters.map(({ name, schema }) => ({ name, validator: compiledOnce(schema) }));
  return (req, _res, next) => {
    const wrong = checks.find(({ name, validator }) => !validator()(req.params[name]));
    if (wrong === undefined) return next();
    next(
      new TallyError("request.invalid", `${wrong.name} in the path does not have its described shape`, {
        field: `path:${wrong.name}`,
      }),
    );
  };
}
