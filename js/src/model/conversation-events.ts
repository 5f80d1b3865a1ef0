import type { Row } from "../messages.ts";
import { decided, fillCall, isOpen, STEPS, written } from "./calls.ts";
import type { Conversation, Entry, Note } from "./conversation.ts";
import { field, itemText, text } from "./events.ts";

type Fields = Record<string, unknown>;
type Handler = (conversation: Conversation, event: Fields, row: Row) => void;

const itemRole = (item: unknown): string => text(field(item, "role")) || "tool";

const place: Handler = (conversation, event) => {
  const { item } = event;
  if (text(field(item, "type")) === "function_call_output") {
    const [call_id, id, output] = ["call_id", "id", "output"].map((name) => text(field(item, name))) as [string, string, string];
    if (conversation.returned(call_id, id, output, text(event.previous_item_id))) return;
  }
  const request = text(field(item, "approval_request_id"));
  if (text(field(item, "type")) === "mcp_approval_response" && conversation.find(request) !== undefined) {
    conversation.call(request, (call) => decided(call, field(item, "approve") === true));
    return;
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
  if (/_call$|^mcp_approval_request$/.test(text(field(item, "type")))) {
    conversation.call(id, (call, t) => fillCall(call, item, t));
    return entry;
  }
  const words = itemText(item) || toolsOf(item);
  if (words !== "") entry.parts = [words];
  entry.live = field(item, "status") === "in_progress" || (entry.live && words === "");
  show(conversation, entry);
  return entry;
}

/** The tools that a remote server has, where an item lists them. */
function toolsOf(item: unknown): string {
  const tools = field(item, "tools");
  if (!Array.isArray(tools) || tools.length === 0) return "";
  return `${text(field(item, "server_label"))}: ${tools.map((tool) => text(field(tool, "name"))).join(", ")}`;
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

/** What each event type changes. */
export const HANDLERS: Record<string, Handler> = {
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
