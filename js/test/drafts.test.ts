import { expect, test } from "vitest";
import { Drafts } from "../src/model/drafts.ts";

function session(threshold = 0.5, voice = "marin", id = "sess_1"): Record<string, unknown> {
  const turn_detection = { type: "server_vad", threshold, silence_duration_ms: 500 };
  return { type: "realtime", id, audio: { input: { turn_detection }, output: { voice } } };
}

function drafts(first = session()): Drafts {
  const made = new Drafts();
  made.report(first);
  return made;
}

function change(made: Drafts, name: Parameters<Drafts["type"]>[0], words: string): Record<string, unknown> | null {
  made.type(name, words);
  return made.send(name);
}

test("a change goes out once and is shown until the server answers", () => {
  const made = drafts();
  expect(change(made, "threshold", "0.7")).toEqual({
    audio: { input: { turn_detection: { type: "server_vad", threshold: 0.7, silence_duration_ms: 500 } } },
  });
  expect([made.value("threshold"), made.standing("threshold").kind]).toEqual(["0.7", "sent"]);
  expect(made.send("threshold")).toBeNull();
  made.report(session(0.7));
  expect([made.value("threshold"), made.standing("threshold").kind]).toEqual(["0.7", "effective"]);
});

test("what changes nothing does not go out", () => {
  const made = drafts();
  expect(change(made, "threshold", "0.50")).toBeNull();
  expect([made.value("threshold"), made.standing("threshold").kind]).toEqual(["0.5", "effective"]);
});

test("a refused change goes back to what is in effect, and is marked until it is typed again", () => {
  const first = session();
  const made = drafts(first);
  change(made, "voice", "ash");
  made.report(first, "the voice is in use");
  expect([made.value("voice"), made.standing("voice")]).toEqual(["marin", { kind: "refused", wanted: "ash", why: "the voice is in use" }]);
  made.type("voice", "as");
  expect(made.standing("voice").kind).toBe("typed");
});

test("answers come in the order of the updates", () => {
  const first = session();
  const made = drafts(first);
  change(made, "voice", "ash");
  change(made, "threshold", "0.7");
  made.report(first);
  expect([made.standing("voice").kind, made.standing("threshold").kind]).toEqual(["refused", "sent"]);
  made.report(session(0.7));
  expect([made.standing("voice").kind, made.standing("threshold").kind]).toEqual(["refused", "effective"]);
});

test("an update that another one was faster than is not called refused once it arrives", () => {
  const made = drafts();
  change(made, "threshold", "0.7");
  made.report(session(0.5, "ash"));
  expect(made.standing("threshold").kind).toBe("refused");
  made.report(session(0.7, "ash"));
  expect(made.standing("threshold").kind).toBe("effective");
});

test("a second change of turn detection holds the first, which is still under way", () => {
  const made = drafts();
  change(made, "threshold", "0.7");
  const update: any = change(made, "silence", "300");
  expect(update.audio.input.turn_detection).toMatchObject({ threshold: 0.7, silence_duration_ms: 300 });
});

test("what a person types stays when the session changes under it", () => {
  const made = drafts();
  made.type("threshold", "0.7");
  made.report(session(0.3));
  expect([made.value("threshold"), made.effective("threshold"), made.standing("threshold").kind]).toEqual(["0.7", "0.3", "typed"]);
  made.drop("threshold");
  expect(made.value("threshold")).toBe("0.3");
});

test("what cannot be right is not sent, and is told only when it was to be sent", () => {
  const made = drafts();
  made.type("threshold", "7");
  expect(made.standing("threshold").kind).toBe("typed");
  expect(made.send("threshold")).toBeNull();
  expect(made.standing("threshold")).toEqual({ kind: "wrong", wrong: { kind: "number", low: 0, high: 1 } });
  expect(made.value("threshold")).toBe("7");
  made.type("threshold", "0.7");
  expect(made.standing("threshold").kind).toBe("typed");
});

test("a wrong text in one field does not go out with another", () => {
  const made = drafts();
  change(made, "threshold", "7");
  const update: any = change(made, "silence", "300");
  expect(update.audio.input.turn_detection.threshold).toBe(0.5);
});

test("another session knows nothing of what was asked of the last", () => {
  const made = drafts();
  change(made, "voice", "ash");
  made.report(session(0.5, "marin", "sess_2"));
  expect([made.value("voice"), made.standing("voice").kind]).toEqual(["marin", "effective"]);
  change(made, "voice", "ash");
  made.forget();
  expect([made.value("voice"), made.standing("voice").kind]).toEqual(["marin", "effective"]);
});

test("before the session has told anything, nothing applies and nothing goes out", () => {
  const made = new Drafts();
  expect(made.applies("threshold")).toBe(false);
  expect(change(made, "threshold", "0.7")).toBeNull();
});

test("a field that a draft makes meaningful is shown at once", () => {
  const made = drafts();
  expect([made.applies("threshold"), made.applies("eagerness")]).toEqual([true, false]);
  change(made, "detection", "semantic_vad");
  expect([made.applies("threshold"), made.applies("eagerness")]).toEqual([false, true]);
});
