import { describe, expect, test } from "vitest";
import * as problems from "../src/problem.ts";
import { explain, NO_SECURE_CONTEXT, Problem, problemOf } from "../src/problem.ts";

describe("what was thrown", () => {
  test("media errors are told in words, with a cure", () => {
    const denied = explain(new DOMException("Permission denied", "NotAllowedError"));
    expect(denied.message).toContain("does not allow the microphone");
    expect(denied.in("en").cure).toContain("allow");
    expect(explain(new DOMException("", "NotFoundError")).message).toContain("No microphone");
  });

  test.each(["NotAllowedError", "NotFoundError", "NotReadableError", "AbortError", "OverconstrainedError"])(
    "%s has words of ours, not the browser's",
    (name) => expect(explain(new DOMException("its own words", name)).message).not.toContain("its own words"),
  );

  test("a problem stays as it is, anything else keeps its own words", () => {
    expect(explain(NO_SECURE_CONTEXT)).toBe(NO_SECURE_CONTEXT);
    expect(explain(new Error("odd")).message).toBe("odd");
    expect(explain("odd").message).toBe("odd");
  });
});

test("every problem says in both languages what happened and what to do", () => {
  const all = Object.values(problems).filter((value) => value instanceof Problem);
  expect(all.length).toBeGreaterThan(10);
  for (const one of all) {
    expect(one.in("en").what).toMatch(/^[\x20-\x7e…]+$/);
    expect(one.in("en").cure).toMatch(/^[\x20-\x7e…]+\.$/);
    expect(one.in("zh").what).toMatch(/\p{Script=Han}.*。$/u);
    expect(one.in("zh").cure).toMatch(/\p{Script=Han}.*。$/u);
  }
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
    expect(problem(event)?.in("en").what).toBe(words);
    expect(problem(event)?.in("zh").what).toBe(words);
  });

  test("a lost connection can be opened again", () => {
    const lost = problem({ type: "rt.connection.lost", error: { message: "Expired." } });
    expect(lost?.in("en").cure).toContain("Start session");
    expect(lost?.in("zh").cure).toContain("开始会话");
  });

  test.each([
    { type: "response.done", response: { status: "completed", status_details: null } },
    { type: "rt.callback.failed", error: { message: "Yours." } },
    { type: "session.created" },
  ])("nothing of %j", (event) => {
    expect(problem(event)).toBeNull();
  });
});
