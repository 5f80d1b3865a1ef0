import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Ping } from "../src/messages.ts";
import { RoundTrip } from "../src/ping.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the time is from the question to the answer with the same number", async () => {
  const sent: Ping[] = [];
  const trip = new RoundTrip((ping) => sent.push(ping));
  const measured = trip.measure(5000);
  const id = sent[0]?.id ?? -1;
  vi.advanceTimersByTime(20);
  trip.pong(id + 1);
  vi.advanceTimersByTime(10);
  trip.pong(id);
  expect(await measured).toBe(30);
});

test("no answer is none, also when it comes late", async () => {
  const sent: Ping[] = [];
  const trip = new RoundTrip((ping) => sent.push(ping));
  const measured = trip.measure(5000);
  vi.advanceTimersByTime(5000);
  trip.pong(sent[0]?.id ?? -1);
  expect(await measured).toBeNull();
});
