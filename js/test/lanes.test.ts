import { expect, test } from "vitest";
import type { Row } from "../src/messages.ts";
import { Clip, Lanes, STEP } from "../src/model/lanes.ts";

let index = 0;

function row(t: number, type: string, more: Record<string, unknown> = {}, sound?: { ms: number; level: number }): Row {
  const direction = type.startsWith("rt.") ? "local" : type === "input_audio_buffer.append" ? "client" : "server";
  const levels = sound === undefined ? {} : { levels: Array(Math.ceil(sound.ms / 20)).fill(sound.level) as number[] };
  return { index: index++, t, direction, audio_ms: sound?.ms ?? null, ...levels, event: { type, ...more } };
}

/** A microphone's chunks of 40 ms from `from` until `to`, each logged when it ends. */
function microphone(lanes: Lanes, from: number, to: number, level = 30, late = 0): void {
  for (let k = 1; from + k * 0.04 <= to + 1e-9; k++) {
    lanes.add(row(from + k * 0.04 + late, "input_audio_buffer.append", {}, { ms: 40, level }));
  }
}

const part = { item_id: "item_a", content_index: 0 };

function answer(lanes: Lanes, t: number, ms: number, level = 40): void {
  for (let sent = 0; sent < ms; sent += 100) lanes.add(row(t, "response.output_audio.delta", part, { ms: Math.min(100, ms - sent), level }));
}

test("a microphone's sound ends where its row was logged", () => {
  const lanes = new Lanes();
  microphone(lanes, 1, 3);
  expect(lanes.user).toHaveLength(1);
  expect(lanes.user[0]?.start).toBeCloseTo(1);
  expect(lanes.user[0]?.end).toBeCloseTo(3);
});

test("chunks that come unevenly leave no gap, and a pause of the microphone does", () => {
  const lanes = new Lanes();
  for (const [k, late] of [0, 0.1, 0.03, 0.2, 0, 0].entries()) {
    lanes.add(row(1 + (k + 1) * 0.04 + late, "input_audio_buffer.append", {}, { ms: 40, level: 10 }));
  }
  expect(lanes.user.map(({ start, end }) => [start.toFixed(2), end.toFixed(2)])).toEqual([["1.00", "1.24"]]);
  microphone(lanes, 5, 6);
  expect(lanes.user.map(({ start }) => start.toFixed(2))).toEqual(["1.00", "5.00"]);
});

test("sound that was sent at once lies end to end", () => {
  const lanes = new Lanes();
  for (let k = 0; k < 20; k++) lanes.add(row(2, "input_audio_buffer.append", {}, { ms: 100, level: k }));
  const [clip] = lanes.user as [Clip];
  expect(lanes.user).toHaveLength(1);
  expect([clip.start, clip.end].map((t) => t.toFixed(2))).toEqual(["1.90", "3.90"]);
  expect(clip.peak(1.9 + 1.2, 1.9 + 1.3)).toBe(12);
});

test("a microphone after sound that was sent at once is soon drawn where it is recorded", () => {
  const lanes = new Lanes();
  for (let k = 0; k < 50; k++) lanes.add(row(2, "input_audio_buffer.append", {}, { ms: 100, level: 50 }));
  microphone(lanes, 2.5, 6.5);
  expect(lanes.user).toHaveLength(2);
  expect(lanes.user[1]?.end).toBeCloseTo(6.5);
  // What the server counts is where it is drawn: 5 s at once, and 2.5 s from the microphone.
  lanes.add(row(6, "input_audio_buffer.speech_started", { audio_start_ms: 7500 }));
  expect(lanes.turns[0]?.start).toBeCloseTo(5);
});

test("a turn lies where its sound does, whenever the server told of it", () => {
  const lanes = new Lanes();
  microphone(lanes, 10, 12);
  lanes.add(row(12, "input_audio_buffer.speech_started", { audio_start_ms: 500 }));
  expect(lanes.turns).toEqual([{ start: expect.closeTo(10.5), end: null }]);
  expect(lanes.at(11.9).user).toBe(true);
  microphone(lanes, 20, 22);
  // 2 s of the first stretch and 1.5 s of the second: the pause between them counts for nothing.
  lanes.add(row(22, "input_audio_buffer.speech_stopped", { audio_end_ms: 3500 }));
  expect(lanes.turns).toEqual([{ start: expect.closeTo(10.5), end: expect.closeTo(21.5) }]);
  expect(lanes.at(21.6).user).toBe(false);
});

test("the padding of speech does not reach back over a pause of the microphone", () => {
  const lanes = new Lanes();
  lanes.add(row(0, "session.updated", { session: { audio: { input: { turn_detection: { prefix_padding_ms: 500 } } } } }));
  microphone(lanes, 1, 3);
  microphone(lanes, 40, 42);
  lanes.add(row(40.4, "input_audio_buffer.speech_started", { audio_start_ms: 1700 }));
  expect(lanes.turns[0]?.start).toBeCloseTo(40);
  lanes.add(row(41.2, "input_audio_buffer.speech_started", { audio_start_ms: 2600 }));
  expect(lanes.turns[1]?.start).toBeCloseTo(40.6);
});

