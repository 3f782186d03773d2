// SPDX-License-Identifier: Apache-2.0
import { nextTick, shallowRef } from "vue";
import { pathOf, type Route, routeOf } from "./route.js";

/** Where the desk stands. */
export const route = shallowRef<Route>(routeOf(location.pathname));

addEventListener("popstate", () => {
  route.value = routeOf(location.pathname);
  void focusContent();
});

/** Goes somewhere; `replace` leaves no step to go back to. */
export function go(to: Route, { replace = false } = {}): void {
  const path = pathOf(to);
  if (replace) history.replaceState(null, "", path);
  else if (path !== location.pathname) history.pushState(null, "", path);
  route.value = to;
  void focusContent();
}

/** A screen reader starts with the new content, as after a page load. */
async function focusContent(): Promise<void> {
  await nextTick();
  scrollTo(0, 0);
  document.getElementById("content")?.focus({ preventScroll: true });
}
