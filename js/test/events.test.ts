import { expect, test } from "vitest";
import type { Row } from "../src/messages.ts";
import { detailOf, EventLines, single } from "../src/model/events.ts";

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

test("the place of the line that is new or has grown is returned", () => {
  const lines = new EventLines();
  expect(lines.add(row({ type: "response.output_text.delta", item_id: "a", delta: "x" }))).toBe(0);
  expect(lines.add(row({ type: "response.output_text.delta", item_id: "b", delta: "y" }))).toBe(1);
  expect(lines.add(row({ type: "response.output_text.delta", item_id: "a", delta: "z" }))).toBe(0);
  expect(lines.rows).toBe(3);
});

test("a run keeps each of its rows: position, time, sound and text", () => {
  const lines = new EventLines();
  const part = { item_id: "i", content_index: 0 };
  lines.add(row({ type: "response.output_audio_transcript.delta", ...part, delta: "Good " }, { index: 7, t: 1 }));
  lines.add(row({ type: "response.output_audio.delta", ...part }, { index: 8, t: 2, audio_ms: 80 }));
  lines.add(row({ type: "response.output_audio_transcript.delta", ...part, delta: "day" }, { index: 9, t: 3 }));
  lines.add(row({ type: "response.output_audio.delta", ...part }, { index: 10, t: 4, audio_ms: 20 }));
  const [words, sound] = lines.lines as [(typeof lines.lines)[0], (typeof lines.lines)[0]];
  expect(single(words, 0)).toEqual({ index: 7, t: 1, audio_ms: 0, detail: "Good " });
  expect(single(words, 1)).toEqual({ index: 9, t: 3, audio_ms: 0, detail: "day" });
  expect(single(sound, 1)).toEqual({ index: 10, t: 4, audio_ms: 20, detail: "" });
});

test("a row is found in the run that holds it, also where a later line began before", () => {
  const lines = new EventLines();
  for (const item_id of ["a", "b", "a", "b"]) lines.add(row({ type: "response.output_text.delta", item_id }));
  const first = lines.lines[0]?.index as number;
  expect(lines.find(first)).toEqual({ place: 0, nth: 0 });
  expect(lines.find(first + 2)).toEqual({ place: 0, nth: 1 });
  expect(lines.find(first + 3)).toEqual({ place: 1, nth: 1 });
  expect(lines.find(first + 4)).toBeNull();
});

test("the text of a run is kept up to a bound", () => {
  const lines = new EventLines();
  for (let i = 0; i < 50; i++) lines.add(row({ type: "response.output_text.delta", item_id: "a", delta: "x".repeat(999) }));
  expect(lines.lines[0]?.count).toBe(50);
  expect(lines.lines[0]?.detail.length).toBeLessThan(21_000);
  lines.add(row({ type: "error", error: { message: "y".repeat(50_000) } }));
  expect(lines.lines[1]?.detail.length).toBe(20_000);
});

test.each([
  [{ type: "input_audio_buffer.committed", item_id: "i" }, { side: "user", bad: false, item_id: "i" }],
  [{ type: "conversation.item.added", item: { id: "i", role: "assistant" } }, { side: "assistant", item_id: "i" }],
  [{ type: "conversation.item.added", item: { call_id: "c" } }, { side: "", call_id: "c" }],
  [{ type: "response.done", response: { id: "r", status: "failed" } }, { side: "assistant", bad: true, response_id: "r" }],
  [{ type: "response.done", response: { status: "cancelled" } }, { bad: false }],
  [{ type: "error", error: { message: "no" } }, { side: "", bad: true }],
  [{ type: "rt.page.failed", error: { message: "no" } }, { bad: true }],
  [{ type: "response.mcp_call.failed" }, { bad: true }],
])("what a line tells of %j", (event, told) => {
  const lines = new EventLines();
  lines.add(row(event));
  expect(lines.lines[0]).toMatchObject(told);
});

test.each([
  [{ type: "error", error: { message: "No such item." } }, "No such item."],
  [{ type: "conversation.item.added", item: { role: "user", content: [{ type: "input_text", text: "Hi" }] } }, "user: Hi"],
  [{ type: "conversation.item.added", item: { type: "function_call_output", output: "42" } }, "function_call_output: 42"],
  [{ type: "response.output_item.done", item: { type: "function_call", name: "order", arguments: '{"n":1}' } }, 'function_call: order({"n":1})'],
  [{ type: "rt.tool.started", name: "order", arguments: { n: 1 } }, 'order({"n":1})'],
  [{ type: "rt.tool.progress", name: "order", text: "half way", fraction: 0.5 }, "50 % half way"],
  [{ type: "rt.tool.done", name: "order", output: "42", duration_ms: 3 }, "order → 42"],
  [{ type: "response.function_call_arguments.done", name: "order", arguments: '{"n":1}' }, 'order({"n":1})'],
  [{ type: "conversation.item.truncate", audio_end_ms: 1500 }, "to 1500 ms"],
  [{ type: "rt.playback.flushed", heard_ms: 1500, generated_ms: 60_000 }, "heard 1.5 s of 60.0 s"],
  [{ type: "rt.playback.underrun", missing_samples: 480 }, "20 ms of silence"],
  [{ type: "response.done", response: { status: "cancelled" } }, "cancelled"],
  [{ type: "something.new" }, ""],
])("detail of %j", (event, detail) => {
  expect(detailOf(row(event))).toBe(detail);
});
