import { describe, expect, test } from "vitest";
import type { Row } from "../src/messages.ts";
import { type Bubble, Conversation, heardPart } from "../src/model/conversation.ts";

function conversation(...events: (Record<string, unknown> & { audio_ms?: number })[]): Conversation {
  const conversation = new Conversation();
  events.forEach(({ audio_ms, ...event }, index) => {
    const row: Row = { index, t: index, direction: "server", audio_ms: audio_ms ?? null, event };
    conversation.add(row);
  });
  return conversation;
}

const summary = ({ bubbles }: Conversation): string[] => bubbles.map(({ role, text }) => `${role}: ${text}`);

const added = (id: string, role: string, previous: string | null, content: unknown[] = []): Record<string, unknown> => ({
  type: "conversation.item.added",
  previous_item_id: previous,
  item: { id, type: "message", role, status: "in_progress", content },
});

const heard = (id: string, transcript: string): Record<string, unknown> => ({
  type: "conversation.item.input_audio_transcription.completed",
  item_id: id,
  content_index: 0,
  transcript,
});

const said = (id: string, delta: string): Record<string, unknown> => ({
  type: "response.output_audio_transcript.delta",
  item_id: id,
  content_index: 0,
  delta,
});

test("an answer out of band says so, unless there is worse to say", () => {
  const done = (id: string, more: Record<string, unknown>): Record<string, unknown> => ({
    type: "response.done",
    response: { status: "completed", output: [{ id }], ...more },
  });
  const notes = conversation(
    done("a", { conversation_id: "conv_1" }),
    done("b", { conversation_id: null }),
    done("c", {}),
    done("d", { conversation_id: null, status: "incomplete", status_details: { reason: "max_output_tokens" } }),
  ).bubbles.map(({ note }) => note?.kind ?? null);
  expect(notes).toEqual([null, "apart", null, "incomplete"]);
});

