// SPDX-License-Identifier: Apache-2.0
import { dayText } from "../../language/dates.js";
import type { Language, Text } from "../../language/language.js";
import type { HolderLicence } from "./service.js";
import { WORDS } from "./words.js";

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly mono?: boolean;
}

/** The licence as names and values in the order of its face; nothing that was signed is left out. */
export function factsOf(licence: HolderLicence, language: Language): readonly Fact[] {
  const say = (text: Text): string => text[language];
  const { certificateNumber, issueDept, issueDate, validFrom, validUntil, face, certificateIdentifier } = licence;
  const until = validUntil === null ? say(WORDS.longTerm) : dayText(validUntil, language);
  return [
    { name: say(WORDS.number), value: certificateNumber },
    ...face.map(({ field, label, value }) => ({
      name: label === null ? field : label[language],
      value: valueText(value, say),
    })),
    { name: say(WORDS.issuer), value: issueDept },
    { name: say(WORDS.issueDate), value: dayText(issueDate, language) },
    { name: say(WORDS.validity), value: `${dayText(validFrom, language)} – ${until}` },
    { name: say(WORDS.identifier), value: certificateIdentifier, mono: true },
  ];
}

function valueText(value: unknown, say: (text: Text) => string): string {
  if (value === true) return say(WORDS.yes);
  if (value === false) return say(WORDS.no);
  if (value === null || value === "" || value === undefined) return say(WORDS.none);
  if (Array.isArray(value)) return value.map((each) => valueText(each, say)).join("；");
  if (typeof value === "object") {
    const members = Object.entries(value).map(([name, member]) => `${name}：${valueText(member, say)}`);
    return members.join("；");
  }
  return String(value);
}
