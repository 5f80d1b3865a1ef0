import { expect, test } from "vitest";
import { milliseconds, peak, toFloat, toPcm16 } from "../src/audio/pcm.ts";

test("every 16-bit sample survives the way to float and back", () => {
  const all = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
  const back = new Int16Array(all.length);
  toPcm16(Float32Array.from(all, toFloat), back);
  expect(back).toEqual(all);
});

test("what is too loud is clipped, not wrapped around", () => {
  const out = new Int16Array(3);
  toPcm16(Float32Array.of(1, 1.8, -1.8), out);
  expect([...out]).toEqual([32767, 32767, -32768]);
});

test("the peak is a magnitude, of the samples that count", () => {
  expect(peak(Float32Array.of(0.25, -0.5, 0.75), 2, 0)).toBe(0.5);
  expect(peak(Float32Array.of(0.25), 1, 0.375)).toBe(0.375);
});

test("samples as ms", () => {
  expect(milliseconds(960)).toBe(40);
});
