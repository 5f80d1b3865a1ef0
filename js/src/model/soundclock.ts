/** Seconds without a chunk after which the next one begins a run of its own. */
const GAP = 0.25;
/** Seconds from a run's beginning in which its most punctual chunk is looked for. */
const PUNCTUAL = 1;

/** Chunks that follow each other closely. */
interface Run {
  /** Sound before it, and in it; ms. */
  before: number;
  ms: number;
  /** When its first chunk was sent, its last, and when it began, as its most punctual chunk says; seconds since connecting. */
  first: number;
  last: number;
  begin: number;
}

/**
 * Takes a connection's chunks in, tells when a ms of its sound was said: rt_notebook/log/clock.py in the page, so that
 * a panel and a log tell the same time.
 */
export class SoundClock {
  #ms = 0;
  #runs: Run[] = [];

  /** Takes in a chunk of sound that was sent at `t`. */
  append(t: number, ms: number): void {
    let run = this.#runs.at(-1);
    if (run === undefined || t - run.last > GAP + Math.min(GAP, ms / 1000)) {
      run = { before: this.#ms, ms: 0, first: t, last: t, begin: t };
      this.#runs.push(run);
    }
    run.ms += ms;
    run.last = t;
    if (t - run.first <= PUNCTUAL) run.begin = Math.min(run.begin, t - run.ms / 1000);
    this.#ms += ms;
  }

  /** The next chunk is the first of a connection. */
  restart(): void {
    this.#ms = 0;
    this.#runs = [];
  }

  /** When the sound up to a ms had been said; null where no sound was sent. The server told of it at `told`. */
  endOf(ms: number, told: number): number | null {
    const until = Math.min(Math.max(ms, 0), this.#ms);
    let [at, end]: [number | null, number] = [null, -GAP];
    for (const run of this.#runs) {
      if (at !== null && run.before >= until) break;
      const begin = Math.max(end, 0, run.begin);
      const start = begin - end < GAP ? end : begin;
      at = start + (until - run.before) / 1000;
      end = start + run.ms / 1000;
    }
    return at === null ? null : Math.min(at, told);
  }
}
