import { expect, test } from "vitest";
import { Axis, axisTime } from "../src/model/axis.ts";

function axis(width = 600): Axis {
  const made = new Axis();
  made.width = width;
  made.follow(0);
  return made;
}

test("at the beginning the axis stands, then the present stays in its place", () => {
  const made = axis();
  made.follow(10);
  expect(made.x(0)).toBeCloseTo(6);
  expect(made.follow(100)).toBe(true);
  expect(made.x(100)).toBeCloseTo(510);
  expect(made.follow(100.001)).toBe(false);
});

test("who scrolls follows no more, and cannot leave what there is", () => {
  const made = axis();
  made.follow(100);
  made.scroll(-300, 105);
  expect([made.following, made.from.toFixed(1)]).toEqual([false, "59.5"]);
  expect(made.follow(200)).toBe(false);
  made.scroll(-1e6, 105);
  expect(made.to).toBeGreaterThan(0);
  made.scroll(1e6, 105);
  expect(made.from).toBeLessThan(105);
});

test("zooming keeps what is under the pointer, or the present while it follows", () => {
  const made = axis();
  made.follow(100);
  made.zoom(0.5, 0, 100);
  expect([made.x(100), made.scale]).toEqual([expect.closeTo(510), expect.closeTo(40)]);
  made.scroll(0, 100);
  const t = made.t(120);
  made.zoom(2, 120, 100);
  expect(made.x(t)).toBeCloseTo(120);
});

test("zooming has its ends", () => {
  const made = axis();
  made.scroll(0, 100);
  for (let k = 0; k < 50; k++) made.zoom(2, 0, 0);
  expect(made.to - made.from).toBe(3600);
  for (let k = 0; k < 50; k++) made.zoom(0.5, 0, 0);
  expect(made.to - made.from).toBe(1);
});

test("what is in view is not moved to be revealed", () => {
  const made = axis();
  made.follow(100);
  made.reveal(95);
  expect(made.following).toBe(true);
  made.reveal(20);
  expect([made.following, made.x(20)]).toEqual([false, expect.closeTo(240)]);
});

test("labels keep apart and stand on round times", () => {
  const made = axis();
  made.follow(10);
  expect(made.ticks()).toEqual({ every: 5, times: [0, 5, 10, 15, 20, 25] });
  made.scroll(0, 10);
  for (let k = 0; k < 50; k++) made.zoom(2, 0, 0);
  expect(made.ticks().every * made.scale).toBeGreaterThanOrEqual(72);
});

test("times are short", () => {
  expect([0, 7, 59, 60, 65, 600, 3605].map((t) => axisTime(t))).toEqual(["0 s", "7 s", "59 s", "1:00", "1:05", "10:00", "1:00:05"]);
  expect([0.2, 61.5].map((t) => axisTime(t, 0.1))).toEqual(["0.2 s", "1:01.5"]);
});

test("all of it is shown, from before its beginning to behind its end", () => {
  const axis = new Axis();
  axis.width = 1040;
  axis.show(100);
  expect(axis.x(0)).toBeCloseTo(20.8);
  expect(axis.x(100)).toBeCloseTo(1020.8);
  expect(axis.following).toBe(false);
});
