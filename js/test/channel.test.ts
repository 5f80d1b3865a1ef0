import { expect, test } from "vitest";
import { Channel, type Frame, type Message, MOST_FRAMES, PATIENCE, PROBE, SLOWEST } from "../src/channel.ts";
import { pack, unpack } from "../src/frames.ts";

type Fate = () => [copies: number, delay: number];

/** Two ends and what is on its way between them; time is data. */
class Pair {
  now = 0;
  sent = 0;
  readonly ends = [new Channel(), new Channel()] as const;
  readonly got: [Message[], Message[]] = [[], []];
  #flying: { at: number; to: 0 | 1; frame: Frame }[] = [];

  constructor(readonly fate: Fate) {}

  send(end: 0 | 1, ...messages: Message[]): void {
    this.#fly(end === 0 ? 1 : 0, this.ends[end].write(messages, this.now));
  }

  run(seconds: number): void {
    const until = this.now + seconds;
    for (;;) {
      const next = Math.min(until, ...this.ends.map((end) => end.nextDue()), ...this.#flying.map(({ at }) => at));
      this.now = Math.max(this.now, next);
      const arriving = this.#flying.filter(({ at }) => at <= this.now);
      this.#flying = this.#flying.filter(({ at }) => at > this.now);
      for (const { to, frame } of arriving) this.got[to].push(...this.ends[to].read(frame, this.now));
      for (const end of [0, 1] as const) {
        for (const frame of this.ends[end].due(this.now)) this.#fly(end === 0 ? 1 : 0, frame);
      }
      if (this.now >= until) return;
    }
  }

  #fly(to: 0 | 1, frame: Frame): void {
    this.sent += 1;
    const [copies, delay] = this.fate();
    // Through bytes, as over the relay.
    for (let i = 0; i < copies; i++) this.#flying.push({ at: this.now + delay, to, frame: unpack(pack(frame)) });
  }
}

const word = (number: number): Message => ({ type: "word", number, data: new Uint8Array([number]).buffer });

/** A small generator of random numbers, 0 to 1, the same each time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  "over a way that loses, doubles and delays, everything arrives once and in order (%i)",
  (seed) => {
    const roll = dice(seed * 7919);
    let bad = true;
    const pair = new Pair(() => (bad ? [Math.floor(roll() * 3), [0.001, 0.05, 0.4, 1.5][Math.floor(roll() * 4)] as number] : [1, 0.01]));
    const written: [Message[], Message[]] = [[], []];
    for (let number = 0; number < 40; number++) {
      const end = roll() < 0.5 ? 0 : 1;
      pair.send(end, word(number));
      written[end === 0 ? 1 : 0].push(word(number));
      pair.run(roll() * 0.5);
    }
    bad = false;
    pair.run(120);
    expect(pair.got).toEqual(written);
    expect(pair.ends.map(({ lost }) => lost)).toEqual([0, 0]);
    expect(pair.ends.map((end) => end.nextDue())).toEqual([Infinity, Infinity]);
  },
);

test("a lost frame is asked for within a moment once another shows the gap", () => {
  let number = 0;
  const pair = new Pair(() => [++number === 2 ? 0 : 1, 0.002]);
  for (let i = 0; i < 3; i++) pair.send(0, word(i));
  pair.run(PATIENCE + 0.02);
  expect(pair.got[1]).toEqual([word(0), word(1), word(2)]);
});

test("a lost last frame is noticed by its writer", () => {
  let number = 0;
  const pair = new Pair(() => [++number === 1 ? 0 : 1, 0.002]);
  pair.send(0, word(7));
  pair.run(PROBE + PATIENCE + 0.02);
  expect(pair.got[1]).toEqual([word(7)]);
});

test("what cannot be had any more is counted and the rest goes on", () => {
  let lossy = true;
  const pair = new Pair(() => [lossy ? 0 : 1, 0.01]);
  for (let i = 0; i < MOST_FRAMES + 5; i++) pair.send(0, { type: "word", number: i });
  lossy = false;
  pair.send(0, word(1));
  pair.run(120);
  expect(pair.ends[1].lost).toBe(6);
  expect(pair.got[1].length).toBe(MOST_FRAMES);
});

test("an end that nobody answers asks ever more seldom", () => {
  const pair = new Pair(() => [0, 0]);
  pair.send(0, word(1));
  pair.run(600);
  expect(pair.sent).toBeLessThan(3 + 600 / SLOWEST);
});

test("an idle channel is silent", () => {
  const pair = new Pair(() => [1, 0.01]);
  pair.send(0, word(1));
  pair.run(3600);
  expect(pair.sent).toBe(2);
});
