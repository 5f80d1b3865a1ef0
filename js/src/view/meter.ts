import { h } from "./dom.ts";

/** A level meter. */
export interface Meter {
  readonly element: HTMLElement;
  /** Shows a level, 0 to 1. */
  show: (level: number) => void;
}

/** Makes a level meter with a name. */
export function meter(label: string): Meter {
  const attributes = { role: "meter", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "1", "aria-valuenow": "0" };
  const element = h("span", { className: "rt-level", title: label, attributes }, h("span"));
  return {
    element,
    show: (level) => {
      element.setAttribute("aria-valuenow", level.toFixed(2));
      element.style.setProperty("--level", String(level));
    },
  };
}
