import type { Row } from "../messages.ts";
import { type Call, fillCall, isOpen, newCall, returned, STEPS, written } from "./calls.ts";
import { field, itemText, text } from "./events.ts";

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

interface Entry extends Bubble {
  /** Its place in the conversation is known. */
  placed: boolean;
  /** Text by content part. */
  parts: string[];
  before: Entry | null;
  after: Entry | null;
}

type Fields = Record<string, unknown>;
type Handler = (conversation: Conversation, event: Fields, row: Row) => void;

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

const itemRole = (item: unknown): string => text(field(item, "role")) || "tool";

const place: Handler = (conversation, event) => {
  const { item } = event;
  if (text(field(item, "type")) === "function_call_output") {
    const [call_id, id, output] = ["call_id", "id", "output"].map((name) => text(field(item, name))) as [string, string, string];
    if (conversation.returned(call_id, id, output, text(event.previous_item_id))) return;
  }
  const entry = fill(conversation, item);
  conversation.place(entry, text(event.previous_item_id));
  // Speech is written down when the buffer is committed; sound that was added as an item is not.
  if (entry.role !== "user" || entry.text !== "" || conversation.awaited.has(entry.id)) return;
  entry.live = false;
  entry.note = hasSound(item) ? { kind: "sound", text: "" } : null;
};

const hasSound = (item: unknown): boolean => {
  const content = field(item, "content");
  return Array.isArray(content) && content.some((part) => field(part, "type") === "input_audio");
};

const session: Handler = (conversation, event) => {
  const input = field(field(event.session, "audio"), "input");
  conversation.transcribes = field(input, "transcription") != null;
};

const output: Handler = (conversation, event) => {
  fill(conversation, event.item);
};

function fill(conversation: Conversation, item: unknown): Entry {
  const id = text(field(item, "id"));
  const entry = conversation.entry(id, itemRole(item));
  if (text(field(item, "type")).endsWith("_call")) {
    conversation.call(id, (call, t) => fillCall(call, item, t));
    return entry;
  }
  const words = itemText(item);
  if (words !== "") entry.parts = [words];
  entry.live = field(item, "status") === "in_progress" || (entry.live && words === "");
  show(conversation, entry);
  return entry;
}

/** A piece of a call's arguments arrives. */
const write: Handler = (conversation, event) => {
  conversation.call(text(event.item_id), (call) => {
    if (isOpen(call)) call.arguments += text(event.delta);
  });
};

/** A call's arguments are whole. */
const wrote: Handler = (conversation, event) => {
  conversation.call(text(event.item_id), (call, t) => {
    call.id = text(event.call_id) || call.id;
    call.name = text(event.name) || call.name;
    written(call, text(event.arguments), t);
  });
};

/** A tool has come a step further. */
const step: Handler = (conversation, event) => {
  const call_id = text(event.call_id);
  const id = conversation.itemOf(call_id) ?? (text(event.item_id) || call_id);
  conversation.call(id, (call, t) => {
    call.id ||= call_id;
    STEPS[text(event.type)]?.(call, event, t);
  });
};

/** A piece of text arrives. */
const grow =
  (role: string): Handler =>
  (conversation, event) => {
    const entry = conversation.entry(text(event.item_id), role);
    const part = Number(event.content_index ?? 0);
    entry.parts[part] = (entry.parts[part] ?? "") + text(event.delta);
    show(conversation, entry);
  };

/** The whole text of a part arrives, in the field `name`. */
const settle =
  (role: string, name: string): Handler =>
  (conversation, event) => {
    const entry = conversation.entry(text(event.item_id), role);
    entry.parts[Number(event.content_index ?? 0)] = text(event[name]);
    entry.live = false;
    show(conversation, entry);
    conversation.finished.push(entry);
  };

function show(conversation: Conversation, entry: Entry): void {
  entry.text = entry.parts.filter(Boolean).join("\n");
  conversation.changed.add(entry);
}

