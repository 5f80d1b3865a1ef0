import { expect, test } from "vitest";
import { clip, clock, duration, timer, usd } from "../src/model/format.ts";

test("times and words for people", () => {
  expect(clock(1.23456)).toBe("1.235");
  expect(duration(480.4)).toBe("480 ms");
  expect(duration(1250)).toBe("1.3 s");
  expect(clip("short", 10)).toBe("short");
  expect(clip("rather long", 6)).toBe("rathe…");
});

test.each([
  [0, "0:00"],
  [187.9, "3:07"],
  [3720, "1:02:00"],
  [-3, "0:00"],
])("%d s on a clock: %s", (seconds, shown) => {
  expect(timer(seconds)).toBe(shown);
});

test.each([
  [0, "$0.00"],
  [1.234, "$1.23"],
  [0.00456, "$0.0046"],
  [0.00001, "<$0.0001"],
])("%d USD: %s", (amount, shown) => {
  expect(usd(amount)).toBe(shown);
});
