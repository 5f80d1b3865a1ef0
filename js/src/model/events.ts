import { milliseconds } from "../audio/pcm.ts";
import type { Row } from "../messages.ts";
import { duration } from "./format.ts";

/** Whose turn an event belongs to, where it belongs to one. */
export type Side = "user" | "assistant" | "";

/** One line of the event list: a row of the log, or a run of rows of the same kind. It holds no event. */
export interface Line {
  /** The first row's position in the log. */
  readonly index: number;
  /** Seconds since connecting. */
  readonly t: number;
  readonly direction: Row["direction"];
  readonly type: string;
  /** Empty where the event names none. */
  readonly item_id: string;
  readonly response_id: string;
  readonly call_id: string;
  readonly side: Side;
  /** It tells of something that went wrong. */
  readonly bad: boolean;
  /** How many rows it stands for. */
  count: number;
  /** Their sound together, ms. */
  audio_ms: number;
  /** The text of all of them, up to `MOST_TEXT` characters. */
  detail: string;
  /** The single rows, where there are several. */
  run: Run | null;
}

/** The rows of a line, as columns of the same length: some 24 bytes a row. */
interface Run {
  /** Positions in the log. */
  index: number[];
  t: number[];
  audio_ms: number[];
  /** Where each row's piece ends in the line's text. */
  end: number[];
}

/** A single row of a line. */
export interface Single {
  index: number;
  t: number;
  audio_ms: number;
  detail: string;
}

/** Characters kept of one line's text; the kernel has the rest. */
const MOST_TEXT = 20_000;

/** Rows that come in long runs: sound and text in pieces. */
function folds(type: string): boolean {
  return type.endsWith(".delta") || type === "input_audio_buffer.append";
}

/**
 * Folds runs of pieces into one line each. Pieces of several kinds alternate (sound and its transcript, the microphone
 * beside both), so each kind has its own line until a row of another sort ends the run.
 */
export class EventLines {
  /** In the order of their first rows. */
  readonly lines: Line[] = [];
  /** Rows so far. */
  rows = 0;
  /** Places of the lines that still grow, by kind. */
  readonly #open = new Map<string, number>();
  /** Each event brings its own copy of the same few names: one of each is kept. */
  readonly #names = new Map<string, string>();

  /** Returns the place of the line that is new or has grown. */
  add(row: Row): number {
    this.rows += 1;
    const { event } = row;
    const type = this.#name(text(event.type));
    const piece = folds(type);
    const key = piece ? `${row.direction} ${type} ${text(event.item_id)} ${text(event.content_index)}` : "";
    const open = this.#open.get(key);
    if (open !== undefined) {
      grow(this.lines[open] as Line, row);
      return open;
    }
    const place = this.lines.length;
    if (piece) this.#open.set(key, place);
    else this.#open.clear();
    this.lines.push({
      ...{ index: row.index, t: row.t, direction: row.direction, type },
      item_id: this.#name(text(event.item_id) || text(field(event.item, "id"))),
      response_id: this.#name(text(event.response_id) || text(field(event.response, "id"))),
      call_id: this.#name(text(event.call_id) || text(field(event.item, "call_id"))),
      ...{ side: sideOf(type, event), bad: isBad(type, event) },
      ...{ count: 1, audio_ms: piece ? (row.audio_ms ?? 0) : 0, run: null },
      detail: bounded(piece ? text(event.delta) : detailOf(row)),
    });
    return place;
  }

  /** The place of the line that holds a row of the log, and the row's number in it. */
  find(index: number): { place: number; nth: number } | null {
    for (let place = this.lines.length - 1; place >= 0; place--) {
      const line = this.lines[place] as Line;
      // Runs overlap, so a later line may begin before an earlier one ends.
      const nth = line.run === null ? (line.index === index ? 0 : -1) : line.run.index.indexOf(index);
      if (nth >= 0) return { place, nth };
    }
    return null;
  }

  #name(name: string): string {
    const known = this.#names.get(name);
    if (known === undefined) this.#names.set(name, name);
    return known ?? name;
  }
}

