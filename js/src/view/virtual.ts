import { h } from "./dom.ts";

/** One element of a virtual list, used for one position after another. */
export interface Slot {
  readonly element: HTMLElement;
  /** It shows nothing now: what it showed must not be found in the page any more. */
  clear: () => void;
}

/** What a list shows, and what it tells. */
export interface Rows<S extends Slot> {
  make: () => S;
  /** Shows what stands at a position; called often, so it has to change only what differs. */
  fill: (slot: S, position: number) => void;
  /** The person has scrolled, or the list has another size: `show` is due in the next frame. */
  moved: () => void;
}

/** Height of a row, px; events.css has the same. */
export const ROW = 22;
/** Rows beyond either edge: the browser scrolls before the page hears of it. */
const BEYOND = 12;

/**
 * A scrolling list of rows of one height of which only those in sight are in the page. It stays at its end unless the
 * person scrolls away. Nothing is measured while it is drawn, so that the browser lays it out once a frame.
 */
export class VirtualList<S extends Slot> {
  /** The person sees the end, and what is new there. */
  following = true;
  readonly #scroller: HTMLElement;
  readonly #space = h("div", { className: "rt-space", attributes: { role: "rowgroup" } });
  readonly #rows: Rows<S>;
  #slots: { slot: S; position: number | null }[] = [];
  #size = 0;
  #top = 0;
  /** px in sight, without the heads. */
  #view = 0;

  constructor(scroller: HTMLElement, rows: Rows<S>, signal: AbortSignal) {
    this.#scroller = scroller;
    this.#rows = rows;
    scroller.append(this.#space);
    const resized = new ResizeObserver(() => {
      this.#view = Math.max(0, scroller.clientHeight - ROW);
      // What was not displayed has lost its place.
      if (this.#view > 0) scroller.scrollTop = this.#top;
      rows.moved();
    });
    resized.observe(scroller);
    signal.addEventListener("abort", () => resized.disconnect(), { once: true });
    scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
  }

  /** Rows in sight. */
  get page(): number {
    return Math.max(1, Math.floor(this.#view / ROW));
  }

  /** The first position in sight. */
  get first(): number {
    return Math.ceil(this.#top / ROW);
  }

  /** The list has `size` positions now. */
  resize(size: number): void {
    if (size === this.#size) return;
    this.#size = size;
    this.#space.style.height = `${size * ROW}px`;
  }

  /** Draws what is in sight. */
  show(): void {
    const end = this.#end();
    if (this.following || this.#top > end) this.#scrollTo(end);
    this.#provide(Math.ceil(this.#view / ROW) + 2 * BEYOND + 1);
    const first = Math.max(0, Math.floor(this.#top / ROW) - BEYOND);
    for (let nth = 0; nth < this.#slots.length; nth++) this.#fill(first + nth);
  }

  /** Scrolls so that a position is in sight: as little as needed, or to the middle. */
  reveal(position: number, middle = false): void {
    const at = position * ROW;
    const [highest, lowest] = [at - this.#view + ROW, at];
    const wanted = middle ? at - this.#view / 2 : Math.min(Math.max(this.#top, highest), lowest);
    this.#scrollTo(Math.max(0, Math.min(wanted, Math.max(this.#end(), highest))));
  }

  /** The element of a position, where it has one. */
  slotAt(position: number): S | null {
    const found = this.#slots[position % this.#slots.length];
    return found?.position === position ? found.slot : null;
  }

  /** The position that an element of a row, or something in it, shows. */
  positionOf(target: EventTarget | null): number | null {
    return this.#slots.find(({ slot }) => slot.element.contains(target as Node | null))?.position ?? null;
  }

  #end(): number {
    return Math.max(0, this.#size * ROW - this.#view);
  }

  #scrollTo(top: number): void {
    if (top === this.#top) return;
    this.#top = top;
    this.#scroller.scrollTop = top;
  }

  #scrolled(): void {
    const top = this.#scroller.scrollTop;
    // Nothing is in sight, or it was the list itself that scrolled.
    if (this.#view === 0 || Math.abs(top - this.#top) < 1) return;
    this.#top = top;
    // Of what was drawn last: rows that came since are no reason to think that the person has left the end.
    this.following = this.#top >= this.#end() - ROW / 2;
    this.#rows.moved();
  }

  #provide(count: number): void {
    if (this.#view === 0 || count <= this.#slots.length) return;
    while (this.#slots.length < count) this.#slots.push({ slot: this.#rows.make(), position: null });
    for (const entry of this.#slots) {
      entry.position = null;
      entry.slot.element.hidden = true;
      entry.slot.clear();
    }
    this.#space.append(...this.#slots.map(({ slot }) => slot.element));
  }

  #fill(position: number): void {
    // A position keeps its element while it is in sight: scrolling by one row changes one element.
    const entry = this.#slots[position % this.#slots.length] as { slot: S; position: number | null };
    const { element } = entry.slot;
    const shown = position < this.#size ? position : null;
    if (shown !== entry.position) {
      entry.position = shown;
      element.hidden = shown === null;
      if (shown === null) entry.slot.clear();
      element.style.transform = `translateY(${position * ROW}px)`;
    }
    if (shown !== null) this.#rows.fill(entry.slot, position);
  }
}
