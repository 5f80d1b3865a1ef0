import type { Row } from "../messages.ts";
import { type Call, newCall, returned } from "./calls.ts";
import { HANDLERS } from "./conversation-events.ts";
import { text } from "./events.ts";

/**
 * Something to say about an item: it is sound that nobody wrote down (`sound`), could not be transcribed
 * (`untranscribed`), its response failed (`failed`), ended early (`incomplete`), was cancelled (`cancelled`) or is in no
 * conversation (`apart`).
 */
export interface Note {
  kind: "sound" | "untranscribed" | "failed" | "incomplete" | "cancelled" | "apart";
  /** The server's words for it. */
  text: string;
}

/** An item of the conversation as it is shown. */
export interface Bubble {
  id: string;
  /** `user`, `assistant`, `system`, `tool` (a function call with its output) or `mark` (a line between sessions). */
  role: string;
  text: string;
  /** The call that it shows; null where it shows none. */
  call: Call | null;
  note: Note | null;
  /** Words are still coming. */
  live: boolean;
  /** When the item was first told of, seconds since connecting. */
  t: number;
  /** Sound generated so far, ms. */
  generated_ms: number;
  /** Where the item was cut, if it was: ms of its sound that were heard. */
  heard_ms: number | null;
}

/** A bubble as the conversation keeps it. */
export interface Entry extends Bubble {
  /** Its place in the conversation is known. */
  placed: boolean;
  /** Text by content part. */
  parts: string[];
  before: Entry | null;
  after: Entry | null;
}

/** Makes bubbles of events. Bubbles stand in the order of the conversation's chain, not of arrival. */
export class Conversation {
  /** By item; a function's output leads to its call. */
  readonly #entries = new Map<string, Entry>();
  readonly #calls = new Map<string, Entry>();
  /** Of a function's output, which is shown at its call: the entry behind which it stands itself. */
  readonly #behind = new Map<string, Entry>();
  readonly #unplaced = new Set<Entry>();
  #first: Entry | null = null;
  #last: Entry | null = null;
  #t = 0;

  /** The server writes down what is said. */
  transcribes = false;
  /** Items whose words are still to be written down. */
  readonly awaited = new Set<string>();
  /** What has changed since somebody last looked, and emptied it. */
  readonly changed = new Set<Bubble>();
  /** Bubbles have come, gone or moved since somebody last looked, and unset it. */
  moved = false;
  /** Bubbles whose transcript has become final since somebody last looked, and emptied it. */
  readonly finished: Bubble[] = [];

  /** All of them, in order. */
  get bubbles(): Bubble[] {
    return this.latest(Infinity);
  }

  get empty(): boolean {
    return this.#first === null;
  }

  /** The last `most` of them, in order. */
  latest(most: number): Bubble[] {
    const bubbles: Bubble[] = [];
    for (let entry = this.#last; entry !== null && bubbles.length < most; entry = entry.before) bubbles.push(entry);
    return bubbles.reverse();
  }

  /** The bubble that shows an item. */
  find(id: string): Bubble | undefined {
    return this.#entries.get(id);
  }

  add(row: Row): void {
    this.#t = row.t;
    HANDLERS[text(row.event.type)]?.(this, row.event, row);
  }

  /** The entry of an item, made at the end if it is new. */
  entry(id: string, role: string): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const entry: Entry = {
      ...{ id, role, text: "", call: null, note: null, live: true, t: this.#t, generated_ms: 0, heard_ms: null },
      ...{ placed: false, parts: [], before: null, after: null },
    };
    this.#entries.set(id, entry);
    this.#unplaced.add(entry);
    this.#link(entry, this.#last);
    return entry;
  }

  /** Puts an entry behind the item it follows. An unknown one, or none, leaves it where it is. */
  place(entry: Entry, previous: string): void {
    if (entry.placed) return;
    entry.placed = true;
    this.#unplaced.delete(entry);
    const before = this.#standing(previous);
    if (before === undefined || before === entry || before === entry.before) return;
    this.#unlink(entry);
    this.#link(entry, before);
  }

  /** Takes what is told of the call that an item is; the change gets the call and the time, s. */
  call(id: string, change: (call: Call, t: number) => void): void {
    const entry = this.entry(id, "tool");
    entry.call ??= newCall(this.#t);
    change(entry.call, this.#t);
    if (entry.call.id !== "") this.#calls.set(entry.call.id, entry);
    entry.live = entry.call.state === "writing";
    this.changed.add(entry);
  }

  /** The item that a call is; undefined where it is not known. */
  itemOf(call_id: string): string | undefined {
    return this.#calls.get(call_id)?.id;
  }

  /** Shows a function's output, which follows `previous`, at its call; false where the call is not known. */
  returned(call_id: string, id: string, output: string, previous: string): boolean {
    const entry = this.#calls.get(call_id);
    if (entry === undefined) return false;
    if (!this.#entries.has(id)) this.#behind.set(id, this.#standing(previous) ?? entry);
    this.#entries.set(id, entry);
    this.call(entry.id, (call, t) => returned(call, output, t));
    return true;
  }

  /** The entry behind which what follows an item stands; outputs of calls do not come in the calls' order. */
  #standing(id: string): Entry | undefined {
    // Either may have been deleted.
    return [this.#behind.get(id), this.#entries.get(id)].find((entry) => entry !== undefined && this.#entries.get(entry.id) === entry);
  }

  /** Takes an item away; of a call with its output, only the one that is meant. */
  remove(id: string): void {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    if (entry === undefined) return;
    if (entry.id === id) {
      this.#unlink(entry);
      this.#unplaced.delete(entry);
      this.changed.delete(entry);
    } else {
      if (entry.call !== null) entry.call.output = null;
      this.changed.add(entry);
    }
  }

  /** Takes away what the user began to say and the server then dropped. */
  removeUnspoken(): void {
    for (const { id, role, text: words } of this.#unplaced) if (role === "user" && words === "") this.remove(id);
  }

  /** The connection is gone: nothing more comes of what was being said. */
  end(): void {
    this.removeUnspoken();
    for (let entry = this.#first; entry !== null; entry = entry.after) {
      if (!entry.live) continue;
      entry.live = false;
      if (entry.call !== null) entry.call.state = "incomplete";
      this.changed.add(entry);
    }
  }

  /** A new session remembers nothing of the bubbles so far: draw a line. */
  mark(row: Row): void {
    if (this.#last !== null && this.#last.role !== "mark") this.entry(`mark ${row.index}`, "mark").live = false;
  }

  #link(entry: Entry, before: Entry | null): void {
    const after = before === null ? this.#first : before.after;
    Object.assign(entry, { before, after });
    if (before === null) this.#first = entry;
    else before.after = entry;
    if (after === null) this.#last = entry;
    else after.before = entry;
    this.moved = true;
    this.changed.add(entry);
  }

  #unlink({ before, after }: Entry): void {
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    this.moved = true;
  }
}

/** Splits a cut item's text at the share of its sound that was heard, at the end of a word. */
export function heardPart({ text: words, generated_ms, heard_ms }: Bubble): [heard: string, unheard: string] {
  if (heard_ms === null || generated_ms <= 0) return [words, ""];
  const at = Math.floor(words.length * Math.min(1, heard_ms / generated_ms));
  if (at >= words.length) return [words, ""];
  // Chinese and Japanese put no space between words: any sign ends one.
  const end = /[\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(words[at] ?? "") ? at : words.lastIndexOf(" ", at);
  return end <= 0 ? ["", words] : [words.slice(0, end), words.slice(end)];
}
