import { expect, test } from "vitest";
import { EventLines } from "../src/model/events.ts";
import { EVERYTHING } from "../src/model/filter.ts";
import { Listing } from "../src/model/listing.ts";

const NEVER = (): number => 0;

/** A list over an empty log; `add` brings one row of a type. */
function listing(): { list: Listing; add: (type: string, more?: Record<string, unknown>) => void; shown: () => string[] } {
  const log = new EventLines();
  const list = new Listing(log.lines);
  const add = (type: string, more: Record<string, unknown> = {}): void => {
    list.note(log.add({ index: log.rows, t: 0, direction: "server", audio_ms: null, event: { type, ...more } }));
  };
  const shown = (): string[] => {
    expect(list.settle(Infinity, NEVER)).toBe(true);
    return Array.from({ length: list.size }, (_, position) => {
      const entry = list.at(position);
      expect(list.positionOf(entry)).toBe(position);
      return `${log.lines[entry.place]?.type}${entry.nth === null ? "" : `/${entry.nth}`}`;
    });
  };
  return { list, add, shown };
}

test("without a filter every line is shown", () => {
  const { list, add, shown } = listing();
  for (const type of ["a", "x.delta", "x.delta", "b"]) add(type);
  expect(shown()).toEqual(["a", "x.delta", "b"]);
  expect(list.matched).toBeNull();
});

test("a filter counts the rows behind the lines that pass", () => {
  const { list, add, shown } = listing();
  for (const type of ["a", "x.delta", "x.delta", "b"]) add(type);
  list.filter({ ...EVERYTHING, words: "delta" });
  expect(shown()).toEqual(["x.delta"]);
  expect(list.matched).toBe(2);
  list.filter(EVERYTHING);
  expect(shown()).toEqual(["a", "x.delta", "b"]);
});

test("lines that come later pass the filter or do not", () => {
  const { list, add, shown } = listing();
  list.filter({ ...EVERYTHING, words: "-a" });
  for (const type of ["a", "b", "a", "b"]) add(type);
  expect(shown()).toEqual(["b", "b"]);
  add("b");
  expect(shown()).toEqual(["b", "b", "b"]);
});

test("a line whose text grows comes to pass, or ceases to", () => {
  const { list, add, shown } = listing();
  list.filter({ ...EVERYTHING, words: "day -rain" });
  add("x.delta", { item_id: "i", delta: "Good " });
  add("y.delta", { item_id: "i", delta: "day" });
  expect(shown()).toEqual(["y.delta"]);
  add("x.delta", { item_id: "i", delta: "day" });
  expect(shown()).toEqual(["x.delta", "y.delta"]);
  add("y.delta", { item_id: "i", delta: ", rain" });
  expect(shown()).toEqual(["x.delta"]);
  expect(list.matched).toBe(2);
});

test("unfolded lines have their rows behind them, wherever they stand", () => {
  const { list, add, shown } = listing();
  for (const type of ["a", "x.delta", "x.delta", "b", "y.delta", "y.delta", "c"]) add(type);
  list.fold(1, false);
  list.fold(3, false);
  const all = ["a", "x.delta", "x.delta/0", "x.delta/1", "b", "y.delta", "y.delta/0", "y.delta/1", "c"];
  expect(shown()).toEqual(all);
  list.filter({ ...EVERYTHING, words: "-x" });
  expect(shown()).toEqual(["a", "b", "y.delta", "y.delta/0", "y.delta/1", "c"]);
  expect(list.positionOf({ place: 1, nth: 0 })).toBeNull();
  list.filter(EVERYTHING);
  list.fold(1, true);
  expect(shown()).toEqual(["a", "x.delta", "b", "y.delta", "y.delta/0", "y.delta/1", "c"]);
});

test("an unfolded line that grows has the new row behind it", () => {
  const { list, add, shown } = listing();
  for (const type of ["x.delta", "x.delta", "y.delta"]) add(type);
  list.fold(0, false);
  shown();
  add("x.delta");
  expect(shown()).toEqual(["x.delta", "x.delta/0", "x.delta/1", "x.delta/2", "y.delta"]);
});

test("a filter over many lines goes on from frame to frame, and the old list stays until it is through", () => {
  const { list, add } = listing();
  for (let i = 0; i < 2000; i++) add(i % 2 === 0 ? "even" : "odd");
  list.settle(Infinity, NEVER);
  list.filter({ ...EVERYTHING, words: "even" });
  const late = (): number => 1;
  expect(list.settle(0, late)).toBe(false);
  expect(list.size).toBe(2000);
  add("even");
  let frames = 1;
  while (!list.settle(0, late)) frames += 1;
  expect(frames).toBeGreaterThan(2);
  expect(list.size).toBe(1001);
  expect(list.matched).toBe(1001);
});

test("rows that come while a filter is on its way are counted", () => {
  const { list, add } = listing();
  add("x.delta");
  add("x.delta");
  for (let i = 0; i < 2000; i++) add("y.delta", { item_id: String(i) });
  list.settle(Infinity, NEVER);
  list.filter({ ...EVERYTHING, words: "x.delta" });
  expect(list.settle(0, () => 1)).toBe(false);
  add("x.delta");
  list.settle(Infinity, NEVER);
  expect(list.matched).toBe(3);
  add("x.delta");
  list.settle(Infinity, NEVER);
  expect([list.size, list.matched]).toEqual([1, 4]);
});
