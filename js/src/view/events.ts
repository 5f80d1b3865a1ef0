import type { Both, Lang } from "../lang.ts";
import type { Row } from "../messages.ts";
import { EventLines, type Line, single } from "../model/events.ts";
import { type Entry, Listing } from "../model/listing.ts";
import { h, region } from "./dom.ts";
import { EventBar } from "./eventbar.ts";
import { EventRow } from "./eventrow.ts";
import { LookView } from "./look.ts";
import { VirtualList } from "./virtual.ts";

interface Words {
  columns: [t: string, direction: string, type: string, detail: string];
  follow: string;
  none: string;
  nothing: string;
}

const WORDS: Both<Words> = {
  en: {
    columns: ["t (s)", "Direction", "Type", "Detail"],
    follow: "Follow",
    none: "Events appear here as they go over the wire.",
    nothing: "No event passes the filter.",
  },
  zh: {
    columns: ["t（秒）", "方向", "类型", "详情"],
    follow: "跟随",
    none: "传输中的事件会显示在这里。",
    nothing: "没有事件符合筛选条件。",
  },
};

/** ms of a frame that filtering may take. */
const SLICE = 5;
/** ms after which a row is fetched that was reached with a key held down. */
const REST = 120;

/** The selected row of a line: by itself in an unfolded line, else as what the line shows of its rows. */
interface Selection {
  place: number;
  nth: number;
  alone: boolean;
}

export interface EventsActions {
  /** The whole event in a row of the log is to be fetched; the answer comes through `looked`. */
  look: (index: number) => void;
  /** The sound and the bubble of a row are to be shown. */
  jump: (target: { index: number; t: number; item_id: string | null }) => void;
}

let lists = 0;

/** The event inspector: all rows of the log, live, folded, filtered, and each to be looked into. */
export class EventsView {
  readonly element: HTMLElement;
  readonly #actions: EventsActions;
  readonly #words: Words;
  readonly #bar: EventBar;
  readonly #look: LookView;
  readonly #list: VirtualList<EventRow>;
  readonly #grid: HTMLElement;
  readonly #follow: HTMLButtonElement;
  readonly #empty = h("p", { className: "rt-none" });
  #log = new EventLines();
  #listing = new Listing(this.#log.lines);
  #selected: Selection | null = null;
  /** The list has to show the selection again when the filter is through. */
  #refiltered = false;
  #frame = 0;
  #asking = 0;

