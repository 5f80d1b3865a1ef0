import { RATE } from "./pcm.ts";

const ms = (milliseconds: number): number => (milliseconds * RATE) / 1000;

/** The smallest and the largest target, samples. */
const SMALLEST = ms(40);
const LARGEST = ms(400);

/** The least that sound which came too late raises the target by, and what sound without a gap lowers it by. */
const RAISE = ms(20);
const LOWER = ms(10);

/** How much sound is kept in hand against the network's unevenness: more after each gap, slowly less without any. */
export class Cushion {
  #target = SMALLEST;

  /** Samples at 24 kHz. */
  get target(): number {
    return this.#target;
  }

  /** Sound came so many samples too late. */
  late(samples: number): void {
    this.#target = Math.min(LARGEST, this.#target + Math.max(RAISE, samples));
  }

  /** A whole content part was played without a gap. */
  clean(): void {
    this.#target = Math.max(SMALLEST, this.#target - LOWER);
  }
}
