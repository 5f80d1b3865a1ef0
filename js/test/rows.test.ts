import { expect, test } from "vitest";
import type { Row } from "../src/messages.ts";
import { Rows } from "../src/model/rows.ts";

const row = (index: number): Row => ({ index, t: index, direction: "server", audio_ms: null, event: {} });

function taken(): { rows: Rows; log: string[] } {
  const log: string[] = [];
  return { log, rows: new Rows(({ index }, happened) => log.push(happened ? `now ${index}` : `${index}`)) };
}

test("what happens while the history comes stands behind it, each row once", () => {
  const { rows, log } = taken();
  rows.history([row(0), row(1)], false);
  rows.happened(row(3));
  rows.happened(row(4));
  expect(log).toEqual(["0", "1"]);
  // The kernel took the last piece after row 3 had happened.
  rows.history([row(2), row(3)], true);
  rows.happened(row(5));
  expect(log).toEqual(["0", "1", "2", "3", "now 4", "now 5"]);
});

test("when the history comes anew, it comes whole", () => {
  const { rows, log } = taken();
  rows.history([row(0)], true);
  rows.clear();
  rows.happened(row(2));
  rows.history([row(0), row(1)], true);
  expect(log).toEqual(["0", "0", "1", "now 2"]);
});