  constructor(lang: Lang, actions: EventsActions, signal: AbortSignal) {
    const words = WORDS[lang];
    this.#words = words;
    this.#actions = actions;
    this.#bar = new EventBar(lang, { filtered: () => this.#filter(), relative: () => this.#soon() }, signal);
    this.#look = new LookView(
      lang,
      { jump: () => this.#jump(), step: (by) => this.#step(by), close: () => this.#close() },
      signal,
    );
    const heads = words.columns.map((name) => h("div", { attributes: { role: "columnheader" } }, name));
    this.#grid = h(
      "div",
      { className: "rt-grid", tabIndex: 0, attributes: { role: "treegrid", "aria-label": this.#bar.title } },
      h("div", { className: "rt-heads", attributes: { role: "row", "aria-rowindex": "1" } }, ...heads),
    );
    // Labels and active descendants go by ids, and a page may have several panels.
    const id = `rt-events-${++lists}`;
    let made = 0;
    const rows = {
      make: () => new EventRow(lang, `${id}-${++made}`),
      fill: (row: EventRow, position: number) => this.#fill(row, position),
      moved: () => this.#soon(),
    };
    this.#list = new VirtualList(this.#grid, rows, signal);
    this.#follow = h("button", { type: "button", className: "rt-follow", hidden: true }, words.follow);
    const list = h("div", { className: "rt-list" }, this.#grid, this.#empty, this.#follow);
    const body = h("div", { className: "rt-inspect" }, list, this.#look.element);
    this.element = region(this.#bar.title, "rt-events", this.#bar.element, body);
    this.#follow.addEventListener("click", () => this.#followAgain(), { signal });
    this.#grid.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    this.#grid.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    signal.addEventListener("abort", () => this.#forget(), { once: true });
    this.#soon();
  }

  /** Takes the next row of the log; `draw` shows it. */
  add(row: Row): void {
    this.#listing.note(this.#log.add(row));
  }

  /** Shows what has changed; to be called in an animation frame. */
  draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const settled = this.#listing.settle(performance.now() + SLICE, () => performance.now());
    if (!settled) this.#soon();
    const { size, matched } = this.#listing;
    this.#bar.show(matched, this.#log.rows);
    this.#empty.hidden = size > 0 || !settled;
    this.#empty.textContent = matched !== null ? this.#words.nothing : this.#words.none;
    this.#list.resize(size);
    const position = this.#position();
    if (settled && this.#refiltered) {
      this.#refiltered = false;
      if (position !== null && !this.#list.following) this.#list.reveal(position, true);
    }
    this.#list.show();
    this.#follow.hidden = this.#list.following;
    this.#grid.ariaRowCount = String(size + 1);
    this.#point(position);
  }

  /** The JSON of a row has come. */
  looked(index: number, json: string): void {
    if (this.#selected !== null && this.#row(this.#selected).index === index) this.#look.load(index, json);
  }

  /** Selects a row of the log, and lets go of a filter that hides it. */
  reveal(index: number): void {
    const found = this.#log.find(index);
    if (found === null) return;
    this.#settle();
    const alone = this.#line(found.place).count > 1 && this.#listing.isUnfolded(found.place);
    const selection = { ...found, alone };
    if (this.#listing.positionOf(entryOf(selection)) === null) {
      this.#bar.reset();
      this.#filter();
      this.#settle();
    }
    this.#select(selection, { middle: true });
  }

  /** Selects the first event of an item. */
  revealItem(item_id: string): void {
    const line = this.#log.lines.find((line) => line.item_id === item_id);
    if (line !== undefined) this.reveal(line.index);
  }

  /** Forgets all rows; the filter stays. */
  clear(): void {
    this.#log = new EventLines();
    this.#listing = new Listing(this.#log.lines);
    this.#listing.filter(this.#bar.filter);
    this.#selected = null;
    this.#close();
    this.#followAgain();
  }

  // What is shown -------------------------------------------------------------------------------------------------

  #line(place: number): Line {
    return this.#log.lines[place] as Line;
  }

  #row({ place, nth }: Selection): { index: number; t: number } {
    return single(this.#line(place), nth);
  }

  #timeAt(position: number): number {
    const { place, nth } = this.#listing.at(position);
    return single(this.#line(place), nth ?? 0).t;
  }

  #position(): number | null {
    return this.#selected === null ? null : this.#listing.positionOf(entryOf(this.#selected));
  }

  #fill(row: EventRow, position: number): void {
    const { place, nth } = this.#listing.at(position);
    const selected = this.#selected;
    row.show({
      ...{ line: this.#line(place), nth, position },
      unfolded: this.#listing.isUnfolded(place),
      selected: selected !== null && selected.place === place && entryOf(selected).nth === nth,
      above: position === 0 ? null : this.#timeAt(position - 1),
      zero: selected === null ? 0 : this.#row(selected).t,
      relative: selected !== null && this.#bar.relative,
    });
  }

  /** Says which row is the active one, and keeps what is told of it up to date. */
  #point(position: number | null): void {
    const element = position === null ? undefined : this.#list.slotAt(position)?.element;
    if (element === undefined) this.#grid.removeAttribute("aria-activedescendant");
    else this.#grid.setAttribute("aria-activedescendant", element.id);
    if (this.#selected === null) return;
    const { place, nth, alone } = this.#selected;
    const line = this.#line(place);
    const above = position === null || position === 0 ? null : this.#timeAt(position - 1);
    this.#look.show(line, nth, nth > 0 && !alone ? single(line, nth - 1).t : above);
  }

  #soon(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.draw());
  }

  // What a person does --------------------------------------------------------------------------------------------

  #filter(): void {
    this.#listing.filter(this.#bar.filter);
    this.#refiltered = true;
    this.#soon();
  }

  /** Finishes what a filter has still to do, at once. */
  #settle(): void {
    this.#listing.settle(Infinity, () => 0);
  }

