import { type Axis, axisTime } from "../model/axis.ts";
import { type Clip, type Lanes, type Mark, type MarkKind, STEP } from "../model/lanes.ts";

/** Colours as the page has them now. */
export const INKS = ["back", "soft", "line", "text", "faint", "user", "assistant", "alarm", "late"] as const;
export type Inks = Record<(typeof INKS)[number], string>;

/** What is drawn beside the lanes themselves; times in seconds since connecting. */
export interface Pointers {
  now: number;
  cursor: number | null;
  playing: number | null;
  hover: number | null;
}

/** Heights in CSS pixels, from the top: the user's lane, the marks in two rows, the assistant's lane, the time. */
const LANE = 54;
const ROW = 14;
const TIME = 17;
const ASSISTANT = LANE + 2 * ROW;
const BOTTOM = ASSISTANT + LANE;
export const HEIGHT = BOTTOM + TIME;

/** Width of a bar and of the gap behind it, CSS pixels. */
const BAR = 2;
const GAP = 1;
/** Quiet speech is to be seen as well: heights are levels to this power. */
const LIFT = 0.7;

const SIZE = 8;
const FONT = "10px system-ui, sans-serif";

interface Style {
  /** Which row of marks, and whose lane the line crosses. */
  row: 0 | 1;
  ink: keyof Inks;
  shape: "up" | "down" | "square" | "dot" | "ring" | "cross";
}

const STYLES: Record<MarkKind, Style> = {
  speech: { row: 0, ink: "user", shape: "up" },
  silence: { row: 0, ink: "user", shape: "down" },
  commit: { row: 0, ink: "user", shape: "square" },
  timeout: { row: 0, ink: "late", shape: "dot" },
  response: { row: 1, ink: "assistant", shape: "dot" },
  done: { row: 1, ink: "assistant", shape: "ring" },
  interruption: { row: 1, ink: "alarm", shape: "cross" },
};

/** A mark where it is drawn, CSS pixels. */
export interface Placed {
  mark: Mark;
  x: number;
  y: number;
  /** Room to the right of it, for its name. */
  room: number;
  /** The one to the left of it in its row. */
  before: Placed | undefined;
}

/** Puts the marks that are to be seen side by side in their rows, each as near to its time as there is room. */
export function place(marks: readonly Mark[], axis: Axis): Placed[] {
  const placed: Placed[] = [];
  const last: (Placed | undefined)[] = [undefined, undefined];
  for (const mark of marks) {
    if (mark.t < axis.from || mark.t > axis.to) continue;
    const { row } = STYLES[mark.kind];
    const before = last[row];
    const at = axis.x(mark.t);
    // What happened at the same moment stands in order.
    const x = before === undefined ? at : Math.max(at, Math.min(before.x + SIZE + 2, at + 2.5 * SIZE));
    // Seen from far away there are too many: those that another one covers are left out.
    if (before !== undefined && x - before.x < SIZE && mark.kind !== "interruption") continue;
    if (before !== undefined) before.room = x - before.x;
    const one: Placed = { mark, x, y: LANE + (row + 0.5) * ROW, room: axis.width - x, before };
    last[row] = one;
    placed.push(one);
  }
  return placed;
}

/** The mark under a pointer. */
export function markAt(placed: readonly Placed[], x: number, y: number): Mark | null {
  let nearest: Mark | null = null;
  let least = SIZE;
  for (const one of placed) {
    const away = Math.max(Math.abs(one.x - x), Math.abs(one.y - y));
    if (away > least) continue;
    least = away;
    nearest = one.mark;
  }
  return nearest;
}

/** Draws everything, in CSS pixels. `names` are what the marks are called. */
export function paint(
  to: CanvasRenderingContext2D,
  lanes: Lanes,
  axis: Axis,
  pointers: Pointers,
  placed: readonly Placed[],
  inks: Inks,
  names: Record<MarkKind, string>,
): void {
  const { now } = pointers;
  to.fillStyle = inks.back;
  to.fillRect(0, 0, axis.width, HEIGHT);
  to.fillStyle = inks.soft;
  to.fillRect(0, LANE, axis.width, 2 * ROW);
  paintTime(to, axis, inks);
  paintTurns(to, lanes, axis, now, inks);
  to.fillStyle = inks.line;
  for (const y of [LANE / 2, ASSISTANT + LANE / 2]) to.fillRect(0, y - 0.5, axis.width, 1);
  for (const clip of lanes.user) paintClip(to, clip, axis, 0, inks.user, clip.end);
  for (const [place, clip] of lanes.assistant.entries()) {
    // Its time is another answer's from where that begins.
    const next = lanes.assistant[place + 1]?.start ?? Infinity;
    if (clip.cut !== null) paintUnheard(to, clip, axis, ASSISTANT, inks.assistant, Math.min(clip.end, next));
  }
  for (const clip of lanes.assistant) {
    const end = clip.cut === null ? clip.end : clip.start + clip.cut;
    paintClip(to, clip, axis, ASSISTANT, inks.assistant, clip.played ? Math.min(now, end) : clip.start, end);
  }
  paintMarks(to, axis, placed, inks, names);
  paintPointers(to, axis, pointers, inks);
}

