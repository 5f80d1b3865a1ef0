import type { Row } from "../messages.ts";
import { field, text } from "./events.ts";

/** Seconds of sound that one level stands for. */
export const STEP = 0.02;

/** Seconds by which a microphone's chunk may come late without a gap in what is drawn. */
const LATE = 0.25;

/** Seconds over which the pace of the input is measured, and the pace above which it is no microphone's. */
const PACE_WINDOW = 0.5;
const LIVE_PACE = 1.2;

/** Sound before the speech that `audio_start_ms` includes, ms, where turn detection does not tell it. */
const PADDING = 300;

/** A stretch of sound without a gap. */
export class Clip {
  /** Where it begins, seconds since connecting. */
  start: number;
  /** Its duration, seconds. */
  seconds = 0;
  /** It was, or is being, heard from its beginning; a microphone's sound always. */
  played: boolean;
  /** Where it was silenced, seconds from its beginning; null where it was not. */
  cut: number | null = null;
  #levels = new Uint8Array(64);

  constructor(start: number, played: boolean) {
    this.start = start;
    this.played = played;
  }

  get end(): number {
    return this.start + this.seconds;
  }

  /** What it takes. */
  get bytes(): number {
    return this.#levels.length;
  }

  /** Adds `seconds` of sound with these peaks, 0 to 100, one for each `STEP` begun. */
  append(levels: ArrayLike<number>, seconds: number): void {
    const need = Math.ceil((this.seconds + seconds) / STEP) + 1;
    if (need > this.#levels.length) {
      const grown = new Uint8Array(Math.max(need, 2 * this.#levels.length));
      grown.set(this.#levels);
      this.#levels = grown;
    }
    for (let i = 0; i < levels.length; i++) {
      const at = Math.floor((this.seconds + i * STEP) / STEP + 1e-6);
      this.#levels[at] = Math.max(this.#levels[at] as number, levels[i] as number);
    }
    this.seconds += seconds;
  }

  /** The highest peak between two times, seconds since connecting. */
  peak(from: number, to: number): number {
    const first = Math.max(0, Math.floor((from - this.start) / STEP + 1e-6));
    const last = Math.min(Math.ceil((to - this.start) / STEP - 1e-6), Math.ceil(this.seconds / STEP));
    let highest = 0;
    for (let i = first; i < last; i++) highest = Math.max(highest, this.#levels[i] as number);
    return highest;
  }

  /** Takes away what is behind `seconds` and returns it, as a clip that begins at `start`. */
  split(seconds: number, start: number): Clip {
    const at = Math.round(seconds / STEP);
    const rest = new Clip(start, this.played);
    if (this.seconds > seconds) rest.append(this.#levels.slice(at, Math.ceil(this.seconds / STEP)), this.seconds - seconds);
    this.#levels.fill(0, at);
    this.seconds = Math.min(this.seconds, seconds);
    return rest;
  }
}

/** Speech that the server heard, seconds since connecting; `end` is null while it goes on. */
export interface Turn {
  start: number;
  end: number | null;
}

export type MarkKind = "speech" | "silence" | "commit" | "response" | "done" | "interruption" | "timeout";

/** Something that happened at a moment. */
export interface Mark {
  t: number;
  kind: MarkKind;
  /** Position of its row in the log. */
  index: number;
}

const MARKS: Record<string, MarkKind> = {
  "input_audio_buffer.speech_started": "speech",
  "input_audio_buffer.speech_stopped": "silence",
  "input_audio_buffer.committed": "commit",
  "input_audio_buffer.timeout_triggered": "timeout",
  "response.created": "response",
  "response.done": "done",
  "rt.playback.flushed": "interruption",
};

/** A content part of an answer: its clips, more than one where the loudspeaker ran dry in between. */
interface Part {
  clips: Clip[];
}

type Handler = (lanes: Lanes, row: Row) => void;

/**
 * The sound of both sides on the axis of the log, seconds since connecting.
 *
 * The user's is drawn where it was recorded: it ends when its row was logged; sound that comes faster than it lasts is
 * put end to end, until it comes at its own pace again. The assistant's is drawn where it was heard, before that from
 * where its first piece arrived, behind what came before it (rt_notebook/log/tracks.py lays it likewise). An hour takes
 * 180,000 bytes a lane, at most twice that while a lane grows.
 */
export class Lanes {
  readonly user: Clip[] = [];
  readonly assistant: Clip[] = [];
  readonly turns: Turn[] = [];
  readonly marks: Mark[] = [];
  readonly #parts = new Map<string, Part>();
  /** Seconds of sound that this connection's input buffer had taken when a clip of the user's began. */
  readonly #inputs: { clip: Clip; from: number }[] = [];
  #taken = 0;
  #padding_ms = PADDING;
  /** Where the pace of the input is measured from. */
  #pace = { t: 0, taken: 0 };
  #end = 0;

  /** Where the last of it ends. */
  get end(): number {
    return this.#end;
  }

  /** Returns whether there is something new to draw. */
  add(row: Row): boolean {
    const type = text(row.event.type);
    const kind = MARKS[type];
    if (kind !== undefined) this.marks.push({ t: row.t, kind, index: row.index });
    const handler = HANDLERS[type];
    handler?.(this, row);
    if (kind === undefined && handler === undefined) return false;
    this.#end = Math.max(this.#end, row.t);
    return true;
  }

  /** Who is to be heard at a time. */
  at(t: number): { user: boolean; assistant: boolean } {
    const sounds = (clip: Clip): boolean => t >= clip.start && t < clip.start + (clip.cut ?? clip.seconds);
    const speaks = this.turns.some(({ start, end }) => t >= start && t < (end ?? Infinity));
    return { user: speaks, assistant: this.assistant.some((clip) => clip.played && sounds(clip)) };
  }

  /** The connection counts its input from nought. */
  connected(): void {
    this.#taken = 0;
    this.#pace = { t: 0, taken: 0 };
    this.#inputs.length = 0;
    const open = this.turns.at(-1);
    if (open?.end === null) open.end = this.#end;
  }

  heardInput({ t, audio_ms, levels = [] }: Row): void {
    const seconds = (audio_ms ?? 0) / 1000;
    let clip = this.#inputs.at(-1)?.clip;
    const live = this.#isLive(t);
    if (clip === undefined || clip.end < t - seconds - LATE || (live && clip.end > t + LATE)) {
      clip = new Clip(Math.max(0, t - seconds), true);
      this.user.push(clip);
      this.#inputs.push({ clip, from: this.#taken });
    }
    clip.append(levels, seconds);
    this.#taken += seconds;
    this.#end = Math.max(this.#end, clip.end);
  }

  /** The input comes as fast as it lasts: what was put ahead of time before, from a file perhaps, holds it up no more. */
  #isLive(t: number): boolean {
    const since = this.#pace;
    const elapsed = t - since.t;
    if (elapsed < PACE_WINDOW) return false;
    this.#pace = { t, taken: this.#taken };
    return (this.#taken - since.taken) / elapsed < LIVE_PACE;
  }

  /** Sound that is in an item which was added is drawn from the moment it was. */
  addedItem({ t, audio_ms, levels }: Row): void {
    if (levels === undefined || audio_ms === null) return;
    const clip = new Clip(t, true);
    clip.append(levels, audio_ms / 1000);
    this.user.push(clip);
    this.#end = Math.max(this.#end, clip.end);
  }

  /** Where the input of this connection was at `ms` on its own count; `t` where that is not known. */
  inputAt(ms: unknown, t: number): number {
    if (typeof ms !== "number") return t;
    const input = this.#inputs.findLast(({ from }) => from <= ms / 1000);
    return input === undefined ? t : input.clip.start + ms / 1000 - input.from;
  }

  /** Where speech begins, with its padding: that does not reach back over a pause of the microphone. */
  speechFrom(ms: unknown, t: number): number {
    if (typeof ms !== "number") return t;
    const spoken = ms > 0 ? ms + this.#padding_ms : ms;
    const input = this.#inputs.findLast(({ from }) => from <= spoken / 1000);
    return input === undefined ? t : Math.max(input.clip.start, input.clip.start + ms / 1000 - input.from);
  }

  detects(session: unknown): void {
    const detection = field(field(field(session, "audio"), "input"), "turn_detection");
    this.#padding_ms = Number(field(detection, "prefix_padding_ms") ?? PADDING);
  }

  generated(row: Row): void {
    const part = this.#part(row) ?? { clips: [] };
    if (part.clips.length === 0) {
      // What nobody has begun to play is heard behind what came before it, if at all.
      const before = this.assistant.at(-1);
      const free = before === undefined ? 0 : before.start + (before.cut ?? before.seconds);
      part.clips.push(new Clip(Math.max(row.t, free), false));
      this.assistant.push(...part.clips);
      this.#parts.set(keyOf(row.event), part);
    }
    const clip = part.clips.at(-1) as Clip;
    clip.append(row.levels ?? [], (row.audio_ms ?? 0) / 1000);
    this.#end = Math.max(this.#end, clip.end);
  }

  started(row: Row): void {
    const clip = this.#part(row)?.clips[0];
    if (clip === undefined) return;
    clip.start = row.t;
    clip.played = true;
    this.#end = Math.max(this.#end, clip.end);
  }

  /** The gap ends now; what comes after it is heard from now on. */
  underrun(row: Row): void {
    // The report names no content part: it is the item's last that sounds.
    const [, part] = [...this.#parts].findLast(([key]) => key.startsWith(`${text(row.event.item_id)}/`)) ?? [];
    const clip = part?.clips.at(-1);
    if (part === undefined || clip === undefined || !clip.played) return;
    const silence = Number(row.event.missing_samples ?? 0) / 24_000;
    const rest = clip.split(Math.max(0, row.t - silence - clip.start), row.t);
    part.clips.push(rest);
    this.assistant.push(rest);
  }

  flushed(row: Row): void {
    let left = Number(row.event.heard_ms ?? 0) / 1000;
    for (const clip of this.#part(row)?.clips ?? []) {
      if (left < clip.seconds) clip.cut = left;
      left = Math.max(0, left - clip.seconds);
      // Nothing is heard of a part that never began, yet it is where it would have been.
      clip.played = true;
    }
  }

  /** The server was told how much was heard; where a loudspeaker played it, that has told more. */
  truncated(row: Row): void {
    const clip = this.#part(row)?.clips[0];
    const end = Number(row.event.audio_end_ms ?? NaN) / 1000;
    if (clip !== undefined && !clip.played && end < clip.seconds) clip.cut = end;
  }

  #part({ event }: Row): Part | undefined {
    return this.#parts.get(keyOf(event));
  }
}

function keyOf(event: Row["event"]): string {
  return `${text(event.item_id)}/${text(event.content_index) || "0"}`;
}

const HANDLERS: Record<string, Handler> = {
  "session.created": (lanes, { event }) => {
    lanes.connected();
    lanes.detects(event.session);
  },
  "session.updated": (lanes, { event }) => lanes.detects(event.session),
  "input_audio_buffer.append": (lanes, row) => lanes.heardInput(row),
  "conversation.item.create": (lanes, row) => {
    if (field(row.event.item, "role") === "user") lanes.addedItem(row);
  },
  "input_audio_buffer.speech_started": (lanes, { t, event }) => {
    lanes.turns.push({ start: lanes.speechFrom(event.audio_start_ms, t), end: null });
  },
  "input_audio_buffer.speech_stopped": (lanes, { t, event }) => {
    const turn = lanes.turns.at(-1);
    if (turn?.end === null) turn.end = Math.max(turn.start, lanes.inputAt(event.audio_end_ms, t));
  },
  "response.output_audio.delta": (lanes, row) => lanes.generated(row),
  "conversation.item.truncated": (lanes, row) => lanes.truncated(row),
  "rt.playback.started": (lanes, row) => lanes.started(row),
  "rt.playback.underrun": (lanes, row) => lanes.underrun(row),
  "rt.playback.flushed": (lanes, row) => lanes.flushed(row),
};
