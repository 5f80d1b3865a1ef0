/** Samples a second, on the wire and in the page's audio context. */
export const RATE = 24_000;

/** Writes floats (-1 to 1, more is clipped) as 16-bit integers; the inverse of `toFloat`, bit for bit. */
export function toPcm16(from: Float32Array, to: Int16Array, at = 0): void {
  for (let i = 0; i < from.length; i++) {
    to[at + i] = Math.max(-32768, Math.min(32767, Math.round((from[i] as number) * 32768)));
  }
}

/** One 16-bit sample as a float in -1 to 1. */
export function toFloat(sample: number): number {
  return sample / 32768;
}

/** The largest magnitude among the samples, 0 to 1. */
export function peak(samples: Int16Array): number {
  let largest = 0;
  for (const sample of samples) largest = Math.max(largest, Math.abs(sample));
  return toFloat(largest);
}

/** Samples as ms. */
export function milliseconds(samples: number): number {
  return (samples / RATE) * 1000;
}
