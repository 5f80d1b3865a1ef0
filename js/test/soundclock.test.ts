import { expect, test } from "vitest";
import { SoundClock } from "../src/model/soundclock.ts";

/** Chunks of 40 ms, the first sent at `t`, each late by so many seconds. */
function sent(clock: SoundClock, t: number, late: readonly number[]): void {
  late.forEach((seconds, i) => clock.append(t + i * 0.04 + seconds, 40));
}

test("nothing is known where nothing was sent", () => {
  expect(new SoundClock().endOf(100, 5)).toBeNull();
});

test("the most punctual chunk says when the sound was", () => {
  const clock = new SoundClock();
  // 400 ms, of which the third chunk is punctual: the sound began at 9.96 s.
  sent(clock, 10, [0.1, 0.09, 0, 0.08, 0.1, 0.12, 0.1, 0.1, 0.1, 0.1]);
  expect(clock.endOf(200, 20)).toBeCloseTo(10.16);
  expect(clock.endOf(200, 10.1)).toBe(10.1);
});

test("a pause of the microphone lies between two runs, and the sound up to it ends before it", () => {
  const clock = new SoundClock();
  sent(clock, 1.04, Array(25).fill(0) as number[]);
  sent(clock, 30.04, Array(25).fill(0) as number[]);
  expect(clock.endOf(1000, 40)).toBeCloseTo(2);
  expect(clock.endOf(1040, 40)).toBeCloseTo(30.04);
  expect(clock.endOf(9_000, 40)).toBeCloseTo(31);
  clock.restart();
  sent(clock, 50.04, [0]);
  expect(clock.endOf(20, 60)).toBeCloseTo(50.02);
});

test("sound that was sent at once lies end to end", () => {
  const clock = new SoundClock();
  for (let i = 0; i < 10; i++) clock.append(5, 100);
  expect(clock.endOf(500, 9)).toBeCloseTo(4.5);
});
