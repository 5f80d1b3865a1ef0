import { Ring } from "./ring.ts";

/** What the queue tells of a content part; `key` names the part, counts are samples. */
export type Report =
  | { type: "started"; key: string }
  | { type: "finished"; key: string; heard: number }
  | { type: "underrun"; key: string; missing: number };

interface Part {
  key: string;
  /** Samples queued so far. */
  queued: number;
  /** Samples that left the loudspeaker. */
  heard: number;
  /** Samples of silence played because the next sound had not come. */
  missing: number;
  /** No more sound comes. */
  ended: boolean;
}

/** So many samples in a row of one part; silence where there is none. */
interface Run {
  part: Part | null;
  length: number;
}

/**
 * What is to be played, which content part each sample belongs to, and how much of each part was heard.
 *
 * Sound that was rendered is not heard yet: it is on its way through the device for the time of `latency`. The queue
 * therefore keeps a trail of what it rendered last and counts a sample as heard when it leaves the trail.
 */
export class PlaybackQueue {
  /** How long a rendered sample takes to the loudspeaker, in samples. */
  latency = 0;
  readonly #ring: Ring;
  readonly #parts = new Map<string, Part>();
  readonly #flushed = new Set<string>();
  #waiting: Run[] = [];
  #trail: Run[] = [];
  #trailLength = 0;
  /** The part that was rendered last. */
  #current: Part | null = null;
  #reports: Report[] = [];

  constructor(ring = new Ring()) {
    this.#ring = ring;
  }

  push(key: string, samples: Int16Array): void {
    if (this.#flushed.has(key) || samples.length === 0) return;
    let part = this.#parts.get(key);
    if (part === undefined) {
      part = { key, queued: 0, heard: 0, missing: 0, ended: false };
      this.#parts.set(key, part);
    }
    part.queued += samples.length;
    this.#ring.write(samples);
    append(this.#waiting, part, samples.length);
  }

  /** No more sound comes for this part. */
  end(key: string): void {
    const part = this.#parts.get(key);
    if (part === undefined) return;
    part.ended = true;
    this.#finish(part);
  }

  /** Forgets all sound, for ever as regards the parts at hand; returns how much of each was heard. */
  flush(): { key: string; heard: number }[] {
    const cut = [...this.#parts.values()].map(({ key, heard }) => ({ key, heard }));
    for (const { key } of cut) this.#flushed.add(key);
    this.#parts.clear();
    this.#ring.clear();
    this.#waiting = [];
    this.#trail = [];
    this.#trailLength = 0;
    this.#current = null;
    return cut;
  }

  /** Renders the next samples: fills `out`, with silence where there is nothing to play. */
  pull(out: Float32Array): void {
    let filled = 0;
    for (let run = this.#waiting[0]; run !== undefined && filled < out.length; run = this.#waiting[0]) {
      const count = Math.min(run.length, out.length - filled);
      this.#ring.read(out, filled, count);
      this.#render(run.part, count);
      filled += count;
      run.length -= count;
      if (run.length === 0) this.#waiting.shift();
    }
    if (filled < out.length) {
      out.fill(0, filled);
      this.#render(null, out.length - filled);
    }
  }

  /** What happened since the last call. */
  reports(): Report[] {
    const reports = this.#reports;
    if (reports.length > 0) this.#reports = [];
    return reports;
  }

  #render(part: Part | null, count: number): void {
    if (part === null) {
      if (this.#current !== null && !this.#current.ended) this.#current.missing += count;
    } else {
      // Silence is an underrun only once more of the same part follows; else the part was simply over.
      if (part.missing > 0) this.#reports.push({ type: "underrun", key: part.key, missing: part.missing });
      part.missing = 0;
      this.#current = part;
    }
    append(this.#trail, part, count);
    this.#trailLength += count;
    while (this.#trailLength > this.latency) {
      const oldest = this.#trail[0] as Run;
      const left = Math.min(oldest.length, this.#trailLength - this.latency);
      oldest.length -= left;
      this.#trailLength -= left;
      if (oldest.length === 0) this.#trail.shift();
      if (oldest.part !== null) this.#hear(oldest.part, left);
    }
  }

  #hear(part: Part, count: number): void {
    if (part.heard === 0) this.#reports.push({ type: "started", key: part.key });
    part.heard += count;
    this.#finish(part);
  }

  #finish(part: Part): void {
    if (!part.ended || part.heard < part.queued) return;
    this.#reports.push({ type: "finished", key: part.key, heard: part.heard });
    this.#parts.delete(part.key);
    if (this.#current === part) this.#current = null;
  }
}

/** Lengthens the last run if it belongs to the same part. */
function append(runs: Run[], part: Part | null, length: number): void {
  const last = runs.at(-1);
  if (last !== undefined && last.part === part) last.length += length;
  else runs.push({ part, length });
}
