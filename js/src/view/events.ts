import { LABELS } from "../labels.ts";
import type { Line } from "../model/events.ts";
import { clip, clock, duration } from "../model/format.ts";
import { followEnd, h, region, setText } from "./dom.ts";

/** Lines kept in the page; the log in the kernel has them all. */
const MOST_LINES = 300;
const LONGEST_DETAIL = 240;

/** The cells of a line that may still change. */
interface Cells {
  element: HTMLElement;
  type: HTMLElement;
  detail: HTMLElement;
}

export class EventsView {
  readonly element: HTMLElement;
  readonly #scroller = h("div", { className: "rt-scroll", tabIndex: 0 });
  readonly #body = h("tbody");
  readonly #count = h("span", { className: "rt-count" });
  readonly #shown = new Map<number, Cells>();

  constructor() {
    const columns = Object.values(LABELS.columns).map((name) => h("th", { scope: "col" }, name));
    this.#scroller.append(h("table", {}, h("thead", {}, h("tr", {}, ...columns)), this.#body));
    const title = h("h3", {}, LABELS.events, this.#count);
    this.element = region(LABELS.events, "rt-events", title, this.#scroller);
  }

  /** Shows the lines that are new or have changed; `total` is the number of events so far. */
  show(changed: Iterable<Line>, total: number): void {
    setText(this.#count, total === 0 ? "" : String(total));
    followEnd(this.#scroller, () => {
      for (const line of [...changed].slice(-MOST_LINES)) update(this.#shown.get(line.index) ?? this.#make(line), line);
      for (const [index, { element }] of this.#shown) {
        if (this.#shown.size <= MOST_LINES) break;
        element.remove();
        this.#shown.delete(index);
      }
    });
  }

  #make({ index, t, direction }: Line): Cells {
    const arrow = h("td", { title: LABELS.directionNames[direction] }, LABELS.directions[direction]);
    arrow.setAttribute("aria-label", LABELS.directionNames[direction]);
    const type = h("td");
    const detail = h("td");
    const element = h("tr", {}, h("td", {}, clock(t)), arrow, type, detail);
    element.dataset.direction = direction;
    this.#body.append(element);
    const cells = { element, type, detail };
    this.#shown.set(index, cells);
    return cells;
  }
}

function update({ element, type, detail }: Cells, line: Line): void {
  setText(type, line.type);
  const count = line.count > 1 ? `×${line.count}` : "";
  const sound = line.audio_ms > 0 ? duration(line.audio_ms) : "";
  setText(detail, [count, sound, clip(line.detail, LONGEST_DETAIL)].filter(Boolean).join(" · "));
  element.classList.toggle("rt-bad", line.type === "error" || line.type.endsWith(".failed"));
}
