import { expect, test } from "vitest";
import type { Row } from "../src/messages.ts";
import { EventLines, type Line } from "../src/model/events.ts";
import { EVERYTHING, matcher } from "../src/model/filter.ts";

function line(event: Record<string, unknown>, direction: Row["direction"] = "server"): Line {
  const lines = new EventLines();
  lines.add({ index: 0, t: 0, direction, audio_ms: null, event });
  return lines.lines[0] as Line;
}

const DONE = line({ type: "response.output_audio_transcript.done", item_id: "item_A7", response_id: "resp_B", transcript: "Good day" });

test.each([
  ["transcript", true],
  ["TRANSCRIPT good", true],
  ["transcript bad", false],
  ["item_a7", true],
  ["resp_b day", true],
  ["-day", false],
  ["done -delta", true],
  ["response.*", true],
  ["response.*.done", true],
  ["response", true],
  ["*.delta", false],
  ["audio*", false],
  ["-response.*", false],
  ["output.audio", false],
  ["(", false],
  ["-(", true],
  ["done -", true],
])("the words %j on an answer's transcript: %s", (words, passes) => {
  expect(matcher({ ...EVERYTHING, words })?.(DONE)).toBe(passes);
});

test.each(["", "  ", "-", " - "])("nothing to look for (%j) lets everything pass", (words) => {
  expect(matcher({ ...EVERYTHING, words })).toBeNull();
});

test("directions and errors are asked for beside the words", () => {
  const sent = matcher({ ...EVERYTHING, directions: new Set(["client"]) });
  expect(sent?.(line({ type: "response.create" }, "client"))).toBe(true);
  expect(sent?.(DONE)).toBe(false);
  const errors = matcher({ ...EVERYTHING, words: "item", errors: true });
  expect(errors?.(line({ type: "error", error: { message: "No such item." } }))).toBe(true);
  expect(errors?.(line({ type: "error", error: { message: "No such response." } }))).toBe(false);
  expect(errors?.(DONE)).toBe(false);
});