function grow(line: Line, row: Row): void {
  const { index, t, audio_ms, detail } = line;
  line.run ??= { index: [index], t: [t], audio_ms: [audio_ms], end: [detail.length] };
  line.count += 1;
  line.audio_ms += row.audio_ms ?? 0;
  if (line.detail.length < MOST_TEXT) line.detail += text(row.event.delta);
  line.run.index.push(row.index);
  line.run.t.push(row.t);
  line.run.audio_ms.push(row.audio_ms ?? 0);
  line.run.end.push(line.detail.length);
}

/** The row number `nth` (from 0) of a line. */
export function single(line: Line, nth: number): Single {
  const { run } = line;
  if (run === null) return line;
  const [index, t, audio_ms] = [run.index[nth] as number, run.t[nth] as number, run.audio_ms[nth] as number];
  return { index, t, audio_ms, detail: line.detail.slice(nth === 0 ? 0 : run.end[nth - 1], run.end[nth]) };
}

/** A text's beginning, as a string of its own: a mere slice would keep the whole text in memory. */
function bounded(words: string): string {
  return words.length <= MOST_TEXT ? words : words.slice(0, MOST_TEXT).split("").join("");
}

const USERS = /^(input_audio_buffer\.|conversation\.item\.input_audio_transcription\.)/;
const ASSISTANTS = /^(response\.|output_audio_buffer\.|rt\.playback\.|conversation\.item\.truncate)/;

function sideOf(type: string, { item }: Fields): Side {
  const role = text(field(item, "role"));
  if (USERS.test(type) || role === "user") return "user";
  return ASSISTANTS.test(type) || role === "assistant" ? "assistant" : "";
}

const BAD = /(^error|\.failed|^rt\.unreadable|^rt\.connection\.lost|^rt\.tool\.unsent)$/;

function isBad(type: string, { error, response }: Fields): boolean {
  return BAD.test(type) || (error !== undefined && error !== null) || field(response, "status") === "failed";
}

type Fields = Record<string, unknown>;

/** What matters of an event beyond its type, by the field that tells it; the first that is there wins. */
const DETAILS: [field: string, show: (value: unknown, event: Fields) => string][] = [
  ["error", (error) => text(field(error, "message")) || text(error)],
  ["transcript", text],
  ["fraction", (value, event) => [`${Math.round(Number(value) * 100)} %`, text(event.text)].filter(Boolean).join(" ")],
  ["text", text],
  ["arguments", (value, event) => `${text(event.name)}(${typeof value === "string" ? value : JSON.stringify(value)})`],
  ["output", (value, event) => `${text(event.name)} → ${text(value)}`],
  ["audio_end_ms", (value) => `to ${text(value)} ms`],
  ["audio_start_ms", (value) => `from ${text(value)} ms`],
  ["heard_ms", (value, event) => (event.type === "rt.playback.started" ? "" : heardOf(Number(value), Number(event.generated_ms)))],
  ["missing_samples", (value) => `${duration(milliseconds(Number(value)))} of silence`],
  ["item", (item) => [text(field(item, "role")) || text(field(item, "type")), callText(item) || itemText(item)].filter(Boolean).join(": ")],
  ["response", (response) => text(field(response, "status"))],
  ["session", (session) => text(field(session, "model"))],
  ["message", text],
  ["reason", text],
];

function callText(item: unknown): string {
  const name = text(field(item, "name"));
  return name === "" ? "" : `${name}(${text(field(item, "arguments"))})`;
}

function heardOf(heard_ms: number, generated_ms: number): string {
  return `heard ${duration(heard_ms)} of ${duration(generated_ms)}`;
}

export function detailOf({ event }: Row): string {
  for (const [name, show] of DETAILS) {
    if (event[name] !== undefined && event[name] !== null) return show(event[name], event);
  }
  return "";
}

/** The words of an item, typed or spoken. */
export function itemText(item: unknown): string {
  const content = field(item, "content");
  const parts = Array.isArray(content) ? content.map((part) => text(field(part, "text")) || text(field(part, "transcript"))) : [];
  return [...parts, text(field(item, "output"))].filter(Boolean).join("\n");
}

/** A field of what may be an object. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Fields)[name] : undefined;
}

/** A value as text; nothing for what is none. */
export function text(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
