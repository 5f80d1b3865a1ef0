import { expect, test } from "vitest";
import type { Row } from "../src/messages.ts";
import { TurnClock } from "../src/model/turn.ts";

function clock(...rows: [t: number, direction: Row["direction"], event: Record<string, unknown>][]): TurnClock {
  const clock = new TurnClock();
  rows.forEach(([t, direction, event], index) => clock.add({ index, t, direction, audio_ms: null, event }));
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