test("each connection counts its input from nought, and ends the turn of the one before", () => {
  const lanes = new Lanes();
  microphone(lanes, 0, 5);
  lanes.add(row(5, "input_audio_buffer.speech_started", { audio_start_ms: 4000 }));
  lanes.add(row(30, "session.created"));
  microphone(lanes, 31, 33);
  lanes.add(row(33, "input_audio_buffer.speech_started", { audio_start_ms: 1000 }));
  expect(lanes.turns[0]?.end).not.toBeNull();
  expect(lanes.turns[1]?.start).toBeCloseTo(32);
});

test("an answer lies where it arrived until it is heard, then where it is heard", () => {
  const lanes = new Lanes();
  answer(lanes, 4, 2000);
  const [clip] = lanes.assistant as [Clip];
  expect([clip.start, clip.end, clip.played]).toEqual([4, expect.closeTo(6), false]);
  expect(lanes.at(4.5).assistant).toBe(false);
  lanes.add(row(4.3, "rt.playback.started", part));
  expect([clip.start, clip.end, clip.played]).toEqual([4.3, expect.closeTo(6.3), true]);
  expect(lanes.at(6.2).assistant).toBe(true);
  answer(lanes, 4.5, 1000);
  expect(clip.end).toBeCloseTo(7.3);
});

test("a barge-in cuts an answer to what was heard", () => {
  const lanes = new Lanes();
  answer(lanes, 4, 3000);
  lanes.add(row(4, "rt.playback.started", part));
  lanes.add(row(5.2, "rt.playback.flushed", { ...part, heard_ms: 1180 }));
  expect(lanes.assistant.map(({ cut }) => cut)).toEqual([1.18]);
  expect([lanes.at(5.1).assistant, lanes.at(5.3).assistant]).toEqual([true, false]);
  expect(lanes.marks.map(({ kind }) => kind)).toEqual(["interruption"]);
});

test("a part that was silenced before its first sample is all unheard", () => {
  const lanes = new Lanes();
  answer(lanes, 4, 1000);
  lanes.add(row(4.1, "rt.playback.flushed", { ...part, heard_ms: 0 }));
  expect(lanes.assistant.map(({ cut }) => cut)).toEqual([0]);
  expect(lanes.at(4.05).assistant).toBe(false);
});

test("what comes after an underrun is heard later, and a cut counts only what was heard", () => {
  const lanes = new Lanes();
  answer(lanes, 0, 1000, 50);
  lanes.add(row(0, "rt.playback.started", part));
  // It ran dry after 1 s; half a second later there is more.
  answer(lanes, 1.5, 1000, 70);
  lanes.add(row(1.5, "rt.playback.underrun", { item_id: "item_a", missing_samples: 12_000 }));
  expect(lanes.assistant.map(({ start, end }) => [start, end])).toEqual([[0, expect.closeTo(1)], [1.5, expect.closeTo(2.5)]]);
  expect(lanes.assistant.map((clip) => clip.peak(0, 3))).toEqual([50, 70]);
  expect(lanes.at(1.2).assistant).toBe(false);
  lanes.add(row(2, "rt.playback.flushed", { ...part, heard_ms: 1500 }));
  expect(lanes.assistant.map(({ cut }) => cut)).toEqual([null, expect.closeTo(0.5)]);
});

test("peaks of pieces that end between two steps stay at their time", () => {
  const clip = new Clip(0, true);
  for (let k = 0; k < 1000; k++) clip.append(k === 999 ? [90, 1] : [10, 10], 0.03);
  expect(clip.seconds).toBeCloseTo(30);
  expect(clip.peak(0, 29.96)).toBe(10);
  expect(clip.peak(29.96, 30)).toBe(90);
});

test("an hour of sound keeps a byte for each 20 ms", () => {
  const clip = new Clip(0, true);
  for (let k = 0; k < 36_000; k++) clip.append([1, 2, 3, 4, 5], 0.1);
  expect(clip.seconds).toBeCloseTo(3600);
  expect(clip.bytes).toBeLessThanOrEqual(2 * (3600 / STEP));
  expect(clip.peak(3599, 3600)).toBe(5);
});

test("rows that show nothing say so", () => {
  const lanes = new Lanes();
  expect(lanes.add(row(1, "response.output_text.delta"))).toBe(false);
  expect(lanes.add(row(1, "rt.playback.started", { item_id: "unknown" }))).toBe(true);
  expect(lanes.add(row(1, "response.done"))).toBe(true);
});

test("sound in an item that the user adds is drawn from there on", () => {
  const lanes = new Lanes();
  lanes.add(row(3, "conversation.item.create", { item: { role: "user" } }, { ms: 500, level: 20 }));
  lanes.add(row(4, "conversation.item.create", { item: { role: "user" } }));
  expect(lanes.user.map(({ start, end }) => [start, end])).toEqual([[3, 3.5]]);
});

test("answers that nobody plays lie one behind the other, cut where the server was told", () => {
  const lanes = new Lanes();
  answer(lanes, 1, 3000);
  lanes.add(row(2, "conversation.item.truncated", { ...part, audio_end_ms: 1500 }));
  for (const [t, item_id] of [[2, "item_b"], [2.1, "item_c"]] as const) {
    lanes.add(row(t, "response.output_audio.delta", { item_id, content_index: 0 }, { ms: 400, level: 9 }));
  }
  expect(lanes.assistant.map(({ start, cut }) => [start, cut])).toEqual([[1, 1.5], [2.5, null], [2.9, null]]);
  lanes.add(row(4, "rt.playback.started", { item_id: "item_b", content_index: 0 }));
  expect(lanes.assistant[1]).toMatchObject({ start: 4, played: true });
});