function paintTime(to: CanvasRenderingContext2D, axis: Axis, inks: Inks): void {
  const { every, times } = axis.ticks();
  to.font = FONT;
  to.textAlign = "left";
  to.textBaseline = "middle";
  for (const t of times) {
    const x = Math.round(axis.x(t));
    to.fillStyle = inks.line;
    to.globalAlpha = 0.6;
    to.fillRect(x, 0, 1, LANE);
    to.fillRect(x, ASSISTANT, 1, LANE);
    to.globalAlpha = 1;
    to.fillRect(x, BOTTOM, 1, 5);
    to.fillStyle = inks.faint;
    to.fillText(axisTime(t, every), x + 4, BOTTOM + TIME / 2 + 1);
  }
  to.fillStyle = inks.line;
  to.fillRect(0, BOTTOM, axis.width, 1);
}

function paintTurns(to: CanvasRenderingContext2D, lanes: Lanes, axis: Axis, now: number, inks: Inks): void {
  to.fillStyle = inks.user;
  for (const { start, end } of lanes.turns) {
    const until = end ?? Math.max(now, start);
    if (until < axis.from || start > axis.to) continue;
    const x = axis.x(start);
    const width = Math.max(1, axis.x(until) - x);
    to.globalAlpha = 0.13;
    to.fillRect(x, 0, width, LANE);
    to.globalAlpha = 0.75;
    to.fillRect(x, 0, width, 2);
  }
  to.globalAlpha = 1;
}

/** Draws a clip up to `end`, pale from `solid` on. Bars stand on a grid of time, so that they keep their heights as they move. */
function paintClip(
  to: CanvasRenderingContext2D,
  clip: Clip,
  axis: Axis,
  top: number,
  ink: string,
  solid: number,
  end = clip.end,
): void {
  bars(to, clip, axis, top, ink, [clip.start, Math.min(solid, end)], 1);
  bars(to, clip, axis, top, ink, [Math.max(clip.start, solid), end], 0.4);
}

function bars(
  to: CanvasRenderingContext2D,
  clip: Clip,
  axis: Axis,
  top: number,
  ink: string,
  [from, until]: [from: number, until: number],
  alpha: number,
): void {
  const seen: [number, number] = [Math.max(from, axis.from), Math.min(until, axis.to)];
  if (seen[0] >= seen[1]) return;
  const every = Math.max(1, Math.ceil((BAR + GAP) / axis.scale / STEP)) * STEP;
  const width = Math.max(BAR, every * axis.scale - GAP);
  to.fillStyle = ink;
  to.globalAlpha = alpha;
  for (let k = Math.floor(seen[0] / every); k * every < seen[1]; k++) {
    const [begin, end] = [Math.max(from, k * every), Math.min(until, (k + 1) * every)];
    // A grain of sound at the border of two bars belongs to the one that has more of it.
    if (end - begin < every / 2 && until - from > every) continue;
    const half = Math.max(0.5, (clip.peak(begin, end) / 100) ** LIFT * (LANE / 2 - 4));
    to.fillRect(axis.x(k * every), top + LANE / 2 - half, width, 2 * half);
  }
  to.globalAlpha = 1;
}

/** What was generated and never heard: pale, under hatching. */
function paintUnheard(to: CanvasRenderingContext2D, clip: Clip, axis: Axis, top: number, ink: string, end: number): void {
  const from = clip.start + (clip.cut ?? 0);
  const [left, right] = [Math.max(0, axis.x(from)), Math.min(axis.width, axis.x(end))];
  if (left >= right) return;
  bars(to, clip, axis, top, ink, [from, end], 0.3);
  to.save();
  to.beginPath();
  to.rect(left, top, right - left, LANE);
  to.clip();
  to.beginPath();
  // The hatching is fixed to the sound, not to the page.
  const first = axis.x(from) - LANE;
  for (let x = first + Math.max(0, Math.floor((left - LANE - first) / 7)) * 7; x < right; x += 7) {
    to.moveTo(x, top + LANE);
    to.lineTo(x + LANE, top);
  }
  to.strokeStyle = ink;
  to.globalAlpha = 0.25;
  to.lineWidth = 1;
  to.stroke();
  to.restore();
}

