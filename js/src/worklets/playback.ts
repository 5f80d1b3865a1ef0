/** Runs in the audio thread for the session's life: plays the queue and tells what was heard. */
import { peak, RATE } from "../audio/pcm.ts";
import type { FromPlayback, Heard, Sounding, Sounds, ToPlayback } from "../audio/ports.ts";
import { PlaybackQueue } from "../audio/queue.ts";
import { Resampler } from "../audio/resampler.ts";

/** Levels a second. */
const LEVELS = 10;

class Playback extends AudioWorkletProcessor {
  readonly #queue = new PlaybackQueue();
  /** Where the context runs at 24 kHz, the samples stay as they are, bit for bit. */
  readonly #resampler = sampleRate === RATE ? null : new Resampler(RATE, sampleRate);
  #wire: MessagePort | null = null;
  #samples = new Float32Array(0);
  #running = true;
  #sounding = false;
  #level = 0;
  #lastLevel = 0;
  #sinceLevel = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToPlayback>) => this.#told(data);
  }

  process(_inputs: Float32Array[][], [output]: Float32Array[][]): boolean {
    const out = output?.[0];
    if (out === undefined) return this.#running;
    if (this.#resampler === null) this.#queue.pull(out);
    else this.#resampled(this.#resampler, out);
    this.#report();
    this.#measure(out);
    return this.#running;
  }

  #resampled(resampler: Resampler, out: Float32Array): void {
    const count = resampler.needs(out.length);
    if (this.#samples.length < count) this.#samples = new Float32Array(2 * count);
    this.#queue.pull(this.#samples, count);
    resampler.push(this.#samples, count, out);
  }

  #told(message: ToPlayback): void {
    if (message.type === "wire") {
      this.#wire = message.port;
      this.#wire.onmessage = ({ data }: MessageEvent<Sounds>) => this.#take(data);
    } else if (message.type === "latency") {
      this.#queue.latency = Math.round((message.seconds + (this.#resampler?.delay ?? 0)) * RATE);
    } else if (message.type === "flush") {
      this.#take(message);
      this.#post({ type: "flushed" });
    } else {
      this.#running = false;
      this.#wire?.close();
      this.port.close();
    }
  }

  #take(message: Sounds): void {
    this.#queue.take(message);
    this.#report();
  }

  #report(): void {
    for (const report of this.#queue.reports()) this.#tell(report);
    if (this.#queue.sounding !== this.#sounding) {
      this.#sounding = this.#queue.sounding;
      this.#tell({ type: "sounding", on: this.#sounding });
    }
    if (this.#queue.underruns > 0) {
      this.#post({ type: "underruns", count: this.#queue.underruns, concealed: this.#queue.concealed });
      this.#queue.underruns = this.#queue.concealed = 0;
    }
  }

  #measure(out: Float32Array): void {
    this.#level = peak(out, out.length, this.#level);
    this.#sinceLevel += out.length;
    if (this.#sinceLevel < sampleRate / LEVELS) return;
    if (this.#level !== this.#lastLevel) this.#post({ type: "level", level: this.#level });
    this.#lastLevel = this.#level;
    this.#level = this.#sinceLevel = 0;
  }

  #tell(message: Heard | Sounding): void {
    this.#wire?.postMessage(message);
  }

  #post(message: FromPlayback): void {
    this.port.postMessage(message);
  }
}

registerProcessor("rt-playback", Playback);
