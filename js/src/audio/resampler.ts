/** How far the stop band lies below the pass band, dB; 10 more than is asked for. */
const STOP_DB = 70;

/** Of the band that both rates can hold, the share that passes unaltered; the rest is the filter's slope. */
const PASS = 10 / 12;

/**
 * Turns sound of one rate into another's, sample by sample as it comes: a windowed-sinc low pass in polyphase form.
 *
 * What comes out depends on the samples alone and not on how they were split. Between 24 kHz and any higher rate it is
 * flat to 10 kHz and 60 dB down from 12 kHz on, and 1.1 ms late.
 */
export class Resampler {
  /** How much later than its input the output is, seconds. */
  readonly delay: number;
  /** `#outs` samples come out for every `#ins` that go in. */
  readonly #ins: number;
  readonly #outs: number;
  /** Coefficients of one output sample. */
  readonly #taps: number;
  /** The coefficients for each of the `#outs` positions that an output sample can have between two input samples. */
  readonly #filters: Float32Array;
  /** The last `#taps` input samples, oldest first from `#at` on; kept twice, so that they always lie in one row. */
  readonly #past: Float32Array;
  #at = 0;
  /** Input samples to come before the next output sample. */
  #wanting = 1;
  /** Where the next output sample lies between two input samples, in parts of `#outs`. */
  #phase = 0;

  /** Rates are whole Hz. */
  constructor(from: number, to: number) {
    const divisor = gcd(from, to);
    this.#ins = from / divisor;
    this.#outs = to / divisor;
    const band = Math.min(from, to) / 2;
    // Kaiser's rules: how long the filter and how bent its window must be for this slope and depth.
    const half = ((STOP_DB - 8) / (4.57 * 2 * Math.PI * band * (1 - PASS))) * from;
    const beta = 0.1102 * (STOP_DB - 8.7);
    const cutoff = (band * (1 + PASS)) / from;
    const reach = Math.ceil(half);
    this.#taps = 2 * reach;
    this.#filters = new Float32Array(this.#outs * this.#taps);
    for (let phase = 0; phase < this.#outs; phase++) {
      const filter = this.#filters.subarray(phase * this.#taps, (phase + 1) * this.#taps);
      for (let tap = 0; tap < this.#taps; tap++) {
        const distance = tap - (reach - 1) - phase / this.#outs;
        filter[tap] = sinc(cutoff * distance) * kaiser(distance / half, beta);
      }
      // Each phase alone leaves a constant as it is.
      const sum = filter.reduce((total, value) => total + value, 0);
      for (let tap = 0; tap < this.#taps; tap++) filter[tap] = (filter[tap] as number) / sum;
    }
    this.#past = new Float32Array(2 * this.#taps);
    // An output sample at the place of input sample i is known once `reach` more have come.
    this.delay = reach / from;
  }

  /** The most samples that `count` samples can make. */
  most(count: number): number {
    return Math.ceil((count * this.#outs) / this.#ins) + 1;
  }

  /** How many samples must go in next for exactly `count` (one at least) to have come out. */
  needs(count: number): number {
    return this.#wanting + Math.floor((this.#phase + (count - 1) * this.#ins) / this.#outs);
  }

  /**
   * Takes the first `count` samples of `input`, writes what they make to `output` and returns how many those are. It
   * stops at `output`'s end; what the last sample makes beyond it comes with the next call.
   */
  push(input: Float32Array, count: number, output: Float32Array): number {
    let made = this.#make(output, 0);
    for (let i = 0; i < count; i++) {
      this.#past[this.#at] = this.#past[this.#at + this.#taps] = input[i] as number;
      this.#at = (this.#at + 1) % this.#taps;
      this.#wanting -= 1;
      made = this.#make(output, made);
    }
    return made;
  }

  #make(output: Float32Array, made: number): number {
    while (this.#wanting === 0 && made < output.length) {
      const filter = this.#phase * this.#taps;
      let sample = 0;
      for (let tap = 0; tap < this.#taps; tap++) {
        sample += (this.#past[this.#at + tap] as number) * (this.#filters[filter + tap] as number);
      }
      output[made++] = sample;
      this.#phase += this.#ins;
      this.#wanting = Math.floor(this.#phase / this.#outs);
      this.#phase %= this.#outs;
    }
    return made;
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser's window at `x` from -1 to 1. */
function kaiser(x: number, beta: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(beta * Math.sqrt(1 - x * x)) / bessel(beta);
}

/** The modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let sum = 1;
  for (let term = 1, k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
