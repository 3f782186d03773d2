// SPDX-License-Identifier: Apache-2.0

/** Places of the desk. A path holds codes and identifiers of certificates, never anything about a person. */
export type Route =
  | { readonly view: "home" }
  | { readonly view: "issue"; readonly typeCode: string | null }
  | { readonly view: "search" }
  | { readonly view: "certificate"; readonly id: string }
  | { readonly view: "successor"; readonly id: string; readonly kind: "renew" | "correct" }
  | { readonly view: "unknown" };

const BASE = "/desk";

export function routeOf(path: string): Route {
  const [area, first, second, ...rest] = path.slice(BASE.length).split("/").filter(Boolean).map(decoded);
  if (rest.length > 0 || !path.startsWith(BASE)) return { view: "unknown" };
  if (area === undefined) return { view: "home" };
  if (area === "issue" && second === undefined) return { view: "issue", typeCode: first ?? null };
  if (area !== "certificates") return { view: "unknown" };
  if (first === undefined) return { view: "search" };
  if (second === undefined) return { view: "certificate", id: first };
  return second === "renew" || second === "correct"
    ? { view: "successor", id: first, kind: second }
    : { view: "unknown" };
}

export function pathOf(route: Route): string {
  switch (route.view) {
    case "issue":
      return route.typeCode === null ? `${BASE}/issue` : `${BASE}/issue/${encodeURIComponent(route.typeCode)}`;
    case "search":
      return `${BASE}/certificates`;
    case "certificate":
      return `${BASE}/certificates/${encodeURIComponent(route.id)}`;
    case "successor":
      return `${BASE}/certificates/${encodeURIComponent(route.id)}/${route.kind}`;
    default:
      return BASE;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
