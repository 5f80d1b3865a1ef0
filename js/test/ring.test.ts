import { expect, test } from "vitest";
import { toFloat } from "../src/audio/pcm.ts";
import { Ring } from "../src/audio/ring.ts";

function read(ring: Ring, count: number): number[] {
  const out = new Float32Array(count);
  ring.read(out, 0, count);
  return [...out].map((value) => value * 32768);
}

test("samples come out in order, over the edge and beyond the capacity", () => {
  const ring = new Ring(8);
  let written = 0;
  let expected = 0;
  // Unequal strides move the start through every position; the writes outgrow the reads.
  for (let round = 0; round < 50; round++) {
    const samples = Int16Array.from({ length: (round * 7) % 13 }, () => written++);
    ring.write(samples);
    for (const value of read(ring, Math.min(ring.length, (round * 5) % 11))) expect(value).toBe(expected++);
  }
  for (const value of read(ring, ring.length)) expect(value).toBe(expected++);
  expect(expected).toBe(written);
});

test("a write larger than everything so far is kept whole", () => {
  const ring = new Ring(4);
  ring.write(Int16Array.of(1, 2, 3));
  read(ring, 2);
  const long = Int16Array.from({ length: 1000 }, (_, i) => i);
  ring.write(long);
  expect(read(ring, 1001)).toEqual([3, ...long]);
});

test("reads to the place that is asked for", () => {
  const ring = new Ring();
  ring.write(Int16Array.of(16384, -16384));
  const out = new Float32Array(4);
  ring.read(out, 1, 2);
  expect([...out]).toEqual([0, toFloat(16384), toFloat(-16384), 0]);
});

test("cleared, it is empty and usable", () => {
  const ring = new Ring(4);
  ring.write(Int16Array.of(1, 2, 3));
  ring.clear();
  expect(ring.length).toBe(0);
  ring.write(Int16Array.of(4));
  expect(read(ring, 1)).toEqual([4]);
});
