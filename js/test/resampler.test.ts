import { describe, expect, test } from "vitest";
import { Resampler } from "../src/audio/resampler.ts";

const RATES = [16_000, 44_100, 48_000, 96_000];

function resample(from: number, to: number, input: Float32Array): Float32Array {
  const resampler = new Resampler(from, to);
  const output = new Float32Array(resampler.most(input.length));
  return output.subarray(0, resampler.push(input, input.length, output));
}

function sine(rate: number, hertz: number, samples = rate / 2): Float32Array {
  return Float32Array.from({ length: samples }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate));
}

const dB = (ratio: number): number => 20 * Math.log10(ratio);

/** The share of one frequency in the middle of the samples, and what else there is: amplitudes. */
function spectrum(samples: Float32Array, rate: number, hertz: number): { tone: number; rest: number } {
  const middle = samples.subarray(samples.length >> 2, (samples.length >> 2) + rate / 10);
  let [sine, cosine, energy] = [0, 0, 0];
  middle.forEach((sample, i) => {
    sine += sample * Math.sin((2 * Math.PI * hertz * i) / rate);
    cosine += sample * Math.cos((2 * Math.PI * hertz * i) / rate);
    energy += sample * sample;
  });
  const tone = (2 * Math.hypot(sine, cosine)) / middle.length;
  return { tone, rest: Math.sqrt(Math.max(0, (2 * energy) / middle.length - tone * tone)) };
}

const ways = RATES.flatMap((rate) => [
  [rate, 24_000],
  [24_000, rate],
]) as [number, number][];

describe.each(ways)("%i to %i Hz", (from, to) => {
  const band = Math.min(from, to) / 2;

  test("the pass band is flat and clean", () => {
    // Whole periods in a tenth of a second, so that nothing leaks.
    for (let share = 0.05; share <= 10 / 12; share += 0.06) {
      const hertz = Math.round((band * share) / 10) * 10;
      const { tone, rest } = spectrum(resample(from, to, sine(from, hertz)), to, hertz);
      expect(Math.abs(dB(tone)), `${hertz} Hz`).toBeLessThan(0.05);
      expect(dB(rest), `images or aliases of ${hertz} Hz`).toBeLessThan(-60);
    }
  });

  test("what the lower rate cannot hold is gone", () => {
    for (let hertz = band + 50; hertz < from / 2; hertz += (from / 2 - band) / 9 + 1) {
      const output = resample(from, to, sine(from, hertz));
      const middle = output.subarray(output.length >> 2, -output.length >> 2);
      expect(dB(middle.reduce((most, value) => Math.max(most, Math.abs(value)), 0)), `${hertz} Hz`).toBeLessThan(-60);
    }
  });

  test("any split of the input gives the same output", () => {
    const input = sine(from, 997, 4000);
    const whole = resample(from, to, input);
    const resampler = new Resampler(from, to);
    const pieces: number[] = [];
    const output = new Float32Array(resampler.most(300));
    for (let at = 0, round = 1; at < input.length; round++) {
      const count = Math.min((round * 71) % 300, input.length - at);
      pieces.push(...output.subarray(0, resampler.push(input.subarray(at), count, output)));
      at += count;
    }
    expect(Float32Array.from(pieces)).toEqual(whole);
  });

  test("asked how much it needs, it gives exactly what is wanted, and the same sound", () => {
    const input = sine(from, 997, 8000);
    const whole = resample(from, to, input);
    const resampler = new Resampler(from, to);
    const quantum = new Float32Array(128);
    for (let at = 0, out = 0; out + 128 < whole.length; out += 128) {
      const count = resampler.needs(128);
      expect(resampler.push(input.subarray(at), count, quantum)).toBe(128);
      expect(quantum).toEqual(whole.subarray(out, out + 128));
      at += count;
    }
  });

  test("the delay is what it says and, of rates above 24 kHz, below 1.2 ms", () => {
    const { delay } = new Resampler(from, to);
    const click = new Float32Array(from / 10);
    click[from / 20] = 1;
    const output = resample(from, to, click);
    const peak = output.reduce((at, value, i) => (value > (output[at] as number) ? i : at), 0);
    expect(Math.abs(peak / to - 1 / 20 - delay)).toBeLessThan(1 / to);
    if (band === 12_000) expect(delay).toBeLessThan(0.0012);
  });
});

test("a rate that shares nothing with 24 kHz works too", () => {
  const { tone, rest } = spectrum(resample(47_999, 24_000, sine(47_999, 1000, 20_000)), 24_000, 1000);
  expect(Math.abs(dB(tone))).toBeLessThan(0.05);
  expect(dB(rest)).toBeLessThan(-60);
});

test("a minute in quanta loses and adds no sample", () => {
  const resampler = new Resampler(44_100, 24_000);
  const quantum = new Float32Array(128);
  const output = new Float32Array(resampler.most(128));
  let made = 0;
  for (let i = 0; i < (60 * 44_100) / 128; i++) made += resampler.push(quantum, 128, output);
  expect(Math.abs(made - 60 * 24_000)).toBeLessThan(80);
});
