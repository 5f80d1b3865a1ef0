import { expect, test } from "vitest";
import type { Row } from "../src/messages.ts";
import { detailOf, EventLines } from "../src/model/events.ts";

let index = 0;
function row(event: Record<string, unknown>, more: Partial<Row> = {}): Row {
  return { index: index++, t: index / 10, direction: "server", audio_ms: null, event, ...more };
}

test("alternating runs of pieces fold into one line each", () => {
  const lines = new EventLines();
  lines.add(row({ type: "response.created", response: { status: "in_progress" } }));
  for (const word of ["Good ", "day ", "to you"]) {
    lines.add(row({ type: "response.output_audio_transcript.delta", item_id: "i", delta: word }));
    lines.add(row({ type: "response.output_audio.delta", item_id: "i" }, { audio_ms: 100 }));
  }
  expect(lines.lines.map(({ type, count, audio_ms, detail }) => [type, count, audio_ms, detail])).toEqual([
    ["response.created", 1, 0, "in_progress"],
    ["response.output_audio_transcript.delta", 3, 0, "Good day to you"],
    ["response.output_audio.delta", 3, 300, ""],
  ]);
});

test("another event ends the run, and so does another item", () => {
  const lines = new EventLines();
  const append = (): Row => row({ type: "input_audio_buffer.append" }, { direction: "client", audio_ms: 40 });
  lines.add(append());
  lines.add(append());
  lines.add(row({ type: "input_audio_buffer.speech_started", audio_start_ms: 120 }));
  lines.add(append());
  lines.add(row({ type: "response.output_text.delta", item_id: "a", delta: "x" }));
  lines.add(row({ type: "response.output_text.delta", item_id: "b", delta: "y" }));
  expect(lines.lines.map(({ type, count }) => `${type} ${count}`)).toEqual([
    "input_audio_buffer.append 2",
    "input_audio_buffer.speech_started 1",
    "input_audio_buffer.append 1",
    "response.output_text.delta 1",
    "response.output_text.delta 1",
  ]);
});

test("the changed line is returned, so that only it is drawn", () => {
  const lines = new EventLines();
  const first = lines.add(row({ type: "response.output_text.delta", item_id: "a", delta: "x" }));
  expect(lines.add(row({ type: "response.output_text.delta", item_id: "a", delta: "y" }))).toBe(first);
});

test.each([
  [{ type: "error", error: { message: "No such item." } }, "No such item."],
  [{ type: "conversation.item.added", item: { role: "user", content: [{ type: "input_text", text: "Hi" }] } }, "user: Hi"],
  [{ type: "conversation.item.added", item: { type: "function_call_output", output: "42" } }, "function_call_output: 42"],
  [{ type: "response.function_call_arguments.done", name: "order", arguments: '{"n":1}' }, 'order({"n":1})'],
  [{ type: "conversation.item.truncate", audio_end_ms: 1500 }, "to 1500 ms"],
  [{ type: "rt.playback.flushed", heard_ms: 1500, generated_ms: 60_000 }, "heard 1.5 s of 60.0 s"],
  [{ type: "rt.playback.underrun", missing_samples: 480 }, "20 ms of silence"],
  [{ type: "response.done", response: { status: "cancelled" } }, "cancelled"],
  [{ type: "something.new" }, ""],
])("detail of %j", (event, detail) => {
  expect(detailOf(row(event))).toBe(detail);
});
