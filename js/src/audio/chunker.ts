import { toPcm16 } from "./pcm.ts";

/** A piece of microphone sound; `sample` is the position of its first sample. */
export interface Chunk {
  sample: number;
  pcm: Int16Array<ArrayBuffer>;
}

/** Gathers the short quanta of an audio graph into chunks of equal size and counts the samples. */
export class Chunker {
  #chunk: Int16Array<ArrayBuffer>;
  #filled = 0;
  #sample = 0;

  constructor(readonly size: number) {
    this.#chunk = new Int16Array(size);
  }

  /** Takes the first `count` samples (floats) and gives each chunk that is now full to `full`. */
  push(samples: Float32Array, count: number, full: (chunk: Chunk) => void): void {
    for (let taken = 0; taken < count; ) {
      const piece = Math.min(count - taken, this.size - this.#filled);
      toPcm16(samples, this.#chunk, this.#filled, taken, piece);
      taken += piece;
      this.#filled += piece;
      if (this.#filled === this.size) full(this.#take());
    }
  }

  /** Returns what has gathered so far as a last, shorter chunk. */
  rest(): Chunk | null {
    return this.#filled === 0 ? null : this.#take();
  }

  #take(): Chunk {
    const chunk = { sample: this.#sample, pcm: this.#chunk.slice(0, this.#filled) };
    this.#sample += this.#filled;
    this.#filled = 0;
    return chunk;
  }
}
