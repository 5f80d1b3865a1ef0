import { RATE } from "./pcm.ts";

/** Sound that begins at a time, seconds since connecting. */
export interface Piece {
  from: number;
  /** How long it is. */
  seconds: number;
  /** A file that the browser can decode; asked for when it is to be heard. */
  file: () => ArrayBuffer;
}

/** Seconds between now and the first sample: what is scheduled in the past would be cut. */
const AHEAD = 0.03;
/** Seconds of silence that MP3 begins with, where a browser leaves it in: encoder's and decoder's delay. */
const LEAD = 1105 / RATE;

interface Run {
  context: AudioContext;
  /** What is heard first, seconds since connecting, and the context's time at which it is. */
  t: number;
  since: number;
  end: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Plays what was recorded, from any time on, to the end. Only what is heard, and what comes next, is decoded. */
export class Tape {
  readonly #pieces: readonly Piece[];
  readonly #changed: () => void;
  #run: Run | null = null;

  /** `changed` is called when it begins to play and when it ends. */
  constructor(pieces: readonly Piece[], changed: () => void) {
    this.#pieces = pieces;
    this.#changed = changed;
  }

  get empty(): boolean {
    return this.#pieces.length === 0;
  }

  /** Where the sound ends, seconds since connecting. */
  get end(): number {
    const last = this.#pieces.at(-1);
    return last === undefined ? 0 : last.from + last.seconds;
  }

  /** What is heard now, seconds since connecting; null where nothing plays. */
  get at(): number | null {
    if (this.#run === null) return null;
    const { context, t, since, end } = this.#run;
    // The context's own clock runs ahead of the ear by what its output takes.
    const heard = context.currentTime - since - (context.outputLatency || context.baseLatency || 0);
    return Math.min(end, t + Math.max(0, heard));
  }

  /** Plays from `t` on, instead of what plays now; to be called in a click. Behind the end there is nothing to play. */
  play(t: number): void {
    this.#close();
    if (t < this.end) {
      const context = new AudioContext();
      const run: Run = { context, t, since: Infinity, end: this.end, timer: undefined };
      this.#run = run;
      void context.resume();
      const first = this.#pieces.findIndex(({ from, seconds }) => from + seconds > t);
      void this.#from(run, first).catch(() => this.#run === run && this.stop());
    }
    this.#changed();
  }

  stop(): void {
    if (this.#run === null) return;
    this.#close();
    this.#changed();
  }

  /** Schedules one piece after the other, each while the one before it is heard. */
  async #from(run: Run, first: number): Promise<void> {
    for (const piece of this.#pieces.slice(first)) {
      const buffer = await run.context.decodeAudioData(piece.file());
      if (this.#run !== run) return;
      if (run.since === Infinity) run.since = run.context.currentTime + AHEAD;
      const lead = Math.max(0, Math.min(LEAD, buffer.duration - piece.seconds));
      const skipped = Math.max(0, run.t - piece.from);
      const source = new AudioBufferSourceNode(run.context, { buffer });
      source.connect(run.context.destination);
      source.start(run.since + Math.max(0, piece.from - run.t), lead + skipped, piece.seconds - skipped);
      // It began when this one has: the one after it is decoded meanwhile.
      await this.#until(run, piece.from);
      if (this.#run !== run) return;
    }
    await this.#until(run, run.end + 0.1);
    if (this.#run === run) this.stop();
  }

  /** Returns when a time is heard, or the run is over. */
  async #until(run: Run, t: number): Promise<void> {
    while (this.#run === run) {
      const left = t - run.t - (run.context.currentTime - run.since);
      if (left <= 0) return;
      await new Promise<void>((done) => (run.timer = setTimeout(done, Math.min(left, 1) * 1000)));
    }
  }

  #close(): void {
    const run = this.#run;
    this.#run = null;
    if (run === null) return;
    clearTimeout(run.timer);
    void run.context.close();
  }
}

/** The bytes that base64 stands for. */
export function fromBase64(text: string): ArrayBuffer {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes.buffer;
}
