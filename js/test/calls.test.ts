import { describe, expect, test } from "vitest";
import type { Call } from "../src/model/calls.ts";
import { Conversation } from "../src/model/conversation.ts";

type Told = Record<string, unknown>;

/** What one event a second adds up to. */
function told(...events: Told[]): Conversation {
  const conversation = new Conversation();
  events.forEach((event, index) => conversation.add({ index, t: index, direction: "server", audio_ms: null, event }));
  return conversation;
}

function call(...events: Told[]): Call | null | undefined {
  const { bubbles } = told(...events);
  expect(bubbles).toHaveLength(1);
  return bubbles[0]?.call;
}

const item = (more: Told = {}): Told => ({ id: "f", type: "function_call", name: "weather", call_id: "c", arguments: "", ...more });
const begun: Told = { type: "response.output_item.added", item: item({ status: "in_progress" }) };
const delta = (piece: string): Told => ({ type: "response.function_call_arguments.delta", item_id: "f", call_id: "c", delta: piece });
const whole: Told = { type: "response.function_call_arguments.done", item_id: "f", call_id: "c", arguments: '{"city":"Paris"}' };
const output: Told = {
  type: "conversation.item.added",
  item: { id: "o", type: "function_call_output", call_id: "c", output: "21 degrees" },
};
const row = (what: string, more: Told = {}): Told => ({ type: `rt.tool.${what}`, call_id: "c", item_id: "f", name: "weather", ...more });
const started = row("started", { arguments: { city: "Paris" } });

describe("without rows of a tool", () => {
  test("arguments grow until they are whole", () => {
    expect(call(begun, delta('{"ci'), delta('ty":'))).toMatchObject({ state: "writing", arguments: '{"city":' });
    expect(call(begun, delta('{"ci'), whole)).toMatchObject({ state: "called", arguments: '{"city":"Paris"}', duration_ms: null });
  });

  test("a piece that comes late changes nothing", () => {
    expect(call(begun, whole, delta("x"))).toMatchObject({ arguments: '{"city":"Paris"}' });
  });

  test("the output tells that it is done, and how long that took", () => {
    expect(call(begun, whole, started, row("done", { duration_ms: 12, output: "21 degrees" }), output)).toMatchObject({
      ...{ state: "done", duration_ms: 12, output: "21 degrees" },
    });
    expect(call(begun, whole, output)).toMatchObject({ state: "done", output: "21 degrees", duration_ms: 1000 });
  });

  test("a call that is cut in the middle of its arguments never ends", () => {
    const cut = { type: "response.output_item.done", item: item({ status: "incomplete", arguments: '{"ci' }) };
    expect(call(begun, delta('{"ci'), cut)).toMatchObject({ state: "incomplete", arguments: '{"ci' });
    expect(call(begun, delta('{"ci'), { type: "rt.connection.lost" })).toMatchObject({ state: "incomplete" });
    const done = { type: "response.done", response: { status: "cancelled", output: [{ id: "f" }] } };
    expect(call(begun, delta('{"ci'), done)).toMatchObject({ state: "incomplete" });
  });
});

