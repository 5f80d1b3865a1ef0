import { expect, test } from "vitest";
import { laidOut, pieces } from "../src/model/json.ts";

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

test.each([
  ['{"city":"Paris"}', '{ "city": "Paris" }'],
  ['{"a":[],"b":{}}', '{ "a": [], "b": {} }'],
  ["[1.0, 12345678901234567890]", "[ 1.0, 12345678901234567890 ]"],
  ['{"city": "\\u5317\\u4eac"}', '{ "city": "北京" }'],
  ['{"path": "a\u202eb\u2066"}', '{ "path": "a\\u202eb\\u2066" }'],
  ['["a\\nb", "{,}"]', '[ "a\\nb", "{,}" ]'],
  ['{"city":"Pa', '{"city":"Pa'],
  ["21 degrees", "21 degrees"],
  ['"21"', '"21"'],
])("%s is laid out", (json, laid) => {
  expect(laidOut(json)).toBe(laid);
});

test("what is long stands in lines, as JSON.stringify has them", () => {
  const value = { text: "a".repeat(40), list: [1, { deep: [] }, true], none: null, empty: {} };
  expect(laidOut(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
});
