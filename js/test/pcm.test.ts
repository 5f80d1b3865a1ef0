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

test("the peak is a magnitude", () => {
  expect(peak(Int16Array.of(100, -16384, 200))).toBe(0.5);
  expect(peak(new Int16Array(0))).toBe(0);
});

test("samples as ms", () => {
  expect(milliseconds(960)).toBe(40);
});
