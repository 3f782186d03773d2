// SPDX-License-Identifier: Apache-2.0
import { onBeforeUnmount, onMounted, type Ref, ref } from "vue";

/**
 * Gives `take` the files that are dropped or pasted anywhere on the page, whatever it shows: a browser opens a dropped file that
 * nobody takes in place of the page. Call in the `setup` of the page. True while files are held over it.
 */
export function useGivenFiles(take: (files: readonly File[]) => void): Ref<boolean> {
  const isOver = ref(false);

  function over(event: DragEvent): void {
    if (!holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    isOver.value = true;
  }

  function left(event: DragEvent): void {
    if (event.relatedTarget === null) isOver.value = false;
  }

  function given(event: Event, from: DataTransfer | null): void {
    isOver.value = false;
    if (!holdsFiles(from)) return;
    event.preventDefault();
    const files = [...from!.files];
    if (files.length > 0) take(files);
  }

  const dropped = (event: DragEvent): void => given(event, event.dataTransfer);
  const pasted = (event: ClipboardEvent): void => given(event, event.clipboardData);

  onMounted(() => {
    addEventListener("dragover", over);
    addEventListener("dragleave", left);
    addEventListener("drop", dropped);
    addEventListener("paste", pasted);
  });
  onBeforeUnmount(() => {
    removeEventListener("dragover", over);
    removeEventListener("dragleave", left);
    removeEventListener("drop", dropped);
    removeEventListener("paste", pasted);
  });
  return isOver;
}

/** Text that is dragged or pasted into a field is the field's. */
function holdsFiles(data: DataTransfer | null): boolean {
  return data?.types.includes("Files") === true;
}
