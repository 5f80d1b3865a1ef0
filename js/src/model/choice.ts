import { type Line, single } from "./events.ts";
import type { Entry, Listing } from "./listing.ts";

/** First and last of rows that follow each other in the log. */
export type Range = [first: number, last: number];

/** The rows of the log that a person, or the kernel, has chosen. */
export class Choice {
  #rows = new Set<number>();

  get size(): number {
    return this.#rows.size;
  }

  /** Chooses these rows alone. */
  only(rows: Iterable<number>): void {
    this.#rows = new Set(rows);
  }

  add(rows: Iterable<number>): void {
    for (const row of rows) this.#rows.add(row);
  }

  /** Takes the rows out if all of them are in, else puts them in. */
  toggle(rows: readonly number[]): void {
    if (!rows.every((row) => this.#rows.has(row))) this.add(rows);
    else for (const row of rows) this.#rows.delete(row);
  }

  has(row: number): boolean {
    return this.#rows.has(row);
  }

  /** Whether any of a line's rows is chosen: folded, it stands for all of them. */
  touches({ index, run }: Line): boolean {
    if (this.#rows.size === 0) return false;
    return run === null ? this.#rows.has(index) : run.index.some((row) => this.#rows.has(row));
  }

  /** The rows, ascending, as ranges. */
  get ranges(): Range[] {
    const ranges: Range[] = [];
    for (const row of [...this.#rows].sort((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last !== undefined && last[1] === row - 1) last[1] = row;
      else ranges.push([row, row]);
    }
    return ranges;
  }

  set ranges(ranges: readonly Range[]) {
    this.#rows = new Set();
    for (const [first, last] of ranges) for (let row = first; row <= last; row++) this.#rows.add(row);
  }
}

/** The rows that a line, or one row of it, stands for. */
export function rowsOf(line: Line, nth: number | null): number[] {
  if (nth !== null) return [single(line, nth).index];
  return line.run === null ? [line.index] : line.run.index;
}

/** Chooses rows by the entries of a list, as lists everywhere do it: one, one more, all up to one, all. */
export class Chooser {
  readonly choice = new Choice();
  readonly #lines: () => readonly Line[];
  readonly #listing: () => Listing;
  readonly #changed: () => void;
  /** From where entries are chosen up to another; null where none was reached yet. */
  anchor: Entry | null = null;

  constructor(lines: () => readonly Line[], listing: () => Listing, changed: () => void) {
    this.#lines = lines;
    this.#listing = listing;
    this.#changed = changed;
  }

  /** Whether an entry is to be shown as chosen. */
  shows({ place, nth }: Entry): boolean {
    const line = this.#lines()[place] as Line;
    return nth === null ? this.choice.touches(line) : this.choice.has(single(line, nth).index);
  }

  alone(entry: Entry): void {
    this.anchor = entry;
    this.choice.only(this.#rows(entry));
    this.#changed();
  }

  /** Chooses an entry beside what is chosen, or no longer. */
  also(entry: Entry): void {
    this.anchor = entry;
    this.choice.toggle(this.#rows(entry));
    this.#changed();
  }

  /** Chooses what the list shows from the anchor to an entry. */
  upTo(entry: Entry): void {
    const listing = this.#listing();
    const to = listing.positionOf(entry);
    if (to === null) return;
    const from = this.anchor === null ? null : listing.positionOf(this.anchor);
    if (from === null) this.anchor = entry;
    this.#between(Math.min(from ?? to, to), Math.max(from ?? to, to));
  }

  /** Chooses all that the list shows. */
  all(): void {
    this.#between(0, this.#listing().size - 1);
  }

  #between(first: number, last: number): void {
    this.choice.only([]);
    for (let position = first; position <= last; position++) this.choice.add(this.#rows(this.#listing().at(position)));
    this.#changed();
  }

  #rows({ place, nth }: Entry): number[] {
    return rowsOf(this.#lines()[place] as Line, nth);
  }
}
