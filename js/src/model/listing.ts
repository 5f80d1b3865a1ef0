import type { Line } from "./events.ts";
import { type Filter, matcher } from "./filter.ts";

/** What stands at one position of the list: a line, or one of the rows of an unfolded one. */
export interface Entry {
  /** Place of the line among all lines. */
  place: number;
  /** Number of the row in it, from 0; null for the line itself. */
  nth: number | null;
}

/** The selected row of a line: by itself in an unfolded line, else as what the line shows of its rows. */
export interface Selection {
  place: number;
  nth: number;
  alone: boolean;
}

export function entryOf({ place, nth, alone }: Selection): Entry {
  return { place, nth: alone ? nth : null };
}

/** The lines that a filter lets through. */
interface Found {
  /** Their places, ascending. */
  places: number[];
  /** Rows of the log that they stand for. */
  rows: number;
}

/** Lines that are tested between two looks at the clock. */
const STRIDE = 500;

/**
 * The lines that pass the filter, and the rows of those that are unfolded. A new filter is worked off in slices of
 * time; until it is through, the list stays as it was.
 */
export class Listing {
  readonly #lines: readonly Line[];
  #passes: ((line: Line) => boolean) | null = null;
  /** The lines shown; null for all of them. */
  #shown: Found | null = null;
  /** A new filter on its way: `next` is the place that it has come to. */
  #scan: (Found & { next: number }) | null = null;
  /** Lines that are new or have grown since the last `settle`. */
  readonly #changed = new Set<number>();
  readonly #unfolded = new Set<number>();
  /** The unfolded lines that are shown, in order: where each stands and how many rows follow it. */
  #insets: { at: number; count: number }[] = [];
  /** Positions in the list. */
  size = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  /** Rows of the log that the lines shown stand for; null where all are shown. */
  get matched(): number | null {
    return this.#shown?.rows ?? null;
  }

  filter(filter: Filter): void {
    this.#passes = matcher(filter);
    this.#scan = this.#passes === null ? null : { next: 0, places: [], rows: 0 };
    if (this.#passes === null) this.#shown = null;
  }

  /** A line is new or has grown by a row. */
  note(place: number): void {
    if (this.#passes === null) return;
    this.#changed.add(place);
    for (const found of [this.#shown, this.#scan]) {
      if (found !== null && found.places[search(found.places, place)] === place) found.rows += 1;
    }
  }

  isUnfolded(place: number): boolean {
    return this.#unfolded.has(place);
  }

  fold(place: number, folded: boolean): void {
    if (folded) this.#unfolded.delete(place);
    else this.#unfolded.add(place);
  }

  /** Brings the list up to date; false where a filter needs more time than until `now()` reaches `until` (ms). */
  settle(until: number, now: () => number): boolean {
    if (this.#scan !== null && !this.#advance(this.#scan, until, now)) return false;
    if (this.#scan !== null) {
      this.#shown = this.#scan;
      this.#scan = null;
    }
    if (this.#shown !== null) for (const place of this.#changed) this.#sort(this.#shown, place);
    this.#changed.clear();
    this.#measure();
    return true;
  }

  /** What stands at a position below `size`. */
  at(position: number): Entry {
    let line = position;
    for (const { at, count } of this.#insets) {
      if (line <= at) break;
      if (line <= at + count) return { place: this.#placeOf(at), nth: line - at - 1 };
      line -= count;
    }
    return { place: this.#placeOf(line), nth: null };
  }

  /** Where a line or a row of it stands; null where it is not shown. */
  positionOf({ place, nth }: Entry): number | null {
    const line = this.#lineOf(place);
    if (line === null) return null;
    let before = 0;
    for (const { at, count } of this.#insets) if (at < line) before += count;
    return line + before + (nth === null ? 0 : nth + 1);
  }

  #placeOf(line: number): number {
    return this.#shown === null ? line : (this.#shown.places[line] as number);
  }

  #lineOf(place: number): number | null {
    if (this.#shown === null) return place;
    const line = search(this.#shown.places, place);
    return this.#shown.places[line] === place ? line : null;
  }

  /** Tests lines until all are or time is up; true when all are. */
  #advance(scan: Found & { next: number }, until: number, now: () => number): boolean {
    const passes = this.#passes as (line: Line) => boolean;
    while (scan.next < this.#lines.length) {
      const end = Math.min(scan.next + STRIDE, this.#lines.length);
      for (; scan.next < end; scan.next++) {
        const line = this.#lines[scan.next] as Line;
        if (!passes(line)) continue;
        scan.places.push(scan.next);
        scan.rows += line.count;
      }
      if (now() >= until) break;
    }
    return scan.next === this.#lines.length;
  }

  /** Puts a line in or takes it out: its text has grown, so that it may pass now, or no more. */
  #sort(shown: Found, place: number): void {
    const line = this.#lines[place] as Line;
    const at = search(shown.places, place);
    const there = shown.places[at] === place;
    if ((this.#passes?.(line) ?? true) === there) return;
    shown.places.splice(at, there ? 1 : 0, ...(there ? [] : [place]));
    shown.rows += there ? -line.count : line.count;
  }

  #measure(): void {
    this.#insets = [...this.#unfolded]
      .sort((a, b) => a - b)
      .map((place) => ({ at: this.#lineOf(place), count: (this.#lines[place] as Line).count }))
      .filter((inset): inset is { at: number; count: number } => inset.at !== null);
    const lines = this.#shown === null ? this.#lines.length : this.#shown.places.length;
    this.size = this.#insets.reduce((sum, { count }) => sum + count, lines);
  }
}

/** Where `value` stands in ascending numbers, or would have to. */
function search(numbers: readonly number[], value: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
