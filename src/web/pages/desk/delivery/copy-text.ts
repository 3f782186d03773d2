// SPDX-License-Identifier: Apache-2.0

/** Puts text on the clipboard; false where the browser does not let us (a page over plain HTTP from another machine, say). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Prints the element with this attribute alone, see DeliverySlip.vue. */
export function printSlip(): void {
  const root = document.documentElement;
  root.dataset.print = "slip";
  addEventListener("afterprint", () => delete root.dataset.print, { once: true });
  print();
}