describe("order", () => {
  test("the user's words stand before the answer, though they come after it", () => {
    const { bubbles } = conversation(
      { type: "input_audio_buffer.speech_started", item_id: "u" },
      added("u", "user", null, [{ type: "input_audio", transcript: null }]),
      added("a", "assistant", "u"),
      said("a", "Good "),
      said("a", "day."),
      heard("u", "Hello!"),
    );
    expect(bubbles.map(({ text }) => text)).toEqual(["Hello!", "Good day."]);
  });

  test("an item stands behind the one it follows", () => {
    const items = conversation(
      added("a", "user", null, [{ type: "input_text", text: "one" }]),
      added("c", "user", "a", [{ type: "input_text", text: "three" }]),
      added("b", "user", "a", [{ type: "input_text", text: "two" }]),
      // The same item told again stays where it is.
      { ...added("c", "user", "a", [{ type: "input_text", text: "three" }]), type: "conversation.item.done" },
    );
    expect(summary(items)).toEqual(["user: one", "user: two", "user: three"]);
  });

  test("an item whose predecessor is not known comes last", () => {
    const items = conversation(added("a", "user", null), added("b", "assistant", "elsewhere"));
    expect(items.bubbles.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  test("a new session draws a line, the first one does not", () => {
    const created = { type: "session.created" };
    expect(summary(conversation(created))).toEqual([]);
    expect(summary(conversation(created, added("a", "user", null), created))).toEqual(["user: ", "mark: "]);
  });
});

describe("words", () => {
  test("the whole transcript replaces its pieces", () => {
    const items = conversation(added("a", "assistant", null), said("a", "Goo"), {
      type: "response.output_audio_transcript.done",
      item_id: "a",
      content_index: 0,
      transcript: "Good day.",
    });
    expect(items.bubbles[0]).toMatchObject({ text: "Good day.", live: false });
  });

  test("an answer outside of the conversation is shown too", () => {
    const items = conversation(
      { type: "response.output_item.added", item: { id: "o", type: "message", role: "assistant", status: "in_progress" } },
      { type: "response.output_text.delta", item_id: "o", content_index: 0, delta: "Aside." },
    );
    expect(summary(items)).toEqual(["assistant: Aside."]);
  });

  test("a function call shows name, arguments and, in the same place, its output", () => {
    const call = { id: "f", type: "function_call", name: "order", call_id: "c", arguments: "", status: "in_progress" };
    const items = conversation(
      { type: "conversation.item.added", previous_item_id: null, item: call },
      { type: "response.function_call_arguments.delta", item_id: "f", delta: '{"n":' },
      { type: "response.function_call_arguments.done", item_id: "f", arguments: '{"n":1}' },
      {
        type: "conversation.item.added",
        previous_item_id: "f",
        item: { id: "o", type: "function_call_output", call_id: "c", output: "done" },
      },
      added("a", "assistant", "o", [{ type: "output_text", text: "It is done." }]),
    );
    expect(items.bubbles.map(({ role }) => role)).toEqual(["tool", "assistant"]);
    expect(items.bubbles[0]?.call).toMatchObject({ name: "order", arguments: '{"n":1}', output: "done", state: "done" });
    expect(items.find("o")).toBe(items.bubbles[0]);
    const deleted = { type: "conversation.item.deleted", item_id: "o" };
    items.add({ index: 9, t: 9, direction: "server", audio_ms: null, event: deleted });
    expect(items.bubbles[0]).toMatchObject({ call: { arguments: '{"n":1}', output: null } });
  });

  test.each([["o1", "o2"], ["o2", "o1"]])("the answer stands behind all calls, whichever output comes first: %s", (first, second) => {
    const item = (type: string, id: string, previous: string, more: Record<string, unknown>): Record<string, unknown> => ({
      type: "conversation.item.added",
      previous_item_id: previous,
      item: { id, type, ...more },
    });
    const call = (n: number, previous: string): Record<string, unknown> =>
      item("function_call", `f${n}`, previous, { name: "order", call_id: `c${n}`, arguments: "{}" });
    const output = (id: string, previous: string): Record<string, unknown> =>
      item("function_call_output", id, previous, { call_id: `c${id.slice(1)}`, output: "done" });
    const events = [
      ...[call(1, ""), call(2, "f1"), output(first, "f2"), output(second, first)],
      added("a", "assistant", second, [{ type: "output_text", text: "Both." }]),
    ];
    expect(conversation(...events).bubbles.map(({ id }) => id)).toEqual(["f1", "f2", "a"]);
    const without = conversation(...events.slice(0, 4), { type: "conversation.item.deleted", item_id: "f2" }, events[4] as Record<string, unknown>);
    expect(without.bubbles.map(({ id }) => id)).toEqual(["f1", "a"]);
  });

  test("an output without its call stands by itself, a server's own tool tells its result", () => {
    const items = conversation(
      { ...added("o", "tool", null), item: { id: "o", type: "function_call_output", call_id: "gone", output: "done" } },
      { ...added("m", "tool", "o"), item: { id: "m", type: "mcp_call", name: "find", arguments: "{}", output: "3 files" } },
    );
    expect(items.bubbles[0]).toMatchObject({ text: "done", call: null });
    expect(items.bubbles[1]?.call).toMatchObject({ name: "find", arguments: "{}", output: "3 files", state: "done" });
  });

  test("what could not be transcribed says so", () => {
    const items = conversation(added("u", "user", null), {
      type: "conversation.item.input_audio_transcription.failed",
      item_id: "u",
      error: { message: "too noisy" },
    });
    expect(items.bubbles[0]).toMatchObject({ live: false, note: { kind: "untranscribed", text: "too noisy" } });
  });

  test("a failed response leaves its error at the bubble", () => {
    const items = conversation(added("a", "assistant", null), {
      type: "response.done",
      response: { status: "failed", output: [{ id: "a" }], status_details: { error: { message: "out of quota" } } },
    });
    expect(items.bubbles[0]).toMatchObject({ live: false, note: { kind: "failed", text: "out of quota" } });
  });

  test.each(["cancelled", "incomplete"])("a response that is %s says why", (status) => {
    const items = conversation(added("a", "assistant", null), {
      type: "response.done",
      response: { status, output: [{ id: "a" }], status_details: { reason: "why" } },
    });
    expect(items.bubbles[0]).toMatchObject({ live: false, note: { kind: status, text: "why" } });
  });

  test("speech that came to nothing leaves no bubble, a deleted item neither", () => {
    const items = conversation(
      { type: "input_audio_buffer.speech_started", item_id: "u" },
      { type: "input_audio_buffer.cleared" },
      added("d", "user", null),
      { type: "conversation.item.deleted", item_id: "d" },
    );
    expect(items.bubbles).toEqual([]);
  });
});

test("a cut answer knows what was generated and what was heard", () => {
  const { bubbles } = conversation(
    added("a", "assistant", null),
    said("a", "one two three four"),
    { type: "response.output_audio.delta", item_id: "a", audio_ms: 600 },
    { type: "response.output_audio.delta", item_id: "a", audio_ms: 400 },
    { type: "conversation.item.truncated", item_id: "a", audio_end_ms: 500 },
  );
  expect(bubbles[0]).toMatchObject({ generated_ms: 1000, heard_ms: 500 });
  expect(heardPart(bubbles[0] as Bubble)).toEqual(["one two", " three four"]);
});

describe("heardPart", () => {
  const bubble = (text: string, generated_ms: number, heard_ms: number | null): Bubble => ({
    ...{ id: "a", role: "assistant", call: null, note: null, live: false, t: 0 },
    ...{ text, generated_ms, heard_ms },
  });

  test.each([
    ["not cut", bubble("one two", 1000, null), ["one two", ""]],
    ["nothing heard", bubble("one two", 1000, 0), ["", "one two"]],
    ["all heard", bubble("one two", 1000, 1000), ["one two", ""]],
    ["cut in the first word", bubble("one two", 1000, 200), ["", "one two"]],
    ["cut at a space", bubble("one two", 700, 300), ["one", " two"]],
    ["cut in Chinese, which has no spaces", bubble("今天天气很好", 1000, 500), ["今天天", "气很好"]],
    ["without sound", bubble("one two", 0, 0), ["one two", ""]],
  ])("%s", (_name, given, parts) => {
    expect(heardPart(given)).toEqual(parts);
  });
});

describe("sound without words", () => {
  const transcribing = (transcription: unknown): Record<string, unknown> => ({
    type: "session.updated",
    session: { audio: { input: { transcription } } },
  });
  const sound = added("u", "user", null, [{ type: "input_audio", transcript: null }]);
  const committed = { type: "input_audio_buffer.committed", item_id: "u" };
  const one = (...events: Record<string, unknown>[]): Pick<Bubble, "live" | "note">[] =>
    conversation(...events).bubbles.map(({ live, note }) => ({ live, note }));

  test("speech waits for its words where they are written down", () => {
    expect(one(transcribing({ model: "whisper-1" }), committed, sound)).toEqual([{ live: true, note: null }]);
  });

  test("nothing is waited for where nobody writes them down", () => {
    const silent = [{ live: false, note: { kind: "sound", text: "" } }];
    expect(one(transcribing(null), committed, sound)).toEqual(silent);
    expect(one(transcribing({ model: "whisper-1" }), sound)).toEqual(silent);
    expect(one(added("u", "user", null, [{ type: "input_text", text: "" }]))).toEqual([{ live: false, note: null }]);
  });
});

describe("what is new", () => {
  test("a transcript is finished once, and only when it is whole", () => {
    const items = conversation(added("a", "assistant", null), said("a", "Good "), said("a", "day."));
    expect(items.finished).toEqual([]);
    const done = { type: "response.output_audio_transcript.done", item_id: "a", content_index: 0, transcript: "Good day." };
    items.add({ index: 9, t: 9, direction: "server", audio_ms: null, event: done });
    expect(items.finished.map(({ text }) => text)).toEqual(["Good day."]);
  });

  test("a piece of text changes one bubble and moves none", () => {
    const items = conversation(added("a", "user", null), added("b", "assistant", "a"));
    expect(items.moved).toBe(true);
    items.moved = false;
    items.changed.clear();
    items.add({ index: 9, t: 9, direction: "server", audio_ms: null, event: said("b", "Hello") });
    expect([...items.changed].map(({ id }) => id)).toEqual(["b"]);
    expect(items.moved).toBe(false);
  });

  test("the latest are found without going through all of them", () => {
    const events = Array.from({ length: 20_000 }, (_, i) => added(`i${i}`, "user", i === 0 ? null : `i${i - 1}`));
    const began = performance.now();
    const items = conversation(...events);
    expect(items.latest(2).map(({ id }) => id)).toEqual(["i19998", "i19999"]);
    // Searching arrays for each of them takes minutes.
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe("a connection that ends", () => {
  test("leaves nothing that still seems to be said", () => {
    const ended = conversation(
      { type: "input_audio_buffer.speech_started", item_id: "u" },
      added("a", "assistant", null),
      said("a", "Hel"),
      { type: "rt.connection.closed" },
    );
    expect(summary(ended)).toEqual(["assistant: Hel"]);
    expect(ended.bubbles.map(({ live }) => live)).toEqual([false]);
  });

  test("is followed by one line, however often it is opened again in vain", () => {
    const created = { type: "session.created", session: {} };
    expect(summary(conversation(created))).toEqual([]);
    const again = conversation(created, added("a", "assistant", null), said("a", "Hello"), created, created, created);
    expect(summary(again).map((line) => line.split(":")[0])).toEqual(["assistant", "mark"]);
  });
});

test("calls, outputs and deletions in any order leave each item that is there once, and no other", () => {
  for (let seed = 1; seed <= 300; seed++) {
    let state = seed;
    const random = (n: number): number => (state = (state * 48_271) % 2_147_483_647) % n;
    const made = new Conversation();
    const there = new Set<string>();
    for (let index = 0; index < 40; index++) {
      const n = random(6);
      const previous = [`f${random(6)}`, `o${random(6)}`, `m${random(6)}`, ""][random(4)] ?? "";
      const items = [
        { id: `f${n}`, type: "function_call", name: "order", call_id: `c${n}`, arguments: "{}" },
        // An output without its call stands by itself, which is another matter.
        ...(there.has(`f${n}`) ? [{ id: `o${n}`, type: "function_call_output", call_id: `c${n}`, output: "done" }] : []),
        { id: `m${n}`, type: "message", role: "assistant", content: [] },
      ];
      const item = items[random(items.length)] as (typeof items)[number];
      const gone = random(4) === 0;
      const event = gone
        ? { type: "conversation.item.deleted", item_id: item.id }
        : { type: "conversation.item.added", previous_item_id: previous, item };
      made.add({ index, t: index, direction: "server", audio_ms: null, event });
      if (gone) there.delete(item.id);
      else if (!item.id.startsWith("o")) there.add(item.id);
    }
    const shown = made.bubbles.map(({ id }) => id);
    expect(shown).toHaveLength(new Set(shown).size);
    expect(new Set(shown)).toEqual(there);
  }
});
