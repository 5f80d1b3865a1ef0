import { toFloat } from "./pcm.ts";

/** A first-in, first-out buffer of 16-bit samples; it grows, so that nothing written is ever dropped. */
export class Ring {
  #samples: Int16Array;
  /** Where the oldest sample is. */
  #start = 0;
  #length = 0;

  /** The default holds 43 s at 24 kHz in 2 MB. */
  constructor(capacity = 2 ** 20) {
    this.#samples = new Int16Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  write(samples: Int16Array): void {
    if (this.#length + samples.length > this.#samples.length) this.#grow(this.#length + samples.length);
    const at = (this.#start + this.#length) % this.#samples.length;
    const head = Math.min(samples.length, this.#samples.length - at);
    this.#samples.set(samples.subarray(0, head), at);
    this.#samples.set(samples.subarray(head), 0);
    this.#length += samples.length;
  }

  /** Takes the oldest `count` samples, as floats, to `out` from `offset` on. The caller knows that they are there. */
  read(out: Float32Array, offset: number, count: number): void {
    for (let i = 0; i < count; i++) {
      out[offset + i] = toFloat(this.#samples[(this.#start + i) % this.#samples.length] as number);
    }
    this.#start = (this.#start + count) % this.#samples.length;
    this.#length -= count;
  }

  clear(): void {
    this.#start = 0;
    this.#length = 0;
  }

  #grow(needed: number): void {
    let capacity = Math.max(1, this.#samples.length);
    while (capacity < needed) capacity *= 2;
    const larger = new Int16Array(capacity);
    const head = this.#samples.subarray(this.#start, this.#start + this.#length);
    larger.set(head);
    larger.set(this.#samples.subarray(0, this.#length - head.length), head.length);
    this.#samples = larger;
    this.#start = 0;
  }
}
