import { expect, test } from "vitest";
import { clip, clock, duration } from "../src/model/format.ts";

test("times and words for people", () => {
  expect(clock(1.23456)).toBe("1.235");
  expect(duration(480.4)).toBe("480 ms");
  expect(duration(1250)).toBe("1.3 s");
  expect(clip("short", 10)).toBe("short");
  expect(clip("rather long", 6)).toBe("rathe…");
});
