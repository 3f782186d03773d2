// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../core/errors.js";
import type { Veto } from "../domain/agencies/index.js";
import { readCount } from "./arguments.js";

interface VetoForm {
  readonly of: Veto["of"];
  readonly usage: string;
  readonly names: number;
  read(names: readonly string[], region: string): Veto;
}

/** Every kind of veto, as it is written on the command line. */
export const VETOES: readonly VetoForm[] = [
  { of: "agency", usage: "agency <uscc>", names: 1, read: ([agency]) => ({ of: "agency", agency: agency! }) },
  {
    of: "authorisation",
    usage: "authorisation <uscc> <typeCode>",
    names: 2,
    read: ([agency, typeCode]) => ({ of: "authorisation", agency: agency!, typeCode: typeCode! }),
  },
  {
    of: "seal-delegation",
    usage: "seal-delegation <uscc> <sealer>",
    names: 2,
    read: ([agency, sealer]) => ({ of: "seal-delegation", agency: agency!, sealer: sealer! }),
  },
  { of: "key", usage: "key <keyDigest>", names: 1, read: ([keyDigest]) => ({ of: "key", keyDigest: keyDigest! }) },
  {
    of: "key-compromise",
    usage: "key-compromise <keyDigest>",
    names: 1,
    read: ([keyDigest]) => ({ of: "key-compromise", keyDigest: keyDigest! }),
  },
  {
    of: "operator",
    usage: "operator <address>",
    names: 1,
    read: ([operator], region) => ({ of: "operator", region, operator: operator! }),
  },
  {
    of: "disowning",
    usage: "disowning <root> <size>",
    names: 2,
    read: ([root, size], region) => ({ of: "disowning", region, root: root!, size: readCount("size", size!, 2 ** 20) }),
  },
];

/** `request.invalid` says how each kind is written. */
export function readVeto(what: string, names: readonly string[], region: string): Veto {
  const form = VETOES.find(({ of, names: count }) => of === what && count === names.length);
  if (form !== undefined) return form.read(names, region);
  const usages = VETOES.map(({ usage }) => usage).join(", ");
  throw new TallyError("request.invalid", `veto takes one of: ${usages}`, { field: "what" });
}
