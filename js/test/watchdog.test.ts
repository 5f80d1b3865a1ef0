import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Watchdog } from "../src/watchdog.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a question without an answer is noticed, once", () => {
  const silent = vi.fn();
  const watchdog = new Watchdog(5000, silent);
  watchdog.asked();
  vi.advanceTimersByTime(3000);
  watchdog.asked();
  vi.advanceTimersByTime(2000);
  expect(silent).toHaveBeenCalledOnce();
});

test("an answer calms it, and the next question wakes it", () => {
  const silent = vi.fn();
  const watchdog = new Watchdog(5000, silent);
  watchdog.asked();
  watchdog.heard();
  vi.advanceTimersByTime(10_000);
  expect(silent).not.toHaveBeenCalled();
  watchdog.asked();
  vi.advanceTimersByTime(5000);
  expect(silent).toHaveBeenCalledOnce();
});
