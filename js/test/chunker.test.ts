import { expect, test } from "vitest";
import { type Chunk, Chunker } from "../src/audio/chunker.ts";
import { toFloat } from "../src/audio/pcm.ts";

function push(chunker: Chunker, samples: Float32Array): Chunk[] {
  const chunks: Chunk[] = [];
  chunker.push(samples, samples.length, (chunk) => chunks.push(chunk));
  return chunks;
}

test("a ramp in quanta comes out bit for bit in chunks with a running count", () => {
  const chunker = new Chunker(960);
  const ramp = Float32Array.from({ length: 128 * 75 }, (_, i) => toFloat((i % 65536) - 32768));
  const chunks = [];
  for (let at = 0; at < ramp.length; at += 128) chunks.push(...push(chunker, ramp.subarray(at, at + 128)));
  expect(chunks.map(({ sample }) => sample)).toEqual([0, 960, 1920, 2880, 3840, 4800, 5760, 6720, 7680, 8640]);
  expect(chunks.flatMap(({ pcm }) => [...pcm])).toEqual([...ramp].map((value) => value * 32768));
});

test("a quantum longer than a chunk fills several", () => {
  const chunks = push(new Chunker(10), new Float32Array(25));
  expect(chunks.map(({ sample, pcm }) => [sample, pcm.length])).toEqual([
    [0, 10],
    [10, 10],
  ]);
});

test("the rest comes once, shorter, and is counted", () => {
  const chunker = new Chunker(10);
  push(chunker, new Float32Array(13).fill(0.5));
  expect(chunker.rest()).toEqual({ sample: 10, pcm: Int16Array.of(16384, 16384, 16384) });
  expect(chunker.rest()).toBeNull();
  expect(push(chunker, new Float32Array(10))[0]?.sample).toBe(13);
});
