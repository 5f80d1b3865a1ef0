import { milliseconds, RATE, toFloat } from "./pcm.ts";

/** Samples of silence behind the sound: a context that closes takes with it what is on its way to the ear. */
const TAIL = RATE / 10;

/**
 * Plays what was said once more, beside the session's own sound and without a trace in its log. Its audio context is
 * open only while it plays.
 */
export class Replayer {
  readonly #changed: () => void;
  #run: { context: AudioContext; t: number; since: number; seconds: number } | null = null;

  /** `changed` is called when it begins to play and when it ends. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Where it is on the session's axis, seconds since connecting; null where nothing plays. */
  get at(): number | null {
    if (this.#run === null) return null;
    const { context, t, since, seconds } = this.#run;
    // The context's own clock runs ahead of the ear by what its output takes.
    const heard = context.currentTime - since - (context.outputLatency || context.baseLatency || 0);
    return t + Math.max(0, Math.min(seconds, heard));
  }

  /** Plays PCM16 mono at 24 kHz that was said from `t` on, instead of what plays now. Nothing to play ends it. */
  play(t: number, pcm: ArrayBuffer): void {
    this.#close();
    const samples = new Int16Array(pcm, 0, Math.floor(pcm.byteLength / 2));
    if (samples.length > 0) this.#start(t, Float32Array.from(samples, toFloat));
    this.#changed();
  }

  stop(): void {
    if (this.#run === null) return;
    this.#close();
    this.#changed();
  }

  #start(t: number, samples: Float32Array<ArrayBuffer>): void {
    // At the device's own rate: the browser converts the buffer.
    const context = new AudioContext();
    const buffer = context.createBuffer(1, samples.length + TAIL, RATE);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    const run = { context, t, since: context.currentTime, seconds: milliseconds(samples.length) / 1000 };
    source.onended = () => {
      if (this.#run === run) this.stop();
    };
    source.start(run.since);
    void context.resume();
    this.#run = run;
  }

  #close(): void {
    void this.#run?.context.close();
    this.#run = null;
  }
}
