/** Runs in the audio thread for the session's life: plays the queue and tells what was heard. */
import type { FromPlayback, ToPlayback } from "../audio/ports.ts";
import { PlaybackQueue } from "../audio/queue.ts";

/** Samples between two levels: 85 ms at 24 kHz. */
const LEVEL_EVERY = 2048;

class Playback extends AudioWorkletProcessor {
  readonly #queue = new PlaybackQueue();
  #level = 0;
  #lastLevel = 0;
  #sinceLevel = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToPlayback>) => {
      if (data.type === "push") {
        this.#queue.latency = data.latency;
        this.#queue.push(data.key, data.pcm);
      } else if (data.type === "end") {
        this.#queue.end(data.key);
      } else {
        this.#post({ type: "flushed", heard: this.#queue.flush() });
      }
    };
  }

  process(_inputs: Float32Array[][], [output]: Float32Array[][]): boolean {
    const out = output?.[0];
    if (out === undefined) return true;
    this.#queue.pull(out);
    for (const report of this.#queue.reports()) this.#post(report);
    this.#measure(out);
    return true;
  }

  #measure(out: Float32Array): void {
    for (const sample of out) this.#level = Math.max(this.#level, Math.abs(sample));
    this.#sinceLevel += out.length;
    if (this.#sinceLevel < LEVEL_EVERY) return;
    if (this.#level !== this.#lastLevel) this.#post({ type: "level", level: this.#level });
    this.#lastLevel = this.#level;
    this.#level = 0;
    this.#sinceLevel = 0;
  }

  #post(message: FromPlayback): void {
    this.port.postMessage(message);
  }
}

registerProcessor("rt-playback", Playback);