  #select(selection: Selection, { middle = false, rest = 0 } = {}): void {
    this.#selected = selection;
    this.#settle();
    const position = this.#position();
    if (position !== null) {
      // What somebody reads does not run away; who goes to the end wants to see what comes.
      if (position < this.#listing.size - 1) this.#list.following = false;
      this.#list.resize(this.#listing.size);
      this.#list.reveal(position, middle);
    }
    this.#look.element.hidden = false;
    const { index } = this.#row(selection);
    this.#look.await(index);
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => this.#actions.look(index), rest);
    this.#soon();
  }

  #selectAt(position: number, rest = 0): void {
    if (this.#listing.size === 0) return;
    const { place, nth } = this.#listing.at(Math.max(0, Math.min(position, this.#listing.size - 1)));
    this.#select({ place, nth: nth ?? 0, alone: nth !== null }, { rest });
  }

  #move(by: number, rest: number): void {
    const start = by > 0 ? this.#list.first - 1 : this.#list.first + this.#list.page;
    this.#selectAt((this.#position() ?? start) + by, rest);
  }

  /** Goes to another row of the selected run. */
  #step(by: 1 | -1): void {
    const selected = this.#selected;
    if (selected === null) return;
    const nth = selected.nth + by;
    if (nth >= 0 && nth < this.#line(selected.place).count) this.#select({ ...selected, nth });
  }

  #fold(folded: boolean, place = this.#selected?.place): void {
    if (place === undefined || this.#line(place).count === 1) return;
    this.#listing.fold(place, folded);
    if (!folded) this.#list.following = false;
    const selected = this.#selected;
    if (folded && selected !== null && selected.place === place) this.#selected = { ...selected, alone: false };
    this.#soon();
  }

  #clicked(target: EventTarget | null): void {
    const position = this.#list.positionOf(target);
    if (position === null || position >= this.#listing.size) return;
    const { place } = this.#listing.at(position);
    if (this.#list.slotAt(position)?.folds(target)) this.#fold(this.#listing.isUnfolded(place), place);
    else this.#selectAt(position);
  }

  #pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const rest = event.repeat ? REST : 0;
    const keys: Record<string, () => void> = {
      ArrowDown: () => this.#move(1, rest),
      ArrowUp: () => this.#move(-1, rest),
      PageDown: () => this.#move(this.#list.page, rest),
      PageUp: () => this.#move(-this.#list.page, rest),
      Home: () => this.#selectAt(0, rest),
      End: () => this.#selectAt(this.#listing.size - 1, rest),
      ArrowRight: () => this.#fold(false),
      ArrowLeft: () => this.#foldOrLeave(),
      Enter: () => this.#selectAt(this.#position() ?? this.#list.first),
      Escape: () => this.#close(),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  /** From a row to its line; from a line to its folded form. */
  #foldOrLeave(): void {
    const selected = this.#selected;
    if (selected?.alone) this.#select({ place: selected.place, nth: 0, alone: false });
    else this.#fold(true);
  }

  #jump(): void {
    if (this.#selected === null) return;
    const { index, t } = this.#row(this.#selected);
    this.#actions.jump({ index, t, item_id: this.#line(this.#selected.place).item_id || null });
  }

  #close(): void {
    this.#look.element.hidden = true;
  }

  #followAgain(): void {
    this.#list.following = true;
    this.#soon();
  }

  #forget(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#asking);
  }
}

function entryOf({ place, nth, alone }: Selection): Entry {
  return { place, nth: alone ? nth : null };
}
