import { h } from "./dom.ts";

/** A level meter. */
export interface Meter {
  readonly element: HTMLElement;
  /** Shows a level, 0 to 1. */
  show: (level: number) => void;
}

/** Makes a level meter with a name, and a short one to be seen beside it. */
export function meter(label: string, short: string): Meter {
  const attributes = { role: "meter", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "1", "aria-valuenow": "0" };
  const scale = h("span", { className: "rt-level", attributes }, h("span"));
  const element = h("span", { className: "rt-meter", title: label }, h("span", { attributes: { "aria-hidden": "true" } }, short), scale);
  return {
    element,
    show: (level) => {
      scale.setAttribute("aria-valuenow", level.toFixed(2));
      scale.style.setProperty("--level", String(level));
    },
  };
}
