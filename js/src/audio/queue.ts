import type { Audio, AudioEnd } from "../messages.ts";
import { Cushion } from "./cushion.ts";
import type { Heard, Sounds } from "./ports.ts";
import { Ring } from "./ring.ts";

/** A content part of which sound has come and is not all heard yet. */
class Part {
  /** Samples that came so far, of those the ones that were rendered, and of those the ones that left the loudspeaker. */
  queued = 0;
  rendered = 0;
  heard = 0;
  /** Samples of silence rendered because the next sound had not come. */
  missing = 0;
  /** There was a gap before. */
  troubled = false;
  /** No more sound comes. */
  ended = false;
  /** Its sound may be rendered; if not, enough of it has to gather first. */
  open = false;
  /** When the first of what gathers came, in samples rendered by the queue; null as long as none has. */
  since: number | null = null;

  constructor(
    readonly item_id: string,
    readonly content_index: number,
  ) {}

  get name(): { item_id: string; content_index: number } {
    return { item_id: this.item_id, content_index: this.content_index };
  }
}

/** So many samples in a row of one part; silence where there is none. */
interface Run {
  part: Part | null;
  length: number;
}

/**
 * What is to be played, which content part each sample belongs to, and how much of each part was heard. Positions and
 * times are samples at 24 kHz.
 *
 * A part begins when the cushion's target has gathered, when it has ended, or when it has waited for the target's time;
 * so it does again after a gap.
 *
 * Sound that was rendered is not heard yet: it is on its way through the device for the time of `latency`. The queue
 * therefore keeps a trail of what it rendered last and counts a sample as heard when it leaves the trail.
 */
export class PlaybackQueue {
  /** How long a rendered sample takes to the loudspeaker. */
  latency = 0;
  /** How often sound came too late, and the samples of silence that stood in for it; whoever tells of them sets them to 0. */
  underruns = 0;
  concealed = 0;
  readonly #ring: Ring;
  readonly #cushion = new Cushion();
  readonly #parts = new Map<string, Part>();
  readonly #flushed = new Set<string>();
  #waiting: Run[] = [];
  #trail: Run[] = [];
  #trailLength = 0;
  /** Samples in the trail that are not silence. */
  #airborne = 0;
  /** The last call of `pull` rendered sound. */
  #rendering = false;
  /** The part that was rendered last. */
  #current: Part | null = null;
  /** Samples rendered, silence among them. */
  #clock = 0;
  #reports: Heard[] = [];

  constructor(ring = new Ring()) {
    this.#ring = ring;
  }

  /** Sound is rendered, or on its way through the device. */
  get sounding(): boolean {
    return this.#rendering || this.#airborne > 0;
  }

  take(message: Sounds): void {
    if (message.type === "audio") this.#push(message);
    else if (message.type === "audio.end") this.#end(message);
    else this.#flush();
  }

  /** Renders the first `count` samples of `out`, with silence where there is nothing to play. */
  pull(out: Float32Array, count = out.length): void {
    let filled = 0;
    this.#rendering = false;
    for (let run = this.#waiting[0]; run !== undefined && filled < count; run = this.#waiting[0]) {
      if (run.part !== null && !this.#mayPlay(run.part)) break;
      const length = Math.min(run.length, count - filled);
      this.#ring.read(out, filled, length);
      this.#render(run.part, length);
      filled += length;
      run.length -= length;
      if (run.length === 0) this.#waiting.shift();
    }
    if (filled < count) {
      out.fill(0, filled, count);
      this.#render(null, count - filled);
    }
  }

  /** What happened since the last call. */
  reports(): Heard[] {
    const reports = this.#reports;
    if (reports.length > 0) this.#reports = [];
    return reports;
  }

  #push({ item_id, content_index, data }: Audio): void {
    const key = keyOf(item_id, content_index);
    const samples = new Int16Array(data);
    if (this.#flushed.has(key) || samples.length === 0) return;
    let part = this.#parts.get(key);
    if (part === undefined) {
      part = new Part(item_id, content_index);
      this.#parts.set(key, part);
    }
    if (part.since === null) {
      part.since = this.#clock;
      if (part.missing > 0) this.#cushion.late(part.missing);
    }
    part.queued += samples.length;
    this.#ring.write(samples);
    append(this.#waiting, part, samples.length);
  }

  /** No more sound comes for this part. */
  #end({ item_id, content_index }: AudioEnd): void {
    const part = this.#parts.get(keyOf(item_id, content_index));
    if (part === undefined) return;
    part.ended = true;
    this.#finish(part);
  }

  /** Forgets all sound, for ever as regards the parts at hand, and tells how much of each was heard. */
  #flush(): void {
    for (const [key, part] of this.#parts) {
      this.#reports.push({ type: "playback.flushed", ...part.name, heard_samples: part.heard });
      this.#flushed.add(key);
    }
    this.#parts.clear();
    this.#ring.clear();
    this.#waiting = [];
    this.#trail = [];
    this.#trailLength = 0;
    this.#airborne = 0;
    this.#rendering = false;
    this.#current = null;
  }

  #mayPlay(part: Part): boolean {
    const { target } = this.#cushion;
    const waited = part.since === null ? 0 : this.#clock - part.since;
    part.open ||= part.ended || part.queued - part.rendered >= target || waited >= target;
    return part.open;
  }

  #render(part: Part | null, count: number): void {
    this.#clock += count;
    if (part === null) this.#renderSilence(count);
    else this.#renderSound(part, count);
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

  #renderSound(part: Part, count: number): void {
    // Silence is an underrun only once more of the same part follows; else the part was simply over.
    if (part.missing > 0) {
      this.#reports.push({ type: "playback.underrun", item_id: part.item_id, missing_samples: part.missing });
      this.underruns += 1;
      this.concealed += part.missing;
      part.troubled = true;
      part.missing = 0;
    }
    part.rendered += count;
    this.#airborne += count;
    this.#rendering = true;
    this.#current = part;
  }

  #renderSilence(count: number): void {
    const part = this.#current;
    if (part === null || part.ended) return;
    if (part.open) {
      part.open = false;
      part.since = null;
    }
    part.missing += count;
  }

  #hear(part: Part, count: number): void {
    if (part.heard === 0) this.#reports.push({ type: "playback.started", ...part.name });
    part.heard += count;
    this.#airborne -= count;
    this.#finish(part);
  }

  #finish(part: Part): void {
    if (!part.ended || part.heard < part.queued) return;
    this.#reports.push({ type: "playback.finished", ...part.name, heard_samples: part.heard });
    this.#parts.delete(keyOf(part.item_id, part.content_index));
    if (!part.troubled) this.#cushion.clean();
    if (this.#current === part) this.#current = null;
  }
}

function keyOf(item_id: string, content_index: number): string {
  return `${item_id}/${content_index}`;
}

/** Lengthens the last run if it belongs to the same part. */
function append(runs: Run[], part: Part | null, length: number): void {
  const last = runs.at(-1);
  if (last !== undefined && last.part === part) last.length += length;
  else runs.push({ part, length });
}
