import type { Row } from "../messages.ts";

/** Puts the rows of the log in order: the history comes in pieces, and things happen meanwhile. Each row comes once. */
export class Rows {
  readonly #take: (row: Row, happened: boolean) => void;
  /** Position in the log of the last row taken. */
  #last = -1;
  /** Rows that happened before the history was here; null once it is. */
  #early: Row[] | null = [];

  /** `take` is called with each row, and whether it has just happened. */
  constructor(take: (row: Row, happened: boolean) => void) {
    this.#take = take;
  }

  /** A piece of the history has come; `done` with the last one. */
  history(rows: readonly Row[], done: boolean): void {
    for (const row of rows) this.#next(row, false);
    if (!done) return;
    const early = this.#early ?? [];
    this.#early = null;
    for (const row of early) this.#next(row, true);
  }

  happened(row: Row): void {
    if (this.#early === null) this.#next(row, true);
    else this.#early.push(row);
  }

  /** The whole history comes anew. */
  clear(): void {
    this.#last = -1;
    this.#early = [];
  }

  #next(row: Row, happened: boolean): void {
    if (row.index <= this.#last) return;
    this.#last = row.index;
    this.#take(row, happened);
  }
}
