/* Built from js/src; source-hash: bd55e2fcfb70136fa37b4310d6a789db832ba9b1f763291e3d595b064ad86ad9 */

// src/link.ts
var Frames = class {
  #written = 0;
  #read = null;
  lost = 0;
  write(view, message) {
    const { data, ...rest } = message;
    const fields = data === void 0 ? rest : { ...rest, data: 0 };
    return {
      frame: { frame: this.#written++, view, messages: [fields] },
      buffers: data === void 0 ? [] : [data]
    };
  }
  read(frame, buffers) {
    if (this.#read !== null) this.lost += Math.max(0, frame.frame - this.#read - 1);
    this.#read = frame.frame;
    return frame.messages.map(
      (message) => typeof message.data === "number" ? { ...message, data: buffers[message.data] } : message
    );
  }
};
var CommLink = class {
  view = newId();
  #frames = new Frames();
  #model;
  /** `gone` is called when the comm is cut off from its kernel: that was restarted, or ended. */
  constructor(model, receive, gone, signal) {
    this.#model = model;
    const listener = (content, buffers) => {
      for (const message of this.#frames.read(content, buffers.map(bytes))) receive(message);
    };
    model.on("msg:custom", listener);
    const changed = () => {
      try {
        this.send({ type: "join" });
      } catch {
        gone();
      }
    };
    model.on("comm_live_update", changed);
    const forget = () => {
      model.off("msg:custom", listener);
      model.off("comm_live_update", changed);
    };
    signal.addEventListener("abort", forget, { once: true });
  }
  get lostFrames() {
    return this.#frames.lost;
  }
  send(message) {
    const { frame, buffers } = this.#frames.write(this.view, message);
    this.#model.send(frame, void 0, buffers);
  }
};
function bytes(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer;
}
function newId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join("");
}

// src/labels.ts
var LABELS = {
  panel: "Realtime session",
  status: "Status",
  conversation: "Conversation",
  events: "Events",
  controls: "Controls",
  startSession: "Start session",
  endSession: "End session",
  startTalking: "Start talking",
  stopTalking: "Stop talking",
  message: "Message",
  placeholder: "Type a message…",
  send: "Send",
  dismiss: "Dismiss",
  microphone: "Microphone level",
  loudspeaker: "Loudspeaker level",
  empty: "Press Start session to hear answers, Start talking to speak, or type a message.",
  connecting: "waiting for the kernel",
  latency: "answer after",
  latencyHint: "From the end of your turn to the first of the answer that you could hear or read",
  underruns: "late sound",
  underrunsHint: "How often the sound came too late to play without a gap",
  lost: "lost",
  lostHint: "Messages between page and kernel that never arrived",
  elsewhere: "sound in another view",
  live: "…",
  wordless: "(no words)",
  interrupted: "interrupted",
  heard: "heard",
  of: "of",
  roles: { user: "You", assistant: "Assistant", system: "System", tool: "Tool" },
  directions: { client: "↑", server: "↓", local: "·" },
  directionNames: { client: "sent by the client", server: "received from the server", local: "happened here" },
  columns: { t: "t (s)", direction: "Direction", type: "Type", detail: "Detail" }
};

// src/audio/pcm.ts
var RATE = 24e3;
function toFloat(sample) {
  return sample / 32768;
}
function peak(samples) {
  let largest = 0;
  for (const sample of samples) largest = Math.max(largest, Math.abs(sample));
  return toFloat(largest);
}
function milliseconds(samples) {
  return samples / RATE * 1e3;
}

// src/model/format.ts
function clock(t) {
  return t.toFixed(3);
}
function duration(ms) {
  return ms < 1e3 ? `${Math.round(ms)} ms` : `${(ms / 1e3).toFixed(1)} s`;
}
function clip(words, length) {
  return words.length <= length ? words : `${words.slice(0, length - 1)}…`;
}

// src/model/events.ts
function folds(type) {
  return type.endsWith(".delta") || type === "input_audio_buffer.append";
}
var EventLines = class {
  lines = [];
  #open = /* @__PURE__ */ new Map();
  /** Returns the line that is new or has changed. */
  add(row) {
    const type = text(row.event.type);
    const key = [row.direction, type, text(row.event.item_id), text(row.event.content_index)].join(" ");
    const open = this.#open.get(key);
    if (open !== void 0) {
      open.count += 1;
      open.audio_ms += row.audio_ms ?? 0;
      open.detail += pieceOf(row);
      return open;
    }
    const line = {
      index: row.index,
      t: row.t,
      direction: row.direction,
      type,
      count: 1,
      audio_ms: folds(type) ? row.audio_ms ?? 0 : 0,
      detail: folds(type) ? pieceOf(row) : detailOf(row)
    };
    if (folds(type)) this.#open.set(key, line);
    else this.#open.clear();
    this.lines.push(line);
    return line;
  }
};
function pieceOf({ event }) {
  return text(event.delta);
}
var DETAILS = [
  ["error", (error) => text(field(error, "message")) || text(error)],
  ["transcript", text],
  ["text", text],
  ["arguments", (value, event) => `${text(event.name)}(${text(value)})`],
  ["audio_end_ms", (value) => `to ${text(value)} ms`],
  ["audio_start_ms", (value) => `from ${text(value)} ms`],
  ["heard_ms", (value, event) => event.type === "rt.playback.started" ? "" : heardOf(Number(value), Number(event.generated_ms))],
  ["missing_samples", (value) => `${duration(milliseconds(Number(value)))} of silence`],
  ["item", (item) => [text(field(item, "role")) || text(field(item, "type")), itemText(item)].filter(Boolean).join(": ")],
  ["response", (response) => text(field(response, "status"))],
  ["session", (session2) => text(field(session2, "model"))],
  ["message", text],
  ["reason", text]
];
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

// src/model/conversation.ts
var Conversation = class {
  #entries = [];
  /** The server writes down what is said. */
  transcribes = false;
  /** Items whose words are still to be written down. */
  awaited = /* @__PURE__ */ new Set();
  get bubbles() {
    return this.#entries;
  }
  add(row) {
    HANDLERS[text(row.event.type)]?.(this, row.event, row);
  }
  /** The entry of an item, made at the end if it is new. */
  entry(id, role) {
    const known = this.#entries.find((entry2) => entry2.id === id);
    if (known !== void 0) return known;
    const entry = {
      ...{ id, role, text: "", note: "", live: true, generated_ms: 0, heard_ms: null },
      ...{ placed: false, parts: [], name: "" }
    };
    this.#entries.push(entry);
    return entry;
  }
  /** Puts an entry behind the item it follows. An unknown one, or none, leaves it where it is. */
  place(entry, previous) {
    if (entry.placed) return;
    entry.placed = true;
    if (!this.#entries.some(({ id }) => id === previous)) return;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#entries.splice(this.#entries.findIndex(({ id }) => id === previous) + 1, 0, entry);
  }
  remove(unwanted) {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      if (unwanted(this.#entries[i])) this.#entries.splice(i, 1);
    }
  }
  /** A new session remembers nothing of the bubbles so far: draw a line. */
  mark(row) {
    if (this.#entries.length === 0) return;
    const entry = this.entry(`mark ${row.index}`, "mark");
    entry.text = "New session";
    entry.live = false;
  }
};
var itemRole = (item) => text(field(item, "role")) || "tool";
var place = (conversation, event) => {
  const entry = fill(conversation, event.item);
  conversation.place(entry, text(event.previous_item_id));
  if (entry.role !== "user" || entry.text !== "" || conversation.awaited.has(entry.id)) return;
  entry.live = false;
  entry.note = hasSound(event.item) ? "sound, not transcribed" : "";
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
  const entry = conversation.entry(text(field(item, "id")), itemRole(item));
  entry.name = text(field(item, "name")) || entry.name;
  const words = itemText(item) || text(field(item, "arguments"));
  if (words !== "") entry.parts = [words];
  entry.live = field(item, "status") === "in_progress" || entry.live && words === "";
  show(entry);
  return entry;
}
var grow = (role) => (conversation, event) => {
  const entry = conversation.entry(text(event.item_id), role);
  const part = Number(event.content_index ?? 0);
  entry.parts[part] = (entry.parts[part] ?? "") + text(event.delta);
  show(entry);
};
var settle = (role, name) => (conversation, event) => {
  const entry = conversation.entry(text(event.item_id), role);
  entry.parts[Number(event.content_index ?? 0)] = text(event[name]);
  entry.live = false;
  show(entry);
};
function show(entry) {
  const words = entry.parts.filter(Boolean).join("\n");
  entry.text = entry.name === "" ? words : `${entry.name}(${words})`;
}
var HANDLERS = {
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
  }
};
function heardPart({ text: words, generated_ms, heard_ms }) {
  if (heard_ms === null || generated_ms <= 0) return [words, ""];
  const at = Math.floor(words.length * Math.min(1, heard_ms / generated_ms));
  if (at >= words.length) return [words, ""];
  const end = /\s/.test(words[at] ?? "") ? at : words.lastIndexOf(" ", at);
  return end <= 0 ? ["", words] : [words.slice(0, end), words.slice(end)];
}

// src/model/turn.ts
function ends({ direction, event }) {
  const type = text(event.type);
  return type === "input_audio_buffer.speech_stopped" || direction === "client" && type === "conversation.item.create" && field(event.item, "role") === "user";
}
var BEGINNINGS = /* @__PURE__ */ new Set(["rt.playback.started", "response.output_text.delta"]);
var TurnClock = class {
  /** Of the last answered turn, ms. */
  latency_ms = null;
  #since = null;
  add(row) {
    if (ends(row)) {
      this.#since = row.t;
    } else if (this.#since !== null && BEGINNINGS.has(text(row.event.type))) {
      this.latency_ms = (row.t - this.#since) * 1e3;
      this.#since = null;
    }
  }
};

// src/problem.ts
var Problem = class extends Error {
  constructor(what, cure) {
    super(what);
    this.cure = cure;
  }
  cure;
};
var MEDIA = {
  NotAllowedError: [
    "The browser does not allow the microphone here.",
    "Click the icon left of the address, allow the microphone, and press Start talking again. VS Code's notebook pages never allow it: type a message instead."
  ],
  NotFoundError: [
    "No microphone was found.",
    "Plug one in and press Start talking again, or type a message."
  ],
  NotReadableError: [
    "The microphone cannot be read.",
    "Another program may hold it: close that program and press Start talking again."
  ],
  NotSupportedError: [
    "This browser cannot record at 24 kHz from this microphone.",
    "Use Chrome, Edge or another Chromium browser, or type a message."
  ]
};
function explain(error) {
  if (error instanceof Problem) return error;
  const known = error instanceof DOMException ? MEDIA[error.name] : void 0;
  if (known !== void 0) return new Problem(...known);
  return new Problem(error instanceof Error ? error.message : String(error), "Run the cell again to get a fresh panel.");
}
var NO_SECURE_CONTEXT = new Problem(
  "The browser gives microphone and loudspeaker to secure pages only, and this page is not one.",
  "Open Jupyter as http://localhost:… or over https, or go on in writing."
);
var WRONG_RATE = new Problem(
  "This browser cannot run sound at 24 kHz.",
  "Use a current Chrome, Edge, Firefox or Safari, or type a message."
);
var NO_KERNEL = new Problem(
  "The kernel cannot be reached.",
  "Start the kernel and run the notebook's cells again, then use the new panel."
);
var SILENT_KERNEL = new Problem(
  "The kernel does not answer.",
  "If a cell is running, wait or stop it. If the kernel was restarted, run the notebook's cells again and use the new panel."
);
var UNPLUGGED = new Problem(
  "The microphone is gone.",
  "Plug it in again, or choose another one in the browser, and press Start talking."
);
var TROUBLE = {
  error: [({ error }) => field(error, "message"), ""],
  "rt.page.failed": [({ error }) => field(error, "message"), ""],
  "rt.connection.lost": [({ error }) => field(error, "message"), "Press Start session to open it again."],
  "response.done": [({ response }) => field(field(field(response, "status_details"), "error"), "message"), ""]
};
function problemOf({ event }) {
  const trouble = TROUBLE[text(event.type)];
  const words = trouble === void 0 ? "" : text(trouble[0](event));
  return trouble === void 0 || words === "" ? null : new Problem(words, trouble[1]);
}

// src/view/dom.ts
function h(tag, { attributes = {}, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
function region(label, className, ...children) {
  return h("section", { className, attributes: { "aria-label": label } }, ...children);
}
function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
function followEnd(element, change) {
  const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
  change();
  if (atEnd) element.scrollTop = element.scrollHeight;
}

// src/view/controls.ts
var ControlsView = class {
  element;
  #session = h("button", { type: "button", className: "rt-primary" });
  #talk = h("button", { type: "button" });
  #send = h("button", { type: "submit" }, LABELS.send);
  #message = h("input", {
    type: "text",
    autocomplete: "off",
    placeholder: LABELS.placeholder,
    attributes: { "aria-label": LABELS.message }
  });
  #microphone = meter(LABELS.microphone);
  #loudspeaker = meter(LABELS.loudspeaker);
  #state = { known: false, open: false, mine: false, talking: false };
  constructor(actions, signal) {
    const form = h("form", { className: "rt-say" }, this.#message, this.#send);
    const levels = h("span", { className: "rt-levels" }, this.#microphone, this.#loudspeaker);
    this.element = region(LABELS.controls, "rt-controls", this.#session, this.#talk, levels, form);
    const listen = { signal };
    this.#session.addEventListener("click", () => this.#running ? actions.end() : actions.start(), listen);
    this.#talk.addEventListener("click", () => this.#state.talking ? actions.hush() : actions.talk(), listen);
    form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        const words = this.#message.value.trim();
        if (words === "") return;
        this.#message.value = "";
        actions.say(words);
      },
      listen
    );
    this.#message.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        form.requestSubmit();
      },
      listen
    );
    this.show(this.#state);
  }
  get #running() {
    return this.#state.open && this.#state.mine;
  }
  show(state) {
    this.#state = state;
    this.#session.textContent = this.#running ? LABELS.endSession : LABELS.startSession;
    this.#session.classList.toggle("rt-primary", !this.#running);
    this.#session.disabled = !state.known;
    this.#talk.textContent = state.talking ? LABELS.stopTalking : LABELS.startTalking;
    this.#talk.classList.toggle("rt-on", state.talking);
    this.#talk.classList.toggle("rt-primary", this.#running && !state.talking);
    this.#talk.disabled = !state.open;
    this.#send.disabled = !state.open;
    this.#message.disabled = !state.open;
  }
  /** Shows the levels (0 to 1) that are given. */
  level({ microphone, loudspeaker }) {
    if (microphone !== void 0) setLevel(this.#microphone, microphone);
    if (loudspeaker !== void 0) setLevel(this.#loudspeaker, loudspeaker);
  }
};
function meter(label) {
  const attributes = { role: "meter", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "1", "aria-valuenow": "0" };
  return h("span", { className: "rt-level", title: label, attributes }, h("span"));
}
function setLevel(element, level) {
  element.setAttribute("aria-valuenow", level.toFixed(2));
  element.style.setProperty("--level", String(level));
}

// src/view/conversation.ts
var ConversationView = class {
  element;
  #list = h("ol", { className: "rt-bubbles", attributes: { "aria-live": "polite", "aria-relevant": "additions" } });
  #empty = h("p", { className: "rt-empty" }, LABELS.empty);
  #shown = /* @__PURE__ */ new Map();
  constructor() {
    this.element = region(LABELS.conversation, "rt-conversation", this.#empty, this.#list);
    this.element.tabIndex = 0;
  }
  show(bubbles) {
    followEnd(this.element, () => {
      this.#empty.hidden = bubbles.length > 0;
      const ids = new Set(bubbles.map(({ id }) => id));
      for (const [id, { element }] of this.#shown) {
        if (ids.has(id)) continue;
        element.remove();
        this.#shown.delete(id);
      }
      bubbles.forEach((bubble, place2) => {
        const parts = this.#shown.get(bubble.id) ?? this.#make(bubble);
        if (this.#list.children[place2] !== parts.element) {
          this.#list.insertBefore(parts.element, this.#list.children[place2] ?? null);
        }
        update(parts, bubble);
      });
    });
  }
  #make({ id, role }) {
    const heard = h("span");
    const unheard = h("s");
    const note = h("small", { className: "rt-note" });
    const words = h("p", {}, heard, unheard);
    const children = role === "mark" ? [words] : [h("b", {}, LABELS.roles[role] ?? role), words, note];
    const element = h("li", { className: "rt-bubble" }, ...children);
    element.dataset.role = role;
    const parts = { element, heard, unheard, note };
    this.#shown.set(id, parts);
    return parts;
  }
};
function update({ element, heard, unheard, note }, bubble) {
  const [head, tail] = heardPart(bubble);
  element.classList.toggle("rt-live", bubble.live);
  setText(heard, head === "" && tail === "" ? bubble.live ? LABELS.live : LABELS.wordless : head);
  setText(unheard, tail);
  setText(note, [interruption(bubble), bubble.note].filter(Boolean).join(" · "));
}
function interruption({ heard_ms, generated_ms }) {
  if (heard_ms === null) return "";
  const whole = generated_ms > 0 ? ` ${LABELS.of} ${duration(generated_ms)}` : "";
  return `${LABELS.interrupted} · ${LABELS.heard} ${duration(heard_ms)}${whole}`;
}

// src/view/events.ts
var MOST_LINES = 300;
var LONGEST_DETAIL = 240;
var EventsView = class {
  element;
  #scroller = h("div", { className: "rt-scroll", tabIndex: 0 });
  #body = h("tbody");
  #count = h("span", { className: "rt-count" });
  #shown = /* @__PURE__ */ new Map();
  constructor() {
    const columns = Object.values(LABELS.columns).map((name) => h("th", { scope: "col" }, name));
    this.#scroller.append(h("table", {}, h("thead", {}, h("tr", {}, ...columns)), this.#body));
    const title = h("h3", {}, LABELS.events, this.#count);
    this.element = region(LABELS.events, "rt-events", title, this.#scroller);
  }
  /** Shows the lines that are new or have changed; `total` is the number of events so far. */
  show(changed, total) {
    setText(this.#count, total === 0 ? "" : String(total));
    followEnd(this.#scroller, () => {
      for (const line of [...changed].slice(-MOST_LINES)) update2(this.#shown.get(line.index) ?? this.#make(line), line);
      for (const [index, { element }] of this.#shown) {
        if (this.#shown.size <= MOST_LINES) break;
        element.remove();
        this.#shown.delete(index);
      }
    });
  }
  #make({ index, t, direction }) {
    const arrow = h("td", { title: LABELS.directionNames[direction] }, LABELS.directions[direction]);
    arrow.setAttribute("aria-label", LABELS.directionNames[direction]);
    const type = h("td");
    const detail = h("td");
    const element = h("tr", {}, h("td", {}, clock(t)), arrow, type, detail);
    element.dataset.direction = direction;
    this.#body.append(element);
    const cells = { element, type, detail };
    this.#shown.set(index, cells);
    return cells;
  }
};
function update2({ element, type, detail }, line) {
  setText(type, line.type);
  const count = line.count > 1 ? `×${line.count}` : "";
  const sound = line.audio_ms > 0 ? duration(line.audio_ms) : "";
  setText(detail, [count, sound, clip(line.detail, LONGEST_DETAIL)].filter(Boolean).join(" · "));
  element.classList.toggle("rt-bad", line.type === "error" || line.type.endsWith(".failed"));
}

// src/view/notice.ts
var NoticeView = class {
  #what = h("strong");
  #cure = h("span");
  #dismiss = h("button", { type: "button", attributes: { "aria-label": LABELS.dismiss } }, "×");
  element = h(
    "div",
    { className: "rt-notice", hidden: true, attributes: { role: "alert" } },
    h("p", {}, this.#what, " ", this.#cure),
    this.#dismiss
  );
  #shown = null;
  constructor(signal) {
    this.#dismiss.addEventListener("click", () => this.clear(), { signal });
  }
  show(problem) {
    this.#shown = problem;
    setText(this.#what, problem.message);
    setText(this.#cure, problem.cure);
    this.element.hidden = false;
  }
  /** Takes the notice away; only if it shows `problem`, where one is given. */
  clear(problem) {
    if (problem !== void 0 && problem !== this.#shown) return;
    this.#shown = null;
    this.element.hidden = true;
  }
};

// src/view/status.ts
var StatusView = class {
  element;
  #dot = h("span", { className: "rt-dot", attributes: { "aria-hidden": "true" } });
  #session = h("span", { className: "rt-session" });
  #latency = h("span", { title: LABELS.latencyHint });
  #underruns = h("span", { title: LABELS.underrunsHint });
  #lost = h("span", { className: "rt-bad", title: LABELS.lostHint });
  #elsewhere = h("span");
  constructor() {
    const figures = h("span", { className: "rt-figures" }, this.#elsewhere, this.#latency, this.#underruns, this.#lost);
    this.element = region(LABELS.status, "rt-status", this.#dot, this.#session, figures);
  }
  show({ info, elsewhere, latency_ms, underruns, lost }) {
    this.element.dataset.state = info?.state ?? "waiting";
    const session2 = info === null ? [LABELS.connecting] : [info.provider, info.model, info.state];
    setText(this.#session, session2.filter(Boolean).join(" · "));
    setText(this.#elsewhere, elsewhere ? LABELS.elsewhere : "");
    setText(this.#latency, latency_ms === null ? "" : `${LABELS.latency} ${duration(latency_ms)}`);
    setText(this.#underruns, underruns === 0 ? "" : `${LABELS.underruns} ${underruns}×`);
    setText(this.#lost, lost === 0 ? "" : `${LABELS.lost} ${lost}`);
  }
};

// worklet:capture
var capture_default = '"use strict";\n(() => {\n  // src/audio/pcm.ts\n  function toPcm16(from, to, at = 0) {\n    for (let i = 0; i < from.length; i++) {\n      to[at + i] = Math.max(-32768, Math.min(32767, Math.round(from[i] * 32768)));\n    }\n  }\n\n  // src/audio/chunker.ts\n  var Chunker = class {\n    constructor(size) {\n      this.size = size;\n      this.#chunk = new Int16Array(size);\n    }\n    size;\n    #chunk;\n    #filled = 0;\n    #sample = 0;\n    /** Takes the next samples (floats) and returns the chunks that are now full. */\n    push(samples) {\n      const full = [];\n      for (let taken = 0; taken < samples.length; ) {\n        const count = Math.min(samples.length - taken, this.size - this.#filled);\n        toPcm16(samples.subarray(taken, taken + count), this.#chunk, this.#filled);\n        taken += count;\n        this.#filled += count;\n        if (this.#filled === this.size) full.push(this.#take());\n      }\n      return full;\n    }\n    /** Returns what has gathered so far as a last, shorter chunk. */\n    rest() {\n      return this.#filled === 0 ? null : this.#take();\n    }\n    #take() {\n      const chunk = { sample: this.#sample, pcm: this.#chunk.slice(0, this.#filled) };\n      this.#sample += this.#filled;\n      this.#filled = 0;\n      return chunk;\n    }\n  };\n\n  // src/audio/ports.ts\n  var CHUNK = 960;\n\n  // src/worklets/capture.ts\n  var Capture = class extends AudioWorkletProcessor {\n    #chunker = new Chunker(CHUNK);\n    #running = true;\n    constructor() {\n      super();\n      this.port.onmessage = ({ data }) => {\n        if (data.type !== "stop") return;\n        this.#running = false;\n        const rest = this.#chunker.rest();\n        if (rest !== null) this.#post(rest);\n        this.port.postMessage({ type: "stopped" });\n      };\n    }\n    process([input]) {\n      const samples = input?.[0];\n      if (this.#running && samples !== void 0) for (const chunk of this.#chunker.push(samples)) this.#post(chunk);\n      return this.#running;\n    }\n    #post(chunk) {\n      this.port.postMessage({ type: "chunk", ...chunk }, [chunk.pcm.buffer]);\n    }\n  };\n  registerProcessor("rt-capture", Capture);\n})();\n';

// worklet:playback
var playback_default = '"use strict";\n(() => {\n  // src/audio/pcm.ts\n  function toFloat(sample) {\n    return sample / 32768;\n  }\n\n  // src/audio/ring.ts\n  var Ring = class {\n    #samples;\n    /** Where the oldest sample is. */\n    #start = 0;\n    #length = 0;\n    /** The default holds 43 s at 24 kHz in 2 MB. */\n    constructor(capacity = 2 ** 20) {\n      this.#samples = new Int16Array(capacity);\n    }\n    get length() {\n      return this.#length;\n    }\n    write(samples) {\n      if (this.#length + samples.length > this.#samples.length) this.#grow(this.#length + samples.length);\n      const at = (this.#start + this.#length) % this.#samples.length;\n      const head = Math.min(samples.length, this.#samples.length - at);\n      this.#samples.set(samples.subarray(0, head), at);\n      this.#samples.set(samples.subarray(head), 0);\n      this.#length += samples.length;\n    }\n    /** Takes the oldest `count` samples, as floats, to `out` from `offset` on. The caller knows that they are there. */\n    read(out, offset, count) {\n      for (let i = 0; i < count; i++) {\n        out[offset + i] = toFloat(this.#samples[(this.#start + i) % this.#samples.length]);\n      }\n      this.#start = (this.#start + count) % this.#samples.length;\n      this.#length -= count;\n    }\n    clear() {\n      this.#start = 0;\n      this.#length = 0;\n    }\n    #grow(needed) {\n      let capacity = Math.max(1, this.#samples.length);\n      while (capacity < needed) capacity *= 2;\n      const larger = new Int16Array(capacity);\n      const head = this.#samples.subarray(this.#start, this.#start + this.#length);\n      larger.set(head);\n      larger.set(this.#samples.subarray(0, this.#length - head.length), head.length);\n      this.#samples = larger;\n      this.#start = 0;\n    }\n  };\n\n  // src/audio/queue.ts\n  var PlaybackQueue = class {\n    /** How long a rendered sample takes to the loudspeaker, in samples. */\n    latency = 0;\n    #ring;\n    #parts = /* @__PURE__ */ new Map();\n    #flushed = /* @__PURE__ */ new Set();\n    #waiting = [];\n    #trail = [];\n    #trailLength = 0;\n    /** The part that was rendered last. */\n    #current = null;\n    #reports = [];\n    constructor(ring = new Ring()) {\n      this.#ring = ring;\n    }\n    push(key, samples) {\n      if (this.#flushed.has(key) || samples.length === 0) return;\n      let part = this.#parts.get(key);\n      if (part === void 0) {\n        part = { key, queued: 0, heard: 0, missing: 0, ended: false };\n        this.#parts.set(key, part);\n      }\n      part.queued += samples.length;\n      this.#ring.write(samples);\n      append(this.#waiting, part, samples.length);\n    }\n    /** No more sound comes for this part. */\n    end(key) {\n      const part = this.#parts.get(key);\n      if (part === void 0) return;\n      part.ended = true;\n      this.#finish(part);\n    }\n    /** Forgets all sound, for ever as regards the parts at hand; returns how much of each was heard. */\n    flush() {\n      const cut = [...this.#parts.values()].map(({ key, heard }) => ({ key, heard }));\n      for (const { key } of cut) this.#flushed.add(key);\n      this.#parts.clear();\n      this.#ring.clear();\n      this.#waiting = [];\n      this.#trail = [];\n      this.#trailLength = 0;\n      this.#current = null;\n      return cut;\n    }\n    /** Renders the next samples: fills `out`, with silence where there is nothing to play. */\n    pull(out) {\n      let filled = 0;\n      for (let run = this.#waiting[0]; run !== void 0 && filled < out.length; run = this.#waiting[0]) {\n        const count = Math.min(run.length, out.length - filled);\n        this.#ring.read(out, filled, count);\n        this.#render(run.part, count);\n        filled += count;\n        run.length -= count;\n        if (run.length === 0) this.#waiting.shift();\n      }\n      if (filled < out.length) {\n        out.fill(0, filled);\n        this.#render(null, out.length - filled);\n      }\n    }\n    /** What happened since the last call. */\n    reports() {\n      const reports = this.#reports;\n      if (reports.length > 0) this.#reports = [];\n      return reports;\n    }\n    #render(part, count) {\n      if (part === null) {\n        if (this.#current !== null && !this.#current.ended) this.#current.missing += count;\n      } else {\n        if (part.missing > 0) this.#reports.push({ type: "underrun", key: part.key, missing: part.missing });\n        part.missing = 0;\n        this.#current = part;\n      }\n      append(this.#trail, part, count);\n      this.#trailLength += count;\n      while (this.#trailLength > this.latency) {\n        const oldest = this.#trail[0];\n        const left = Math.min(oldest.length, this.#trailLength - this.latency);\n        oldest.length -= left;\n        this.#trailLength -= left;\n        if (oldest.length === 0) this.#trail.shift();\n        if (oldest.part !== null) this.#hear(oldest.part, left);\n      }\n    }\n    #hear(part, count) {\n      if (part.heard === 0) this.#reports.push({ type: "started", key: part.key });\n      part.heard += count;\n      this.#finish(part);\n    }\n    #finish(part) {\n      if (!part.ended || part.heard < part.queued) return;\n      this.#reports.push({ type: "finished", key: part.key, heard: part.heard });\n      this.#parts.delete(part.key);\n      if (this.#current === part) this.#current = null;\n    }\n  };\n  function append(runs, part, length) {\n    const last = runs.at(-1);\n    if (last !== void 0 && last.part === part) last.length += length;\n    else runs.push({ part, length });\n  }\n\n  // src/worklets/playback.ts\n  var LEVEL_EVERY = 2048;\n  var Playback = class extends AudioWorkletProcessor {\n    #queue = new PlaybackQueue();\n    #level = 0;\n    #lastLevel = 0;\n    #sinceLevel = 0;\n    constructor() {\n      super();\n      this.port.onmessage = ({ data }) => {\n        if (data.type === "push") {\n          this.#queue.latency = data.latency;\n          this.#queue.push(data.key, data.pcm);\n        } else if (data.type === "end") {\n          this.#queue.end(data.key);\n        } else {\n          this.#post({ type: "flushed", heard: this.#queue.flush() });\n        }\n      };\n    }\n    process(_inputs, [output]) {\n      const out = output?.[0];\n      if (out === void 0) return true;\n      this.#queue.pull(out);\n      for (const report of this.#queue.reports()) this.#post(report);\n      this.#measure(out);\n      return true;\n    }\n    #measure(out) {\n      for (const sample of out) this.#level = Math.max(this.#level, Math.abs(sample));\n      this.#sinceLevel += out.length;\n      if (this.#sinceLevel < LEVEL_EVERY) return;\n      if (this.#level !== this.#lastLevel) this.#post({ type: "level", level: this.#level });\n      this.#lastLevel = this.#level;\n      this.#level = 0;\n      this.#sinceLevel = 0;\n    }\n    #post(message) {\n      this.port.postMessage(message);\n    }\n  };\n  registerProcessor("rt-playback", Playback);\n})();\n';

// src/audio/context.ts
function openContext() {
  if (!window.isSecureContext) throw NO_SECURE_CONTEXT;
  const context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
  if (context.sampleRate !== RATE) {
    void context.close();
    throw WRONG_RATE;
  }
  void context.resume();
  return context;
}
async function loadWorklets(context) {
  for (const source of [capture_default, playback_default]) {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    try {
      await context.audioWorklet.addModule(url);
    } finally {
      URL.revokeObjectURL(url);
    }
  }
}

// src/audio/player.ts
var Player = class {
  #context;
  #node;
  #events;
  #parts = /* @__PURE__ */ new Map();
  #flushing = [];
  /** The context has the worklet `rt-playback`. */
  constructor(context, events) {
    this.#context = context;
    this.#events = events;
    this.#node = new AudioWorkletNode(context, "rt-playback", {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [1]
    });
    this.#node.port.onmessage = ({ data }) => this.#told(data);
    this.#node.connect(context.destination);
  }
  /** Queues PCM16 sound of a content part. */
  play(item_id, content_index, data) {
    const key = keyOf(item_id, content_index);
    this.#parts.set(key, { item_id, content_index });
    const seconds = this.#context.outputLatency || this.#context.baseLatency || 0;
    const latency = Math.round(seconds * this.#context.sampleRate);
    this.#send({ type: "push", key, pcm: new Int16Array(data), latency }, [data]);
  }
  /** No more sound comes for a content part. */
  end(item_id, content_index) {
    this.#send({ type: "end", key: keyOf(item_id, content_index) });
  }
  /** Falls silent within one render quantum; resolves when what was heard has been reported. */
  flush() {
    this.#send({ type: "flush" });
    return new Promise((resolve) => this.#flushing.push(resolve));
  }
  close() {
    this.#node.port.onmessage = null;
    this.#node.port.close();
    this.#node.disconnect();
    for (const resolve of this.#flushing.splice(0)) resolve();
  }
  #told(message) {
    const { report, level } = this.#events;
    if (message.type === "level") {
      level(message.level);
    } else if (message.type === "flushed") {
      for (const { key, heard } of message.heard) {
        report({ type: "playback.flushed", ...this.#part(key), heard_samples: heard });
      }
      this.#flushing.shift()?.();
    } else if (message.type === "started") {
      report({ type: "playback.started", ...this.#part(message.key) });
    } else if (message.type === "finished") {
      report({ type: "playback.finished", ...this.#part(message.key), heard_samples: message.heard });
    } else {
      report({ type: "playback.underrun", item_id: this.#part(message.key).item_id, missing_samples: message.missing });
    }
  }
  #part(key) {
    const part = this.#parts.get(key);
    if (part === void 0) throw new Error(`The worklet speaks of ${key}, which was never queued.`);
    return part;
  }
  #send(message, transfer = []) {
    this.#node.port.postMessage(message, transfer);
  }
};
function keyOf(item_id, content_index) {
  return `${item_id}/${content_index}`;
}

// src/audio/recorder.ts
var Recorder = class _Recorder {
  #stream;
  #source;
  #node;
  #stopped;
  #listeners = new AbortController();
  /**
   * Opens the microphone; throws what `explain` knows to tell. The context has the worklet `rt-capture`. `processing` switches the browser's echo cancellation,
   * noise suppression and gain control.
   */
  static async open(context, processing, events) {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        channelCount: 1,
        echoCancellation: processing,
        noiseSuppression: processing,
        autoGainControl: processing
      }
    });
    try {
      return new _Recorder(context, stream, events);
    } catch (error) {
      stop(stream);
      throw error;
    }
  }
  constructor(context, stream, events) {
    this.#stream = stream;
    this.#source = context.createMediaStreamSource(stream);
    this.#node = new AudioWorkletNode(context, "rt-capture", {
      numberOfInputs: 1,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit"
    });
    this.#stopped = new Promise((resolve) => {
      this.#node.port.onmessage = ({ data }) => {
        if (data.type === "chunk") events.chunk(data.sample, data.pcm);
        else resolve();
      };
    });
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => events.lost(UNPLUGGED), { signal: this.#listeners.signal });
    }
    this.#source.connect(this.#node);
  }
  /** Closes the microphone, after the samples that were still gathering. */
  async close() {
    this.#listeners.abort();
    stop(this.#stream);
    this.#node.port.postMessage({ type: "stop" });
    await this.#stopped;
    this.abort();
  }
  /** Closes the microphone at once; no chunk comes after. */
  abort() {
    this.#listeners.abort();
    stop(this.#stream);
    this.#node.port.onmessage = null;
    this.#node.port.close();
    this.#source.disconnect();
    this.#node.disconnect();
  }
};
function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

// src/audio/sound.ts
var Sound = class _Sound {
  constructor(context, player) {
    this.context = context;
    this.player = player;
  }
  context;
  player;
  #recorder = null;
  #opening = false;
  /** Opens the loudspeaker. Call it in a click's handler. */
  static async open(events) {
    const context = openContext();
    try {
      await loadWorklets(context);
      return new _Sound(context, new Player(context, events));
    } catch (error) {
      await context.close();
      throw error;
    }
  }
  get talking() {
    return this.#recorder !== null;
  }
  /** Opens the microphone, unless it is open. */
  async talk(processing, events) {
    if (this.#recorder !== null || this.#opening) return;
    this.#opening = true;
    try {
      const recorder = await Recorder.open(this.context, processing, events);
      if (this.context.state === "closed") recorder.abort();
      else this.#recorder = recorder;
    } finally {
      this.#opening = false;
    }
  }
  /** Closes the microphone, after the last chunk. */
  async hush() {
    const recorder = this.#recorder;
    this.#recorder = null;
    await recorder?.close();
  }
  /** Closes everything at once. */
  async close() {
    this.#recorder?.abort();
    this.#recorder = null;
    this.player.close();
    if (this.context.state !== "closed") await this.context.close();
  }
};

// src/voice.ts
var Voice = class {
  #link;
  #processing;
  #events;
  #sound = null;
  #opening = null;
  #owned = false;
  /** `processing` tells whether the browser may work on the microphone's sound (echo cancellation and the like). */
  constructor(link, processing, events) {
    this.#link = link;
    this.#processing = processing;
    this.#events = events;
  }
  /** This view has microphone and loudspeaker. */
  get owned() {
    return this.#owned;
  }
  get talking() {
    return this.#sound?.talking ?? false;
  }
  /** Opens the loudspeaker and asks for the session's sound. Call it in a click's handler. */
  async start() {
    try {
      await this.#open();
      if (this.#sound !== null) this.#tell({ type: "start" });
    } catch (error) {
      this.#events.problem(explain(error));
    }
  }
  /** Opens the microphone. Call it in a click's handler. */
  async talk() {
    try {
      const sound = await this.#open();
      if (!this.#owned) this.#tell({ type: "start" });
      await sound.talk(this.#processing(), { chunk: this.#chunk, lost: this.#unplugged });
      if (!sound.talking) return;
      this.#tell({ type: "talk", on: true });
      this.#events.changed();
    } catch (error) {
      this.#events.problem(explain(error));
    }
  }
  /** Closes the microphone. */
  async hush() {
    if (!this.talking) return;
    await this.#sound?.hush();
    this.#events.level({ microphone: 0 });
    this.#events.changed();
    this.#tell({ type: "talk", on: false });
  }
  /** Ends the session: what was heard is told first. */
  async end() {
    await this.hush();
    await this.#sound?.player.flush();
    this.#tell({ type: "end" });
    await this.close();
  }
  /** The kernel tells which view owns microphone and loudspeaker. */
  owner(view) {
    const mine = view === this.#link.view;
    if (this.#owned && !mine) void this.#yield();
    else this.#owned = mine && this.#sound !== null;
  }
  play(item_id, content_index, data) {
    if (this.#owned) this.#sound?.player.play(item_id, content_index, data);
  }
  playEnd(item_id, content_index) {
    this.#sound?.player.end(item_id, content_index);
  }
  flush() {
    void this.#sound?.player.flush();
  }
  /** Lets microphone, loudspeaker and audio context go, at once. */
  async close() {
    this.#owned = false;
    const sound = this.#sound ?? await this.#opening?.catch(() => null);
    this.#sound = null;
    await sound?.close();
    this.#events.level({ microphone: 0, loudspeaker: 0 });
    this.#events.changed();
  }
  /** Another view has taken over: tells what was heard here and lets go. */
  async #yield() {
    this.#owned = false;
    await this.hush();
    await this.#sound?.player.flush();
    await this.close();
  }
  /** Sends; where that cannot be, microphone and loudspeaker have nobody any more and are let go. */
  #tell(message) {
    try {
      this.#link.send(message);
    } catch {
      void this.close();
      this.#events.gone();
    }
  }
  async #open() {
    if (this.#sound !== null) return this.#sound;
    this.#opening ??= Sound.open({
      report: (message) => {
        this.#tell(message);
        if (message.type === "playback.underrun") this.#events.underrun();
      },
      level: (loudspeaker) => this.#events.level({ loudspeaker })
    });
    try {
      this.#sound = await this.#opening;
      return this.#sound;
    } finally {
      this.#opening = null;
    }
  }
  #chunk = (sample, pcm) => {
    this.#events.level({ microphone: peak(pcm) });
    this.#tell({ type: "microphone", sample, data: pcm.buffer });
  };
  #unplugged = (problem) => {
    void this.hush();
    this.#events.problem(problem);
  };
};

// src/watchdog.ts
var Watchdog = class {
  /** `silent` is called when nothing was heard for `patience` ms after an `asked`. */
  constructor(patience, silent) {
    this.patience = patience;
    this.silent = silent;
  }
  patience;
  silent;
  #timer = null;
  asked() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.silent();
    }, this.patience);
  }
  heard() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
};

// src/panel.ts
var PATIENCE = 5e3;
var Panel = class {
  #link;
  #voice;
  #watchdog = new Watchdog(PATIENCE, () => this.#notice.show(SILENT_KERNEL));
  #signal;
  #conversation = new Conversation();
  #lines = new EventLines();
  #clock = new TurnClock();
  #changed = /* @__PURE__ */ new Set();
  #statusView = new StatusView();
  #conversationView = new ConversationView();
  #eventsView = new EventsView();
  #controlsView;
  #notice;
  #info = null;
  #owner = null;
  /** Position in the log of the last row shown; none before the history has come. */
  #last = null;
  #rows = 0;
  #underruns = 0;
  #lostSamples = 0;
  #drawing = false;
  constructor(model, element, signal) {
    this.#signal = signal;
    this.#link = new CommLink(model, (message) => this.#receive(message), () => this.#gone(), signal);
    this.#voice = new Voice(this.#link, () => model.get("echo_cancellation"), {
      changed: () => this.#draw(),
      underrun: () => {
        this.#underruns += 1;
        this.#draw();
      },
      level: (levels) => this.#controlsView.level(levels),
      problem: (problem) => this.#notice.show(problem),
      gone: () => this.#gone()
    });
    this.#notice = new NoticeView(signal);
    this.#controlsView = new ControlsView(
      {
        start: () => this.#ask(() => this.#voice.start()),
        end: () => this.#ask(() => this.#voice.end()),
        talk: () => this.#ask(() => this.#voice.talk()),
        hush: () => this.#ask(() => this.#voice.hush()),
        say: (words) => this.#ask(() => this.#link.send({ type: "say", text: words }))
      },
      signal
    );
    element.classList.add("rt-panel");
    element.setAttribute("aria-label", LABELS.panel);
    element.dataset.lmSuppressShortcuts = "true";
    element.append(
      this.#statusView.element,
      this.#conversationView.element,
      this.#notice.element,
      this.#controlsView.element,
      this.#eventsView.element
    );
    window.addEventListener("pagehide", () => this.#leave(), { signal });
    signal.addEventListener("abort", () => this.#close(), { once: true });
    this.#draw();
    this.#ask(() => this.#link.send({ type: "join" }));
  }
  /** Does what needs the kernel's answer, and says so where none comes. */
  #ask(question) {
    this.#notice.clear();
    this.#watchdog.asked();
    void new Promise((resolve) => resolve(question())).catch(() => this.#gone());
  }
  /** The kernel that this panel belongs to is no more: another one knows nothing of it. */
  #gone() {
    if (this.#signal.aborted) return;
    this.#watchdog.heard();
    this.#info = null;
    void this.#voice.close();
    this.#notice.show(NO_KERNEL);
    this.#draw();
  }
  #receive(message) {
    this.#watchdog.heard();
    this.#notice.clear(SILENT_KERNEL);
    this.#handlers[message.type](message);
  }
  #handlers = {
    session: ({ info, owner }) => {
      if (info.state === "closed") void this.#voice.hush();
      this.#info = info;
      this.#owner = owner;
      this.#voice.owner(owner);
      this.#draw();
    },
    history: ({ view, rows }) => {
      if (view !== this.#link.view) return;
      const last = this.#last ??= -1;
      for (const row of rows) if (row.index > last) this.#add(row);
    },
    happened: ({ row }) => {
      if (this.#last === null || row.index <= this.#last) return;
      this.#add(row);
      const problem = problemOf(row);
      if (problem !== null) this.#notice.show(problem);
    },
    audio: ({ item_id, content_index, data }) => this.#voice.play(item_id, content_index, data),
    "audio.end": ({ item_id, content_index }) => this.#voice.playEnd(item_id, content_index),
    flush: () => this.#voice.flush(),
    lost: ({ samples }) => {
      this.#lostSamples = samples;
      this.#draw();
    },
    problem: ({ text: what }) => this.#notice.show(new Problem(what, ""))
  };
  #add(row) {
    this.#last = row.index;
    this.#rows += 1;
    this.#conversation.add(row);
    this.#clock.add(row);
    this.#changed.add(this.#lines.add(row));
    this.#draw();
  }
  /** Shows everything anew, once in the next frame however often it is called. */
  #draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      if (this.#signal.aborted) return;
      const open = this.#info?.state === "open";
      const mine = this.#voice.owned;
      this.#statusView.show({
        info: this.#info,
        elsewhere: open && this.#owner !== null && !mine,
        latency_ms: this.#clock.latency_ms,
        underruns: this.#underruns,
        lost: this.#link.lostFrames + Math.ceil(this.#lostSamples / 960)
      });
      this.#controlsView.show({ known: this.#info !== null, open, mine, talking: this.#voice.talking });
      this.#conversationView.show(this.#conversation.bubbles);
      this.#eventsView.show(this.#changed, this.#rows);
      this.#changed.clear();
    });
  }
  #leave() {
    try {
      this.#link.send({ type: "leave" });
    } catch {
    }
  }
  #close() {
    this.#watchdog.heard();
    this.#leave();
    void this.#voice.close();
  }
};
var panel_default = {
  render({ model, el, signal }) {
    const gone = new AbortController();
    const close = () => gone.abort();
    signal?.addEventListener("abort", close, { once: true, signal: gone.signal });
    new Panel(model, el, gone.signal);
    return close;
  }
};
export {
  panel_default as default
};
