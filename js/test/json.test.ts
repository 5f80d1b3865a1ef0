import { expect, test } from "vitest";
import { pieces } from "../src/model/json.ts";

const EVENT = { type: "error", n: -1.5e-3, list: [true, null, "a: \"b\" \\", "<img>"], "odd key": {}, text: "12 true" };

test("all of the text comes back", () => {
  for (const json of [JSON.stringify(EVENT, null, 2), "", "not json: \"", "{\"cut\": \"of"]) {
    expect(pieces(json).map(([, piece]) => piece).join("")).toBe(json);
  }
});

test("keys, strings, numbers and words are told apart", () => {
  const found = pieces(JSON.stringify(EVENT, null, 2));
  const of = (kind: string): string[] => found.filter((piece) => piece[0] === kind).map(([, piece]) => piece);
  expect(of("key")).toEqual(['"type"', '"n"', '"list"', '"odd key"', '"text"']);
  expect(of("string")).toEqual(['"error"', '"a: \\"b\\" \\\\"', '"<img>"', '"12 true"']);
  expect(of("number")).toEqual(["-0.0015"]);
  expect(of("word")).toEqual(["true", "null"]);
});
