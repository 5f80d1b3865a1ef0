import { describe, expect, test } from "vitest";
import { explain, NO_SECURE_CONTEXT, Problem, problemOf } from "../src/problem.ts";

describe("what was thrown", () => {
  test("media errors are told in words, with a cure", () => {
    const denied = explain(new DOMException("Permission denied", "NotAllowedError"));
    expect(denied.message).toContain("does not allow the microphone");
    expect(denied.cure).toContain("allow");
    expect(explain(new DOMException("", "NotFoundError")).message).toContain("No microphone");
  });

  test("a problem stays as it is, anything else keeps its own words", () => {
    expect(explain(NO_SECURE_CONTEXT)).toBe(NO_SECURE_CONTEXT);
    expect(explain(new Error("odd")).message).toBe("odd");
    expect(explain("odd").message).toBe("odd");
  });
});

describe("what an event tells", () => {
  const problem = (event: Record<string, unknown>): Problem | null =>
    problemOf({ index: 0, t: 0, direction: "server", audio_ms: null, event });

  test.each([
    [{ type: "error", error: { message: "No such voice." } }, "No such voice."],
    [{ type: "rt.page.failed", error: { message: "Closed." } }, "Closed."],
    [{ type: "rt.connection.lost", error: { message: "Expired." } }, "Expired."],
    [{ type: "response.done", response: { status_details: { error: { message: "No quota." } } } }, "No quota."],
  ])("%j", (event, words) => {
    expect(problem(event)?.message).toBe(words);
  });

  test.each([
    { type: "response.done", response: { status: "completed", status_details: null } },
    { type: "rt.callback.failed", error: { message: "Yours." } },
    { type: "session.created" },
  ])("nothing of %j", (event) => {
    expect(problem(event)).toBeNull();
  });
});
