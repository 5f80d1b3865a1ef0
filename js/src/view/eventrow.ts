import type { Both, Lang } from "../lang.ts";
import type { Row } from "../messages.ts";
import { type Line, single } from "../model/events.ts";
import { clip, clock, duration } from "../model/format.ts";
import { h } from "./dom.ts";
import type { Slot } from "./virtual.ts";

type Direction = Row["direction"];

export const ARROWS: Record<Direction, string> = { client: "↑", server: "↓", local: "·" };

export const DIRECTIONS: Both<Record<Direction, string>> = {
  en: { client: "sent by the client", server: "received from the server", local: "happened here" },
  zh: { client: "客户端发出", server: "从服务器收到", local: "发生在本地" },
};

const WORDS: Both<{ after: (seconds: string) => string }> = {
  en: { after: (seconds) => `${seconds} s after the line above` },
  zh: { after: (seconds) => `距上一行 ${seconds} 秒` },
};

/** Characters of the detail that a line can show. */
const LONGEST_DETAIL = 240;

/** What a row of the list shows. */
export interface Shown {
  line: Line;
  /** Number of the single row in an unfolded line; null for the line itself. */
  nth: number | null;
  unfolded: boolean;
  selected: boolean;
  /** It is the one that keys start from, and whose event is looked at. */
  active: boolean;
  position: number;
  /** When the line above happened, s; null at the top. */
  above: number | null;
  /** Times count from here, s. */
  zero: number;
  relative: boolean;
}

/** Text that is written into the page only when it differs. */
class Cell {
  readonly element: HTMLElement;
  readonly #node = document.createTextNode("");

  constructor(tag: "span" | "div", className: string, attributes: Record<string, string> = {}) {
    this.element = h(tag, { className, attributes }, this.#node);
  }

  set words(words: string) {
    if (this.#node.data !== words) this.#node.data = words;
  }
}

/** One row of the event list, and the element it is shown with. */
export class EventRow implements Slot {
  readonly element: HTMLElement;
  readonly #lang: Lang;
  readonly #t = new Cell("div", "rt-t", { role: "gridcell" });
  readonly #arrow = new Cell("div", "rt-arrow", { role: "gridcell" });
  readonly #twisty = h("span", { className: "rt-twisty", attributes: { "aria-hidden": "true" } });
  readonly #type = new Cell("span", "rt-type");
  readonly #sum = new Cell("span", "rt-sum");
  readonly #detail = new Cell("span", "rt-text");
  /** What the attributes say now. */
  #state = "";

  constructor(lang: Lang, id: string) {
    this.#lang = lang;
    this.element = h(
      "div",
      { className: "rt-event", id, attributes: { role: "row" } },
      this.#t.element,
      this.#arrow.element,
      h("div", { className: "rt-name", attributes: { role: "gridcell" } }, this.#twisty, this.#type.element),
      h("div", { className: "rt-detail", attributes: { role: "gridcell" } }, this.#sum.element, this.#detail.element),
    );
  }

  /** Tells whether what was clicked folds and unfolds the line. */
  folds(target: EventTarget | null): boolean {
    return target === this.#twisty && this.element.ariaExpanded !== null;
  }

  clear(): void {
    for (const cell of [this.#t, this.#arrow, this.#type, this.#sum, this.#detail]) cell.words = "";
  }

  show(shown: Shown): void {
    const { line, nth, zero, relative } = shown;
    const { t, audio_ms, detail } = nth === null ? line : single(line, nth);
    this.#t.words = relative ? signed(t - zero) : clock(t);
    this.#arrow.words = ARROWS[line.direction];
    this.#type.words = nth === null ? line.type : `${nth + 1} / ${line.count}`;
    const count = nth === null && line.count > 1 ? `×${line.count}` : "";
    const sum = [count, audio_ms > 0 ? duration(audio_ms) : ""].filter(Boolean).join(" · ");
    this.#sum.words = sum;
    this.#detail.words = (sum === "" || detail === "" ? "" : " · ") + clip(detail.slice(0, LONGEST_DETAIL + 1), LONGEST_DETAIL);
    const after = shown.above === null ? "" : WORDS[this.#lang].after(signed(t - shown.above));
    if (this.#t.element.title !== after) this.#t.element.title = after;
    this.#mark(shown);
  }

  #mark({ line, nth, unfolded, selected, active, position }: Shown): void {
    const many = nth === null && line.count > 1;
    const state = [position, line.direction, line.side, line.bad, many, many && unfolded, nth === null, selected, active].join();
    if (state === this.#state) return;
    this.#state = state;
    const { element } = this;
    element.dataset.direction = line.direction;
    element.dataset.side = line.side;
    element.classList.toggle("rt-bad", line.bad);
    element.classList.toggle("rt-single", nth !== null);
    element.classList.toggle("rt-active", active);
    // The first row of the grid are the heads.
    element.ariaRowIndex = String(position + 2);
    element.ariaLevel = nth === null ? "1" : "2";
    element.ariaExpanded = many ? String(unfolded) : null;
    element.ariaSelected = String(selected);
    this.#arrow.element.ariaLabel = DIRECTIONS[this.#lang][line.direction];
  }
}

/** A time between two events, s. */
export function signed(seconds: number): string {
  return `${seconds < 0 ? "−" : "+"}${Math.abs(seconds).toFixed(3)}`;
}
