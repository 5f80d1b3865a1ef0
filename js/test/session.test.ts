import { describe, expect, test } from "vitest";
import type { Info, Row } from "../src/messages.ts";
import { SessionModel } from "../src/model/session.ts";

const OPEN: Info = { state: "open" };

function session(info: Info, ...rows: [t: number, event: Record<string, unknown>][]): SessionModel {
  const session = new SessionModel();
  rows.forEach(([t, event], index) => {
    const row: Row = { index, t, direction: "server", audio_ms: null, event };
    session.add(row);
  });
  session.state({ type: "session", info, owner: "me", t: 100 }, 5000);
  return session;
}

const opened = { type: "rt.connection.opened" };
const created = (expires_at: number): Record<string, unknown> => ({ type: "session.created", session: { voice: "a", expires_at } });

describe("the clock", () => {
  test("runs from the last opening on", () => {
    const model = session(OPEN, [1, opened], [60, opened]);
    expect(model.elapsed(5000)).toBe(40);
    expect(model.elapsed(7500)).toBe(42.5);
    expect(model.now(7500)).toBe(102.5);
  });

  test("rests where the session is closed", () => {
    const model = session({ state: "closed" }, [1, opened], [2, created(2000)]);
    expect(model.elapsed(7500)).toBeNull();
    expect(model.left(1000)).toBeNull();
    expect(model.now(7500)).toBe(100);
  });

  test("knows the time left, where the server sets a limit", () => {
    expect(session(OPEN, [2, created(2000)]).left(1700)).toBe(300);
    expect(session(OPEN, [2, created(2000)]).left(2100)).toBe(0);
    expect(session(OPEN, [2, created(0)]).left(1700)).toBeNull();
    expect(session(OPEN).left(1700)).toBeNull();
  });
});

describe("an answer is under way", () => {
  const made = { type: "response.created", response: { id: "r" } };
  const done = { type: "response.done", response: { id: "r" } };
  const started = { type: "rt.playback.started", item_id: "a", content_index: 0 };

  test.each<[string, boolean, [number, Record<string, unknown>][]]>([
    ["while it is made", true, [[1, made]]],
    ["not when it is done", false, [[1, made], [2, done]]],
    ["while it sounds", true, [[1, made], [2, started], [3, done]]],
    ["not when it was heard", false, [[2, started], [3, { ...started, type: "rt.playback.finished" }]]],
    ["not when it was silenced", false, [[2, started], [3, { ...started, type: "rt.playback.flushed" }]]],
    ["while a tool runs for it", true, [[1, made], [2, done], [2, { type: "rt.tool.started", call_id: "c" }]]],
    ["not when the tool has ended", false, [[2, { type: "rt.tool.started", call_id: "c" }], [3, { type: "rt.tool.done", call_id: "c" }]]],
    ["not when the line broke", false, [[1, made], [1, { type: "rt.tool.waiting", call_id: "c" }], [2, { type: "rt.connection.lost" }]]],
  ])("%s", (_name, answering, rows) => {
    expect(session(OPEN, ...rows).answering).toBe(answering);
  });

  test("not where nobody has the loudspeaker any more", () => {
    const model = session(OPEN, [2, started]);
    model.state({ type: "session", info: OPEN, owner: null, t: 101 }, 6000);
    expect(model.answering).toBe(false);
  });
});

test("the settings are what the server reported last", () => {
  const model = session(OPEN, [1, created(0)], [2, { type: "session.updated", session: { voice: "b" } }]);
  expect(model.settings).toEqual({ voice: "b" });
  model.clear();
  expect(model.settings).toBeNull();
});

test.each<[Info, boolean]>([
  [{ busy: true, subshells: false }, true],
  [{ busy: true }, true],
  [{ busy: true, subshells: true }, false],
  [{ busy: false, subshells: false }, false],
])("a kernel that is %j holds up what comes over the comm: %s", (info, busy) => {
  expect(session({ ...OPEN, ...info }).busy).toBe(busy);
});