/** What there is to say about the items of a response that is done. */
function noteOf(response: unknown): Note | null {
  const details = field(response, "status_details");
  const error = text(field(field(details, "error"), "message"));
  if (error !== "") return { kind: "failed", text: error };
  const status = text(field(response, "status"));
  if (status === "cancelled" || status === "incomplete") return { kind: status, text: text(field(details, "reason")) };
  return field(response, "conversation_id") === null ? { kind: "apart", text: "" } : null;
}

const HANDLERS: Record<string, Handler> = {
  ...Object.fromEntries(Object.keys(STEPS).map((type) => [type, step])),
  "session.created": (conversation, event, row) => {
    conversation.mark(row);
    session(conversation, event, row);
  },
  "session.updated": session,
  "input_audio_buffer.committed": (conversation, event) => {
    if (conversation.transcribes) conversation.awaited.add(text(event.item_id));
  },
  "input_audio_buffer.speech_started": (conversation, event) => {
    conversation.entry(text(event.item_id), "user");
  },
  "input_audio_buffer.cleared": (conversation) => {
    conversation.removeUnspoken();
  },
  "rt.connection.closed": (conversation) => conversation.end(),
  "rt.connection.lost": (conversation) => conversation.end(),
  "conversation.item.added": place,
  "conversation.item.created": place,
  "conversation.item.done": place,
  "conversation.item.deleted": (conversation, event) => {
    conversation.remove(text(event.item_id));
  },
  "conversation.item.truncated": (conversation, event) => {
    const entry = conversation.entry(text(event.item_id), "assistant");
    entry.heard_ms = Number(event.audio_end_ms ?? 0);
    entry.live = false;
    conversation.changed.add(entry);
  },
  "conversation.item.input_audio_transcription.delta": grow("user"),
  "conversation.item.input_audio_transcription.completed": settle("user", "transcript"),
  "conversation.item.input_audio_transcription.failed": (conversation, event) => {
    const entry = conversation.entry(text(event.item_id), "user");
    entry.note = { kind: "untranscribed", text: text(field(event.error, "message")) };
    entry.live = false;
    conversation.changed.add(entry);
  },
  "response.output_item.added": output,
  "response.output_item.done": output,
  "response.output_text.delta": grow("assistant"),
  "response.output_text.done": settle("assistant", "text"),
  "response.output_audio_transcript.delta": grow("assistant"),
  "response.output_audio_transcript.done": settle("assistant", "transcript"),
  "response.function_call_arguments.delta": write,
  "response.function_call_arguments.done": wrote,
  "response.mcp_call_arguments.delta": write,
  "response.mcp_call_arguments.done": wrote,
  "response.output_audio.delta": (conversation, event, row) => {
    conversation.entry(text(event.item_id), "assistant").generated_ms += row.audio_ms ?? 0;
  },
  "response.done": (conversation, event) => {
    const items = field(event.response, "output");
    const ids = Array.isArray(items) ? items.map((item) => text(field(item, "id"))) : [];
    const note = noteOf(event.response);
    for (const id of ids) {
      const entry = conversation.entry(id, "assistant");
      entry.live = false;
      if (entry.call?.state === "writing") entry.call.state = note === null ? "called" : "incomplete";
      entry.note = note ?? entry.note;
      conversation.changed.add(entry);
    }
  },
};

/** Splits a cut item's text at the share of its sound that was heard, at the end of a word. */
export function heardPart({ text: words, generated_ms, heard_ms }: Bubble): [heard: string, unheard: string] {
  if (heard_ms === null || generated_ms <= 0) return [words, ""];
  const at = Math.floor(words.length * Math.min(1, heard_ms / generated_ms));
  if (at >= words.length) return [words, ""];
  // Chinese and Japanese put no space between words: any sign ends one.
  const end = /[\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(words[at] ?? "") ? at : words.lastIndexOf(" ", at);
  return end <= 0 ? ["", words] : [words.slice(0, end), words.slice(end)];
}
