import { milliseconds } from "../audio/pcm.ts";
import type { Row } from "../messages.ts";
import { duration } from "./format.ts";

/** One line of the event list: a row, or a run of rows of the same kind. */
export interface Line {
  /** The first row's position in the log. */
  index: number;
  t: number;
  direction: Row["direction"];
  type: string;
  /** How many rows it stands for. */
  count: number;
  /** Their sound together, ms. */
  audio_ms: number;
  detail: string;
}

/** Rows that come in long runs: sound and text in pieces. */
function folds(type: string): boolean {
  return type.endsWith(".delta") || type === "input_audio_buffer.append";
}

/**
 * Folds runs of pieces into one line each. Pieces of several kinds alternate (sound and its transcript, the microphone
 * beside both), so each kind has its own line until a row of another sort ends the run.
 */
export class EventLines {
  readonly lines: Line[] = [];
  readonly #open = new Map<string, Line>();

  /** Returns the line that is new or has changed. */
  add(row: Row): Line {
    const type = text(row.event.type);
    const key = [row.direction, type, text(row.event.item_id), text(row.event.content_index)].join(" ");
    const open = this.#open.get(key);
    if (open !== undefined) {
      open.count += 1;
      open.audio_ms += row.audio_ms ?? 0;
      open.detail += pieceOf(row);
      return open;
    }
    const line: Line = {
      index: row.index,
      t: row.t,
      direction: row.direction,
      type,
      count: 1,
      audio_ms: folds(type) ? (row.audio_ms ?? 0) : 0,
      detail: folds(type) ? pieceOf(row) : detailOf(row),
    };
    if (folds(type)) this.#open.set(key, line);
    else this.#open.clear();
    this.lines.push(line);
    return line;
  }
}

function pieceOf({ event }: Row): string {
  return text(event.delta);
}

type Fields = Record<string, unknown>;

/** What matters of an event beyond its type, by the field that tells it; the first that is there wins. */
const DETAILS: [field: string, show: (value: unknown, event: Fields) => string][] = [
  ["error", (error) => text(field(error, "message")) || text(error)],
  ["transcript", text],
  ["text", text],
  ["arguments", (value, event) => `${text(event.name)}(${text(value)})`],
  ["audio_end_ms", (value) => `to ${text(value)} ms`],
  ["audio_start_ms", (value) => `from ${text(value)} ms`],
  ["heard_ms", (value, event) => (event.type === "rt.playback.started" ? "" : heardOf(Number(value), Number(event.generated_ms)))],
  ["missing_samples", (value) => `${duration(milliseconds(Number(value)))} of silence`],
  ["item", (item) => [text(field(item, "role")) || text(field(item, "type")), itemText(item)].filter(Boolean).join(": ")],
  ["response", (response) => text(field(response, "status"))],
  ["session", (session) => text(field(session, "model"))],
  ["message", text],
  ["reason", text],
];

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
