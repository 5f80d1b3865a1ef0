/* Built from js/src; source-hash: 56da98e9e6c1759113044762cf5a25bc88a6cb77153d9af7e226821be86ff4c3 */

// src/audio/pcm.ts
var RATE = 24e3;
function milliseconds(samples) {
  return samples / RATE * 1e3;
}

// src/audio/tape.ts
var AHEAD = 0.03;
var LEAD = 1105 / RATE;
var Tape = class {
  #pieces;
  #changed;
  #run = null;
  /** `changed` is called when it begins to play and when it ends. */
  constructor(pieces3, changed) {
    this.#pieces = pieces3;
    this.#changed = changed;
  }
  get empty() {
    return this.#pieces.length === 0;
  }
  /** Where the sound ends, seconds since connecting. */
  get end() {
    const last = this.#pieces.at(-1);
    return last === void 0 ? 0 : last.from + last.seconds;
  }
  /** What is heard now, seconds since connecting; null where nothing plays. */
  get at() {
    if (this.#run === null) return null;
    const { context, t, since, end: end2 } = this.#run;
    const heard = context.currentTime - since - (context.outputLatency || context.baseLatency || 0);
    return Math.min(end2, t + Math.max(0, heard));
  }
  /** Plays from `t` on, instead of what plays now; to be called in a click. Behind the end there is nothing to play. */
  play(t) {
    this.#close();
    if (t < this.end) {
      const context = new AudioContext();
      const run2 = { context, t, since: Infinity, end: this.end, timer: void 0 };
      this.#run = run2;
      void context.resume();
      const first = this.#pieces.findIndex(({ from, seconds }) => from + seconds > t);
      void this.#from(run2, first).catch(() => this.#run === run2 && this.stop());
    }
    this.#changed();
  }
  stop() {
    if (this.#run === null) return;
    this.#close();
    this.#changed();
  }
  /** Schedules one piece after the other, each while the one before it is heard. */
  async #from(run2, first) {
    for (const piece of this.#pieces.slice(first)) {
      const buffer = await run2.context.decodeAudioData(piece.file());
      if (this.#run !== run2) return;
      if (run2.since === Infinity) run2.since = run2.context.currentTime + AHEAD;
      const lead = Math.max(0, Math.min(LEAD, buffer.duration - piece.seconds));
      const skipped = Math.max(0, run2.t - piece.from);
      const source = new AudioBufferSourceNode(run2.context, { buffer });
      source.connect(run2.context.destination);
      source.start(run2.since + Math.max(0, piece.from - run2.t), lead + skipped, piece.seconds - skipped);
      await this.#until(run2, piece.from);
      if (this.#run !== run2) return;
    }
    await this.#until(run2, run2.end + 0.1);
    if (this.#run === run2) this.stop();
  }
  /** Returns when a time is heard, or the run is over. */
  async #until(run2, t) {
    while (this.#run === run2) {
      const left = t - run2.t - (run2.context.currentTime - run2.since);
      if (left <= 0) return;
      await new Promise((done) => run2.timer = setTimeout(done, Math.min(left, 1) * 1e3));
    }
  }
  #close() {
    const run2 = this.#run;
    this.#run = null;
    if (run2 === null) return;
    clearTimeout(run2.timer);
    void run2.context.close();
  }
};
function fromBase64(text2) {
  const binary = atob(text2);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes.buffer;
}

// src/lang.ts
function langOf(asked, page) {
  const name = asked === "auto" || asked === "" ? page : asked;
  return name.toLowerCase().startsWith("zh") ? "zh" : "en";
}

// src/model/format.ts
function clock(t) {
  return t.toFixed(3);
}
function duration(ms) {
  return ms < 1e3 ? `${Math.round(ms)} ms` : `${(ms / 1e3).toFixed(1)} s`;
}
function timer(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
function clip(words, length) {
  return words.length <= length ? words : `${words.slice(0, length - 1)}…`;
}

// src/model/events.ts
var MOST_TEXT = 2e4;
function folds(type) {
  return type.endsWith(".delta") || type === "input_audio_buffer.append";
}
var EventLines = class {
  /** In the order of their first rows. */
  lines = [];
  /** Rows so far. */
  rows = 0;
  /** Places of the lines that still grow, by kind. */
  #open = /* @__PURE__ */ new Map();
  /** Each event brings its own copy of the same few names: one of each is kept. */
  #names = /* @__PURE__ */ new Map();
  /** Returns the place of the line that is new or has grown. */
  add(row) {
    this.rows += 1;
    const { event } = row;
    const type = this.#name(text(event.type));
    const piece = folds(type);
    const key = piece ? `${row.direction} ${type} ${text(event.item_id)} ${text(event.content_index)}` : "";
    const open = this.#open.get(key);
    if (open !== void 0) {
      grow(this.lines[open], row);
      return open;
    }
    const place3 = this.lines.length;
    if (piece) this.#open.set(key, place3);
    else this.#open.clear();
    this.lines.push({
      ...{ index: row.index, t: row.t, direction: row.direction, type },
      item_id: this.#name(text(event.item_id) || text(field(event.item, "id"))),
      response_id: this.#name(text(event.response_id) || text(field(event.response, "id"))),
      call_id: this.#name(text(event.call_id) || text(field(event.item, "call_id"))),
      ...{ side: sideOf(type, event), bad: isBad(type, event) },
      ...{ count: 1, audio_ms: piece ? row.audio_ms ?? 0 : 0, run: null },
      detail: bounded(piece ? text(event.delta) : detailOf(row))
    });
    return place3;
  }
  /** The place of the line that holds a row of the log, and the row's number in it. */
  find(index) {
    for (let place3 = this.lines.length - 1; place3 >= 0; place3--) {
      const line = this.lines[place3];
      const nth = line.run === null ? line.index === index ? 0 : -1 : line.run.index.indexOf(index);
      if (nth >= 0) return { place: place3, nth };
    }
    return null;
  }
  #name(name) {
    const known = this.#names.get(name);
    if (known === void 0) this.#names.set(name, name);
    return known ?? name;
  }
};
function grow(line, row) {
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
function single(line, nth) {
  const { run: run2 } = line;
  if (run2 === null) return line;
  const [index, t, audio_ms] = [run2.index[nth], run2.t[nth], run2.audio_ms[nth]];
  return { index, t, audio_ms, detail: line.detail.slice(nth === 0 ? 0 : run2.end[nth - 1], run2.end[nth]) };
}
function bounded(words) {
  return words.length <= MOST_TEXT ? words : words.slice(0, MOST_TEXT).split("").join("");
}
var USERS = /^(input_audio_buffer\.|conversation\.item\.input_audio_transcription\.)/;
var ASSISTANTS = /^(response\.|output_audio_buffer\.|rt\.playback\.|conversation\.item\.truncate)/;
function sideOf(type, { item }) {
  const role = text(field(item, "role"));
  if (USERS.test(type) || role === "user") return "user";
  return ASSISTANTS.test(type) || role === "assistant" ? "assistant" : "";
}
var BAD = /(^error|\.failed|^rt\.unreadable|^rt\.connection\.lost|^rt\.tool\.unsent)$/;
function isBad(type, { error, response }) {
  return BAD.test(type) || error !== void 0 && error !== null || field(response, "status") === "failed";
}
var DETAILS = [
  ["error", (error) => text(field(error, "message")) || text(error)],
  ["transcript", text],
  ["fraction", (value, event) => [`${Math.round(Number(value) * 100)} %`, text(event.text)].filter(Boolean).join(" ")],
  ["text", text],
  ["arguments", (value, event) => `${text(event.name)}(${typeof value === "string" ? value : JSON.stringify(value)})`],
  ["output", (value, event) => `${text(event.name)} → ${text(value)}`],
  ["audio_end_ms", (value) => `to ${text(value)} ms`],
  ["audio_start_ms", (value) => `from ${text(value)} ms`],
  ["heard_ms", (value, event) => event.type === "rt.playback.started" ? "" : heardOf(Number(value), Number(event.generated_ms))],
  ["missing_samples", (value) => `${duration(milliseconds(Number(value)))} of silence`],
  ["item", (item) => [text(field(item, "role")) || text(field(item, "type")), callText(item) || itemText(item)].filter(Boolean).join(": ")],
  ["response", (response) => text(field(response, "status"))],
  ["session", (session2) => text(field(session2, "model"))],
  ["message", text],
  ["reason", text]
];
function callText(item) {
  const name = text(field(item, "name"));
  return name === "" ? "" : `${name}(${text(field(item, "arguments"))})`;
}
function heardOf(heard_ms, generated_ms) {
  return `heard ${duration(heard_ms)} of ${duration(generated_ms)}`;
}
function detailOf({ event }) {
  for (const [name, show2] of DETAILS) {
    if (event[name] !== void 0 && event[name] !== null) return show2(event[name], event);
  }
  return "";
}
function itemText(item) {
  const content = field(item, "content");
  const parts = Array.isArray(content) ? content.map((part) => text(field(part, "text")) || text(field(part, "transcript"))) : [];
  return [...parts, text(field(item, "output"))].filter(Boolean).join("\n");
}
function field(value, name) {
  return typeof value === "object" && value !== null ? value[name] : void 0;
}
function text(value) {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

// src/model/calls.ts
function newCall(t) {
  return {
    ...{ id: "", name: "", arguments: "", state: "writing", output: null, error: "", why: "", progress: null },
    ...{ called: t, started: null, duration_ms: null, late: false }
  };
}
function isOpen({ state }) {
  return state === "writing" || state === "incomplete";
}
function written(call, words, t) {
  call.arguments = words;
  if (!isOpen(call)) return;
  call.state = "called";
  call.called = t;
}
function fillCall(call, item, t) {
  call.id = text(field(item, "call_id")) || call.id;
  const name = [text(field(item, "server_label")), text(field(item, "name"))].filter(Boolean).join(".");
  call.name = name || call.name;
  call.arguments = text(field(item, "arguments")) || call.arguments;
  const status = field(item, "status");
  if (status === "incomplete" && call.state === "writing") call.state = "incomplete";
  else if (status !== "in_progress" && call.arguments !== "") written(call, call.arguments, t);
  if (field(item, "type") === "mcp_approval_request" && call.state === "called") {
    call.id = text(field(item, "id"));
    call.state = "waiting";
  }
  const error = field(item, "error");
  const message = text(field(error, "message")) || text(error);
  if (message !== "") finish(call, "failed", t, message);
  else if (typeof field(item, "output") === "string") returned(call, text(field(item, "output")), t);
}
function decided(call, approved) {
  call.state = approved ? "done" : "failed";
  call.why = approved ? "approved" : "denied";
}
function returned(call, output2, t) {
  call.output = output2;
  if (call.started === null && (isOpen(call) || call.state === "called")) finish(call, "done", t);
}
function finish(call, state, t, error = "") {
  if (call.state !== "waiting") call.duration_ms ??= Math.max(0, (t - (call.started ?? call.called)) * 1e3);
  Object.assign(call, { state, error, progress: null });
}
var run = (call, event, t) => {
  call.name = text(event.name) || call.name;
  if (call.arguments === "") call.arguments = typeof event.arguments === "string" ? event.arguments : JSON.stringify(event.arguments ?? {});
  call.state = "running";
  call.started = t;
};
var end = (state) => (call, event, t) => {
  call.name = text(event.name) || call.name;
  if (typeof event.duration_ms === "number") call.duration_ms = event.duration_ms;
  finish(call, state, t, text(field(event.error, "message")) || call.error);
  call.output = typeof event.output === "string" ? event.output : call.output;
  call.why = text(event.kind) || text(event.reason) || call.why;
  call.late = event.late === true;
};
var STEPS = {
  "rt.tool.started": run,
  "rt.tool.waiting": (call, event, t) => {
    run(call, event, t);
    call.state = "waiting";
    call.started = null;
  },
  "rt.tool.approved": (call, _, t) => {
    call.state = "running";
    call.started = t;
  },
  "rt.tool.denied": (call, event) => {
    call.state = "failed";
    call.why = text(event.reason) || "denied";
  },
  "rt.tool.progress": (call, event) => {
    call.progress = { text: text(event.text), fraction: typeof event.fraction === "number" ? event.fraction : null };
  },
  "rt.tool.done": end("done"),
  "rt.tool.failed": end("failed"),
  "rt.tool.cancelled": end("cancelled"),
  "rt.tool.unsent": end("unsent"),
  "response.mcp_call.in_progress": (call, _, t) => {
    call.state = "running";
    call.started = t;
  },
  "response.mcp_call.completed": (call, _, t) => finish(call, "done", t),
  "response.mcp_call.failed": (call, _, t) => finish(call, "failed", t, call.error)
};

// src/model/conversation-events.ts
var itemRole = (item) => text(field(item, "role")) || "tool";
var place = (conversation, event) => {
  const { item } = event;
  if (text(field(item, "type")) === "function_call_output") {
    const [call_id, id, output2] = ["call_id", "id", "output"].map((name) => text(field(item, name)));
    if (conversation.returned(call_id, id, output2, text(event.previous_item_id))) return;
  }
  const request = text(field(item, "approval_request_id"));
  if (text(field(item, "type")) === "mcp_approval_response" && conversation.find(request) !== void 0) {
    conversation.call(request, (call) => decided(call, field(item, "approve") === true));
    return;
  }
  const entry = fill(conversation, item);
  conversation.place(entry, text(event.previous_item_id));
  if (entry.role !== "user" || entry.text !== "" || conversation.awaited.has(entry.id)) return;
  entry.live = false;
  entry.note = hasSound(item) ? { kind: "sound", text: "" } : null;
};
var hasSound = (item) => {
  const content = field(item, "content");
  return Array.isArray(content) && content.some((part) => field(part, "type") === "input_audio");
};
var session = (conversation, event) => {
  const input = field(field(event.session, "audio"), "input");
  conversation.transcribes = field(input, "transcription") != null;
};
var output = (conversation, event) => {
  fill(conversation, event.item);
};
function fill(conversation, item) {
  const id = text(field(item, "id"));
  const entry = conversation.entry(id, itemRole(item));
  if (/_call$|^mcp_approval_request$/.test(text(field(item, "type")))) {
    conversation.call(id, (call, t) => fillCall(call, item, t));
    return entry;
  }
  const words = itemText(item) || toolsOf(item);
  if (words !== "") entry.parts = [words];
  entry.live = field(item, "status") === "in_progress" || entry.live && words === "";
  show(conversation, entry);
  return entry;
}
function toolsOf(item) {
  const tools = field(item, "tools");
  if (!Array.isArray(tools) || tools.length === 0) return "";
  return `${text(field(item, "server_label"))}: ${tools.map((tool) => text(field(tool, "name"))).join(", ")}`;
}
var write = (conversation, event) => {
  conversation.call(text(event.item_id), (call) => {
    if (isOpen(call)) call.arguments += text(event.delta);
  });
};
var wrote = (conversation, event) => {
  conversation.call(text(event.item_id), (call, t) => {
    call.id = text(event.call_id) || call.id;
    call.name = text(event.name) || call.name;
    written(call, text(event.arguments), t);
  });
};
var step = (conversation, event) => {
  const call_id = text(event.call_id);
  const id = conversation.itemOf(call_id) ?? (text(event.item_id) || call_id);
  conversation.call(id, (call, t) => {
    call.id ||= call_id;
    STEPS[text(event.type)]?.(call, event, t);
  });
};
var grow2 = (role) => (conversation, event) => {
  const entry = conversation.entry(text(event.item_id), role);
  const part = Number(event.content_index ?? 0);
  entry.parts[part] = (entry.parts[part] ?? "") + text(event.delta);
  show(conversation, entry);
};
var settle = (role, name) => (conversation, event) => {
  const entry = conversation.entry(text(event.item_id), role);
  entry.parts[Number(event.content_index ?? 0)] = text(event[name]);
  entry.live = false;
  show(conversation, entry);
  conversation.finished.push(entry);
};
function show(conversation, entry) {
  entry.text = entry.parts.filter(Boolean).join("\n");
  conversation.changed.add(entry);
}
function noteOf(response) {
  const details = field(response, "status_details");
  const error = text(field(field(details, "error"), "message"));
  if (error !== "") return { kind: "failed", text: error };
  const status = text(field(response, "status"));
  if (status === "cancelled" || status === "incomplete") return { kind: status, text: text(field(details, "reason")) };
  return field(response, "conversation_id") === null ? { kind: "apart", text: "" } : null;
}
var HANDLERS = {
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
  "conversation.item.input_audio_transcription.delta": grow2("user"),
  "conversation.item.input_audio_transcription.completed": settle("user", "transcript"),
  "conversation.item.input_audio_transcription.failed": (conversation, event) => {
    const entry = conversation.entry(text(event.item_id), "user");
    entry.note = { kind: "untranscribed", text: text(field(event.error, "message")) };
    entry.live = false;
    conversation.changed.add(entry);
  },
  "response.output_item.added": output,
  "response.output_item.done": output,
  "response.output_text.delta": grow2("assistant"),
  "response.output_text.done": settle("assistant", "text"),
  "response.output_audio_transcript.delta": grow2("assistant"),
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
  }
};

// src/model/conversation.ts
var Conversation = class {
  /** By item; a function's output leads to its call. */
  #entries = /* @__PURE__ */ new Map();
  #calls = /* @__PURE__ */ new Map();
  /** Of a function's output, which is shown at its call: the entry behind which it stands itself. */
  #behind = /* @__PURE__ */ new Map();
  #unplaced = /* @__PURE__ */ new Set();
  #first = null;
  #last = null;
  #t = 0;
  /** The server writes down what is said. */
  transcribes = false;
  /** Items whose words are still to be written down. */
  awaited = /* @__PURE__ */ new Set();
  /** What has changed since somebody last looked, and emptied it. */
  changed = /* @__PURE__ */ new Set();
  /** Bubbles have come, gone or moved since somebody last looked, and unset it. */
  moved = false;
  /** Bubbles whose transcript has become final since somebody last looked, and emptied it. */
  finished = [];
  /** All of them, in order. */
  get bubbles() {
    return this.latest(Infinity);
  }
  get empty() {
    return this.#first === null;
  }
  /** The last `most` of them, in order. */
  latest(most) {
    const bubbles = [];
    for (let entry = this.#last; entry !== null && bubbles.length < most; entry = entry.before) bubbles.push(entry);
    return bubbles.reverse();
  }
  /** The bubble that shows an item. */
  find(id) {
    return this.#entries.get(id);
  }
  add(row) {
    this.#t = row.t;
    HANDLERS[text(row.event.type)]?.(this, row.event, row);
  }
  /** The entry of an item, made at the end if it is new. */
  entry(id, role) {
    const known = this.#entries.get(id);
    if (known !== void 0) return known;
    const entry = {
      ...{ id, role, text: "", call: null, note: null, live: true, t: this.#t, generated_ms: 0, heard_ms: null },
      ...{ placed: false, parts: [], before: null, after: null }
    };
    this.#entries.set(id, entry);
    this.#unplaced.add(entry);
    this.#link(entry, this.#last);
    return entry;
  }
  /** Puts an entry behind the item it follows. An unknown one, or none, leaves it where it is. */
  place(entry, previous) {
    if (entry.placed) return;
    entry.placed = true;
    this.#unplaced.delete(entry);
    const before = this.#standing(previous);
    if (before === void 0 || before === entry || before === entry.before) return;
    this.#unlink(entry);
    this.#link(entry, before);
  }
  /** Takes what is told of the call that an item is; the change gets the call and the time, s. */
  call(id, change) {
    const entry = this.entry(id, "tool");
    entry.call ??= newCall(this.#t);
    change(entry.call, this.#t);
    if (entry.call.id !== "") this.#calls.set(entry.call.id, entry);
    entry.live = entry.call.state === "writing";
    this.changed.add(entry);
  }
  /** The item that a call is; undefined where it is not known. */
  itemOf(call_id) {
    return this.#calls.get(call_id)?.id;
  }
  /** Shows a function's output, which follows `previous`, at its call; false where the call is not known. */
  returned(call_id, id, output2, previous) {
    const entry = this.#calls.get(call_id);
    if (entry === void 0) return false;
    if (!this.#entries.has(id)) this.#behind.set(id, this.#standing(previous) ?? entry);
    this.#entries.set(id, entry);
    this.call(entry.id, (call, t) => returned(call, output2, t));
    return true;
  }
  /** The entry behind which what follows an item stands; outputs of calls do not come in the calls' order. */
  #standing(id) {
    return [this.#behind.get(id), this.#entries.get(id)].find((entry) => entry !== void 0 && this.#entries.get(entry.id) === entry);
  }
  /** Takes an item away; of a call with its output, only the one that is meant. */
  remove(id) {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    if (entry === void 0) return;
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
  removeUnspoken() {
    for (const { id, role, text: words } of this.#unplaced) if (role === "user" && words === "") this.remove(id);
  }
  /** The connection is gone: nothing more comes of what was being said. */
  end() {
    this.removeUnspoken();
    for (let entry = this.#first; entry !== null; entry = entry.after) {
      if (!entry.live) continue;
      entry.live = false;
      if (entry.call !== null) entry.call.state = "incomplete";
      this.changed.add(entry);
    }
  }
  /** A new session remembers nothing of the bubbles so far: draw a line. */
  mark(row) {
    if (this.#last !== null && this.#last.role !== "mark") this.entry(`mark ${row.index}`, "mark").live = false;
  }
  #link(entry, before) {
    const after = before === null ? this.#first : before.after;
    Object.assign(entry, { before, after });
    if (before === null) this.#first = entry;
    else before.after = entry;
    if (after === null) this.#last = entry;
    else after.before = entry;
    this.moved = true;
    this.changed.add(entry);
  }
  #unlink({ before, after }) {
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    this.moved = true;
  }
};
function heardPart({ text: words, generated_ms, heard_ms }) {
  if (heard_ms === null || generated_ms <= 0) return [words, ""];
  const at = Math.floor(words.length * Math.min(1, heard_ms / generated_ms));
  if (at >= words.length) return [words, ""];
  const end2 = /[\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(words[at] ?? "") ? at : words.lastIndexOf(" ", at);
  return end2 <= 0 ? ["", words] : [words.slice(0, end2), words.slice(end2)];
}

// src/model/json.ts
var PIECES = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g;
function pieces(json) {
  const found = [];
  const add = (kind, piece) => {
    if (piece !== "") found.push([kind, piece]);
  };
  let end2 = 0;
  for (const match of json.matchAll(PIECES)) {
    const [whole, quoted, colon = "", number, word = ""] = match;
    add("other", json.slice(end2, match.index));
    if (quoted !== void 0) add(colon === "" ? "string" : "key", quoted);
    else add(number === void 0 ? "word" : "number", number ?? word);
    add("other", colon);
    end2 = match.index + whole.length;
  }
  add("other", json.slice(end2));
  return found;
}
var LINE = 60;
var TURNS = /[\u202a-\u202e\u2066-\u2069]/g;
var escaped = (sign) => `\\u${sign.charCodeAt(0).toString(16)}`;
function laidOut(json) {
  if (!/^\s*[[{]/.test(json) || !isJson(json)) return json;
  let depth = 0;
  let laid = "";
  const newLine = () => `
${"  ".repeat(depth)}`;
  const signs = { ",": () => `,${newLine()}`, ":": () => ": " };
  for (const open of "[{") signs[open] = () => (depth += 1, open + newLine());
  for (const [kind, piece] of pieces(json)) {
    if (kind === "string" || kind === "key") laid += JSON.stringify(JSON.parse(piece)).replace(TURNS, escaped);
    else if (kind !== "other") laid += piece;
    else {
      for (const sign of piece.replace(/\s/g, "")) {
        if (signs[sign] !== void 0) laid += signs[sign]();
        else {
          depth -= 1;
          laid = /[[{]\s+$/.test(laid) ? laid.trimEnd() + sign : laid + newLine() + sign;
        }
      }
    }
  }
  const line = laid.replace(/\n\s*/g, " ");
  return line.length <= LINE ? line : laid;
}
function isJson(words) {
  try {
    JSON.parse(words);
    return true;
  } catch {
    return false;
  }
}

// src/view/dom.ts
function h(tag, { attributes = {}, ...properties } = {}, ...children) {
  const element2 = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element2.setAttribute(name, value);
  element2.append(...children);
  return element2;
}
function region(label, className, ...children) {
  return h("section", { className, attributes: { "aria-label": label } }, ...children);
}
function setText(element2, words) {
  if (element2.textContent !== words) element2.textContent = words;
}
function followEnd(element2, change) {
  const atEnd = element2.scrollHeight - element2.scrollTop - element2.clientHeight < 24;
  change();
  if (atEnd) element2.scrollTop = element2.scrollHeight;
}
var named = 0;
function newId() {
  return `${PREFIX}-${named++}`;
}
var PREFIX = `rt-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`;

// src/view/card.ts
var WORDS = {
  en: {
    states: {
      writing: "being written",
      incomplete: "never finished",
      called: "called",
      waiting: "waiting for approval",
      running: "running",
      done: "done",
      failed: "failed",
      cancelled: "cancelled",
      unsent: "output not sent"
    },
    kinds: {
      "unknown-tool": "no such tool",
      "invalid-json": "arguments are no JSON",
      "invalid-arguments": "wrong arguments",
      "invalid-result": "unusable result",
      exception: "exception",
      timeout: "time-out",
      denied: "denied",
      approved: "approved"
    },
    late: "after the interruption",
    progress: (name) => `Progress of ${name}`,
    asks: (name) => `${name} asks for approval`,
    approve: "Approve",
    deny: "Deny"
  },
  zh: {
    states: {
      writing: "正在生成参数",
      incomplete: "未完成",
      called: "已调用",
      waiting: "等待批准",
      running: "运行中",
      done: "完成",
      failed: "失败",
      cancelled: "已取消",
      unsent: "输出未发送"
    },
    kinds: {
      "unknown-tool": "没有这个工具",
      "invalid-json": "参数不是 JSON",
      "invalid-arguments": "参数错误",
      "invalid-result": "结果无法使用",
      exception: "异常",
      timeout: "超时",
      denied: "已拒绝",
      approved: "已批准"
    },
    late: "在打断之后",
    progress: (name) => `${name} 的进度`,
    asks: (name) => `${name} 请求批准`,
    approve: "批准",
    deny: "拒绝"
  }
};
var SIGNS = { done: "✓", failed: "✕", cancelled: "⊘", unsent: "✕", incomplete: "⊘", waiting: "?" };
var LINES = 6;
var SHORT = 280;
var PREVIEW = 80;
var LONGEST = 2e4;
var Passage = class {
  element = h("div", { className: "rt-passage", hidden: true });
  summary = h("summary", { tabIndex: -1 });
  #text = h("pre", { dir: "auto" });
  #fold = h("details", {}, this.summary);
  #words = "";
  constructor(className) {
    this.element.classList.add(className);
    this.element.append(this.#text);
  }
  /** Whether the whole of it is shown, until somebody folds or unfolds it. */
  set open(open) {
    this.#fold.open = open;
  }
  set words(words) {
    if (words === this.#words) return;
    this.#words = words;
    const laid = clip(laidOut(words), LONGEST);
    const long = laid.length > SHORT || laid.split("\n", LINES + 1).length > LINES;
    this.element.hidden = words === "";
    this.element.replaceChildren(long ? this.#fold : this.#text);
    if (long) this.#fold.append(this.#text);
    if (long) this.#text.tabIndex = 0;
    else this.#text.removeAttribute("tabindex");
    setText(this.#text, laid);
    setText(this.summary, clip(laid.slice(0, 4 * PREVIEW).replace(/\s+/g, " "), PREVIEW));
  }
};
var Card = class {
  element;
  #words;
  #name = h("code", { className: "rt-function" });
  #state = h("span", { className: "rt-state" });
  #arguments = new Passage("rt-arguments");
  #output = new Passage("rt-output");
  #error = h("p", { className: "rt-bad", dir: "auto" });
  #bar = h("progress", { max: 1 });
  #told = h("span", { dir: "auto" });
  #progress = h("div", { className: "rt-progress", hidden: true }, this.#bar, this.#told);
  #buttons;
  #approval;
  #leave;
  /** The question was answered here, and the kernel has not yet said so. */
  #answered = false;
  #call = null;
  /** `answer` is called with a person's answer, absent where nobody can be asked; `leave` takes the focus. */
  constructor(lang2, answer, leave, signal) {
    const words = this.#words = WORDS[lang2];
    this.#leave = leave;
    this.#arguments.element.id = newId();
    const button = (label, approved) => {
      const className = approved ? "rt-primary rt-small" : "rt-small";
      const made = h("button", { type: "button", className, attributes: { "aria-describedby": this.#arguments.element.id } }, label);
      made.addEventListener("click", () => {
        if (this.#answered || this.#call === null) return;
        answer?.(this.#call.id, approved);
        this.#mark(true);
      }, { signal });
      return made;
    };
    this.#buttons = answer === void 0 ? [] : [button(words.approve, true), button(words.deny, false)];
    this.#approval = h("div", { className: "rt-approval", hidden: true, attributes: { role: "group" } });
    const title = h("p", { className: "rt-call" }, this.#name, " ", this.#state);
    this.element = h("div", { className: "rt-card" }, title, this.#arguments.element, this.#progress, this.#approval);
    this.element.append(this.#error, this.#output.element);
  }
  /** What the keyboard can reach in it, beside the buttons of a question and what is unfolded. */
  get stops() {
    return [this.#arguments.summary, this.#output.summary];
  }
  /** The answer was not taken: it can be given again. */
  reopen() {
    this.#mark(false);
  }
  /** `now` is the time on the log's clock, s; null where no session is open. */
  show(call, now) {
    this.#call = call;
    this.element.dataset.state = call.state;
    this.element.classList.toggle("rt-now", now !== null);
    setText(this.#name, call.name);
    this.tick(call, now);
    this.#arguments.words = call.arguments;
    this.#showProgress(call);
    this.#ask(call, call.state === "waiting" && call.id !== "" && now !== null);
    setText(this.#error, call.output?.includes(call.error) === true ? "" : call.error);
    this.#output.element.classList.toggle("rt-bad", call.state === "failed");
    this.#output.words = call.output ?? "";
  }
  /** Shows how long it has been running. */
  tick(call, now) {
    const { states, kinds, late } = this.#words;
    const runs = call.state === "running" && call.started !== null && now !== null;
    const parts = [
      [SIGNS[call.state], states[call.state]].filter(Boolean).join(" "),
      // What the model is told stands below.
      kinds[call.why] ?? (call.output?.includes(call.why) === true ? "" : call.why),
      runs ? `${Math.max(0, Math.floor(now - (call.started ?? now)))} s` : "",
      call.duration_ms === null ? "" : duration(call.duration_ms),
      call.late ? late : ""
    ];
    setText(this.#state, parts.filter(Boolean).join(" · "));
  }
  #showProgress({ name, progress }) {
    this.#progress.hidden = progress === null;
    if (progress === null) return;
    this.#bar.hidden = progress.fraction === null;
    this.#bar.value = progress.fraction ?? 0;
    this.#bar.setAttribute("aria-label", this.#words.progress(name));
    setText(this.#told, progress.text);
  }
  #ask({ name }, asked) {
    const { asks, approve, deny } = this.#words;
    const hidden = !asked || this.#buttons.length === 0;
    if (hidden === this.#approval.hidden) return;
    const focused = this.#approval.matches(":focus-within");
    this.#mark(false);
    this.#approval.hidden = hidden;
    this.#arguments.open = asked;
    this.#approval.replaceChildren(...hidden ? [] : this.#buttons);
    this.#approval.setAttribute("aria-label", asks(name));
    this.#buttons.forEach((button, i) => button.setAttribute("aria-label", `${i === 0 ? approve : deny} ${name}`));
    if (focused && hidden) this.#leave();
  }
  #mark(answered) {
    this.#answered = answered;
    for (const button of this.#buttons) button.setAttribute("aria-disabled", String(answered));
  }
};

// src/view/conversation.ts
var WORDS2 = {
  en: {
    conversation: "Conversation",
    empty: "Press Start session to hear answers and Start talking to speak, or type a message.",
    absent: {
      gone: "This panel was saved without its kernel. Run the notebook's cells again to talk.",
      silent: "The kernel does not answer. If a cell is running, wait or stop it; else run the notebook's cells again to talk.",
      recorded: "Nothing was said."
    },
    earlier: "Show earlier messages",
    events: "Events",
    eventsHint: "Show the events of this message",
    roles: { user: "You", assistant: "Assistant", system: "System", tool: "Tool" },
    newSession: "New session",
    wordless: "(no words)",
    interrupted: "interrupted",
    heard: (heard, generated) => generated === "" ? `heard ${heard}` : `heard ${heard} of ${generated}`,
    unheard: "Generated, but never heard",
    notes: {
      sound: () => "sound, not transcribed",
      untranscribed: (text2) => `not transcribed: ${text2}`,
      failed: (text2) => text2,
      incomplete: (text2) => `incomplete: ${text2}`,
      cancelled: () => "interrupted",
      apart: () => "out of band"
    }
  },
  zh: {
    conversation: "对话",
    empty: "点击“开始会话”收听回答，点击“开始说话”发言，或输入消息。",
    absent: {
      gone: "这个面板保存时没有内核。重新运行笔记本的单元格即可对话。",
      silent: "内核没有应答。如果有单元格正在运行，请等待或停止它；否则请重新运行笔记本的单元格。",
      recorded: "没有说任何话。"
    },
    earlier: "显示更早的消息",
    events: "事件",
    eventsHint: "显示这条消息的事件",
    roles: { user: "你", assistant: "助手", system: "系统", tool: "工具" },
    newSession: "新会话",
    wordless: "（没有文字）",
    interrupted: "被打断",
    heard: (heard, generated) => generated === "" ? `听到 ${heard}` : `听到 ${heard}，共 ${generated}`,
    unheard: "已生成，但没有播放",
    notes: {
      sound: () => "声音，未转写",
      untranscribed: (text2) => `未能转写：${text2}`,
      failed: (text2) => text2,
      incomplete: (text2) => `不完整：${text2}`,
      cancelled: () => "被打断",
      apart: () => "对话之外"
    }
  }
};
var WINDOW = 200;
var ConversationView = class {
  element;
  #lang;
  #actions;
  #signal;
  #list = h("ol", { className: "rt-bubbles", attributes: { role: "list" } });
  #empty = h("p", { className: "rt-empty" });
  #earlier;
  #shown = /* @__PURE__ */ new Map();
  /** The calls whose tools run. */
  #running = /* @__PURE__ */ new Set();
  #conversation = null;
  #now = null;
  #most = WINDOW;
  /** The one bubble that Tab reaches. */
  #reachable = null;
  /** `below` stands below the bubbles. */
  constructor(lang2, actions, below, signal) {
    const words = WORDS2[lang2];
    this.#lang = lang2;
    this.#actions = actions;
    this.#signal = signal;
    this.#earlier = h("button", { type: "button", className: "rt-earlier", hidden: true }, words.earlier);
    this.element = region(words.conversation, "rt-conversation", this.#empty, this.#earlier, this.#list, below);
    this.element.tabIndex = 0;
    this.#earlier.addEventListener("click", () => this.#showEarlier(), { signal });
    this.#list.addEventListener("keydown", (event) => this.#walk(event), { signal });
  }
  /** What a role is called. */
  speaker(role) {
    return WORDS2[this.#lang].roles[role] ?? role;
  }
  /**
   * Shows what has changed; `absent` says why nobody can say anything, where that is so, and `now` is the time on the
   * log's clock, s, null where no session is open.
   */
  show(conversation, absent, now) {
    const words = WORDS2[this.#lang];
    setText(this.#empty, absent === null ? words.empty : words.absent[absent]);
    this.#empty.hidden = !conversation.empty;
    if (conversation !== this.#conversation) this.#running.clear();
    this.#conversation = conversation;
    if (absent === "recorded") this.#most = Infinity;
    const asked = now === null !== (this.#now === null);
    this.#now = now;
    for (const bubble of this.#running) if (bubble.call !== null) this.#shown.get(bubble.id)?.card?.tick(bubble.call, now);
    if (asked) {
      for (const { call, id } of conversation.bubbles) if (call !== null) this.#shown.get(id)?.card?.show(call, now);
    }
    if (!conversation.moved && conversation.changed.size === 0) return;
    followEnd(this.element, () => {
      if (conversation.moved) this.#arrange(conversation);
      for (const bubble of conversation.changed) this.#update(bubble);
    });
    conversation.moved = false;
    conversation.changed.clear();
  }
  /** Goes to the bubble of an item and marks it for a moment. */
  reveal(conversation, item_id) {
    const bubble = conversation.find(item_id);
    if (bubble === void 0) return;
    while (!this.#shown.has(bubble.id) && this.#most < conversation.bubbles.length) {
      this.#most += WINDOW;
      this.#arrange(conversation);
    }
    const element2 = this.#shown.get(bubble.id)?.element;
    element2?.scrollIntoView({ block: "nearest" });
    element2?.classList.remove("rt-found");
    void element2?.offsetWidth;
    element2?.classList.add("rt-found");
  }
  /** What a person answered was not taken. */
  reopen() {
    for (const { card } of this.#shown.values()) card?.reopen();
  }
  #showEarlier() {
    this.#most += WINDOW;
    if (this.#conversation !== null) this.#arrange(this.#conversation);
  }
  #arrange(conversation) {
    const bubbles = conversation.latest(this.#most);
    const ids = new Set(bubbles.map(({ id }) => id));
    for (const [id, { element: element2 }] of this.#shown) {
      if (ids.has(id)) continue;
      element2.remove();
      this.#shown.delete(id);
    }
    bubbles.forEach((bubble, place3) => {
      const known = this.#shown.get(bubble.id);
      const { element: element2 } = known ?? this.#make(bubble);
      if (this.#list.children[place3] !== element2) this.#list.insertBefore(element2, this.#list.children[place3] ?? null);
      if (known === void 0) this.#update(bubble);
    });
    this.#earlier.hidden = conversation.latest(this.#most + 1).length === bubbles.length;
    if (this.#reachable === null || !ids.has(this.#reachable)) this.#reach(bubbles.findLast(({ role }) => role !== "mark")?.id ?? null);
  }
  #make(bubble) {
    const words = WORDS2[this.#lang];
    const heard = h("span");
    const unheard = h("s", { title: words.unheard });
    const note = h("small", { className: "rt-note" });
    const id = newId();
    const text2 = h("p", { lang: "", dir: "auto" }, heard, unheard);
    const events = h("button", { type: "button", className: "rt-jump", tabIndex: -1, title: words.eventsHint }, words.events);
    events.setAttribute("aria-describedby", id);
    events.addEventListener("click", () => this.#actions.look(bubble), { signal: this.#signal });
    const said = h("div", { id }, text2);
    const head = h("div", { className: "rt-who" }, h("b", {}, this.speaker(bubble.role)), events);
    const children = bubble.role === "mark" ? [h("p", {}, words.newSession)] : [head, said, note];
    const element2 = h("li", { className: "rt-bubble" }, ...children);
    element2.dataset.role = bubble.role;
    element2.dataset.item = bubble.id;
    const parts = { element: element2, said, heard, unheard, card: null, note, events };
    this.#shown.set(bubble.id, parts);
    return parts;
  }
  #update(bubble) {
    const parts = this.#shown.get(bubble.id);
    if (parts === void 0) return;
    const words = WORDS2[this.#lang];
    const [head, tail] = heardPart(bubble);
    const silent = head === "" && tail === "";
    const shown = silent ? bubble.live ? "…" : words.wordless : head;
    parts.element.classList.toggle("rt-live", bubble.live);
    setText(parts.heard, shown);
    setText(parts.unheard, tail);
    if (bubble.call !== null) this.#showCall(parts, bubble, bubble.call);
    setText(parts.note, noteOf2(bubble, this.#lang));
    parts.note.classList.toggle("rt-bad", bubble.note?.kind === "failed");
  }
  #showCall(parts, bubble, call) {
    if (parts.card === null) {
      parts.card = new Card(this.#lang, this.#actions.answer, () => parts.events.focus(), this.#signal);
      for (const stop of parts.card.stops) stop.tabIndex = parts.events.tabIndex;
      parts.said.replaceChildren(parts.card.element);
    }
    if (call.state === "running") this.#running.add(bubble);
    else this.#running.delete(bubble);
    parts.card.show(call, this.#now);
  }
  #reach(id) {
    for (const [bubble, tabIndex] of [[this.#reachable, -1], [id, 0]]) {
      const parts = bubble === null ? void 0 : this.#shown.get(bubble);
      if (parts !== void 0) for (const stop of [parts.events, ...parts.card?.stops ?? []]) stop.tabIndex = tabIndex;
    }
    this.#reachable = id;
  }
  /** Arrow keys, Home and End go from bubble to bubble. */
  #walk(event) {
    const buttons = [...this.#list.querySelectorAll(".rt-jump")];
    const at = buttons.findIndex((button2) => button2 === event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === void 0) return;
    event.preventDefault();
    const button = buttons[Math.min(Math.max(to, 0), buttons.length - 1)];
    this.#reach(button?.closest(".rt-bubble")?.dataset.item ?? null);
    button?.focus();
    button?.closest(".rt-bubble")?.scrollIntoView({ block: "nearest" });
  }
};
function noteOf2({ note, heard_ms, generated_ms }, lang2) {
  const words = WORDS2[lang2];
  const cut = heard_ms === null ? "" : `${words.interrupted} · ${words.heard(duration(heard_ms), generated_ms > 0 ? duration(generated_ms) : "")}`;
  const said = note === null || cut !== "" && note.kind === "cancelled" ? "" : words.notes[note.kind](note.text);
  return [cut, said].filter(Boolean).join(" · ");
}

// src/model/choice.ts
var Choice = class {
  #rows = /* @__PURE__ */ new Set();
  get size() {
    return this.#rows.size;
  }
  /** Chooses these rows alone. */
  only(rows) {
    this.#rows = new Set(rows);
  }
  add(rows) {
    for (const row of rows) this.#rows.add(row);
  }
  /** Takes the rows out if all of them are in, else puts them in. */
  toggle(rows) {
    if (!rows.every((row) => this.#rows.has(row))) this.add(rows);
    else for (const row of rows) this.#rows.delete(row);
  }
  has(row) {
    return this.#rows.has(row);
  }
  /** Whether any of a line's rows is chosen: folded, it stands for all of them. */
  touches({ index, run: run2 }) {
    if (this.#rows.size === 0) return false;
    return run2 === null ? this.#rows.has(index) : run2.index.some((row) => this.#rows.has(row));
  }
  /** The rows, ascending, as ranges. */
  get ranges() {
    const ranges = [];
    for (const row of [...this.#rows].sort((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last !== void 0 && last[1] === row - 1) last[1] = row;
      else ranges.push([row, row]);
    }
    return ranges;
  }
  set ranges(ranges) {
    this.#rows = /* @__PURE__ */ new Set();
    for (const [first, last] of ranges) for (let row = first; row <= last; row++) this.#rows.add(row);
  }
};
function rowsOf(line, nth) {
  if (nth !== null) return [single(line, nth).index];
  return line.run === null ? [line.index] : line.run.index;
}
var Chooser = class {
  choice = new Choice();
  #lines;
  #listing;
  #changed;
  /** From where entries are chosen up to another; null where none was reached yet. */
  anchor = null;
  constructor(lines, listing, changed) {
    this.#lines = lines;
    this.#listing = listing;
    this.#changed = changed;
  }
  /** Whether an entry is to be shown as chosen. */
  shows({ place: place3, nth }) {
    const line = this.#lines()[place3];
    return nth === null ? this.choice.touches(line) : this.choice.has(single(line, nth).index);
  }
  alone(entry) {
    this.anchor = entry;
    this.choice.only(this.#rows(entry));
    this.#changed();
  }
  /** Chooses an entry beside what is chosen, or no longer. */
  also(entry) {
    this.anchor = entry;
    this.choice.toggle(this.#rows(entry));
    this.#changed();
  }
  /** Chooses what the list shows from the anchor to an entry. */
  upTo(entry) {
    const listing = this.#listing();
    const to = listing.positionOf(entry);
    if (to === null) return;
    const from = this.anchor === null ? null : listing.positionOf(this.anchor);
    if (from === null) this.anchor = entry;
    this.#between(Math.min(from ?? to, to), Math.max(from ?? to, to));
  }
  /** Chooses all that the list shows. */
  all() {
    this.#between(0, this.#listing().size - 1);
  }
  #between(first, last) {
    this.choice.only([]);
    for (let position = first; position <= last; position++) this.choice.add(this.#rows(this.#listing().at(position)));
    this.#changed();
  }
  #rows({ place: place3, nth }) {
    return rowsOf(this.#lines()[place3], nth);
  }
};

// src/model/filter.ts
var EVERYTHING = { words: "", directions: /* @__PURE__ */ new Set(["client", "server", "local"]), errors: false };
function matcher({ words, directions, errors }) {
  const terms = words.split(/\s+/).map(termOf).filter((term) => term !== null);
  if (terms.length === 0 && directions.size === EVERYTHING.directions.size && !errors) return null;
  return (line) => directions.has(line.direction) && (line.bad || !errors) && terms.every((passes) => passes(line));
}
function termOf(word) {
  const excluded = word.startsWith("-");
  const wanted = excluded ? word.slice(1) : word;
  if (wanted === "") return null;
  const pattern = wanted.includes("*");
  const source = wanted.split("*").map(escaped2).join(".*");
  const finds = new RegExp(pattern ? `^${source}$` : source, "i");
  const type = remembered((name) => finds.test(name));
  const holds = pattern ? (line) => type(line.type) : (line) => type(line.type) || finds.test(line.detail) || finds.test(line.item_id) || finds.test(line.response_id) || finds.test(line.call_id);
  return (line) => holds(line) !== excluded;
}
function escaped2(words) {
  return words.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
function remembered(test) {
  const known = /* @__PURE__ */ new Map();
  return (name) => {
    const old = known.get(name);
    if (old !== void 0) return old;
    const answer = test(name);
    known.set(name, answer);
    return answer;
  };
}

// src/model/listing.ts
function entryOf({ place: place3, nth, alone }) {
  return { place: place3, nth: alone ? nth : null };
}
var STRIDE = 500;
var Listing = class {
  #lines;
  #passes = null;
  /** The lines shown; null for all of them. */
  #shown = null;
  /** A new filter on its way: `next` is the place that it has come to. */
  #scan = null;
  /** Lines that are new or have grown since the last `settle`. */
  #changed = /* @__PURE__ */ new Set();
  #unfolded = /* @__PURE__ */ new Set();
  /** The unfolded lines that are shown, in order: where each stands and how many rows follow it. */
  #insets = [];
  /** Positions in the list. */
  size = 0;
  constructor(lines) {
    this.#lines = lines;
  }
  /** Rows of the log that the lines shown stand for; null where all are shown. */
  get matched() {
    return this.#shown?.rows ?? null;
  }
  filter(filter) {
    this.#passes = matcher(filter);
    this.#scan = this.#passes === null ? null : { next: 0, places: [], rows: 0 };
    if (this.#passes === null) this.#shown = null;
  }
  /** A line is new or has grown by a row. */
  note(place3) {
    if (this.#passes === null) return;
    this.#changed.add(place3);
    for (const found of [this.#shown, this.#scan]) {
      if (found !== null && found.places[search(found.places, place3)] === place3) found.rows += 1;
    }
  }
  isUnfolded(place3) {
    return this.#unfolded.has(place3);
  }
  fold(place3, folded) {
    if (folded) this.#unfolded.delete(place3);
    else this.#unfolded.add(place3);
  }
  /** Brings the list up to date; false where a filter needs more time than until `now()` reaches `until` (ms). */
  settle(until, now) {
    if (this.#scan !== null && !this.#advance(this.#scan, until, now)) return false;
    if (this.#scan !== null) {
      this.#shown = this.#scan;
      this.#scan = null;
    }
    if (this.#shown !== null) for (const place3 of this.#changed) this.#sort(this.#shown, place3);
    this.#changed.clear();
    this.#measure();
    return true;
  }
  /** What stands at a position below `size`. */
  at(position) {
    let line = position;
    for (const { at, count } of this.#insets) {
      if (line <= at) break;
      if (line <= at + count) return { place: this.#placeOf(at), nth: line - at - 1 };
      line -= count;
    }
    return { place: this.#placeOf(line), nth: null };
  }
  /** Where a line or a row of it stands; null where it is not shown. */
  positionOf({ place: place3, nth }) {
    const line = this.#lineOf(place3);
    if (line === null) return null;
    let before = 0;
    for (const { at, count } of this.#insets) if (at < line) before += count;
    return line + before + (nth === null ? 0 : nth + 1);
  }
  #placeOf(line) {
    return this.#shown === null ? line : this.#shown.places[line];
  }
  #lineOf(place3) {
    if (this.#shown === null) return place3;
    const line = search(this.#shown.places, place3);
    return this.#shown.places[line] === place3 ? line : null;
  }
  /** Tests lines until all are or time is up; true when all are. */
  #advance(scan, until, now) {
    const passes = this.#passes;
    while (scan.next < this.#lines.length) {
      const end2 = Math.min(scan.next + STRIDE, this.#lines.length);
      for (; scan.next < end2; scan.next++) {
        const line = this.#lines[scan.next];
        if (!passes(line)) continue;
        scan.places.push(scan.next);
        scan.rows += line.count;
      }
      if (now() >= until) break;
    }
    return scan.next === this.#lines.length;
  }
  /** Puts a line in or takes it out: its text has grown, so that it may pass now, or no more. */
  #sort(shown, place3) {
    const line = this.#lines[place3];
    const at = search(shown.places, place3);
    const there = shown.places[at] === place3;
    if ((this.#passes?.(line) ?? true) === there) return;
    shown.places.splice(at, there ? 1 : 0, ...there ? [] : [place3]);
    shown.rows += there ? -line.count : line.count;
  }
  #measure() {
    this.#insets = [...this.#unfolded].sort((a, b) => a - b).map((place3) => ({ at: this.#lineOf(place3), count: this.#lines[place3].count })).filter((inset) => inset.at !== null);
    const lines = this.#shown === null ? this.#lines.length : this.#shown.places.length;
    this.size = this.#insets.reduce((sum, { count }) => sum + count, lines);
  }
};
function search(numbers, value) {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = low + high >> 1;
    if (numbers[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// src/view/eventrow.ts
var ARROWS = { client: "↑", server: "↓", local: "·" };
var DIRECTIONS = {
  en: { client: "sent by the client", server: "received from the server", local: "happened here" },
  zh: { client: "客户端发出", server: "从服务器收到", local: "发生在本地" }
};
var WORDS3 = {
  en: { after: (seconds) => `${seconds} s after the line above` },
  zh: { after: (seconds) => `距上一行 ${seconds} 秒` }
};
var LONGEST_DETAIL = 240;
var Cell = class {
  element;
  #node = document.createTextNode("");
  constructor(tag, className, attributes = {}) {
    this.element = h(tag, { className, attributes }, this.#node);
  }
  set words(words) {
    if (this.#node.data !== words) this.#node.data = words;
  }
};
var EventRow = class {
  element;
  #lang;
  #t = new Cell("div", "rt-t", { role: "gridcell" });
  #arrow = new Cell("div", "rt-arrow", { role: "gridcell" });
  #twisty = h("span", { className: "rt-twisty", attributes: { "aria-hidden": "true" } });
  #type = new Cell("span", "rt-type");
  #sum = new Cell("span", "rt-sum");
  #detail = new Cell("span", "rt-text");
  /** What the attributes say now. */
  #state = "";
  constructor(lang2, id) {
    this.#lang = lang2;
    this.element = h(
      "div",
      { className: "rt-event", id, attributes: { role: "row" } },
      this.#t.element,
      this.#arrow.element,
      h("div", { className: "rt-name", attributes: { role: "gridcell" } }, this.#twisty, this.#type.element),
      h("div", { className: "rt-detail", attributes: { role: "gridcell" } }, this.#sum.element, this.#detail.element)
    );
  }
  /** Tells whether what was clicked folds and unfolds the line. */
  folds(target) {
    return target === this.#twisty && this.element.ariaExpanded !== null;
  }
  clear() {
    for (const cell of [this.#t, this.#arrow, this.#type, this.#sum, this.#detail]) cell.words = "";
  }
  show(shown) {
    const { line, nth, zero, relative } = shown;
    const { t, audio_ms, detail } = nth === null ? line : single(line, nth);
    this.#t.words = relative ? signed(t - zero) : clock(t);
    this.#arrow.words = ARROWS[line.direction];
    this.#type.words = nth === null ? line.type : `${nth + 1} / ${line.count}`;
    const count = nth === null && line.count > 1 ? `×${line.count}` : "";
    const sum = [count, audio_ms > 0 ? duration(audio_ms) : ""].filter(Boolean).join(" · ");
    this.#sum.words = sum;
    this.#detail.words = (sum === "" || detail === "" ? "" : " · ") + clip(detail.slice(0, LONGEST_DETAIL + 1), LONGEST_DETAIL);
    const after = shown.above === null ? "" : WORDS3[this.#lang].after(signed(t - shown.above));
    if (this.#t.element.title !== after) this.#t.element.title = after;
    this.#mark(shown);
  }
  #mark({ line, nth, unfolded, selected, active, position }) {
    const many = nth === null && line.count > 1;
    const state = [position, line.direction, line.side, line.bad, many, many && unfolded, nth === null, selected, active].join();
    if (state === this.#state) return;
    this.#state = state;
    const { element: element2 } = this;
    element2.dataset.direction = line.direction;
    element2.dataset.side = line.side;
    element2.classList.toggle("rt-bad", line.bad);
    element2.classList.toggle("rt-single", nth !== null);
    element2.classList.toggle("rt-active", active);
    element2.ariaRowIndex = String(position + 2);
    element2.ariaLevel = nth === null ? "1" : "2";
    element2.ariaExpanded = many ? String(unfolded) : null;
    element2.ariaSelected = String(selected);
    this.#arrow.element.ariaLabel = DIRECTIONS[this.#lang][line.direction];
  }
};
function signed(seconds) {
  return `${seconds < 0 ? "−" : "+"}${Math.abs(seconds).toFixed(3)}`;
}

// src/view/eventbar.ts
var WORDS4 = {
  en: {
    title: "Events",
    filter: "Filter events",
    placeholder: "Filter: words, response.*, -delta",
    hint: "Shows events that have all words in their type, ids or text; * stands for anything in a type; -word excludes",
    errors: "Errors",
    errorsHint: "Errors only",
    relative: "Δt: times from the selected event",
    of: (matched, total) => `${matched} of ${total}`
  },
  zh: {
    title: "事件",
    filter: "筛选事件",
    placeholder: "筛选：词语、response.*、-delta",
    hint: "显示类型、ID 或文字中含有所有词语的事件；* 代表类型中的任意内容；-词语 表示排除",
    errors: "错误",
    errorsHint: "只看错误",
    relative: "Δt：时间从所选事件算起",
    of: (matched, total) => `${matched} / ${total}`
  }
};
var EventBar = class {
  element;
  title;
  #words;
  #count = h("span", { className: "rt-count" });
  #field;
  #directions;
  #errors;
  #relative;
  /** `filtered` is called when another filter is wanted, `relative` when another way to count time is. */
  constructor(lang2, actions, signal) {
    const words = WORDS4[lang2];
    this.#words = words;
    this.title = words.title;
    this.#field = h("input", {
      ...{ type: "search", autocomplete: "off", spellcheck: false, placeholder: words.placeholder, title: words.hint },
      attributes: { "aria-label": words.filter }
    });
    this.#field.addEventListener("input", actions.filtered, { signal });
    const toggle = (face, name, on, changed) => {
      const attributes = { "aria-label": name, "aria-pressed": String(on) };
      const button = h("button", { type: "button", className: "rt-toggle", title: name, attributes }, face);
      const pressed = () => {
        button.ariaPressed = String(button.ariaPressed !== "true");
        changed();
      };
      button.addEventListener("click", pressed, { signal });
      return button;
    };
    const direction = (name) => toggle(ARROWS[name], DIRECTIONS[lang2][name], true, actions.filtered);
    this.#directions = { client: direction("client"), server: direction("server"), local: direction("local") };
    for (const [name, button] of Object.entries(this.#directions)) button.dataset.direction = name;
    this.#errors = toggle(words.errors, words.errorsHint, false, actions.filtered);
    this.#relative = toggle("Δt", words.relative, false, actions.relative);
    const group = h("span", { className: "rt-directions" }, ...Object.values(this.#directions));
    const title = h("h3", {}, words.title, this.#count);
    this.element = h("div", { className: "rt-bar" }, title, this.#field, group, this.#errors, this.#relative);
  }
  get filter() {
    const all = Object.keys(this.#directions);
    return {
      words: this.#field.value,
      directions: new Set(all.filter((name) => this.#directions[name].ariaPressed === "true")),
      errors: this.#errors.ariaPressed === "true"
    };
  }
  set words(words) {
    this.#field.value = words;
  }
  focus() {
    this.#field.select();
  }
  /** Times count from the selected event. */
  get relative() {
    return this.#relative.ariaPressed === "true";
  }
  /** Shows everything again. */
  reset() {
    this.#field.value = "";
    for (const button of Object.values(this.#directions)) button.ariaPressed = "true";
    this.#errors.ariaPressed = "false";
  }
  /** `matched` is null where nothing is filtered. */
  show(matched, total) {
    const all = total.toLocaleString("en");
    const words = matched === null ? all : this.#words.of(matched.toLocaleString("en"), all);
    setText(this.#count, total === 0 ? "" : words);
  }
};

// src/view/eventgrid.ts
var COLUMNS = {
  en: ["t (s)", "Direction", "Type", "Detail"],
  zh: ["t（秒）", "方向", "类型", "详情"]
};
function eventGrid(lang2, title, many) {
  const heads = COLUMNS[lang2].map((name) => h("div", { attributes: { role: "columnheader" } }, name));
  const grid = h(
    "div",
    { className: "rt-grid", tabIndex: 0, attributes: { role: "treegrid", "aria-label": title } },
    h("div", { className: "rt-heads", attributes: { role: "row", "aria-rowindex": "1" } }, ...heads)
  );
  if (many) grid.ariaMultiSelectable = "true";
  return grid;
}

// src/view/eventkeys.ts
var REST = 120;
function press(event, keys) {
  const ctrl = event.ctrlKey || event.metaKey;
  const { many } = keys;
  if (event.altKey || ctrl && many === null) return;
  const rest = event.repeat ? REST : 0;
  const reach = ctrl ? "go" : event.shiftKey ? "upTo" : "alone";
  const moving = {
    ArrowDown: () => keys.move(1, reach, rest),
    ArrowUp: () => keys.move(-1, reach, rest),
    PageDown: () => keys.move(keys.page(), reach, rest),
    PageUp: () => keys.move(-keys.page(), reach, rest),
    Home: () => keys.edge("first", reach, rest),
    End: () => keys.edge("last", reach, rest)
  };
  const single2 = {
    ArrowRight: keys.unfold,
    ArrowLeft: keys.fold,
    Enter: keys.enter,
    Escape: keys.close
  };
  const choosing = many === null ? {} : { ...ctrl ? { a: many.all } : {}, " ": many.also };
  const act = moving[event.key] ?? (ctrl ? void 0 : single2[event.key]) ?? choosing[event.key];
  if (act === void 0) return;
  event.preventDefault();
  act();
}

// src/model/meanings.ts
var MEANINGS = {
  en: {
    "session.update": "Changes the session's settings; what is not named stays as it is.",
    "input_audio_buffer.append": "Appends audio to the input audio buffer; the server confirms nothing.",
    "input_audio_buffer.commit": "Turns the buffered audio into a user item, where turn detection is off.",
    "input_audio_buffer.clear": "Throws the buffered audio away.",
    "conversation.item.create": "Adds an item: a message, a function call or its output. It asks for no answer.",
    "conversation.item.retrieve": "Asks for an item as the server holds it, its audio included.",
    "conversation.item.truncate": "Cuts an assistant's audio to what the user heard, after an interruption.",
    "conversation.item.delete": "Removes an item from the conversation.",
    "response.create": "Asks the model for a response.",
    "response.cancel": "Stops the response that is being made.",
    "output_audio_buffer.clear": "Cuts the audio that is playing, over WebRTC and SIP only.",
    error: "Something was wrong, mostly with a client event (its event_id is named); the session goes on.",
    "session.created": "The connection stands: the first event, with the default settings.",
    "session.updated": "The settings now in force, whole.",
    "conversation.created": "The session's conversation exists (the beta dialect sends it; GA does not).",
    "conversation.item.created": "An item entered the conversation (beta dialect; GA says added and done instead).",
    "conversation.item.added": "An item entered the conversation; it may still grow.",
    "conversation.item.done": "An item is final.",
    "conversation.item.retrieved": "An item as the server holds it.",
    "conversation.item.truncated": "An item's audio was cut to what the user heard; its transcript is gone.",
    "conversation.item.deleted": "An item was removed.",
    "conversation.item.input_audio_transcription.delta": "A piece of what the user said, in writing.",
    "conversation.item.input_audio_transcription.segment": "A stretch of what the user said, with its times and speaker.",
    "conversation.item.input_audio_transcription.completed": "All that the user said, in writing. It may come after the answer.",
    "conversation.item.input_audio_transcription.failed": "The user's words could not be written down; the conversation goes on.",
    "input_audio_buffer.committed": "The buffered audio became a user item.",
    "input_audio_buffer.cleared": "The buffered audio was thrown away.",
    "input_audio_buffer.speech_started": "Turn detection heard the user begin to speak.",
    "input_audio_buffer.speech_stopped": "Turn detection heard the user end.",
    "input_audio_buffer.timeout_triggered": "The user was silent for the idle time-out; the model speaks up by itself.",
    "input_audio_buffer.dtmf_event_received": "A key was pressed on a telephone, over SIP only.",
    "output_audio_buffer.started": "The server began to play the answer, over WebRTC and SIP only.",
    "output_audio_buffer.stopped": "The answer was played to its end, over WebRTC and SIP only.",
    "output_audio_buffer.cleared": "The playing answer was cut, over WebRTC and SIP only.",
    "response.created": "A response has begun.",
    "response.done": "A response has ended: completed, cancelled, incomplete or failed; with its usage.",
    "response.output_item.added": "The response began an item: a message or a function call.",
    "response.output_item.done": "An item of the response is final.",
    "response.content_part.added": "A message of the response began a part: text or audio.",
    "response.content_part.done": "A part of a message is final.",
    "response.output_text.delta": "A piece of the answer's text.",
    "response.output_text.done": "The answer's text, whole.",
    "response.output_audio.delta": "A piece of the answer's audio, base64.",
    "response.output_audio.done": "The answer's audio is complete.",
    "response.output_audio_transcript.delta": "A piece of what the answer says, in writing.",
    "response.output_audio_transcript.done": "What the answer says, whole.",
    "response.function_call_arguments.delta": "A piece of a function call's JSON arguments.",
    "response.function_call_arguments.done": "A function call's arguments, whole: run it, add its output, then ask for a response.",
    "response.mcp_call_arguments.delta": "A piece of the arguments of a call to a remote MCP tool.",
    "response.mcp_call_arguments.done": "The arguments of a call to a remote MCP tool, whole.",
    "response.mcp_call.in_progress": "The server calls a remote MCP tool.",
    "response.mcp_call.completed": "A remote MCP tool has answered.",
    "response.mcp_call.failed": "A remote MCP tool has failed.",
    "mcp_list_tools.in_progress": "The server asks a remote MCP server for its tools.",
    "mcp_list_tools.completed": "A remote MCP server has listed its tools.",
    "mcp_list_tools.failed": "A remote MCP server did not list its tools.",
    "rate_limits.updated": "What is left of the account's limits, after a response has begun.",
    "rt.connection.opened": "The WebSocket is open.",
    "rt.connection.lost": "The other side closed the connection, or the network broke.",
    "rt.connection.closed": "This side closed the connection.",
    "rt.playback.started": "The first sample of an item's audio was heard.",
    "rt.playback.stop": "What still plays of an answer is to fall silent.",
    "rt.playback.flushed": "The loudspeaker was silenced: how much of the item was heard.",
    "rt.playback.finished": "An item's audio was heard to its end.",
    "rt.playback.underrun": "The loudspeaker ran out of audio in the middle of an item.",
    "rt.page.failed": "What was asked for in the panel did not work.",
    "rt.unreadable": "The server sent something that is no JSON object.",
    "rt.budget.warned": "Most of the budget is spent.",
    "rt.budget.exceeded": "All of the budget is spent.",
    "rt.budget.unknown": "The budget cannot be kept: a price is not known.",
    "rt.recording.failed": "The recording has ended: its file cannot be written.",
    "rt.callback.failed": "A callback of yours raised an exception; the session goes on.",
    "rt.tool.started": "A tool of yours was called, and runs.",
    "rt.tool.waiting": "A call waits until you approve it or deny it.",
    "rt.tool.approved": "The call may run.",
    "rt.tool.denied": "The call may not run; the model is told.",
    "rt.tool.progress": "A tool told how far it is.",
    "rt.tool.done": "A tool has returned; its output goes to the model.",
    "rt.tool.failed": "A call has no result; what is wrong goes to the model.",
    "rt.tool.cancelled": "A call was stopped before it had a result.",
    "rt.tool.unsent": "A call's output was not sent, and never will be: its connection is gone."
  },
  zh: {
    "session.update": "修改会话设置；没有提到的设置保持不变。",
    "input_audio_buffer.append": "向输入音频缓冲区追加声音；服务器不作任何确认。",
    "input_audio_buffer.commit": "把缓冲区里的声音变成一个用户条目，用于关闭了轮次检测的会话。",
    "input_audio_buffer.clear": "丢弃缓冲区里的声音。",
    "conversation.item.create": "添加一个条目：消息、函数调用或函数的结果。它本身不要求回答。",
    "conversation.item.retrieve": "请求取回服务器保存的一个条目，包括其中的声音。",
    "conversation.item.truncate": "用户打断后，把助手的声音截到用户实际听到的位置。",
    "conversation.item.delete": "从对话中删除一个条目。",
    "response.create": "请模型作出一个回答。",
    "response.cancel": "停止正在生成的回答。",
    "output_audio_buffer.clear": "切断正在播放的声音，仅用于 WebRTC 和 SIP。",
    error: "出了问题，多半与某个客户端事件有关（给出它的 event_id）；会话继续进行。",
    "session.created": "连接已建立：这是第一个事件，带有默认设置。",
    "session.updated": "现在生效的全部设置。",
    "conversation.created": "会话的对话已经存在（beta 版会发送，GA 版不发送）。",
    "conversation.item.created": "一个条目进入了对话（beta 版；GA 版改用 added 和 done）。",
    "conversation.item.added": "一个条目进入了对话；它可能还会增长。",
    "conversation.item.done": "一个条目已经定稿。",
    "conversation.item.retrieved": "服务器保存的条目内容。",
    "conversation.item.truncated": "条目的声音已截到用户听到的位置；它的文字记录也随之删除。",
    "conversation.item.deleted": "一个条目已被删除。",
    "conversation.item.input_audio_transcription.delta": "用户所说内容的一段文字。",
    "conversation.item.input_audio_transcription.segment": "用户所说内容的一个片段，带有时间和说话人。",
    "conversation.item.input_audio_transcription.completed": "用户所说内容的全文。它可能在回答之后才到。",
    "conversation.item.input_audio_transcription.failed": "用户的话没能转成文字；对话继续进行。",
    "input_audio_buffer.committed": "缓冲区里的声音成为一个用户条目。",
    "input_audio_buffer.cleared": "缓冲区里的声音已被丢弃。",
    "input_audio_buffer.speech_started": "轮次检测听到用户开始说话。",
    "input_audio_buffer.speech_stopped": "轮次检测听到用户说完了。",
    "input_audio_buffer.timeout_triggered": "用户沉默的时间超过了空闲时限；模型主动开口。",
    "input_audio_buffer.dtmf_event_received": "电话上按下了一个键，仅用于 SIP。",
    "output_audio_buffer.started": "服务器开始播放回答，仅用于 WebRTC 和 SIP。",
    "output_audio_buffer.stopped": "回答已播放完毕，仅用于 WebRTC 和 SIP。",
    "output_audio_buffer.cleared": "正在播放的回答被切断，仅用于 WebRTC 和 SIP。",
    "response.created": "一个回答开始了。",
    "response.done": "一个回答结束了：完成、取消、不完整或失败；附有用量。",
    "response.output_item.added": "回答开始了一个条目：消息或函数调用。",
    "response.output_item.done": "回答中的一个条目已经定稿。",
    "response.content_part.added": "回答的消息开始了一个部分：文字或声音。",
    "response.content_part.done": "消息的一个部分已经定稿。",
    "response.output_text.delta": "回答文字的一小段。",
    "response.output_text.done": "回答的全部文字。",
    "response.output_audio.delta": "回答声音的一小段，以 base64 编码。",
    "response.output_audio.done": "回答的声音已经完整。",
    "response.output_audio_transcript.delta": "回答所说内容的一段文字。",
    "response.output_audio_transcript.done": "回答所说内容的全文。",
    "response.function_call_arguments.delta": "函数调用的 JSON 参数的一小段。",
    "response.function_call_arguments.done": "函数调用的全部参数：运行函数，添加它的结果，再请求回答。",
    "response.mcp_call_arguments.delta": "调用远程 MCP 工具的参数的一小段。",
    "response.mcp_call_arguments.done": "调用远程 MCP 工具的全部参数。",
    "response.mcp_call.in_progress": "服务器正在调用远程 MCP 工具。",
    "response.mcp_call.completed": "远程 MCP 工具给出了结果。",
    "response.mcp_call.failed": "远程 MCP 工具调用失败。",
    "mcp_list_tools.in_progress": "服务器正在向远程 MCP 服务器查询它的工具。",
    "mcp_list_tools.completed": "远程 MCP 服务器列出了它的工具。",
    "mcp_list_tools.failed": "远程 MCP 服务器没能列出它的工具。",
    "rate_limits.updated": "回答开始之后，账户的限额还剩多少。",
    "rt.connection.opened": "WebSocket 已打开。",
    "rt.connection.lost": "对方关闭了连接，或者网络中断了。",
    "rt.connection.closed": "这一方关闭了连接。",
    "rt.playback.started": "听到了一个条目的第一个声音样本。",
    "rt.playback.stop": "回答中还在播放的部分应当静音。",
    "rt.playback.flushed": "扬声器已静音：记下条目被听到了多少。",
    "rt.playback.finished": "一个条目的声音听到了结尾。",
    "rt.playback.underrun": "扬声器在一个条目的中途没有声音可放了。",
    "rt.page.failed": "面板里要求的操作没有成功。",
    "rt.unreadable": "服务器发来的内容不是 JSON 对象。",
    "rt.budget.warned": "预算已用去大半。",
    "rt.budget.exceeded": "预算已用完。",
    "rt.budget.unknown": "无法遵守预算：有一项价格未知。",
    "rt.recording.failed": "录制已结束：文件无法写入。",
    "rt.callback.failed": "你的一个回调函数抛出了异常；会话继续进行。",
    "rt.tool.started": "你的一个工具被调用了，正在运行。",
    "rt.tool.waiting": "一次调用在等你批准或拒绝。",
    "rt.tool.approved": "这次调用可以运行。",
    "rt.tool.denied": "这次调用不得运行；模型会得到通知。",
    "rt.tool.progress": "一个工具报告了进展。",
    "rt.tool.done": "一个工具已返回；它的输出会交给模型。",
    "rt.tool.failed": "一次调用没有结果；出错的原因会交给模型。",
    "rt.tool.cancelled": "一次调用在得到结果之前被停止了。",
    "rt.tool.unsent": "一次调用的输出没有发出，以后也不会发：它的连接已经断了。"
  }
};

// src/view/look.ts
var WORDS5 = {
  en: {
    details: "Selected event",
    copy: "Copy",
    copied: "Copied",
    selected: "Selected: press Ctrl+C",
    goto: "Go to",
    bubble: "Go to its bubble and sound",
    moment: "Go to this moment",
    previous: "Previous of the run",
    next: "Next of the run",
    close: "Close",
    fetching: "Fetching the event from the kernel…",
    unknown: "This panel does not know the type; the event is kept and shown as it came.",
    nth: (nth, count) => `${nth} of ${count}`,
    after: "Δ: seconds after the one before"
  },
  zh: {
    details: "所选事件",
    copy: "复制",
    copied: "已复制",
    selected: "已选中：请按 Ctrl+C",
    goto: "转到",
    bubble: "转到它的气泡和声音",
    moment: "转到这一时刻",
    previous: "本组上一个",
    next: "本组下一个",
    close: "关闭",
    fetching: "正在从内核取回事件…",
    unknown: "面板不认识这种类型；事件按原样保留和显示。",
    nth: (nth, count) => `第 ${nth} 个，共 ${count} 个`,
    after: "Δ：比前一个晚多少秒"
  }
};
var MOST_COLOURED = 6e4;
var LookView = class {
  element;
  #words;
  #lang;
  #type = h("strong");
  #facts;
  #meaning = h("p", { className: "rt-meaning" });
  #nth = h("span", { className: "rt-nth" });
  #previous;
  #next;
  #jump;
  #copy;
  #code = h("code");
  #text;
  /** The position in the log whose JSON is shown; null while it is being fetched. */
  #loaded = null;
  constructor(lang2, actions, signal) {
    const words = WORDS5[lang2];
    this.#lang = lang2;
    this.#words = words;
    const button = (face, name, clicked) => {
      const made = h("button", { type: "button", title: name, attributes: { "aria-label": name } }, face);
      made.addEventListener("click", clicked, { signal });
      return made;
    };
    this.#facts = h("span", { className: "rt-facts", title: words.after });
    this.#previous = button("‹", words.previous, () => actions.step(-1));
    this.#next = button("›", words.next, () => actions.step(1));
    this.#jump = button(words.goto, words.bubble, () => actions.jump?.());
    this.#jump.hidden = actions.jump === void 0;
    this.#copy = h("button", { type: "button" }, words.copy);
    this.#copy.addEventListener("click", () => void this.#toClipboard(), { signal });
    const run2 = h("span", { className: "rt-run" }, this.#previous, this.#nth, this.#next);
    const close = button("×", words.close, actions.close);
    const tools = h("div", { className: "rt-tools" }, run2, this.#copy, this.#jump, close);
    this.#text = h("pre", { tabIndex: 0, attributes: { role: "group", "aria-label": "JSON" } }, this.#code);
    const head = h("div", { className: "rt-head" }, this.#type, this.#facts, tools);
    const attributes = { role: "group", "aria-label": words.details };
    this.element = h("div", { className: "rt-look", hidden: true, attributes }, head, this.#meaning, this.#text);
  }
  /** Shows row `nth` of a line; its JSON comes later. `before` is when the one before it happened, s. */
  show(line, nth, before) {
    const { t, audio_ms, index } = single(line, nth);
    const words = this.#words;
    setText(this.#type, `${ARROWS[line.direction]} ${line.type}`);
    this.#type.title = DIRECTIONS[this.#lang][line.direction];
    const after = before === null ? "" : `Δ ${signed(t - before)} s`;
    const sound = audio_ms > 0 ? duration(audio_ms) : "";
    setText(this.#facts, [`#${index}`, `${clock(t)} s`, after, sound].filter(Boolean).join(" · "));
    setText(this.#meaning, MEANINGS[this.#lang][line.type] ?? words.unknown);
    this.#nth.parentElement.hidden = line.count === 1;
    setText(this.#nth, words.nth(nth + 1, line.count));
    this.#previous.disabled = nth === 0;
    this.#next.disabled = nth + 1 >= line.count;
    const jump = line.item_id === "" ? words.moment : words.bubble;
    this.#jump.title = this.#jump.ariaLabel = jump;
  }
  /** The JSON of a row has been asked for. */
  await(index) {
    if (index === this.#loaded) return;
    this.#loaded = null;
    this.#copy.disabled = true;
    this.#text.ariaBusy = "true";
    this.element.dataset.waiting = "true";
    setText(this.#copy, this.#words.copy);
    setText(this.#code, this.#words.fetching);
  }
  load(index, json) {
    if (index === this.#loaded) return;
    this.#loaded = index;
    this.#copy.disabled = false;
    this.#text.ariaBusy = "false";
    delete this.element.dataset.waiting;
    this.#code.replaceChildren(...json.length > MOST_COLOURED ? [json] : coloured(json));
    this.#text.scrollTop = 0;
  }
  async #toClipboard() {
    try {
      await navigator.clipboard.writeText(this.#code.textContent);
      setText(this.#copy, this.#words.copied);
    } catch {
      getSelection()?.selectAllChildren(this.#code);
      setText(this.#copy, this.#words.selected);
    }
  }
};
function coloured(json) {
  return pieces(json).map(
    ([kind, piece]) => kind === "other" ? document.createTextNode(piece) : h("span", { className: `rt-json-${kind}` }, piece)
  );
}

// src/view/virtual.ts
var ROW = 22;
var BEYOND = 12;
var VirtualList = class {
  /** The person sees the end, and what is new there. */
  following = true;
  #scroller;
  #space = h("div", { className: "rt-space", attributes: { role: "rowgroup" } });
  #rows;
  #slots = [];
  #size = 0;
  #top = 0;
  /** px in sight, without the heads. */
  #view = 0;
  constructor(scroller, rows, signal) {
    this.#scroller = scroller;
    this.#rows = rows;
    scroller.append(this.#space);
    const resized = new ResizeObserver(() => {
      this.#view = Math.max(0, scroller.clientHeight - ROW);
      if (this.#view > 0) scroller.scrollTop = this.#top;
      rows.moved();
    });
    resized.observe(scroller);
    signal.addEventListener("abort", () => resized.disconnect(), { once: true });
    scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
  }
  /** Rows in sight. */
  get page() {
    return Math.max(1, Math.floor(this.#view / ROW));
  }
  /** The first position in sight. */
  get first() {
    return Math.ceil(this.#top / ROW);
  }
  /** The list has `size` positions now. */
  resize(size) {
    if (size === this.#size) return;
    this.#size = size;
    this.#space.style.height = `${size * ROW}px`;
  }
  /** Draws what is in sight. */
  show() {
    const end2 = this.#end();
    if (this.following || this.#top > end2) this.#scrollTo(end2);
    this.#provide(Math.ceil(this.#view / ROW) + 2 * BEYOND + 1);
    const first = Math.max(0, Math.floor(this.#top / ROW) - BEYOND);
    for (let nth = 0; nth < this.#slots.length; nth++) this.#fill(first + nth);
  }
  /** Scrolls so that a position is in sight: as little as needed, or to the middle. */
  reveal(position, middle = false) {
    const at = position * ROW;
    const [highest, lowest] = [at - this.#view + ROW, at];
    const wanted = middle ? at - this.#view / 2 : Math.min(Math.max(this.#top, highest), lowest);
    this.#scrollTo(Math.max(0, Math.min(wanted, Math.max(this.#end(), highest))));
  }
  /** The element of a position, where it has one. */
  slotAt(position) {
    const found = this.#slots[position % this.#slots.length];
    return found?.position === position ? found.slot : null;
  }
  /** The position that an element of a row, or something in it, shows. */
  positionOf(target) {
    return this.#slots.find(({ slot }) => slot.element.contains(target))?.position ?? null;
  }
  #end() {
    return Math.max(0, this.#size * ROW - this.#view);
  }
  #scrollTo(top) {
    if (top === this.#top) return;
    this.#top = top;
    this.#scroller.scrollTop = top;
  }
  #scrolled() {
    const top = this.#scroller.scrollTop;
    if (this.#view === 0 || Math.abs(top - this.#top) < 1) return;
    this.#top = top;
    this.following = this.#top >= this.#end() - ROW / 2;
    this.#rows.moved();
  }
  #provide(count) {
    if (this.#view === 0 || count <= this.#slots.length) return;
    while (this.#slots.length < count) this.#slots.push({ slot: this.#rows.make(), position: null });
    for (const entry of this.#slots) {
      entry.position = null;
      entry.slot.element.hidden = true;
      entry.slot.clear();
    }
    this.#space.append(...this.#slots.map(({ slot }) => slot.element));
  }
  #fill(position) {
    const entry = this.#slots[position % this.#slots.length];
    const { element: element2 } = entry.slot;
    const shown = position < this.#size ? position : null;
    if (shown !== entry.position) {
      entry.position = shown;
      element2.hidden = shown === null;
      if (shown === null) entry.slot.clear();
      element2.style.transform = `translateY(${position * ROW}px)`;
    }
    if (shown !== null) this.#rows.fill(entry.slot, position);
  }
};

// src/view/events.ts
var WORDS6 = {
  en: {
    follow: "Follow",
    none: "Events appear here as they go over the wire.",
    nothing: "No event passes the filter."
  },
  zh: {
    follow: "跟随",
    none: "传输中的事件会显示在这里。",
    nothing: "没有事件符合筛选条件。"
  }
};
var SLICE = 5;
var lists = 0;
var EventsView = class {
  element;
  #actions;
  #words;
  #bar;
  #look;
  #list;
  #grid;
  #follow;
  #empty = h("p", { className: "rt-none" });
  #log = new EventLines();
  #listing = new Listing(this.#log.lines);
  #selected = null;
  /** All rows are here. */
  #over = false;
  /** null where one event alone is looked at. */
  #chooser;
  /** The list has to show the selection again when the filter is through. */
  #refiltered = false;
  #frame = 0;
  #asking = 0;
  constructor(lang2, actions, signal) {
    const words = WORDS6[lang2];
    this.#words = words;
    this.#actions = actions;
    const { chosen } = actions;
    const changed = () => {
      chosen?.(this.#chooser?.choice.ranges ?? []);
      this.#soon();
    };
    this.#chooser = chosen === void 0 ? null : new Chooser(() => this.#log.lines, () => this.#listing, changed);
    this.#bar = new EventBar(lang2, { filtered: () => this.#typed(), relative: () => this.#soon() }, signal);
    this.#look = new LookView(
      lang2,
      {
        ...actions.jump === void 0 ? {} : { jump: () => this.#jump() },
        ...{ step: (by) => this.#step(by), close: () => this.#close() }
      },
      signal
    );
    this.#grid = eventGrid(lang2, this.#bar.title, chosen !== void 0);
    const id = `rt-events-${++lists}`;
    let made = 0;
    const rows = {
      make: () => new EventRow(lang2, `${id}-${++made}`),
      fill: (row, position) => this.#fill(row, position),
      moved: () => this.#soon()
    };
    this.#list = new VirtualList(this.#grid, rows, signal);
    this.#follow = h("button", { type: "button", className: "rt-follow", hidden: true }, words.follow);
    const list = h("div", { className: "rt-list" }, this.#grid, this.#empty, this.#follow);
    const body = h("div", { className: "rt-inspect" }, list, this.#look.element);
    this.element = region(this.#bar.title, "rt-events", this.#bar.element, body);
    this.#follow.addEventListener("click", () => this.#followAgain(), { signal });
    this.#grid.addEventListener("click", (event) => this.#clicked(event), { signal });
    const keys = this.#keys(this.#chooser);
    this.#grid.addEventListener("keydown", (event) => press(event, keys), { signal });
    signal.addEventListener("abort", () => this.#forget(), { once: true });
    this.#soon();
  }
  /** Takes the next row of the log; `draw` shows it. */
  add(row) {
    this.#listing.note(this.#log.add(row));
  }
  /** Shows what has changed; to be called in an animation frame. */
  draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const settled = this.#listing.settle(performance.now() + SLICE, () => performance.now());
    if (!settled) this.#soon();
    const { size, matched } = this.#listing;
    this.#bar.show(matched, this.#log.rows);
    this.#empty.hidden = size > 0 || !settled;
    this.#empty.textContent = matched !== null ? this.#words.nothing : this.#words.none;
    this.#list.resize(size);
    const position = this.#position();
    if (settled && this.#refiltered) {
      this.#refiltered = false;
      if (position !== null && !this.#list.following) this.#list.reveal(position, true);
    }
    this.#list.show();
    this.#follow.hidden = this.#list.following || this.#over;
    this.#grid.ariaRowCount = String(size + 1);
    this.#point(position);
  }
  /** The JSON of a row has come. */
  looked(index, json) {
    if (this.#selected !== null && this.#row(this.#selected).index === index) this.#look.load(index, json);
  }
  /** Selects a row of the log, and lets go of a filter that hides it. */
  reveal(index) {
    const found = this.#log.find(index);
    if (found === null) return;
    this.#settle();
    const alone = this.#line(found.place).count > 1 && this.#listing.isUnfolded(found.place);
    const selection = { ...found, alone };
    if (this.#listing.positionOf(entryOf(selection)) === null) {
      this.#bar.reset();
      this.#typed();
      this.#settle();
    }
    this.#select(selection, { middle: true });
  }
  /** Selects the first event of an item. */
  revealItem(item_id) {
    const line = this.#log.lines.find((line2) => line2.item_id === item_id);
    if (line !== void 0) this.reveal(line.index);
  }
  /** Shows what passes other words. */
  set filter(words) {
    if (words === this.#bar.filter.words) return;
    this.#bar.words = words;
    this.#filter();
  }
  /** Shows other rows as chosen, and brings the first of them into sight where the list has it. */
  choose(ranges) {
    if (this.#chooser === null) return;
    this.#chooser.choice.ranges = ranges;
    this.#soon();
    const found = ranges[0] === void 0 ? null : this.#log.find(ranges[0][0]);
    if (found === null) return;
    this.#settle();
    const entry = { place: found.place, nth: null };
    const position = this.#listing.positionOf(entry);
    if (position === null) return;
    this.#chooser.anchor = entry;
    this.#list.following = false;
    this.#list.resize(this.#listing.size);
    this.#list.reveal(position, true);
  }
  /** Shows the first rows: nothing more comes that could be followed. */
  toStart() {
    this.#over = true;
    this.#settle();
    this.#list.following = false;
    this.#list.resize(this.#listing.size);
    this.#list.reveal(0);
    this.#soon();
  }
  /** Goes to the filter. */
  search() {
    this.#bar.focus();
  }
  /** Forgets all rows; the filter stays. */
  clear() {
    if (this.#chooser !== null) this.#chooser.anchor = null;
    this.#log = new EventLines();
    this.#listing = new Listing(this.#log.lines);
    this.#listing.filter(this.#bar.filter);
    this.#selected = null;
    this.#close();
    this.#followAgain();
  }
  // What is shown -------------------------------------------------------------------------------------------------
  #line(place3) {
    return this.#log.lines[place3];
  }
  #row({ place: place3, nth }) {
    return single(this.#line(place3), nth);
  }
  #timeAt(position) {
    const { place: place3, nth } = this.#listing.at(position);
    return single(this.#line(place3), nth ?? 0).t;
  }
  #position() {
    return this.#selected === null ? null : this.#listing.positionOf(entryOf(this.#selected));
  }
  #fill(row, position) {
    const entry = this.#listing.at(position);
    const { place: place3, nth } = entry;
    const selected = this.#selected;
    const line = this.#line(place3);
    const active = selected !== null && selected.place === place3 && entryOf(selected).nth === nth;
    row.show({
      ...{ line, nth, position, active },
      unfolded: this.#listing.isUnfolded(place3),
      selected: this.#chooser?.shows(entry) ?? active,
      above: position === 0 ? null : this.#timeAt(position - 1),
      zero: selected === null ? 0 : this.#row(selected).t,
      relative: selected !== null && this.#bar.relative
    });
  }
  /** Says which row is the active one, and keeps what is told of it up to date. */
  #point(position) {
    const element2 = position === null ? void 0 : this.#list.slotAt(position)?.element;
    if (element2 === void 0) this.#grid.removeAttribute("aria-activedescendant");
    else this.#grid.setAttribute("aria-activedescendant", element2.id);
    if (this.#selected === null) return;
    const { place: place3, nth, alone } = this.#selected;
    const line = this.#line(place3);
    const above = position === null || position === 0 ? null : this.#timeAt(position - 1);
    this.#look.show(line, nth, nth > 0 && !alone ? single(line, nth - 1).t : above);
  }
  #soon() {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.draw());
  }
  // What a person does --------------------------------------------------------------------------------------------
  /** Other words were typed. */
  #typed() {
    this.#filter();
    this.#actions.filtered?.(this.#bar.filter.words);
  }
  #filter() {
    this.#listing.filter(this.#bar.filter);
    this.#refiltered = true;
    this.#soon();
  }
  /** Finishes what a filter has still to do, at once. */
  #settle() {
    this.#listing.settle(Infinity, () => 0);
  }
  #select(selection, { middle = false, rest = 0 } = {}) {
    this.#selected = selection;
    this.#settle();
    const position = this.#position();
    if (position !== null) {
      if (position < this.#listing.size - 1) this.#list.following = false;
      this.#list.resize(this.#listing.size);
      this.#list.reveal(position, middle);
    }
    this.#look.element.hidden = false;
    const { index } = this.#row(selection);
    this.#look.await(index);
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => this.#actions.look(index), rest);
    this.#soon();
  }
  #selectAt(position, reach, rest = 0) {
    if (this.#listing.size === 0) return;
    const entry = this.#listing.at(Math.max(0, Math.min(position, this.#listing.size - 1)));
    const { place: place3, nth } = entry;
    this.#select({ place: place3, nth: nth ?? 0, alone: nth !== null }, { rest });
    if (reach === "alone") this.#chooser?.alone(entry);
    else if (reach === "upTo") this.#chooser?.upTo(entry);
  }
  #move(by, reach, rest) {
    const start = by > 0 ? this.#list.first - 1 : this.#list.first + this.#list.page;
    this.#selectAt((this.#position() ?? start) + by, reach, rest);
  }
  /** Goes to another row of the selected run. */
  #step(by) {
    const selected = this.#selected;
    if (selected === null) return;
    const nth = selected.nth + by;
    if (nth >= 0 && nth < this.#line(selected.place).count) this.#select({ ...selected, nth });
  }
  #fold(folded, place3 = this.#selected?.place) {
    if (place3 === void 0 || this.#line(place3).count === 1) return;
    this.#listing.fold(place3, folded);
    if (!folded) this.#list.following = false;
    const selected = this.#selected;
    if (folded && selected !== null && selected.place === place3) this.#selected = { ...selected, alone: false };
    this.#soon();
  }
  #clicked({ target, shiftKey, ctrlKey, metaKey }) {
    const position = this.#list.positionOf(target);
    if (position === null || position >= this.#listing.size) return;
    const entry = this.#listing.at(position);
    const { place: place3 } = entry;
    if (this.#list.slotAt(position)?.folds(target)) {
      this.#fold(this.#listing.isUnfolded(place3), place3);
      return;
    }
    const also = ctrlKey || metaKey;
    this.#selectAt(position, also ? "go" : shiftKey ? "upTo" : "alone");
    if (also) this.#chooser?.also(entry);
  }
  #keys(chooser) {
    const all = () => {
      this.#settle();
      chooser?.all();
    };
    const also = () => {
      if (this.#selected !== null) chooser?.also(entryOf(this.#selected));
    };
    return {
      page: () => this.#list.page,
      move: (by, reach, rest) => this.#move(by, reach, rest),
      edge: (edge, reach, rest) => this.#selectAt(edge === "first" ? 0 : this.#listing.size - 1, reach, rest),
      enter: () => this.#selectAt(this.#position() ?? this.#list.first, "alone"),
      unfold: () => this.#fold(false),
      fold: () => this.#foldOrLeave(),
      close: () => this.#close(),
      many: chooser === null ? null : { all, also }
    };
  }
  /** From a row to its line; from a line to its folded form. */
  #foldOrLeave() {
    const selected = this.#selected;
    if (selected?.alone) this.#select({ place: selected.place, nth: 0, alone: false });
    else this.#fold(true);
  }
  #jump() {
    if (this.#selected === null) return;
    const { index, t } = this.#row(this.#selected);
    this.#actions.jump?.({ index, t, item_id: this.#line(this.#selected.place).item_id || null });
  }
  #close() {
    this.#look.element.hidden = true;
  }
  #followAgain() {
    this.#list.following = true;
    this.#soon();
  }
  #forget() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#asking);
  }
};

// src/view/frame.ts
var UNSEEN = 500;
var Frame = class {
  #paint;
  #signal;
  #asked = false;
  #visible = true;
  #frame = 0;
  #unseen;
  /** `paint` is called with the page's clock, ms. */
  constructor(element2, paint2, signal) {
    this.#paint = paint2;
    this.#signal = signal;
    const near = { rootMargin: "100%", scrollMargin: "100%" };
    const observer = new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1)?.isIntersecting ?? true;
      if (this.#asked) this.#schedule();
    }, near);
    observer.observe(element2);
    signal.addEventListener(
      "abort",
      () => {
        observer.disconnect();
        this.#cancel();
      },
      { once: true }
    );
  }
  /** There is something new to be seen. */
  ask() {
    if (this.#asked) return;
    this.#asked = true;
    this.#schedule();
  }
  #schedule() {
    this.#cancel();
    if (this.#signal.aborted) return;
    const paint2 = () => {
      this.#asked = false;
      this.#paint(performance.now());
    };
    if (this.#visible) this.#frame = requestAnimationFrame(paint2);
    else this.#unseen = setTimeout(paint2, UNSEEN);
  }
  #cancel() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#unseen);
  }
};

// src/view/hold.ts
var OWN_SPACE = "input, textarea, select, button, summary, a, [contenteditable], [role=treegrid], [role=slider]";

// src/model/axis.ts
var LEAST = 1;
var MOST = 3600;
var USUAL = 30;
var PRESENT = 0.85;
var APART = 72;
var TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200];
var Axis = class {
  /** It moves on with the present. */
  following = true;
  width = 1;
  #from = -USUAL * PRESENT;
  #span = USUAL;
  get from() {
    return this.#from;
  }
  get to() {
    return this.#from + this.#span;
  }
  /** CSS pixels a second. */
  get scale() {
    return this.width / this.#span;
  }
  x(t) {
    return (t - this.#from) * this.scale;
  }
  t(x) {
    return this.#from + x / this.scale;
  }
  /** Moves on with the present, if it follows; returns whether it has moved by half a pixel or more. */
  follow(now) {
    if (!this.following) return false;
    const from = Math.max(-0.01 * this.#span, now - PRESENT * this.#span);
    if (Math.abs(from - this.#from) * this.scale < 0.5) return false;
    this.#from = from;
    return true;
  }
  /** Moves by so many pixels and follows no more; never so far that nothing would be left to see. */
  scroll(pixels, end2) {
    this.following = false;
    const from = this.#from + pixels / this.scale;
    this.#from = Math.max(-0.5 * this.#span, Math.min(end2 - 0.1 * this.#span, from));
  }
  /** Shows `factor` times as much, around what is at `x`, or around the present while it follows. */
  zoom(factor, x, now) {
    const pivot = this.following ? now : this.t(x);
    const share = this.following ? PRESENT : x / this.width;
    this.#span = Math.max(LEAST, Math.min(MOST, this.#span * factor));
    this.#from = pivot - share * this.#span;
  }
  /** Shows all of it, as far as that goes, and follows no more. */
  show(end2) {
    this.following = false;
    this.#span = Math.max(LEAST, Math.min(MOST, 1.04 * end2));
    this.#from = -0.02 * this.#span;
  }
  /** Makes sure that `t` is to be seen, with something around it; stays where it is if it is already. */
  reveal(t) {
    if (t >= this.#from + 0.05 * this.#span && t <= this.to - 0.05 * this.#span) return;
    this.following = false;
    this.#from = t - 0.4 * this.#span;
  }
  /** The times to be labelled, and their distance. */
  ticks() {
    const every = TICKS.find((seconds) => seconds * this.scale >= APART) ?? TICKS.at(-1);
    const times = [];
    for (let k = Math.max(0, Math.ceil(this.#from / every)); k * every <= this.to; k++) times.push(k * every);
    return { every, times };
  }
};
function axisTime(t, every = 1) {
  const tenths = every < 1;
  const whole = tenths ? Math.round(t * 10) / 10 : Math.round(t);
  const seconds = whole % 60;
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  const last = tenths ? seconds.toFixed(1) : String(seconds);
  if (whole < 60) return `${last} s`;
  const pad = (words, length = 2) => words.padStart(length, "0");
  const rest = pad(last, tenths ? 4 : 2);
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${pad(String(minutes))}:${rest}`;
}

// src/model/lanes.ts
var STEP = 0.02;
var LATE = 0.25;
var PACE_WINDOW = 0.5;
var LIVE_PACE = 1.2;
var PADDING = 300;
var Clip = class _Clip {
  /** Where it begins, seconds since connecting. */
  start;
  /** Its duration, seconds. */
  seconds = 0;
  /** It was, or is being, heard from its beginning; a microphone's sound always. */
  played;
  /** Where it was silenced, seconds from its beginning; null where it was not. */
  cut = null;
  #levels = new Uint8Array(64);
  constructor(start, played) {
    this.start = start;
    this.played = played;
  }
  get end() {
    return this.start + this.seconds;
  }
  /** What it takes. */
  get bytes() {
    return this.#levels.length;
  }
  /** Adds `seconds` of sound with these peaks, 0 to 100, one for each `STEP` begun. */
  append(levels, seconds) {
    const need = Math.ceil((this.seconds + seconds) / STEP) + 1;
    if (need > this.#levels.length) {
      const grown = new Uint8Array(Math.max(need, 2 * this.#levels.length));
      grown.set(this.#levels);
      this.#levels = grown;
    }
    for (let i = 0; i < levels.length; i++) {
      const at = Math.floor((this.seconds + i * STEP) / STEP + 1e-6);
      this.#levels[at] = Math.max(this.#levels[at], levels[i]);
    }
    this.seconds += seconds;
  }
  /** The highest peak between two times, seconds since connecting. */
  peak(from, to) {
    const first = Math.max(0, Math.floor((from - this.start) / STEP + 1e-6));
    const last = Math.min(Math.ceil((to - this.start) / STEP - 1e-6), Math.ceil(this.seconds / STEP));
    let highest = 0;
    for (let i = first; i < last; i++) highest = Math.max(highest, this.#levels[i]);
    return highest;
  }
  /** Takes away what is behind `seconds` and returns it, as a clip that begins at `start`. */
  split(seconds, start) {
    const at = Math.round(seconds / STEP);
    const rest = new _Clip(start, this.played);
    if (this.seconds > seconds) rest.append(this.#levels.slice(at, Math.ceil(this.seconds / STEP)), this.seconds - seconds);
    this.#levels.fill(0, at);
    this.seconds = Math.min(this.seconds, seconds);
    return rest;
  }
};
var MARKS = {
  "input_audio_buffer.speech_started": "speech",
  "input_audio_buffer.speech_stopped": "silence",
  "input_audio_buffer.committed": "commit",
  "input_audio_buffer.timeout_triggered": "timeout",
  "response.created": "response",
  "response.done": "done",
  "rt.playback.flushed": "interruption"
};
var Lanes = class {
  user = [];
  assistant = [];
  turns = [];
  marks = [];
  #parts = /* @__PURE__ */ new Map();
  /** Seconds of sound that this connection's input buffer had taken when a clip of the user's began. */
  #inputs = [];
  #taken = 0;
  #padding_ms = PADDING;
  /** Where the pace of the input is measured from. */
  #pace = { t: 0, taken: 0 };
  #end = 0;
  /** Where the last of it ends. */
  get end() {
    return this.#end;
  }
  /** Returns whether there is something new to draw. */
  add(row) {
    const type = text(row.event.type);
    const kind = MARKS[type];
    if (kind !== void 0) this.marks.push({ t: row.t, kind, index: row.index });
    const handler = HANDLERS2[type];
    handler?.(this, row);
    if (kind === void 0 && handler === void 0) return false;
    this.#end = Math.max(this.#end, row.t);
    return true;
  }
  /** Who is to be heard at a time. */
  at(t) {
    const sounds = (clip2) => t >= clip2.start && t < clip2.start + (clip2.cut ?? clip2.seconds);
    const speaks = this.turns.some(({ start, end: end2 }) => t >= start && t < (end2 ?? Infinity));
    return { user: speaks, assistant: this.assistant.some((clip2) => clip2.played && sounds(clip2)) };
  }
  /** The connection counts its input from nought. */
  connected() {
    this.#taken = 0;
    this.#pace = { t: 0, taken: 0 };
    this.#inputs.length = 0;
    const open = this.turns.at(-1);
    if (open?.end === null) open.end = this.#end;
  }
  heardInput({ t, audio_ms, levels = [] }) {
    const seconds = (audio_ms ?? 0) / 1e3;
    let clip2 = this.#inputs.at(-1)?.clip;
    const live = this.#isLive(t);
    if (clip2 === void 0 || clip2.end < t - seconds - LATE || live && clip2.end > t + LATE) {
      clip2 = new Clip(Math.max(0, t - seconds), true);
      this.user.push(clip2);
      this.#inputs.push({ clip: clip2, from: this.#taken });
    }
    clip2.append(levels, seconds);
    this.#taken += seconds;
    this.#end = Math.max(this.#end, clip2.end);
  }
  /** The input comes as fast as it lasts: what was put ahead of time before, from a file perhaps, holds it up no more. */
  #isLive(t) {
    const since = this.#pace;
    const elapsed = t - since.t;
    if (elapsed < PACE_WINDOW) return false;
    this.#pace = { t, taken: this.#taken };
    return (this.#taken - since.taken) / elapsed < LIVE_PACE;
  }
  /** Sound that is in an item which was added is drawn from the moment it was. */
  addedItem({ t, audio_ms, levels }) {
    if (levels === void 0 || audio_ms === null) return;
    const clip2 = new Clip(t, true);
    clip2.append(levels, audio_ms / 1e3);
    this.user.push(clip2);
    this.#end = Math.max(this.#end, clip2.end);
  }
  /** Where the input of this connection was at `ms` on its own count; `t` where that is not known. */
  inputAt(ms, t) {
    if (typeof ms !== "number") return t;
    const input = this.#inputs.findLast(({ from }) => from <= ms / 1e3);
    return input === void 0 ? t : input.clip.start + ms / 1e3 - input.from;
  }
  /** Where speech begins, with its padding: that does not reach back over a pause of the microphone. */
  speechFrom(ms, t) {
    if (typeof ms !== "number") return t;
    const spoken = ms > 0 ? ms + this.#padding_ms : ms;
    const input = this.#inputs.findLast(({ from }) => from <= spoken / 1e3);
    return input === void 0 ? t : Math.max(input.clip.start, input.clip.start + ms / 1e3 - input.from);
  }
  detects(session2) {
    const detection = field(field(field(session2, "audio"), "input"), "turn_detection");
    this.#padding_ms = Number(field(detection, "prefix_padding_ms") ?? PADDING);
  }
  generated(row) {
    const part = this.#part(row) ?? { clips: [] };
    if (part.clips.length === 0) {
      const before = this.assistant.at(-1);
      const free = before === void 0 ? 0 : before.start + (before.cut ?? before.seconds);
      part.clips.push(new Clip(Math.max(row.t, free), false));
      this.assistant.push(...part.clips);
      this.#parts.set(keyOf(row.event), part);
    }
    const clip2 = part.clips.at(-1);
    clip2.append(row.levels ?? [], (row.audio_ms ?? 0) / 1e3);
    this.#end = Math.max(this.#end, clip2.end);
  }
  started(row) {
    const clip2 = this.#part(row)?.clips[0];
    if (clip2 === void 0) return;
    clip2.start = row.t;
    clip2.played = true;
    this.#end = Math.max(this.#end, clip2.end);
  }
  /** The gap ends now; what comes after it is heard from now on. */
  underrun(row) {
    const [, part] = [...this.#parts].findLast(([key]) => key.startsWith(`${text(row.event.item_id)}/`)) ?? [];
    const clip2 = part?.clips.at(-1);
    if (part === void 0 || clip2 === void 0 || !clip2.played) return;
    const silence = Number(row.event.missing_samples ?? 0) / 24e3;
    const rest = clip2.split(Math.max(0, row.t - silence - clip2.start), row.t);
    part.clips.push(rest);
    this.assistant.push(rest);
  }
  flushed(row) {
    let left = Number(row.event.heard_ms ?? 0) / 1e3;
    for (const clip2 of this.#part(row)?.clips ?? []) {
      if (left < clip2.seconds) clip2.cut = left;
      left = Math.max(0, left - clip2.seconds);
      clip2.played = true;
    }
  }
  /** The server was told how much was heard; where a loudspeaker played it, that has told more. */
  truncated(row) {
    const clip2 = this.#part(row)?.clips[0];
    const end2 = Number(row.event.audio_end_ms ?? NaN) / 1e3;
    if (clip2 !== void 0 && !clip2.played && end2 < clip2.seconds) clip2.cut = end2;
  }
  #part({ event }) {
    return this.#parts.get(keyOf(event));
  }
};
function keyOf(event) {
  return `${text(event.item_id)}/${text(event.content_index) || "0"}`;
}
var HANDLERS2 = {
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
  "rt.playback.flushed": (lanes, row) => lanes.flushed(row)
};

// src/view/paint.ts
var INKS = ["back", "soft", "line", "text", "faint", "user", "assistant", "alarm", "late"];
var LANE = 54;
var ROW2 = 14;
var TIME = 17;
var ASSISTANT = LANE + 2 * ROW2;
var BOTTOM = ASSISTANT + LANE;
var HEIGHT = BOTTOM + TIME;
var BAR = 2;
var GAP = 1;
var LIFT = 0.7;
var SIZE = 8;
var FONT = "10px system-ui, sans-serif";
var STYLES = {
  speech: { row: 0, ink: "user", shape: "up" },
  silence: { row: 0, ink: "user", shape: "down" },
  commit: { row: 0, ink: "user", shape: "square" },
  timeout: { row: 0, ink: "late", shape: "dot" },
  response: { row: 1, ink: "assistant", shape: "dot" },
  done: { row: 1, ink: "assistant", shape: "ring" },
  interruption: { row: 1, ink: "alarm", shape: "cross" }
};
function place2(marks, axis) {
  const placed = [];
  const last = [void 0, void 0];
  for (const mark of marks) {
    if (mark.t < axis.from || mark.t > axis.to) continue;
    const { row } = STYLES[mark.kind];
    const before = last[row];
    const at = axis.x(mark.t);
    const x = before === void 0 ? at : Math.max(at, Math.min(before.x + SIZE + 2, at + 2.5 * SIZE));
    if (before !== void 0 && x - before.x < SIZE && mark.kind !== "interruption") continue;
    if (before !== void 0) before.room = x - before.x;
    const one = { mark, x, y: LANE + (row + 0.5) * ROW2, room: axis.width - x, before };
    last[row] = one;
    placed.push(one);
  }
  return placed;
}
function markAt(placed, x, y) {
  let nearest = null;
  let least = SIZE;
  for (const one of placed) {
    const away = Math.max(Math.abs(one.x - x), Math.abs(one.y - y));
    if (away > least) continue;
    least = away;
    nearest = one.mark;
  }
  return nearest;
}
function paint(to, lanes, axis, pointers, placed, inks, names) {
  const { now } = pointers;
  to.fillStyle = inks.back;
  to.fillRect(0, 0, axis.width, HEIGHT);
  to.fillStyle = inks.soft;
  to.fillRect(0, LANE, axis.width, 2 * ROW2);
  paintTime(to, axis, inks);
  paintTurns(to, lanes, axis, now, inks);
  to.fillStyle = inks.line;
  for (const y of [LANE / 2, ASSISTANT + LANE / 2]) to.fillRect(0, y - 0.5, axis.width, 1);
  for (const clip2 of lanes.user) paintClip(to, clip2, axis, 0, inks.user, clip2.end);
  for (const [place3, clip2] of lanes.assistant.entries()) {
    const next = lanes.assistant[place3 + 1]?.start ?? Infinity;
    if (clip2.cut !== null) paintUnheard(to, clip2, axis, ASSISTANT, inks.assistant, Math.min(clip2.end, next));
  }
  for (const clip2 of lanes.assistant) {
    const end2 = clip2.cut === null ? clip2.end : clip2.start + clip2.cut;
    paintClip(to, clip2, axis, ASSISTANT, inks.assistant, clip2.played ? Math.min(now, end2) : clip2.start, end2);
  }
  paintMarks(to, axis, placed, inks, names);
  paintPointers(to, axis, pointers, inks);
}
function paintTime(to, axis, inks) {
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
function paintTurns(to, lanes, axis, now, inks) {
  to.fillStyle = inks.user;
  for (const { start, end: end2 } of lanes.turns) {
    const until = end2 ?? Math.max(now, start);
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
function paintClip(to, clip2, axis, top, ink, solid, end2 = clip2.end) {
  bars(to, clip2, axis, top, ink, [clip2.start, Math.min(solid, end2)], 1);
  bars(to, clip2, axis, top, ink, [Math.max(clip2.start, solid), end2], 0.4);
}
function bars(to, clip2, axis, top, ink, [from, until], alpha) {
  const seen = [Math.max(from, axis.from), Math.min(until, axis.to)];
  if (seen[0] >= seen[1]) return;
  const every = Math.max(1, Math.ceil((BAR + GAP) / axis.scale / STEP)) * STEP;
  const width = Math.max(BAR, every * axis.scale - GAP);
  to.fillStyle = ink;
  to.globalAlpha = alpha;
  for (let k = Math.floor(seen[0] / every); k * every < seen[1]; k++) {
    const [begin, end2] = [Math.max(from, k * every), Math.min(until, (k + 1) * every)];
    if (end2 - begin < every / 2 && until - from > every) continue;
    const half = Math.max(0.5, (clip2.peak(begin, end2) / 100) ** LIFT * (LANE / 2 - 4));
    to.fillRect(axis.x(k * every), top + LANE / 2 - half, width, 2 * half);
  }
  to.globalAlpha = 1;
}
function paintUnheard(to, clip2, axis, top, ink, end2) {
  const from = clip2.start + (clip2.cut ?? 0);
  const [left, right] = [Math.max(0, axis.x(from)), Math.min(axis.width, axis.x(end2))];
  if (left >= right) return;
  bars(to, clip2, axis, top, ink, [from, end2], 0.3);
  to.save();
  to.beginPath();
  to.rect(left, top, right - left, LANE);
  to.clip();
  to.beginPath();
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
function paintMarks(to, axis, placed, inks, names) {
  to.font = FONT;
  to.textBaseline = "middle";
  to.textAlign = "left";
  const widths = /* @__PURE__ */ new Map();
  const room = (kind) => {
    const known = widths.get(kind) ?? to.measureText(names[kind]).width;
    widths.set(kind, known);
    return known + SIZE + 6;
  };
  const turned = placed.filter(({ mark, room: right, before }) => {
    return mark.kind === "interruption" && right < room(mark.kind) && (before?.room ?? 0) >= room(mark.kind) + SIZE;
  });
  for (const { mark, before } of turned) if (before !== void 0) before.room -= room(mark.kind);
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
function paintShape(to, shape, x, y) {
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
function paintPointers(to, axis, { now, cursor, playing, hover }, inks) {
  const line = (t, ink2, width, alpha = 1) => {
    if (t < axis.from || t > axis.to) return;
    to.fillStyle = ink2;
    to.globalAlpha = alpha;
    to.fillRect(Math.round(axis.x(t)) - (width > 1 ? 1 : 0), 0, width, BOTTOM);
    to.globalAlpha = 1;
  };
  const present = Math.max(0, axis.x(now));
  to.fillStyle = inks.soft;
  to.globalAlpha = 0.45;
  to.fillRect(present, 0, Math.max(0, axis.width - present), BOTTOM);
  to.globalAlpha = 1;
  line(now, inks.faint, 1);
  if (hover !== null) line(hover, inks.text, 1, 0.35);
  const place3 = playing ?? cursor;
  if (place3 === null || place3 < axis.from || place3 > axis.to) return;
  const ink = playing === null ? inks.text : inks.alarm;
  line(place3, ink, playing === null ? 1 : 2);
  to.fillStyle = ink;
  const x = axis.x(place3);
  to.beginPath();
  to.moveTo(x - 5, BOTTOM + 7);
  to.lineTo(x + 5, BOTTOM + 7);
  to.lineTo(x, BOTTOM);
  to.fill();
}

// src/view/lanes.ts
var WORDS7 = {
  en: {
    sound: "Waveforms",
    user: "You",
    assistant: "Assistant",
    position: "Position in the sound",
    play: "Play from here",
    stop: "Stop playing",
    closer: "Zoom in",
    wider: "Zoom out",
    follow: "Follow",
    help: "Click to play from there, click a mark to see its event. Drag to scroll, Ctrl and wheel to zoom.",
    silent: "Click a mark to see its event. Drag to scroll, Ctrl and wheel to zoom.",
    seconds: (t) => `${t} s`,
    speaking: (who) => who.length === 0 ? "silence" : `${who.join(" and ")} speaking`,
    marks: {
      speech: "speech",
      silence: "silence",
      commit: "commit",
      response: "response",
      done: "done",
      interruption: "interrupted",
      timeout: "idle timeout"
    }
  },
  zh: {
    sound: "波形",
    user: "你",
    assistant: "助手",
    position: "声音中的位置",
    play: "从这里播放",
    stop: "停止播放",
    closer: "放大",
    wider: "缩小",
    follow: "跟随",
    help: "点击即从该处播放，点击标记查看其事件。拖动可滚动，按住 Ctrl 并滚动滚轮可缩放。",
    silent: "点击标记查看其事件。拖动可滚动，按住 Ctrl 并滚动滚轮可缩放。",
    seconds: (t) => `${t} 秒`,
    speaking: (who) => who.length === 0 ? "静音" : `${who.join("和")}在说话`,
    marks: {
      speech: "语音",
      silence: "静音",
      commit: "提交",
      response: "回答",
      done: "完成",
      interruption: "打断",
      timeout: "空闲超时"
    }
  }
};
var STILL = 4;
var ZOOM = 1.5;
var MOVES = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowUp: 1,
  PageDown: -5,
  PageUp: 5,
  Home: -Infinity,
  End: Infinity
};
var LanesView = class {
  element;
  #words;
  #help;
  #actions;
  #axis = new Axis();
  #canvas = h("canvas", { attributes: { "aria-hidden": "true" } });
  #slider;
  #inks = Object.fromEntries(INKS.map((ink) => [ink, h("i", { className: `rt-ink-${ink}` })]));
  #readout = h("span", { className: "rt-readout" });
  #play = h("button", { type: "button", className: "rt-small" });
  #follow = h("button", { type: "button", className: "rt-small" });
  #lanes = new Lanes();
  #placed = [];
  #now = 0;
  /** The present when it was last drawn. */
  #painted = -Infinity;
  #cursor = null;
  #playing = null;
  /** Where the replay began. */
  #from = null;
  /** Where the pointer is, CSS pixels; what is under it changes also while it rests. */
  #pointer = null;
  #dirty = true;
  #scheduled = false;
  #signal;
  constructor(lang2, actions, signal) {
    const words = this.#words = WORDS7[lang2];
    this.#help = actions.replay === void 0 ? words.silent : words.help;
    this.#play.hidden = actions.replay === void 0;
    this.#actions = actions;
    this.#signal = signal;
    this.#slider = h(
      "div",
      { className: "rt-axis", tabIndex: 0, title: this.#help, attributes: { role: "slider", "aria-label": words.position } },
      this.#canvas,
      h("span", { className: "rt-lane-name rt-lane-user", attributes: { "aria-hidden": "true" } }, words.user),
      h("span", { className: "rt-lane-name rt-lane-assistant", attributes: { "aria-hidden": "true" } }, words.assistant)
    );
    const wider = h("button", { type: "button", className: "rt-small", title: words.wider, attributes: { "aria-label": words.wider } }, "−");
    const closer = h("button", { type: "button", className: "rt-small", title: words.closer, attributes: { "aria-label": words.closer } }, "+");
    this.#follow.textContent = words.follow;
    const buttons = h("span", { className: "rt-tools" }, this.#play, wider, closer, this.#follow);
    const head = h("div", { className: "rt-lanes-head" }, h("h3", {}, words.sound), this.#readout, buttons);
    const inks = h("span", { hidden: true }, ...Object.values(this.#inks));
    this.element = region(words.sound, "rt-lanes", head, this.#slider, inks);
    const listen = { signal };
    this.#play.addEventListener("click", () => this.toggle(), listen);
    this.#follow.addEventListener("click", () => this.#turn(() => this.#axis.following = true), listen);
    for (const [button, factor] of [[wider, ZOOM], [closer, 1 / ZOOM]]) {
      button.addEventListener("click", () => this.#zoom(factor), listen);
    }
    this.#slider.addEventListener("keydown", (event) => this.#key(event), listen);
    this.#slider.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    this.#slider.addEventListener("pointerdown", (event) => this.#press(event), listen);
    this.#slider.addEventListener("pointermove", (event) => this.#point(event), listen);
    this.#slider.addEventListener("pointerleave", () => this.#turn(() => this.#pointer = null), listen);
    const resized = new ResizeObserver(() => this.#turn(() => void 0));
    resized.observe(this.#slider);
    signal.addEventListener("abort", () => resized.disconnect(), { once: true });
    const themed = new MutationObserver(() => this.#turn(() => void 0));
    themed.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
    signal.addEventListener("abort", () => themed.disconnect(), { once: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#turn(() => void 0), listen);
    this.#tell();
  }
  add(row) {
    if (this.#lanes.add(row)) this.#dirty = true;
  }
  /** Draws, where there is something new to be seen; `now` in seconds since connecting. Call it in each frame. */
  draw(now) {
    this.#now = now;
    const { from, to, scale } = this.#axis;
    const moved = Math.abs(now - this.#painted) * scale >= 0.5;
    if (this.#axis.follow(now) || moved && now >= from && this.#painted <= to) this.#dirty = true;
    if (this.#dirty) this.#paint();
  }
  /** Brings a time into view and puts the cursor there. */
  reveal(t) {
    this.#turn(() => {
      this.#cursor = t;
      this.#axis.reveal(t);
    });
  }
  /** Where the replay is; null where nothing is replayed. */
  playing(t) {
    if (t === this.#playing) return;
    this.#turn(() => {
      if (this.#playing === null && t !== null) this.#from ??= t;
      if (t === null) {
        this.#cursor = this.#playing;
        this.#from = null;
      } else if (!this.#axis.following) this.#axis.reveal(t);
      this.#playing = t;
    });
  }
  /** Shows all there is, up to `end`: nothing more comes. */
  overview(end2) {
    this.#follow.hidden = true;
    this.#turn(() => {
      this.#cursor = 0;
      this.#axis.show(end2);
    });
  }
  /** Plays from the cursor, or stops. */
  toggle() {
    this.#replay(this.#playing === null ? this.#here() : null);
  }
  /** Forgets everything. */
  clear() {
    this.#turn(() => {
      this.#lanes = new Lanes();
      this.#cursor = this.#playing = this.#from = null;
      this.#axis.following = true;
    });
  }
  /** Plays from `t`; null asks to stop. */
  #replay(t) {
    const place3 = t ?? this.#from ?? this.#here();
    this.#from = place3;
    this.#cursor = place3;
    this.#actions.replay?.(place3);
    this.#turn(() => void 0);
  }
  #here() {
    return this.#cursor ?? this.#now;
  }
  /** Does what changes the view, and shows it with the next frame, whoever draws it. */
  #turn(change) {
    change();
    this.#dirty = true;
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      if (this.#signal.aborted) return;
      this.#axis.follow(this.#now);
      if (this.#dirty) this.#paint();
    });
  }
  /** Without `x`, zooms around the cursor, or the middle where that is out of sight. */
  #zoom(factor, x) {
    const { width } = this.#axis;
    const cursor = this.#axis.x(this.#playing ?? this.#here());
    const pivot = x ?? (cursor >= 0 && cursor <= width ? cursor : width / 2);
    this.#turn(() => this.#axis.zoom(factor, pivot, this.#now));
  }
  #key(event) {
    const move = MOVES[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (move !== void 0) {
      const t = Math.max(0, Math.min(Math.max(this.#now, this.#lanes.end), this.#here() + move));
      this.reveal(t);
    } else if (event.key === "Enter" || event.key === " ") this.toggle();
    else if (event.key === "+" || event.key === "=") this.#zoom(1 / ZOOM);
    else if (event.key === "-") this.#zoom(ZOOM);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  /** A plain wheel scrolls the page, as everywhere in a notebook. */
  #wheel(event) {
    const across = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (event.ctrlKey || event.metaKey) this.#zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 200))), event.offsetX);
    else if (Math.abs(across) > Math.abs(event.deltaY) || event.shiftKey) this.#scroll(across);
    else return;
    event.preventDefault();
  }
  #scroll(pixels) {
    this.#turn(() => this.#axis.scroll(pixels, Math.max(this.#now, this.#lanes.end)));
  }
  #press(event) {
    if (event.button !== 0) return;
    const done = new AbortController();
    const listen = { signal: AbortSignal.any([done.signal, this.#signal]) };
    let last = event.clientX;
    let dragged = false;
    this.#slider.setPointerCapture(event.pointerId);
    this.#slider.addEventListener("pointermove", ({ clientX }) => {
      dragged ||= Math.abs(clientX - event.clientX) > STILL;
      if (!dragged) return;
      this.#scroll(last - clientX);
      last = clientX;
    }, listen);
    this.#slider.addEventListener("pointercancel", () => done.abort(), listen);
    this.#slider.addEventListener("pointerup", ({ offsetX, offsetY }) => {
      done.abort();
      if (!dragged) this.#click(offsetX, offsetY);
    }, listen);
  }
  #click(x, y) {
    const mark = markAt(this.#placed, x, y);
    if (mark !== null) {
      this.#cursor = mark.t;
      this.#actions.pick(mark.index);
      this.#turn(() => void 0);
      return;
    }
    const near = (t) => t !== null && Math.abs(this.#axis.x(t) - x) < 2 * STILL;
    const stops = this.#playing !== null && (near(this.#playing) || near(this.#from));
    this.#replay(stops ? null : Math.max(0, this.#axis.t(x)));
  }
  #point({ offsetX, offsetY, pointerType }) {
    if (pointerType === "touch") return;
    this.#turn(() => this.#pointer = { x: offsetX, y: offsetY });
  }
  #paint() {
    const width = this.#slider.clientWidth;
    if (width === 0) return;
    this.#dirty = false;
    this.#painted = this.#now;
    this.#axis.width = width;
    this.#axis.follow(this.#now);
    const ratio = window.devicePixelRatio;
    const [across, down] = [Math.round(width * ratio), Math.round(HEIGHT * ratio)];
    if (this.#canvas.width !== across || this.#canvas.height !== down) {
      Object.assign(this.#canvas, { width: across, height: down });
      this.#canvas.style.height = `${HEIGHT}px`;
    }
    const to = this.#canvas.getContext("2d");
    if (to === null) return;
    to.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#placed = place2(this.#lanes.marks, this.#axis);
    const hover = this.#pointer === null ? null : this.#axis.t(this.#pointer.x);
    const pointers = { now: this.#now, cursor: this.#cursor, playing: this.#playing, hover };
    const inks = Object.fromEntries(INKS.map((ink) => [ink, getComputedStyle(this.#inks[ink]).color]));
    paint(to, this.#lanes, this.#axis, pointers, this.#placed, inks, this.#words.marks);
    this.#tell();
  }
  /** Says in words what is to be seen. */
  #tell() {
    const words = this.#words;
    this.#follow.setAttribute("aria-pressed", String(this.#axis.following));
    setText(this.#play, this.#playing === null ? "▶" : "■");
    const action = this.#playing === null ? words.play : words.stop;
    if (this.#play.title !== action) {
      this.#play.title = action;
      this.#play.setAttribute("aria-label", action);
    }
    const place3 = this.#playing ?? this.#here();
    const shown = this.#playing === null ? this.#cursor ?? 0 : Math.floor(place3);
    const attributes = {
      "aria-valuemin": "0",
      "aria-valuemax": String(Math.max(1, Math.ceil(Math.max(this.#now, this.#lanes.end)))),
      "aria-valuenow": shown.toFixed(1),
      "aria-valuetext": this.#describe(shown)
    };
    for (const [name, value] of Object.entries(attributes)) {
      if (this.#slider.getAttribute(name) !== value) this.#slider.setAttribute(name, value);
    }
    const pointer = this.#pointer;
    const mark = pointer === null ? null : markAt(this.#placed, pointer.x, pointer.y);
    const pointed = this.#playing ?? (pointer === null ? this.#cursor : this.#axis.t(pointer.x));
    const said = pointed === null || pointed < 0 ? this.#help : this.#describe(pointed);
    setText(this.#readout, mark === null ? said : `${words.marks[mark.kind]} · ${words.seconds(mark.t.toFixed(2))}`);
  }
  #describe(t) {
    const { user, assistant } = this.#lanes.at(t);
    const who = [...user ? [this.#words.user] : [], ...assistant ? [this.#words.assistant] : []];
    return `${this.#words.seconds(t.toFixed(1))}, ${this.#words.speaking(who)}`;
  }
};

// src/view/layout.ts
function dress(element2, lang2, name) {
  element2.classList.add("rt-panel");
  element2.lang = lang2 === "zh" ? "zh-CN" : "en";
  element2.setAttribute("role", "group");
  element2.setAttribute("aria-label", name);
  element2.dataset.lmSuppressShortcuts = "true";
}

// src/recorded.ts
var DIRECTIONS2 = ["client", "server", "local"];
var WORDS8 = {
  en: {
    title: "Realtime conversation",
    facts: (seconds, rows) => `${seconds}, ${rows} events`,
    keys: "Space plays and stops, / filters the events."
  },
  zh: {
    title: "实时对话",
    facts: (seconds, rows) => `${seconds}，${rows} 个事件`,
    keys: "空格键播放和停止，/ 键筛选事件。"
  }
};
var Recorded = class {
  #about;
  #tape;
  #frame;
  #conversation = new Conversation();
  #conversationView;
  #lanes;
  #events;
  /** From where a person wanted to hear the sound last. */
  #played = null;
  /** The events as they were on the wire, by position. */
  #wire = [];
  constructor(element2, lang2, about2, pieces3, signal) {
    this.#about = about2;
    this.#tape = new Tape(pieces3, () => this.#frame.ask());
    this.#conversationView = new ConversationView(
      lang2,
      {
        look: ({ id, t }) => {
          this.#events.revealItem(id);
          this.#lanes.reveal(t);
          this.#frame.ask();
        }
      },
      "",
      signal
    );
    this.#lanes = new LanesView(
      lang2,
      {
        ...this.#tape.empty ? {} : { replay: (t) => this.#play(t) },
        pick: (index) => {
          this.#events.reveal(index);
          this.#frame.ask();
        }
      },
      signal
    );
    this.#events = new EventsView(
      lang2,
      {
        look: (index) => this.#events.looked(index, this.#json(index)),
        jump: ({ t, item_id }) => {
          this.#lanes.reveal(t);
          if (item_id !== null) this.#conversationView.reveal(this.#conversation, item_id);
          this.#frame.ask();
        }
      },
      signal
    );
    this.#frame = new Frame(element2, () => this.#paint(), signal);
    dress(element2, lang2, about2.title ?? WORDS8[lang2].title);
    element2.append(headOf(about2, lang2, this.#tape.empty), this.#lanes.element, this.#conversationView.element, this.#events.element);
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }
  /** Takes in the rows, piece by piece, so that the page stays at hand. */
  async load(pieces3) {
    for (const piece of pieces3) {
      for (const kept of piece) this.#add(kept);
      await new Promise((next) => setTimeout(next));
    }
    this.#lanes.overview(Math.max(this.#about.seconds, this.#tape.end));
    this.#conversationView.show(this.#conversation, "recorded", null);
    this.#conversationView.element.scrollTop = 0;
    this.#events.toStart();
    this.#frame.ask();
  }
  #add(kept) {
    const [t, direction, audio_ms, levels, wire] = kept;
    const index = this.#wire.push(wire) - 1;
    const row = {
      ...{ index, t, direction: DIRECTIONS2[direction] ?? "local", audio_ms, event: eventOf(kept) },
      ...levels === 0 ? {} : { levels }
    };
    this.#conversation.add(row);
    this.#lanes.add(row);
    this.#events.add(row);
  }
  #json(index) {
    const wire = this.#wire[index];
    return typeof wire === "string" ? wire : JSON.stringify(wire, null, 2);
  }
  /** Plays from `t` on; where that is playing, stops it. */
  #play(t) {
    const again = this.#tape.at !== null && t === this.#played;
    this.#played = again ? null : t;
    if (again) this.#tape.stop();
    else this.#tape.play(t);
  }
  #pressed(event) {
    const target = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === " " && target.closest(OWN_SPACE) === null) this.#lanes.toggle();
    else if (event.key === "/" && target.closest("input") === null) this.#events.search();
    else return;
    event.preventDefault();
  }
  #paint() {
    this.#conversationView.show(this.#conversation, "recorded", null);
    this.#lanes.playing(this.#tape.at);
    this.#lanes.draw(Math.max(this.#about.seconds, this.#tape.end));
    this.#events.draw();
    if (this.#tape.at !== null) this.#frame.ask();
  }
};
function eventOf([, , , , wire, event]) {
  if (event !== void 0) return event.type === "response.output_audio.delta" ? { ...event, delta: void 0 } : event;
  if (typeof wire === "string") return { type: "rt.unreadable" };
  return wire.type === "response.output_audio.delta" ? { ...wire, delta: void 0 } : wire;
}
function headOf({ title, started, seconds, rows }, lang2, silent) {
  const words = WORDS8[lang2];
  const date = new Date(started);
  const when = h("time", { dateTime: started }, date.toLocaleString(lang2 === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" }));
  const facts = h("p", {}, when, " · ", words.facts(timer(seconds), rows.toLocaleString("en")));
  if (!silent) facts.append(" · ", h("span", { className: "rt-keys" }, words.keys));
  return h("header", { className: "rt-title" }, h("h1", { dir: "auto" }, title ?? words.title), facts);
}

// src/page.ts
function* data(name) {
  for (const element2 of document.querySelectorAll(`script.${name}`)) {
    yield element2.textContent;
    element2.remove();
  }
}
var lang = langOf("auto", navigator.language);
document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
var [about] = [...data("rt-about")].map((json) => JSON.parse(json));
var pieces2 = [...data("rt-sound")].map((json) => {
  const { from, seconds, mp3 } = JSON.parse(json);
  return { from, seconds, file: () => fromBase64(mp3) };
});
var element = document.getElementById("rt-page");
if (about !== void 0 && element !== null) {
  const page = new Recorded(element, lang, about, pieces2, new AbortController().signal);
  void page.load((function* () {
    for (const json of data("rt-rows")) yield JSON.parse(json);
  })());
}
