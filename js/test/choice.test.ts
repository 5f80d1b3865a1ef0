import { expect, test } from "vitest";
import { Choice, Chooser, type Range } from "../src/model/choice.ts";
import { EventLines } from "../src/model/events.ts";
import { EVERYTHING } from "../src/model/filter.ts";
import { Listing } from "../src/model/listing.ts";

/** Lines 0 to 3: a, a run of three pieces (rows 1 to 3), b, c. */
function choosing(): { chooser: Chooser; listing: Listing; told: Range[][] } {
  const log = new EventLines();
  const listing = new Listing(log.lines);
  for (const type of ["a", "x.delta", "x.delta", "x.delta", "b", "c"]) {
    listing.note(log.add({ index: log.rows, t: 0, direction: "server", audio_ms: null, event: { type } }));
  }
  const settle = (): boolean => listing.settle(Infinity, () => 0);
  settle();
  const told: Range[][] = [];
  const chooser: Chooser = new Chooser(() => log.lines, () => listing, () => told.push(chooser.choice.ranges));
  return { chooser, listing, told };
}

const line = (place: number): { place: number; nth: null } => ({ place, nth: null });

test("ranges come back as they went in, and rows that touch are one range", () => {
  const choice = new Choice();
  choice.ranges = [[7, 9], [2, 2]];
  expect(choice.ranges).toEqual([[2, 2], [7, 9]]);
  choice.add([3, 6]);
  expect(choice.ranges).toEqual([[2, 3], [6, 9]]);
  expect(choice.size).toBe(6);
});

test("a folded line stands for all of its rows, a row in it for itself", () => {
  const { chooser, told } = choosing();
  chooser.alone(line(1));
  chooser.alone({ place: 1, nth: 1 });
  expect(told).toEqual([[[1, 3]], [[2, 2]]]);
  expect(chooser.shows(line(1))).toBe(true);
  expect(chooser.shows({ place: 1, nth: 0 })).toBe(false);
  expect(chooser.shows(line(0))).toBe(false);
});

test("one more is put in, and taken out again when all of it is in", () => {
  const { chooser, told } = choosing();
  chooser.alone({ place: 1, nth: 0 });
  chooser.also(line(1));
  chooser.also(line(3));
  chooser.also(line(1));
  expect(told).toEqual([[[1, 1]], [[1, 3]], [[1, 3], [5, 5]], [[5, 5]]]);
});

test("from the anchor up to another, either way, and only what the list shows", () => {
  const { chooser, listing, told } = choosing();
  chooser.upTo(line(2));
  chooser.upTo(line(0));
  chooser.upTo(line(3));
  expect(told).toEqual([[[4, 4]], [[0, 4]], [[4, 5]]]);
  listing.filter({ ...EVERYTHING, words: "-delta" });
  listing.settle(Infinity, () => 0);
  chooser.alone(line(0));
  chooser.upTo(line(2));
  expect(told.at(-1)).toEqual([[0, 0], [4, 4]]);
  chooser.all();
  expect(told.at(-1)).toEqual([[0, 0], [4, 5]]);
});

test("an anchor that the filter hides is one no more", () => {
  const { chooser, listing, told } = choosing();
  chooser.alone(line(1));
  listing.filter({ ...EVERYTHING, words: "-delta" });
  listing.settle(Infinity, () => 0);
  chooser.upTo(line(2));
  chooser.upTo(line(3));
  expect(told.slice(1)).toEqual([[[4, 4]], [[4, 5]]]);
});
