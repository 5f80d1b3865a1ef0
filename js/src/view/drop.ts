export interface DropActions {
  /** Whether files can be taken now. */
  ready: () => boolean;
  take: (files: File[]) => void;
}

/** Takes files that are dropped anywhere on an element; while some hang above it, it has the class `rt-drop`. */
export function catchFiles(element: HTMLElement, { ready, take }: DropActions, signal: AbortSignal): void {
  const over = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  const mark = (on: boolean): void => void element.classList.toggle("rt-drop", on);
  const listen = { signal };
  element.addEventListener(
    "dragover",
    (event) => {
      if (!over(event)) return;
      // Else the browser leaves the page for the file.
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = ready() ? "copy" : "none";
      mark(ready());
    },
    listen,
  );
  element.addEventListener(
    "dragleave",
    ({ relatedTarget }) => {
      if (!element.contains(relatedTarget as Node | null)) mark(false);
    },
    listen,
  );
  element.addEventListener(
    "drop",
    (event) => {
      if (!over(event)) return;
      event.preventDefault();
      event.stopPropagation();
      mark(false);
      take([...(event.dataTransfer?.files ?? [])]);
    },
    listen,
  );
}
