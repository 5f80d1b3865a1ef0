/** Samples a second, on the wire and in the page's audio context. */
export const RATE = 24_000;

/**
 * Writes `count` floats (-1 to 1, more is clipped) from `start` on as 16-bit integers from `at` on; the inverse of
 * `toFloat`, bit for bit.
 */
export function toPcm16(from: Float32Array, to: Int16Array, at = 0, start = 0, count = from.length): void {
  for (let i = 0; i < count; i++) {
    to[at + i] = Math.max(-32768, Math.min(32767, Math.round((from[start + i] as number) * 32768)));
  }
}

/** One 16-bit sample as a float in -1 to 1. */
export function toFloat(sample: number): number {
  return sample / 32768;
}

/** The largest magnitude among the first `count` samples, or `least` where that is more. */
export function peak(samples: Float32Array, count: number, least: number): number {
  let largest = least;
  for (let i = 0; i < count; i++) largest = Math.max(largest, Math.abs(samples[i] as number));
  return largest;
}

/** Samples as ms. */
export function milliseconds(samples: number): number {
  return (samples / RATE) * 1000;
}
