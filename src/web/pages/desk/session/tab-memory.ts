// SPDX-License-Identifier: Apache-2.0

/** What is kept until the tab is closed or somebody signs out. Nothing of it survives the tab or leaves this browser. */
const PREFIX = "tally.desk.";

/** Null when nothing is remembered, or the browser keeps nothing. */
export function recall<T>(name: string): T | null {
  try {
    const text = sessionStorage.getItem(PREFIX + name);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

/** Null forgets. A browser that keeps nothing loses it with the next page load, no sooner. */
export function remember(name: string, value: unknown): void {
  try {
    if (value === null) sessionStorage.removeItem(PREFIX + name);
    else sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Full, or forbidden: the page works on without.
  }
}

/** Forgets everything of the desk. */
export function forgetAll(): void {
  try {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
  } catch {
    // Nothing was kept then.
  }
}