function paintMarks(
  to: CanvasRenderingContext2D,
  axis: Axis,
  placed: readonly Placed[],
  inks: Inks,
  names: Record<MarkKind, string>,
): void {
  to.font = FONT;
  to.textBaseline = "middle";
  to.textAlign = "left";
  const widths = new Map<MarkKind, number>();
  const room = (kind: MarkKind): number => {
    const known = widths.get(kind) ?? to.measureText(names[kind]).width;
    widths.set(kind, known);
    return known + SIZE + 6;
  };
  // An interruption is named whatever stands close behind it, on its other side if there is room.
  const turned = placed.filter(({ mark, room: right, before }) => {
    return mark.kind === "interruption" && right < room(mark.kind) && (before?.room ?? 0) >= room(mark.kind) + SIZE;
  });
  for (const { mark, before } of turned) if (before !== undefined) before.room -= room(mark.kind);
  for (const one of placed) {
    const { mark, x, y } = one;
    const { row, ink, shape } = STYLES[mark.kind];
    const line = Math.round(axis.x(mark.t));
    to.fillStyle = to.strokeStyle = inks[ink];
    const alarm = mark.kind === "interruption";
    to.globalAlpha = alarm ? 1 : 0.5;
    if (alarm) to.fillRect(line, 0, 1, BOTTOM);
    else to.fillRect(line, row === 0 ? 0 : ASSISTANT, 1, LANE);
    to.globalAlpha = 1;
    paintShape(to, shape, x, y);
    const left = turned.includes(one);
    if (!left && one.room < room(mark.kind)) continue;
    to.fillStyle = alarm ? inks.alarm : inks.text;
    to.fillText(names[mark.kind], left ? x - room(mark.kind) + SIZE / 2 + 3 : x + SIZE / 2 + 3, y + 0.5);
  }
}

function paintShape(to: CanvasRenderingContext2D, shape: Style["shape"], x: number, y: number): void {
  const r = SIZE / 2 - 0.5;
  to.beginPath();
  to.lineWidth = 1.75;
  if (shape === "up" || shape === "down") {
    const tip = shape === "up" ? -r : r;
    to.moveTo(x - r, y - tip * 0.8);
    to.lineTo(x + r, y - tip * 0.8);
    to.lineTo(x, y + tip);
    to.fill();
  } else if (shape === "square") {
    to.fillRect(x - r + 0.5, y - r + 0.5, 2 * r - 1, 2 * r - 1);
  } else if (shape === "cross") {
    to.moveTo(x - r, y - r);
    to.lineTo(x + r, y + r);
    to.moveTo(x + r, y - r);
    to.lineTo(x - r, y + r);
    to.stroke();
  } else {
    to.arc(x, y, shape === "ring" ? r - 0.75 : r, 0, 2 * Math.PI);
    if (shape === "ring") to.stroke();
    else to.fill();
  }
}

function paintPointers(to: CanvasRenderingContext2D, axis: Axis, { now, cursor, playing, hover }: Pointers, inks: Inks): void {
  const line = (t: number, ink: string, width: number, alpha = 1): void => {
    if (t < axis.from || t > axis.to) return;
    to.fillStyle = ink;
    to.globalAlpha = alpha;
    to.fillRect(Math.round(axis.x(t)) - (width > 1 ? 1 : 0), 0, width, BOTTOM);
    to.globalAlpha = 1;
  };
  // What has not come yet lies under a veil.
  const present = Math.max(0, axis.x(now));
  to.fillStyle = inks.soft;
  to.globalAlpha = 0.45;
  to.fillRect(present, 0, Math.max(0, axis.width - present), BOTTOM);
  to.globalAlpha = 1;
  line(now, inks.faint, 1);
  if (hover !== null) line(hover, inks.text, 1, 0.35);
  const place = playing ?? cursor;
  if (place === null || place < axis.from || place > axis.to) return;
  const ink = playing === null ? inks.text : inks.alarm;
  line(place, ink, playing === null ? 1 : 2);
  to.fillStyle = ink;
  const x = axis.x(place);
  to.beginPath();
  to.moveTo(x - 5, BOTTOM + 7);
  to.lineTo(x + 5, BOTTOM + 7);
  to.lineTo(x, BOTTOM);
  to.fill();
}
