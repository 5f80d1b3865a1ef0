/** What holding does. */
export interface HoldActions {
  hold: () => void;
  release: () => void;
}

/** Elements that have a use of their own for Space. */
export const OWN_SPACE = "input, textarea, select, button, summary, a, [contenteditable], [role=treegrid], [role=slider]";

/**
 * Makes a button talk while it is held: with the pointer, with Space or Enter on it, or with Space anywhere in `panel`
 * where the key means nothing else. Whatever takes the button's end away from us ends it too.
 */
export function holdToTalk(button: HTMLButtonElement, panel: HTMLElement, { hold, release }: HoldActions, signal: AbortSignal): void {
  let by: string | null = null;
  const begin = (what: string): void => {
    if (by !== null || button.disabled) return;
    by = what;
    hold();
  };
  const end = (): void => {
    if (by === null) return;
    by = null;
    release();
  };
  const keyOf = ({ key, target }: KeyboardEvent): string | null => {
    if (target === button) return key === " " || key === "Enter" ? key : null;
    return key === " " && !(target as Element).closest(OWN_SPACE) ? key : null;
  };
  const listen = { signal };
  button.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button === 0) begin("pointer");
    },
    listen,
  );
  for (const type of ["pointerup", "pointercancel", "pointerleave"] as const) {
    button.addEventListener(type, () => by === "pointer" && end(), listen);
  }
  // A long touch means nothing else here.
  button.addEventListener("contextmenu", (event) => event.preventDefault(), listen);
  panel.addEventListener(
    "keydown",
    (event) => {
      const key = keyOf(event);
      if (key === null || event.ctrlKey || event.altKey || event.metaKey) return;
      // Neither a click nor the page's scrolling.
      event.preventDefault();
      if (!event.repeat) begin(key);
    },
    listen,
  );
  // The focus may have gone elsewhere in the meantime.
  window.addEventListener("keyup", ({ key }) => by === key && end(), listen);
  panel.addEventListener("focusout", () => by !== "pointer" && end(), listen);
  window.addEventListener("blur", end, listen);
  document.addEventListener("visibilitychange", () => document.hidden && end(), listen);
}
