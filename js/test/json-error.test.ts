import { expect, test } from "vitest";
import { jsonError } from "../src/model/json-error.ts";

const isJson = (words: string): boolean => {
  try {
    JSON.parse(words);
    return true;
  } catch {
    return false;
  }
};

test("the place is where a reader stumbles", () => {
  expect(jsonError('[\n  { "type": function }\n]')).toEqual({ line: 2, column: 13 });
  expect(jsonError("[1,\n]")).toEqual({ line: 2, column: 1 });
  expect(jsonError('{"a": 1 "b": 2}')).toEqual({ line: 1, column: 9 });
  expect(jsonError('["open]')).toEqual({ line: 1, column: 2 });
  expect(jsonError("[")).toEqual({ line: 1, column: 2 });
  expect(jsonError("[] []")).toEqual({ line: 1, column: 4 });
});

test("it takes and refuses what the browser's own parser does", () => {
  const whole = '[{"a": [1, -0.5e+3, true, null, "\\u00e9\\n"], "b": {}}, [], "x"]';
  const pieces = ["{", "}", "[", "]", ",", ":", '"', "0", "-", ".", "t", " ", "\\", "\n"];
  let refused = 0;
  for (let place = 0; place <= whole.length; place++) {
    for (const piece of ["", ...pieces]) {
      for (const words of [whole.slice(0, place) + piece + whole.slice(place), whole.slice(0, place) + piece + whole.slice(place + 1)]) {
        expect([words, jsonError(words) === null]).toEqual([words, isJson(words)]);
        refused += isJson(words) ? 0 : 1;
      }
    }
  }
  expect(refused).toBeGreaterThan(500);
});
