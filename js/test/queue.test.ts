import { describe, expect, test } from "vitest";
import { PlaybackQueue } from "../src/audio/queue.ts";

const QUANTUM = 128;

/** Plays so many quanta and returns the samples as 16-bit integers. */
function play(queue: PlaybackQueue, quanta: number): number[] {
  const out: number[] = [];
  const quantum = new Float32Array(QUANTUM);
  for (let i = 0; i < quanta; i++) {
    queue.pull(quantum);
    out.push(...Array.from(quantum, (value) => value * 32768));
  }
  return out;
}

const ones = (length: number): Int16Array => new Int16Array(length).fill(1);

describe("sound", () => {
  test("parts play one after the other, each sample once", () => {
    const queue = new PlaybackQueue();
    const a = Int16Array.from({ length: 300 }, (_, i) => i + 1);
    const b = Int16Array.from({ length: 200 }, (_, i) => -i - 1);
    queue.push("a", a.subarray(0, 100));
    queue.push("a", a.subarray(100));
    queue.push("b", b);
    const out = play(queue, 4);
    expect(out.slice(0, 500)).toEqual([...a, ...b]);
    expect(out.slice(500).every((sample) => sample === 0)).toBe(true);
  });

  test("minutes pushed at once lose nothing", () => {
    const queue = new PlaybackQueue();
    const minutes = 3 * 60 * 24_000;
    for (let at = 0; at < minutes; at += 2400) queue.push("a", ones(2400));
    queue.end("a");
    const out = play(queue, minutes / QUANTUM);
    expect(out.every((sample) => sample === 1)).toBe(true);
    expect(queue.reports()).toEqual([
      { type: "started", key: "a" },
      { type: "finished", key: "a", heard: minutes },
    ]);
  });
});

describe("what was heard", () => {
  test("a part starts and finishes when its samples leave the loudspeaker", () => {
    const queue = new PlaybackQueue();
    queue.latency = 200;
    queue.push("a", ones(128));
    queue.end("a");
    play(queue, 1);
    expect(queue.reports()).toEqual([]);
    play(queue, 1);
    expect(queue.reports()).toEqual([{ type: "started", key: "a" }]);
    play(queue, 1);
    expect(queue.reports()).toEqual([{ type: "finished", key: "a", heard: 128 }]);
  });

  test("a part that is still to come finishes only after its end is known", () => {
    const queue = new PlaybackQueue();
    queue.push("a", ones(128));
    play(queue, 2);
    expect(queue.reports()).toEqual([{ type: "started", key: "a" }]);
    queue.end("a");
    expect(queue.reports()).toEqual([{ type: "finished", key: "a", heard: 128 }]);
  });

  test("the end of a part without sound is nothing", () => {
    const queue = new PlaybackQueue();
    queue.end("a");
    play(queue, 1);
    expect(queue.reports()).toEqual([]);
  });
});

describe("underruns", () => {
  test("silence within a part is counted when the part goes on", () => {
    const queue = new PlaybackQueue();
    queue.push("a", ones(100));
    play(queue, 2);
    queue.push("a", ones(10));
    play(queue, 1);
    expect(queue.reports()).toEqual([
      { type: "started", key: "a" },
      { type: "underrun", key: "a", missing: 156 },
    ]);
  });

  test("silence after a part or before the next is none", () => {
    const queue = new PlaybackQueue();
    queue.push("a", ones(100));
    play(queue, 3);
    queue.end("a");
    play(queue, 3);
    queue.push("b", ones(100));
    play(queue, 1);
    expect(queue.reports().filter(({ type }) => type === "underrun")).toEqual([]);
  });

  test("an underrun leaves the count of what was heard alone", () => {
    const queue = new PlaybackQueue();
    queue.push("a", ones(100));
    play(queue, 5);
    queue.push("a", ones(1000));
    play(queue, 1);
    expect(queue.flush()).toEqual([{ key: "a", heard: 228 }]);
  });
});

describe("flush", () => {
  test("the very next quantum is silent", () => {
    const queue = new PlaybackQueue();
    queue.push("a", ones(10_000));
    play(queue, 3);
    queue.flush();
    expect(play(queue, 5).every((sample) => sample === 0)).toBe(true);
  });

  test("tells the samples heard of each part, less what is on its way through the device", () => {
    const queue = new PlaybackQueue();
    queue.latency = 300;
    queue.push("a", ones(256));
    queue.push("b", ones(1000));
    queue.push("c", ones(1000));
    play(queue, 4);
    // 512 samples rendered, the last 300 not heard.
    expect(queue.flush()).toEqual([
      { key: "a", heard: 212 },
      { key: "b", heard: 0 },
      { key: "c", heard: 0 },
    ]);
  });

  test("what comes late of a flushed part is never played, another part is", () => {
    const queue = new PlaybackQueue();
    queue.push("a", ones(1000));
    play(queue, 1);
    queue.flush();
    queue.push("a", ones(1000));
    queue.end("a");
    expect(play(queue, 2).every((sample) => sample === 0)).toBe(true);
    queue.push("b", ones(128));
    expect(play(queue, 1)).toEqual(Array(128).fill(1));
    expect(queue.flush()).toEqual([{ key: "b", heard: 128 }]);
  });

  test("finished parts are not told again", () => {
    const queue = new PlaybackQueue();
    queue.push("a", ones(128));
    queue.end("a");
    play(queue, 1);
    expect(queue.flush()).toEqual([]);
  });
});
