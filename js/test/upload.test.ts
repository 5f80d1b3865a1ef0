import { expect, test } from "vitest";
import type { SendFile } from "../src/messages.ts";
import { pieces } from "../src/upload.ts";

async function sent(size: number): Promise<SendFile[]> {
  const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
  const parts: SendFile[] = [];
  for await (const part of pieces(new File([bytes], "question.wav"))) parts.push(part);
  return parts;
}

test("a file goes in pieces that make up the whole again", async () => {
  const parts = await sent(300_000);
  expect(parts.map(({ offset, data }) => [offset, data.byteLength])).toEqual([
    [0, 131_072],
    [131_072, 131_072],
    [262_144, 37_856],
  ]);
  expect(new Set(parts.map(({ name, size }) => `${name} ${size}`))).toEqual(new Set(["question.wav 300000"]));
  const whole = new Uint8Array(await new Blob(parts.map(({ data }) => data)).arrayBuffer());
  expect(whole.every((byte, i) => byte === i % 251)).toBe(true);
});

test("an empty file is told of too", async () => {
  expect((await sent(0)).map(({ size, data }) => [size, data.byteLength])).toEqual([[0, 0]]);
});
