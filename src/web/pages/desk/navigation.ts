// SPDX-License-Identifier: Apache-2.0
import type { IconName } from "../../design/icons.js";
import type { Text } from "../../language/language.js";
import type { Route } from "./router/route.js";
import type { Right } from "./session/rights.js";

/** A place that the head of the desk leads to, for those who have the right. */
export interface NavigationItem {
  readonly text: Text;
  readonly icon: IconName;
  readonly to: Route;
  readonly needs: Right;
  /** Views that belong to this place. */
  readonly views: readonly Route["view"][];
}

const ITEMS: readonly NavigationItem[] = [
  {
    text: { zh: "签发", en: "Issue" },
    icon: "plus",
    to: { view: "issue", typeCode: null },
    needs: "certificates.issue",
    views: ["issue"],
  },
  {
    text: { zh: "查询", en: "Search" },
    icon: "search",
    to: { view: "search" },
    needs: "certificates.read",
    views: ["search", "certificate", "successor"],
  },
];

export function navigationFor(rights: ReadonlySet<Right>): readonly NavigationItem[] {
  return ITEMS.filter(({ needs }) => rights.has(needs));
}

/** What a view needs of whoever looks at it; null: nothing. */
export function rightFor({ view }: Route): Right | null {
  if (view === "successor") return "certificates.change";
  return ITEMS.find(({ views }) => views.includes(view))?.needs ?? null;
}
