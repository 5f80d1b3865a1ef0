import type { Both, Lang } from "../lang.ts";
import type { Row } from "../messages.ts";
import { Chooser, type Range } from "../model/choice.ts";
import { EventLines, type Line, single } from "../model/events.ts";
import { entryOf, Listing, type Selection } from "../model/listing.ts";
import { h, region } from "./dom.ts";
import { EventBar } from "./eventbar.ts";
import { eventGrid } from "./eventgrid.ts";
import { type EventKeys, press, type Reach } from "./eventkeys.ts";
import { EventRow } from "./eventrow.ts";
import { LookView } from "./look.ts";
import { VirtualList } from "./virtual.ts";

interface Words {
  follow: string;
  none: string;
  nothing: string;
}

const WORDS: Both<Words> = {
  en: {
    follow: "Follow",
    none: "Events appear here as they go over the wire.",
    nothing: "No event passes the filter.",
  },
  zh: {
    follow: "跟随",
    none: "传输中的事件会显示在这里。",
    nothing: "没有事件符合筛选条件。",
  },
};

/** ms of a frame that filtering may take. */
const SLICE = 5;

export interface EventsActions {
  /** The whole event in a row of the log is to be fetched; the answer comes through `looked`. */
  look: (index: number) => void;
  /** The sound and the bubble of a row are to be shown; absent where there are none to be shown. */
  jump?: (target: { index: number; t: number; item_id: string | null }) => void;
  /** Other rows are chosen; absent where one event alone is looked at. */
  chosen?: (ranges: Range[]) => void;
  /** Other words are in the filter. */
  filtered?: (words: string) => void;
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
  /** All rows are here. */
  #over = false;
  /** null where one event alone is looked at. */
  readonly #chooser: Chooser | null;
  /** The list has to show the selection again when the filter is through. */
  #refiltered = false;
  #frame = 0;
  #asking = 0;

  constructor(lang: Lang, actions: EventsActions, signal: AbortSignal) {
    const words = WORDS[lang];
    this.#words = words;
    this.#actions = actions;
    const { chosen } = actions;
    const changed = (): void => {
      chosen?.(this.#chooser?.choice.ranges ?? []);
      this.#soon();
    };
    this.#chooser = chosen === undefined ? null : new Chooser(() => this.#log.lines, () => this.#listing, changed);
    this.#bar = new EventBar(lang, { filtered: () => this.#typed(), relative: () => this.#soon() }, signal);
    this.#look = new LookView(
      lang,
      {
        ...(actions.jump === undefined ? {} : { jump: () => this.#jump() }),
        ...{ step: (by: 1 | -1) => this.#step(by), close: () => this.#close() },
      },
      signal,
    );
    this.#grid = eventGrid(lang, this.#bar.title, chosen !== undefined);
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
    this.#grid.addEventListener("click", (event) => this.#clicked(event), { signal });
    const keys = this.#keys(this.#chooser);
    this.#grid.addEventListener("keydown", (event) => press(event, keys), { signal });
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
    this.#follow.hidden = this.#list.following || this.#over;
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
      this.#typed();
      this.#settle();
    }
    this.#select(selection, { middle: true });
  }

  /** Selects the first event of an item. */
  revealItem(item_id: string): void {
    const line = this.#log.lines.find((line) => line.item_id === item_id);
    if (line !== undefined) this.reveal(line.index);
  }

  /** Shows what passes other words. */
  set filter(words: string) {
    if (words === this.#bar.filter.words) return;
    this.#bar.words = words;
    this.#filter();
  }

  /** Shows other rows as chosen, and brings the first of them into sight where the list has it. */
  choose(ranges: readonly Range[]): void {
    if (this.#chooser === null) return;
    this.#chooser.choice.ranges = ranges;
    this.#soon();
    const found = ranges[0] === undefined ? null : this.#log.find(ranges[0][0]);
    if (found === null) return;
    this.#settle();
    const entry = { place: found.place, nth: null };
    const position = this.#listing.positionOf(entry);
    if (position === null) return;
    this.#chooser.anchor = entry;
    this.#list.following = false;
    this.#list.resize(this.#listing.size);
    this.#list.reveal(position, true);
  }

  /** Shows the first rows: nothing more comes that could be followed. */
  toStart(): void {
    this.#over = true;
    this.#settle();
    this.#list.following = false;
    this.#list.resize(this.#listing.size);
    this.#list.reveal(0);
    this.#soon();
  }

  /** Goes to the filter. */
  search(): void {
    this.#bar.focus();
  }

  /** Forgets all rows; the filter stays. */
  clear(): void {
    if (this.#chooser !== null) this.#chooser.anchor = null;
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
    const entry = this.#listing.at(position);
    const { place, nth } = entry;
    const selected = this.#selected;
    const line = this.#line(place);
    const active = selected !== null && selected.place === place && entryOf(selected).nth === nth;
    row.show({
      ...{ line, nth, position, active },
      unfolded: this.#listing.isUnfolded(place),
      selected: this.#chooser?.shows(entry) ?? active,
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

  /** Other words were typed. */
  #typed(): void {
    this.#filter();
    this.#actions.filtered?.(this.#bar.filter.words);
  }

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

  #selectAt(position: number, reach: Reach, rest = 0): void {
    if (this.#listing.size === 0) return;
    const entry = this.#listing.at(Math.max(0, Math.min(position, this.#listing.size - 1)));
    const { place, nth } = entry;
    this.#select({ place, nth: nth ?? 0, alone: nth !== null }, { rest });
    if (reach === "alone") this.#chooser?.alone(entry);
    else if (reach === "upTo") this.#chooser?.upTo(entry);
  }

  #move(by: number, reach: Reach, rest: number): void {
    const start = by > 0 ? this.#list.first - 1 : this.#list.first + this.#list.page;
    this.#selectAt((this.#position() ?? start) + by, reach, rest);
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

  #clicked({ target, shiftKey, ctrlKey, metaKey }: MouseEvent): void {
    const position = this.#list.positionOf(target);
    if (position === null || position >= this.#listing.size) return;
    const entry = this.#listing.at(position);
    const { place } = entry;
    if (this.#list.slotAt(position)?.folds(target)) {
      this.#fold(this.#listing.isUnfolded(place), place);
      return;
    }
    const also = ctrlKey || metaKey;
    this.#selectAt(position, also ? "go" : shiftKey ? "upTo" : "alone");
    if (also) this.#chooser?.also(entry);
  }

  #keys(chooser: Chooser | null): EventKeys {
    const all = (): void => {
      this.#settle();
      chooser?.all();
    };
    const also = (): void => {
      if (this.#selected !== null) chooser?.also(entryOf(this.#selected));
    };
    return {
      page: () => this.#list.page,
      move: (by, reach, rest) => this.#move(by, reach, rest),
      edge: (edge, reach, rest) => this.#selectAt(edge === "first" ? 0 : this.#listing.size - 1, reach, rest),
      enter: () => this.#selectAt(this.#position() ?? this.#list.first, "alone"),
      unfold: () => this.#fold(false),
      fold: () => this.#foldOrLeave(),
      close: () => this.#close(),
      many: chooser === null ? null : { all, also },
    };
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
    this.#actions.jump?.({ index, t, item_id: this.#line(this.#selected.place).item_id || null });
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
