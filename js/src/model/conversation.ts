import type { Row } from "../messages.ts";
import { field, itemText, text } from "./events.ts";

/** An item of the conversation as it is shown. */
export interface Bubble {
  id: string;
  /** `user`, `assistant`, `system`, `tool` (a function call or its output) or `mark` (a line between bubbles). */
  role: string;
  text: string;
  /** Something to say about it, such as an error. */
  note: string;
  /** Words are still coming. */
  live: boolean;
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
  /** The called function. */
  name: string;
}

type Fields = Record<string, unknown>;
type Handler = (conversation: Conversation, event: Fields, row: Row) => void;

/** Makes bubbles of events. Bubbles stand in the order of the conversation's chain, not of arrival. */
export class Conversation {
  readonly #entries: Entry[] = [];
  /** The server writes down what is said. */
  transcribes = false;
  /** Items whose words are still to be written down. */
  readonly awaited = new Set<string>();

  get bubbles(): readonly Bubble[] {
    return this.#entries;
  }

  add(row: Row): void {
    HANDLERS[text(row.event.type)]?.(this, row.event, row);
  }

  /** The entry of an item, made at the end if it is new. */
  entry(id: string, role: string): Entry {
    const known = this.#entries.find((entry) => entry.id === id);
    if (known !== undefined) return known;
    const entry: Entry = {
      ...{ id, role, text: "", note: "", live: true, generated_ms: 0, heard_ms: null },
      ...{ placed: false, parts: [], name: "" },
    };
    this.#entries.push(entry);
    return entry;
  }

  /** Puts an entry behind the item it follows. An unknown one, or none, leaves it where it is. */
  place(entry: Entry, previous: string): void {
    if (entry.placed) return;
    entry.placed = true;
    if (!this.#entries.some(({ id }) => id === previous)) return;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#entries.splice(this.#entries.findIndex(({ id }) => id === previous) + 1, 0, entry);
  }

  remove(unwanted: (entry: Entry) => boolean): void {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      if (unwanted(this.#entries[i] as Entry)) this.#entries.splice(i, 1);
    }
  }

  /** A new session remembers nothing of the bubbles so far: draw a line. */
  mark(row: Row): void {
    if (this.#entries.length === 0) return;
    const entry = this.entry(`mark ${row.index}`, "mark");
    entry.text = "New session";
    entry.live = false;
  }
}

const itemRole = (item: unknown): string => text(field(item, "role")) || "tool";

const place: Handler = (conversation, event) => {
  const entry = fill(conversation, event.item);
  conversation.place(entry, text(event.previous_item_id));
  // Speech is written down when the buffer is committed; sound that was added as an item is not.
  if (entry.role !== "user" || entry.text !== "" || conversation.awaited.has(entry.id)) return;
  entry.live = false;
  entry.note = hasSound(event.item) ? "sound, not transcribed" : "";
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
  const entry = conversation.entry(text(field(item, "id")), itemRole(item));
  entry.name = text(field(item, "name")) || entry.name;
  const words = itemText(item) || text(field(item, "arguments"));
  if (words !== "") entry.parts = [words];
  entry.live = field(item, "status") === "in_progress" || (entry.live && words === "");
  show(entry);
  return entry;
}

/** A piece of text arrives. */
const grow =
  (role: string): Handler =>
  (conversation, event) => {
    const entry = conversation.entry(text(event.item_id), role);
    const part = Number(event.content_index ?? 0);
    entry.parts[part] = (entry.parts[part] ?? "") + text(event.delta);
    show(entry);
  };

/** The whole text of a part arrives, in the field `name`. */
const settle =
  (role: string, name: string): Handler =>
  (conversation, event) => {
    const entry = conversation.entry(text(event.item_id), role);
    entry.parts[Number(event.content_index ?? 0)] = text(event[name]);
    entry.live = false;
    show(entry);
  };

function show(entry: Entry): void {
  const words = entry.parts.filter(Boolean).join("\n");
  entry.text = entry.name === "" ? words : `${entry.name}(${words})`;
}

const HANDLERS: Record<string, Handler> = {
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
    conversation.remove((entry) => entry.role === "user" && !entry.placed && entry.text === "");
  },
  "conversation.item.added": place,
  "conversation.item.created": place,
  "conversation.item.done": place,
  "conversation.item.deleted": (conversation, event) => {
    conversation.remove(({ id }) => id === text(event.item_id));
  },
  "conversation.item.truncated": (conversation, event) => {
    const entry = conversation.entry(text(event.item_id), "assistant");
    entry.heard_ms = Number(event.audio_end_ms ?? 0);
    entry.live = false;
  },
  "conversation.item.input_audio_transcription.delta": grow("user"),
  "conversation.item.input_audio_transcription.completed": settle("user", "transcript"),
  "conversation.item.input_audio_transcription.failed": (conversation, event) => {
    const entry = conversation.entry(text(event.item_id), "user");
    entry.note = `not transcribed: ${text(field(event.error, "message"))}`;
    entry.live = false;
  },
  "response.output_item.added": output,
  "response.output_item.done": output,
  "response.output_text.delta": grow("assistant"),
  "response.output_text.done": settle("assistant", "text"),
  "response.output_audio_transcript.delta": grow("assistant"),
  "response.output_audio_transcript.done": settle("assistant", "transcript"),
  "response.function_call_arguments.delta": grow("tool"),
  "response.function_call_arguments.done": settle("tool", "arguments"),
  "response.output_audio.delta": (conversation, event, row) => {
    conversation.entry(text(event.item_id), "assistant").generated_ms += row.audio_ms ?? 0;
  },
  "response.done": (conversation, event) => {
    const items = field(event.response, "output");
    const ids = Array.isArray(items) ? items.map((item) => text(field(item, "id"))) : [];
    const error = text(field(field(field(event.response, "status_details"), "error"), "message"));
    for (const id of ids) {
      const entry = conversation.entry(id, "assistant");
      entry.live = false;
      if (error !== "") entry.note = error;
    }
  },
};

/** Splits a cut item's text at the share of its sound that was heard, at the end of a word. */
export function heardPart({ text: words, generated_ms, heard_ms }: Bubble): [heard: string, unheard: string] {
  if (heard_ms === null || generated_ms <= 0) return [words, ""];
  const at = Math.floor(words.length * Math.min(1, heard_ms / generated_ms));
  if (at >= words.length) return [words, ""];
  const end = /\s/.test(words[at] ?? "") ? at : words.lastIndexOf(" ", at);
  return end <= 0 ? ["", words] : [words.slice(0, end), words.slice(end)];
}