describe("with rows of a tool", () => {
  test("it runs, tells how far it is, and is done", () => {
    const progress = row("progress", { text: "half way", fraction: 0.5 });
    expect(call(begun, whole, started)).toMatchObject({ state: "running", started: 2, progress: null });
    expect(call(begun, whole, started, progress)).toMatchObject({ progress: { text: "half way", fraction: 0.5 } });
    expect(call(begun, whole, started, progress, row("done", { duration_ms: 250, output: "fine" }))).toMatchObject({
      ...{ state: "done", duration_ms: 250, output: "fine", progress: null, late: false },
    });
  });

  test("it waits for approval, and what is answered is seen", () => {
    const waiting = row("waiting", { arguments: { city: "Paris" } });
    const approved = { type: "rt.tool.approved", call_id: "c", by: "panel" };
    const denied = { type: "rt.tool.denied", call_id: "c", by: "panel", reason: "" };
    expect(call(begun, whole, waiting)?.state).toBe("waiting");
    expect(call(begun, whole, waiting, approved)).toMatchObject({ state: "running", started: 3 });
    expect(call(begun, whole, waiting, denied)).toMatchObject({ state: "failed", why: "denied" });
    // It has not run, however long it was asked about.
    const unsent = row("unsent", { reason: "lost" });
    expect(call(begun, whole, waiting, unsent)).toMatchObject({ state: "unsent", duration_ms: null });
    expect(call(begun, whole, waiting, approved, unsent)).toMatchObject({ state: "unsent", duration_ms: 1000 });
  });

  test.each([
    [row("failed", { kind: "timeout", error: { message: "60 s are over" }, output: "error" }), "failed", "timeout", "60 s are over"],
    [row("cancelled", { reason: "interrupted", output: "cancelled" }), "cancelled", "interrupted", ""],
    [row("unsent", { reason: "connection lost", output: "fine" }), "unsent", "connection lost", ""],
  ])("its end says why: %o", (end, state, why, error) => {
    expect(call(begun, whole, started, end)).toMatchObject({ state, why, error, output: end.output });
  });

  test("what is not sent keeps how long it took", () => {
    const done = row("done", { duration_ms: 12, output: "fine" });
    expect(call(begun, whole, started, done, row("unsent", { reason: "lost" }))).toMatchObject({ state: "unsent", duration_ms: 12 });
  });

  test("an end after an interruption says so", () => {
    expect(call(begun, whole, started, row("done", { output: "x", late: true }))?.late).toBe(true);
  });

  test("rows without the call's item show it all the same", () => {
    expect(call(started)).toMatchObject({ name: "weather", arguments: '{"city":"Paris"}', state: "running" });
  });
});

test("a tool that runs at the server is told by the server", () => {
  const mcp = (more: Told): Told => ({ id: "m", type: "mcp_call", name: "find", server_label: "files", arguments: "", ...more });
  const events: Told[] = [
    { type: "response.output_item.added", item: mcp({ status: "in_progress" }) },
    { type: "response.mcp_call_arguments.delta", item_id: "m", delta: '{"n"' },
    { type: "response.mcp_call_arguments.done", item_id: "m", arguments: '{"n":1}' },
    { type: "response.mcp_call.in_progress", item_id: "m" },
  ];
  expect(call(...events)).toMatchObject({ name: "files.find", state: "running", arguments: '{"n":1}' });
  const done = { type: "response.output_item.done", item: mcp({ arguments: '{"n":1}', output: "3 files" }) };
  expect(call(...events, { type: "response.mcp_call.completed", item_id: "m" }, done)).toMatchObject({
    ...{ state: "done", output: "3 files", duration_ms: 1000 },
  });
  const failed = { type: "response.output_item.done", item: mcp({ arguments: '{"n":1}', error: { type: "http_error", message: "no such host" } }) };
  expect(call(...events, { type: "response.mcp_call.failed", item_id: "m" }, failed)).toMatchObject({ state: "failed", error: "no such host" });
});

test("what a remote server has and asks for is shown", () => {
  const list = { id: "l", type: "mcp_list_tools", server_label: "files", tools: [{ name: "find" }, { name: "read" }] };
  const request = { id: "q", type: "mcp_approval_request", server_label: "files", name: "find", arguments: "{}" };
  const answer = (approve: boolean): Told => ({ id: "a", type: "mcp_approval_response", approval_request_id: "q", approve });
  const added = (item: Told): Told => ({ type: "conversation.item.added", item });
  expect(told(added(list)).bubbles.map(({ text }) => text)).toEqual(["files: find, read"]);
  expect(call(added(request))).toMatchObject({ id: "q", name: "files.find", state: "waiting" });
  expect(call(added(request), added(answer(true)))).toMatchObject({ state: "done", why: "approved" });
  expect(call(added(request), added(answer(false)), added(request))).toMatchObject({ state: "failed", why: "denied" });
});
