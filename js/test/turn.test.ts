import { expect, test } from "vitest";
import type { Row } from "../src/messages.ts";
import { TurnClock } from "../src/model/turn.ts";

type Short = [t: number, direction: Row["direction"], event: Record<string, unknown>, audio_ms?: number];

function clock(...rows: Short[]): TurnClock {
  const clock = new TurnClock();
  rows.forEach(([t, direction, event, audio_ms], index) => clock.add({ index, t, direction, audio_ms: audio_ms ?? null, event }));
  return clock;
}

const typed = { type: "conversation.item.create", item: { role: "user" } };

test("from the end of speech to the first sound that was heard", () => {
  const turn = clock(
    [1, "server", { type: "input_audio_buffer.speech_started" }],
    [2, "server", { type: "input_audio_buffer.speech_stopped" }],
    [2.1, "server", { type: "response.output_audio.delta" }],
    [2.25, "local", { type: "rt.playback.started" }],
  );
  expect(turn.latency_ms).toBeCloseTo(250);
});

test("from a typed message to the first text, once", () => {
  const turn = clock(
    [1, "client", typed],
    [1.5, "server", { type: "response.output_text.delta" }],
    [1.9, "server", { type: "response.output_text.delta" }],
  );
  expect(turn.latency_ms).toBeCloseTo(500);
});

test("nothing is known before an answer, and sound without a turn is none", () => {
  expect(clock([1, "client", typed]).latency_ms).toBeNull();
  expect(clock([1, "local", { type: "rt.playback.started" }]).latency_ms).toBeNull();
});

/** Chunks of 100 ms from a microphone, the first one sent at `t`. */
const chunks = (count: number, t: number): Short[] =>
  Array.from({ length: count }, (_, i) => [t + i / 10, "client", { type: "input_audio_buffer.append" }, 100]);

const vad = (silence_duration_ms: number): Record<string, unknown> => ({
  type: "session.updated",
  session: { audio: { input: { turn_detection: { type: "server_vad", silence_duration_ms } } } },
});

test("from the end of the voice, which is earlier by the silence that was waited for", () => {
  const turn = clock(
    [0, "server", vad(500)],
    ...chunks(20, 10),
    [12, "server", { type: "input_audio_buffer.speech_stopped", audio_end_ms: 1950 }],
    [12.1, "local", { type: "rt.playback.started" }],
  );
  expect(turn.latency_ms).toBeCloseTo(100);
  // 1,450 ms of sound had been sent at 11.35 s.
  expect(turn.voice_ms).toBeCloseTo(750);
});

test("nobody tells how long semantic VAD waited", () => {
  const turn = clock(
    [0, "server", { type: "session.updated", session: { audio: { input: { turn_detection: { type: "semantic_vad" } } } } }],
    ...chunks(20, 10),
    [12, "server", { type: "input_audio_buffer.speech_stopped", audio_end_ms: 1950 }],
    [12.1, "local", { type: "rt.playback.started" }],
  );
  expect(turn.latency_ms).toBeCloseTo(100);
  expect(turn.voice_ms).toBeNull();
});

test("another connection counts its sound anew, and a typed turn has no voice", () => {
  const rows: Short[] = [
    [0, "server", vad(0)],
    ...chunks(50, 1),
    [20, "local", { type: "rt.connection.opened" }],
    ...chunks(10, 21),
    [22, "server", { type: "input_audio_buffer.speech_stopped", audio_end_ms: 1000 }],
    [22.1, "local", { type: "rt.playback.started" }],
  ];
  expect(clock(...rows).voice_ms).toBeCloseTo(200);
  expect(clock(...rows, [30, "client", typed], [31, "local", { type: "rt.playback.started" }]).voice_ms).toBeNull();
});
