/* Built from js/src; source-hash: 56da98e9e6c1759113044762cf5a25bc88a6cb77153d9af7e226821be86ff4c3 */

// thread:workers/carrier
var carrier_default = '"use strict";\n(() => {\n  // src/channel.ts\n  var PATIENCE = 0.06;\n  var RETRY = 0.3;\n  var PROBE = 1;\n  var SLOWEST = 5;\n  var ACK_DELAY = 0.25;\n  var MOST_FRAMES = 4e3;\n  var MOST_BYTES = 32 * 2 ** 20;\n  var MOST_RANGES = 64;\n  var Channel = class {\n    /** Frames of the other side that cannot be had any more. */\n    lost = 0;\n    #written = 0;\n    /** Frames that the other side has not confirmed. */\n    #kept = [];\n    #keptBytes = 0;\n    #resend = [];\n    #probeAt = Infinity;\n    #probeAfter = PROBE;\n    /** Number of the frame that is to be delivered next. */\n    #expected = 0;\n    /** So many frames the other side has written, as far as we know. */\n    #known = 0;\n    /** Frames that came before their turn. */\n    #held = /* @__PURE__ */ new Map();\n    #ackAt = Infinity;\n    #askAt = Infinity;\n    #askAfter = RETRY;\n    /** Returns the next frame; it is kept until the other side has it. */\n    write(messages, now2) {\n      const buffers = [];\n      const fields = messages.map(\n        (message) => message.data instanceof ArrayBuffer ? { ...message, data: buffers.push(message.data) - 1 } : message\n      );\n      const size = buffers.reduce((sum, { byteLength }) => sum + byteLength, 500 * fields.length);\n      const kept = { n: this.#written++, messages: fields, buffers, size };\n      this.#kept.push(kept);\n      this.#keptBytes += size;\n      while (this.#kept.length > MOST_FRAMES || this.#keptBytes > MOST_BYTES && this.#kept.length > 1) this.#drop();\n      if (this.#probeAt === Infinity) this.#probeAt = now2 + this.#probeAfter;\n      return this.#frame(kept);\n    }\n    /** Returns a frame that tells how far both sides are. */\n    control() {\n      this.#ackAt = Infinity;\n      return { header: { ack: this.#expected, written: this.#written }, buffers: [] };\n    }\n    /** Returns what is to be sent now: frames asked for again, questions, confirmations. */\n    due(now2) {\n      const frames = this.#again();\n      const header = {};\n      if (now2 >= this.#askAt) {\n        header.again = this.#missing();\n        this.#askAt = now2 + this.#askAfter;\n        this.#askAfter = Math.min(2 * this.#askAfter, SLOWEST);\n      }\n      if (now2 >= this.#probeAt) {\n        header.written = this.#written;\n        this.#probeAfter = Math.min(2 * this.#probeAfter, SLOWEST);\n        this.#probeAt = now2 + this.#probeAfter;\n      }\n      if (now2 >= this.#ackAt || Object.keys(header).length > 0) {\n        this.#ackAt = Infinity;\n        frames.push({ header: { ...header, ack: this.#expected }, buffers: [] });\n      }\n      return frames;\n    }\n    /** When `due` will have something to send; Infinity if nothing is to come. */\n    nextDue() {\n      return this.#resend.length > 0 ? 0 : Math.min(this.#askAt, this.#probeAt, this.#ackAt);\n    }\n    /** Takes a frame and returns the messages whose turn it now is. */\n    read({ header, buffers }, now2) {\n      if (header.ack !== void 0) this.#confirmed(header.ack, now2);\n      this.#resend.push(...header.again ?? []);\n      if (header.written !== void 0) {\n        this.#known = Math.max(this.#known, header.written);\n        this.#ackAt = now2;\n      }\n      if (header.n !== void 0) {\n        this.#known = Math.max(this.#known, header.n + 1);\n        if (header.n >= this.#expected && !this.#held.has(header.n) && this.#held.size < MOST_FRAMES) {\n          this.#held.set(header.n, { messages: header.messages ?? [], buffers });\n        }\n        this.#ackAt = Math.min(this.#ackAt, now2 + ACK_DELAY);\n      }\n      this.#known = Math.max(this.#known, header.gone ?? 0);\n      return this.#deliver(header.gone ?? 0, now2);\n    }\n    #frame({ n, messages, buffers }) {\n      this.#ackAt = Infinity;\n      return { header: { n, ack: this.#expected, messages }, buffers };\n    }\n    #again() {\n      if (this.#resend.length === 0) return [];\n      const wanted = this.#resend;\n      this.#resend = [];\n      const oldest = this.#kept[0]?.n ?? this.#written;\n      const frames = this.#kept.filter(({ n }) => wanted.some(([first, last]) => first <= n && n <= last)).map((kept) => this.#frame(kept));\n      if (wanted.some(([first]) => first < oldest)) {\n        frames.unshift({ header: { gone: oldest, ack: this.#expected }, buffers: [] });\n      }\n      return frames;\n    }\n    #drop() {\n      this.#keptBytes -= this.#kept.shift()?.size ?? 0;\n    }\n    #confirmed(ack, now2) {\n      const before = this.#kept.length;\n      while (this.#kept[0] !== void 0 && this.#kept[0].n < ack) this.#drop();\n      if (this.#kept.length === 0) {\n        this.#probeAt = Infinity;\n        this.#probeAfter = PROBE;\n      } else if (this.#kept.length < before) {\n        this.#probeAfter = PROBE;\n        this.#probeAt = now2 + PROBE;\n      }\n    }\n    #deliver(gone, now2) {\n      const messages = [];\n      const before = this.#expected;\n      const take = (n) => {\n        const held = this.#held.get(n);\n        for (const message of held?.messages ?? []) messages.push(whole(message, held?.buffers ?? []));\n        return this.#held.delete(n);\n      };\n      if (gone > this.#expected) {\n        const there = [...this.#held.keys()].filter((n) => n < gone).sort((a, b) => a - b);\n        this.lost += gone - this.#expected - there.length;\n        there.forEach(take);\n        this.#expected = gone;\n      }\n      while (take(this.#expected)) this.#expected += 1;\n      if (this.#expected >= this.#known) {\n        this.#askAt = Infinity;\n        this.#askAfter = RETRY;\n      } else if (this.#askAt === Infinity || this.#expected > before) {\n        this.#askAt = now2 + PATIENCE;\n      }\n      return messages;\n    }\n    #missing() {\n      const ranges = [];\n      let start = this.#expected;\n      for (const n of [...[...this.#held.keys()].sort((a, b) => a - b), this.#known]) {\n        if (n > start) ranges.push([start, n - 1]);\n        start = n + 1;\n      }\n      return ranges.slice(0, MOST_RANGES);\n    }\n  };\n  function whole(message, buffers) {\n    return typeof message.data === "number" ? { ...message, data: buffers[message.data] } : message;\n  }\n\n  // src/frames.ts\n  function pack({ header, buffers }) {\n    const sizes = buffers.map(({ byteLength }) => byteLength);\n    const json = new TextEncoder().encode(JSON.stringify({ ...header, sizes }));\n    const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 4 + json.length));\n    new DataView(bytes.buffer).setUint32(0, json.length, true);\n    bytes.set(json, 4);\n    let at = 4 + json.length;\n    for (const buffer of buffers) {\n      bytes.set(new Uint8Array(buffer), at);\n      at += buffer.byteLength;\n    }\n    return bytes.buffer;\n  }\n  function unpack(data) {\n    let at = 4 + new DataView(data).getUint32(0, true);\n    const json = new TextDecoder().decode(new Uint8Array(data, 4, at - 4));\n    const { sizes, ...header } = JSON.parse(json);\n    const buffers = sizes.map((size) => data.slice(at, at += size));\n    return { header, buffers };\n  }\n\n  // src/carrier.ts\n  var OPENING = 2;\n  var RETRIES = [1, 2, 5, 10, 30];\n  var MOST_FAILURES = 3;\n  var ALIVE = 20;\n  var RELAY_SOUGHT = "the relay is being looked for";\n  var RELAY_FAILED = "the Jupyter server\'s relay cannot be reached from this page";\n  var RELAY_BROKE = "the relay broke; trying again";\n  var now = () => performance.now() / 1e3;\n  var Carrier = class {\n    #main;\n    #channel = new Channel();\n    #timer = null;\n    #timerAt = Infinity;\n    #alive = null;\n    #lost = 0;\n    #wires = /* @__PURE__ */ new Map();\n    #url = null;\n    #socket = null;\n    #connected = false;\n    #failures = 0;\n    #retry = null;\n    constructor(main) {\n      this.#main = main;\n      main.onmessage = ({ data }) => this.#told(data);\n    }\n    #told(message) {\n      switch (message.kind) {\n        case "open":\n          this.#channel = new Channel();\n          this.#lost = 0;\n          this.#say({ kind: "way", way: "comm", why: RELAY_SOUGHT });\n          this.#alive ??= setInterval(() => this.#carry(this.#channel.control()), ALIVE * 1e3);\n          break;\n        case "send":\n          this.#send(message.message);\n          break;\n        case "comm":\n          this.#read(message.frame);\n          break;\n        case "relay":\n          if (message.url !== null && message.url === this.#url && this.#socket !== null) break;\n          this.#failures = 0;\n          this.#url = message.url;\n          this.#disconnect();\n          if (message.url === null) this.#say({ kind: "way", way: "comm", why: message.why });\n          else this.#connect(message.url);\n          break;\n        case "wire":\n          this.#wire(message.wire, message.port);\n          break;\n        case "try":\n          this.#say({ kind: "comm", frame: this.#channel.control() });\n          break;\n        case "close":\n          this.#close();\n          break;\n      }\n    }\n    #close() {\n      this.#url = null;\n      this.#disconnect();\n      for (const port of this.#wires.values()) port.close();\n      this.#wires.clear();\n      if (this.#timer !== null) clearTimeout(this.#timer);\n      if (this.#alive !== null) clearInterval(this.#alive);\n      this.#timer = this.#alive = null;\n      this.#main.onmessage = null;\n    }\n    // Sound -----------------------------------------------------------------------------------------------------------\n    /** Takes an audio worklet\'s port; it takes the place of an earlier one. */\n    #wire(wire, port) {\n      this.#wires.get(wire)?.close();\n      this.#wires.set(wire, port);\n      port.onmessage = ({ data }) => {\n        if (data.type === "sounding") this.#wires.get("capture")?.postMessage(data);\n        else this.#send(data);\n      };\n    }\n    // Messages --------------------------------------------------------------------------------------------------------\n    #send(message) {\n      this.#carry(this.#channel.write([message], now()));\n    }\n    #read(frame) {\n      if (frame.header.forgotten === true) {\n        this.#url = null;\n        this.#disconnect();\n        this.#say({ kind: "forgotten" });\n        return;\n      }\n      for (const message of this.#channel.read(frame, now())) this.#receive(message);\n      if (this.#channel.lost !== this.#lost) {\n        this.#lost = this.#channel.lost;\n        this.#say({ kind: "lost", frames: this.#lost });\n      }\n      this.#tick();\n    }\n    #receive(message) {\n      if (message.type === "audio" || message.type === "audio.end" || message.type === "flush") {\n        const transfer = message.type === "audio" ? [message.data] : [];\n        this.#wires.get("playback")?.postMessage(message, transfer);\n      } else {\n        this.#say({ kind: "receive", message });\n      }\n    }\n    #tick() {\n      for (const frame of this.#channel.due(now())) this.#carry(frame);\n      this.#watch();\n    }\n    /** Sees to it that the channel is asked for what it has to send when that is due. */\n    #watch() {\n      const due = this.#channel.nextDue();\n      if (this.#timer !== null) {\n        if (due >= this.#timerAt) return;\n        clearTimeout(this.#timer);\n        this.#timer = null;\n      }\n      if (due === Infinity) return;\n      this.#timerAt = due;\n      this.#timer = setTimeout(\n        () => {\n          this.#timer = null;\n          this.#tick();\n        },\n        Math.max(0, due - now()) * 1e3\n      );\n    }\n    #carry(frame) {\n      if (this.#connected) this.#socket?.send(pack(frame));\n      else this.#say({ kind: "comm", frame });\n      if (frame.header.n !== void 0) this.#watch();\n    }\n    #say(message) {\n      this.#main.postMessage(message);\n    }\n    // The relay -------------------------------------------------------------------------------------------------------\n    #connect(url) {\n      const socket = new WebSocket(url);\n      socket.binaryType = "arraybuffer";\n      this.#socket = socket;\n      const slow = setTimeout(() => socket.close(), OPENING * 1e3);\n      socket.onopen = () => {\n        clearTimeout(slow);\n        this.#connected = true;\n        this.#failures = 0;\n        this.#carry(this.#channel.control());\n        this.#say({ kind: "way", way: "relay", why: "" });\n      };\n      socket.onmessage = ({ data }) => this.#read(unpack(data));\n      socket.onclose = () => {\n        clearTimeout(slow);\n        this.#broken();\n      };\n    }\n    /** The relay is gone, or never came: goes on over the comm and tries again, not for ever where it never comes. */\n    #broken() {\n      const was = this.#connected;\n      this.#connected = false;\n      this.#socket = null;\n      this.#failures = was ? 1 : this.#failures + 1;\n      const hopeless = this.#failures >= MOST_FAILURES;\n      this.#say({ kind: "way", way: "comm", why: hopeless ? RELAY_FAILED : RELAY_BROKE });\n      if (was) this.#carry(this.#channel.control());\n      const url = this.#url;\n      if (hopeless || url === null) return;\n      this.#retry = setTimeout(() => this.#connect(url), (RETRIES[this.#failures - 1] ?? 30) * 1e3);\n    }\n    #disconnect() {\n      if (this.#retry !== null) clearTimeout(this.#retry);\n      this.#retry = null;\n      this.#connected = false;\n      if (this.#socket === null) return;\n      this.#socket.onclose = this.#socket.onopen = this.#socket.onmessage = null;\n      this.#socket.close();\n      this.#socket = null;\n    }\n  };\n\n  // src/workers/carrier.ts\n  new Carrier(self);\n})();\n';

// src/channel.ts
var PATIENCE = 0.06;
var RETRY = 0.3;
var PROBE = 1;
var SLOWEST = 5;
var ACK_DELAY = 0.25;
var MOST_FRAMES = 4e3;
var MOST_BYTES = 32 * 2 ** 20;
var MOST_RANGES = 64;
var Channel = class {
  /** Frames of the other side that cannot be had any more. */
  lost = 0;
  #written = 0;
  /** Frames that the other side has not confirmed. */
  #kept = [];
  #keptBytes = 0;
  #resend = [];
  #probeAt = Infinity;
  #probeAfter = PROBE;
  /** Number of the frame that is to be delivered next. */
  #expected = 0;
  /** So many frames the other side has written, as far as we know. */
  #known = 0;
  /** Frames that came before their turn. */
  #held = /* @__PURE__ */ new Map();
  #ackAt = Infinity;
  #askAt = Infinity;
  #askAfter = RETRY;
  /** Returns the next frame; it is kept until the other side has it. */
  write(messages, now2) {
    const buffers = [];
    const fields = messages.map(
      (message) => message.data instanceof ArrayBuffer ? { ...message, data: buffers.push(message.data) - 1 } : message
    );
    const size = buffers.reduce((sum, { byteLength }) => sum + byteLength, 500 * fields.length);
    const kept = { n: this.#written++, messages: fields, buffers, size };
    this.#kept.push(kept);
    this.#keptBytes += size;
    while (this.#kept.length > MOST_FRAMES || this.#keptBytes > MOST_BYTES && this.#kept.length > 1) this.#drop();
    if (this.#probeAt === Infinity) this.#probeAt = now2 + this.#probeAfter;
    return this.#frame(kept);
  }
  /** Returns a frame that tells how far both sides are. */
  control() {
    this.#ackAt = Infinity;
    return { header: { ack: this.#expected, written: this.#written }, buffers: [] };
  }
  /** Returns what is to be sent now: frames asked for again, questions, confirmations. */
  due(now2) {
    const frames = this.#again();
    const header = {};
    if (now2 >= this.#askAt) {
      header.again = this.#missing();
      this.#askAt = now2 + this.#askAfter;
      this.#askAfter = Math.min(2 * this.#askAfter, SLOWEST);
    }
    if (now2 >= this.#probeAt) {
      header.written = this.#written;
      this.#probeAfter = Math.min(2 * this.#probeAfter, SLOWEST);
      this.#probeAt = now2 + this.#probeAfter;
    }
    if (now2 >= this.#ackAt || Object.keys(header).length > 0) {
      this.#ackAt = Infinity;
      frames.push({ header: { ...header, ack: this.#expected }, buffers: [] });
    }
    return frames;
  }
  /** When `due` will have something to send; Infinity if nothing is to come. */
  nextDue() {
    return this.#resend.length > 0 ? 0 : Math.min(this.#askAt, this.#probeAt, this.#ackAt);
  }
  /** Takes a frame and returns the messages whose turn it now is. */
  read({ header, buffers }, now2) {
    if (header.ack !== void 0) this.#confirmed(header.ack, now2);
    this.#resend.push(...header.again ?? []);
    if (header.written !== void 0) {
      this.#known = Math.max(this.#known, header.written);
      this.#ackAt = now2;
    }
    if (header.n !== void 0) {
      this.#known = Math.max(this.#known, header.n + 1);
      if (header.n >= this.#expected && !this.#held.has(header.n) && this.#held.size < MOST_FRAMES) {
        this.#held.set(header.n, { messages: header.messages ?? [], buffers });
      }
      this.#ackAt = Math.min(this.#ackAt, now2 + ACK_DELAY);
    }
    this.#known = Math.max(this.#known, header.gone ?? 0);
    return this.#deliver(header.gone ?? 0, now2);
  }
  #frame({ n, messages, buffers }) {
    this.#ackAt = Infinity;
    return { header: { n, ack: this.#expected, messages }, buffers };
  }
  #again() {
    if (this.#resend.length === 0) return [];
    const wanted = this.#resend;
    this.#resend = [];
    const oldest = this.#kept[0]?.n ?? this.#written;
    const frames = this.#kept.filter(({ n }) => wanted.some(([first, last]) => first <= n && n <= last)).map((kept) => this.#frame(kept));
    if (wanted.some(([first]) => first < oldest)) {
      frames.unshift({ header: { gone: oldest, ack: this.#expected }, buffers: [] });
    }
    return frames;
  }
  #drop() {
    this.#keptBytes -= this.#kept.shift()?.size ?? 0;
  }
  #confirmed(ack, now2) {
    const before = this.#kept.length;
    while (this.#kept[0] !== void 0 && this.#kept[0].n < ack) this.#drop();
    if (this.#kept.length === 0) {
      this.#probeAt = Infinity;
      this.#probeAfter = PROBE;
    } else if (this.#kept.length < before) {
      this.#probeAfter = PROBE;
      this.#probeAt = now2 + PROBE;
    }
  }
  #deliver(gone, now2) {
    const messages = [];
    const before = this.#expected;
    const take = (n) => {
      const held = this.#held.get(n);
      for (const message of held?.messages ?? []) messages.push(whole(message, held?.buffers ?? []));
      return this.#held.delete(n);
    };
    if (gone > this.#expected) {
      const there = [...this.#held.keys()].filter((n) => n < gone).sort((a, b) => a - b);
      this.lost += gone - this.#expected - there.length;
      there.forEach(take);
      this.#expected = gone;
    }
    while (take(this.#expected)) this.#expected += 1;
    if (this.#expected >= this.#known) {
      this.#askAt = Infinity;
      this.#askAfter = RETRY;
    } else if (this.#askAt === Infinity || this.#expected > before) {
      this.#askAt = now2 + PATIENCE;
    }
    return messages;
  }
  #missing() {
    const ranges = [];
    let start = this.#expected;
    for (const n of [...[...this.#held.keys()].sort((a, b) => a - b), this.#known]) {
      if (n > start) ranges.push([start, n - 1]);
      start = n + 1;
    }
    return ranges.slice(0, MOST_RANGES);
  }
};
function whole(message, buffers) {
  return typeof message.data === "number" ? { ...message, data: buffers[message.data] } : message;
}

// src/frames.ts
function pack({ header, buffers }) {
  const sizes = buffers.map(({ byteLength }) => byteLength);
  const json = new TextEncoder().encode(JSON.stringify({ ...header, sizes }));
  const bytes2 = new Uint8Array(sizes.reduce((sum, size) => sum + size, 4 + json.length));
  new DataView(bytes2.buffer).setUint32(0, json.length, true);
  bytes2.set(json, 4);
  let at = 4 + json.length;
  for (const buffer of buffers) {
    bytes2.set(new Uint8Array(buffer), at);
    at += buffer.byteLength;
  }
  return bytes2.buffer;
}
function unpack(data) {
  let at = 4 + new DataView(data).getUint32(0, true);
  const json = new TextDecoder().decode(new Uint8Array(data, 4, at - 4));
  const { sizes, ...header } = JSON.parse(json);
  const buffers = sizes.map((size) => data.slice(at, at += size));
  return { header, buffers };
}

// src/carrier.ts
var OPENING = 2;
var RETRIES = [1, 2, 5, 10, 30];
var MOST_FAILURES = 3;
var ALIVE = 20;
var RELAY_SOUGHT = "the relay is being looked for";
var RELAY_FAILED = "the Jupyter server's relay cannot be reached from this page";
var RELAY_BROKE = "the relay broke; trying again";
var now = () => performance.now() / 1e3;
var Carrier = class {
  #main;
  #channel = new Channel();
  #timer = null;
  #timerAt = Infinity;
  #alive = null;
  #lost = 0;
  #wires = /* @__PURE__ */ new Map();
  #url = null;
  #socket = null;
  #connected = false;
  #failures = 0;
  #retry = null;
  constructor(main) {
    this.#main = main;
    main.onmessage = ({ data }) => this.#told(data);
  }
  #told(message) {
    switch (message.kind) {
      case "open":
        this.#channel = new Channel();
        this.#lost = 0;
        this.#say({ kind: "way", way: "comm", why: RELAY_SOUGHT });
        this.#alive ??= setInterval(() => this.#carry(this.#channel.control()), ALIVE * 1e3);
        break;
      case "send":
        this.#send(message.message);
        break;
      case "comm":
        this.#read(message.frame);
        break;
      case "relay":
        if (message.url !== null && message.url === this.#url && this.#socket !== null) break;
        this.#failures = 0;
        this.#url = message.url;
        this.#disconnect();
        if (message.url === null) this.#say({ kind: "way", way: "comm", why: message.why });
        else this.#connect(message.url);
        break;
      case "wire":
        this.#wire(message.wire, message.port);
        break;
      case "try":
        this.#say({ kind: "comm", frame: this.#channel.control() });
        break;
      case "close":
        this.#close();
        break;
    }
  }
  #close() {
    this.#url = null;
    this.#disconnect();
    for (const port of this.#wires.values()) port.close();
    this.#wires.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#alive !== null) clearInterval(this.#alive);
    this.#timer = this.#alive = null;
    this.#main.onmessage = null;
  }
  // Sound -----------------------------------------------------------------------------------------------------------
  /** Takes an audio worklet's port; it takes the place of an earlier one. */
  #wire(wire, port) {
    this.#wires.get(wire)?.close();
    this.#wires.set(wire, port);
    port.onmessage = ({ data }) => {
      if (data.type === "sounding") this.#wires.get("capture")?.postMessage(data);
      else this.#send(data);
    };
  }
  // Messages --------------------------------------------------------------------------------------------------------
  #send(message) {
    this.#carry(this.#channel.write([message], now()));
  }
  #read(frame) {
    if (frame.header.forgotten === true) {
      this.#url = null;
      this.#disconnect();
      this.#say({ kind: "forgotten" });
      return;
    }
    for (const message of this.#channel.read(frame, now())) this.#receive(message);
    if (this.#channel.lost !== this.#lost) {
      this.#lost = this.#channel.lost;
      this.#say({ kind: "lost", frames: this.#lost });
    }
    this.#tick();
  }
  #receive(message) {
    if (message.type === "audio" || message.type === "audio.end" || message.type === "flush") {
      const transfer = message.type === "audio" ? [message.data] : [];
      this.#wires.get("playback")?.postMessage(message, transfer);
    } else {
      this.#say({ kind: "receive", message });
    }
  }
  #tick() {
    for (const frame of this.#channel.due(now())) this.#carry(frame);
    this.#watch();
  }
  /** Sees to it that the channel is asked for what it has to send when that is due. */
  #watch() {
    const due = this.#channel.nextDue();
    if (this.#timer !== null) {
      if (due >= this.#timerAt) return;
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (due === Infinity) return;
    this.#timerAt = due;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#tick();
      },
      Math.max(0, due - now()) * 1e3
    );
  }
  #carry(frame) {
    if (this.#connected) this.#socket?.send(pack(frame));
    else this.#say({ kind: "comm", frame });
    if (frame.header.n !== void 0) this.#watch();
  }
  #say(message) {
    this.#main.postMessage(message);
  }
  // The relay -------------------------------------------------------------------------------------------------------
  #connect(url) {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    const slow = setTimeout(() => socket.close(), OPENING * 1e3);
    socket.onopen = () => {
      clearTimeout(slow);
      this.#connected = true;
      this.#failures = 0;
      this.#carry(this.#channel.control());
      this.#say({ kind: "way", way: "relay", why: "" });
    };
    socket.onmessage = ({ data }) => this.#read(unpack(data));
    socket.onclose = () => {
      clearTimeout(slow);
      this.#broken();
    };
  }
  /** The relay is gone, or never came: goes on over the comm and tries again, not for ever where it never comes. */
  #broken() {
    const was = this.#connected;
    this.#connected = false;
    this.#socket = null;
    this.#failures = was ? 1 : this.#failures + 1;
    const hopeless = this.#failures >= MOST_FAILURES;
    this.#say({ kind: "way", way: "comm", why: hopeless ? RELAY_FAILED : RELAY_BROKE });
    if (was) this.#carry(this.#channel.control());
    const url = this.#url;
    if (hopeless || url === null) return;
    this.#retry = setTimeout(() => this.#connect(url), (RETRIES[this.#failures - 1] ?? 30) * 1e3);
  }
  #disconnect() {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#connected = false;
    if (this.#socket === null) return;
    this.#socket.onclose = this.#socket.onopen = this.#socket.onmessage = null;
    this.#socket.close();
    this.#socket = null;
  }
};

// src/link.ts
var Link = class {
  #model;
  #events;
  #carrier;
  #view = newId();
  #closed = false;
  constructor(model, events, signal) {
    this.#model = model;
    this.#events = events;
    this.#carrier = startCarrier((message) => this.#told(message));
    this.#tell({ kind: "open" });
    const received = (content, buffers) => {
      const { to, ...header } = content;
      if (to !== this.#view) return;
      const frame = { header, buffers: buffers.map(bytes) };
      this.#tell({ kind: "comm", frame }, frame.buffers);
    };
    const changed = () => this.#tell({ kind: "try" });
    model.on("msg:custom", received);
    model.on("comm_live_update", changed);
    signal.addEventListener(
      "abort",
      () => {
        this.leave();
        this.#closed = true;
        model.off("msg:custom", received);
        model.off("comm_live_update", changed);
        this.#tell({ kind: "close" });
        this.#carrier.close();
      },
      { once: true }
    );
    window.addEventListener("pagehide", () => this.leave(), { signal });
  }
  /** The view's own name: the kernel tells views apart by it. */
  get view() {
    return this.#view;
  }
  /** Sends a message; it arrives, or `gone` is called. */
  send(message) {
    this.#tell({ kind: "send", message });
  }
  /** Connects an audio worklet's wire port with the kernel (see audio/ports.ts). */
  wire(wire, port) {
    this.#tell({ kind: "wire", wire, port }, [port]);
  }
  /** Tells the kernel that this view goes away, at once: there may be no time for the carrier. */
  leave() {
    this.#overComm({ header: { leave: true }, buffers: [] });
  }
  #told(message) {
    if (this.#closed) return;
    switch (message.kind) {
      case "receive":
        if (message.message.type === "relay") this.#relay(message.message.link, message.message.why);
        else this.#events.receive(message.message);
        break;
      case "comm":
        if (!this.#overComm(message.frame)) this.#events.gone();
        break;
      case "way":
        this.#events.way(message.way, message.why);
        break;
      case "lost":
        this.#events.lost(message.frames);
        break;
      case "forgotten":
        this.#view = newId();
        this.#tell({ kind: "open" });
        this.#events.renewed();
        this.send({ type: "join" });
        break;
    }
  }
  #relay(link, why) {
    const url = link === null ? null : relayUrl(link, this.#view);
    this.#tell({ kind: "relay", url, why: link === null ? why : NO_SERVER });
  }
  /** Sends a frame over the comm; false where there is no kernel at its other end. */
  #overComm({ header, buffers }) {
    try {
      this.#model.send({ view: this.#view, ...header }, void 0, buffers);
      return true;
    } catch {
      return false;
    }
  }
  #tell(message, transfer = []) {
    this.#carrier.postMessage(message, transfer);
  }
};
var NO_SERVER = "this page does not say where its Jupyter server is";
function relayUrl(link, view) {
  const text2 = document.getElementById("jupyter-config-data")?.textContent;
  if (!text2) return null;
  const config = JSON.parse(text2);
  if (config.baseUrl === void 0) return null;
  const base = new URL(config.wsUrl || config.baseUrl, document.location.href);
  base.protocol = base.protocol.replace("http", "ws");
  const path = `${base.pathname.replace(/\/$/, "")}/rt-notebook/relay/${link}/${view}`;
  const url = new URL(path, base);
  if (config.token) url.searchParams.set("token", config.token);
  return url.href;
}
var LAST_WORDS = 1e3;
function startCarrier(told) {
  const url = URL.createObjectURL(new Blob([carrier_default], { type: "text/javascript" }));
  let worker;
  try {
    worker = new Worker(url);
  } catch {
    URL.revokeObjectURL(url);
    return carrierHere(told);
  }
  let here = null;
  let sent = [];
  worker.onmessage = ({ data }) => {
    if (sent !== null) URL.revokeObjectURL(url);
    sent = null;
    told(data);
  };
  worker.onerror = () => {
    if (sent === null) return;
    URL.revokeObjectURL(url);
    here = carrierHere(told);
    for (const message of sent) here.postMessage(message, []);
    sent = null;
  };
  return {
    postMessage: (message, transfer) => {
      if (here !== null) return here.postMessage(message, transfer);
      sent?.push(message);
      worker.postMessage(message, transfer);
    },
    close: () => {
      here?.close();
      setTimeout(() => worker.terminate(), LAST_WORDS);
    }
  };
}
function carrierHere(told) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => told(data);
  new Carrier(port2);
  return { postMessage: (message, transfer) => port1.postMessage(message, transfer), close: () => port1.close() };
}
function bytes(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer;
}
function newId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join("");
}

// src/model/rows.ts
var Rows = class {
  #take;
  /** Position in the log of the last row taken. */
  #last = -1;
  /** Rows that happened before the history was here; null once it is. */
  #early = [];
  /** `take` is called with each row, and whether it has just happened. */
  constructor(take) {
    this.#take = take;
  }
  /** A piece of the history has come; `done` with the last one. */
  history(rows, done) {
    for (const row of rows) this.#next(row, false);
    if (!done) return;
    const early = this.#early ?? [];
    this.#early = null;
    for (const row of early) this.#next(row, true);
  }
  happened(row) {
    if (this.#early === null) this.#next(row, true);
    else this.#early.push(row);
  }
  /** The whole history comes anew. */
  clear() {
    this.#last = -1;
    this.#early = [];
  }
  #next(row, happened) {
    if (row.index <= this.#last) return;
    this.#last = row.index;
    this.#take(row, happened);
  }
};

// src/audio/pcm.ts
var RATE = 24e3;
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
    const place = this.lines.length;
    if (piece) this.#open.set(key, place);
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
    return place;
  }
  /** The place of the line that holds a row of the log, and the row's number in it. */
  find(index) {
    for (let place = this.lines.length - 1; place >= 0; place--) {
      const line = this.lines[place];
      const nth = line.run === null ? line.index === index ? 0 : -1 : line.run.index.indexOf(index);
      if (nth >= 0) return { place, nth };
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
  const { run } = line;
  if (run === null) return line;
  const [index, t, audio_ms] = [run.index[nth], run.t[nth], run.audio_ms[nth]];
  return { index, t, audio_ms, detail: line.detail.slice(nth === 0 ? 0 : run.end[nth - 1], run.end[nth]) };
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
  ["session", (session) => text(field(session, "model"))],
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
  for (const [name, show] of DETAILS) {
    if (event[name] !== void 0 && event[name] !== null) return show(event[name], event);
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

// src/problem.ts
var Problem = class _Problem extends Error {
  constructor(words) {
    super(words.en.what);
    this.words = words;
  }
  words;
  /** What the API, the kernel or the browser said: it stays in its own language. */
  static said(what, cure = { en: "", zh: "" }) {
    return new _Problem({ en: { what, cure: cure.en }, zh: { what, cure: cure.zh } });
  }
  in(lang) {
    return this.words[lang];
  }
};
function problem(en, zh) {
  return new Problem({ en: { what: en[0], cure: en[1] }, zh: { what: zh[0], cure: zh[1] } });
}
var NO_MICROPHONE = problem(
  ["No microphone was found.", "Plug one in and press Start talking again, or type a message."],
  ["没有找到麦克风。", "请接上麦克风，再点“开始说话”；也可以输入文字。"]
);
var DENIED = problem(
  [
    "The browser does not allow the microphone here.",
    "Click the icon left of the address, allow the microphone, and press Start talking again. VS Code's notebook pages never allow it: type a message instead."
  ],
  [
    "浏览器不允许此页面使用麦克风。",
    "请点地址栏左侧的图标，允许使用麦克风，再点“开始说话”。VS Code 的笔记本页面始终不允许：请改用文字。"
  ]
);
var BUSY_MICROPHONE = problem(
  ["The microphone cannot be read.", "Another program may hold it: close that program and press Start talking again."],
  ["无法读取麦克风。", "可能有别的程序正在占用：请关闭该程序，再点“开始说话”。"]
);
var OTHER_RATE = problem(
  [
    "This browser gives the microphone's sound at no rate that its own sound can run at.",
    "Choose another microphone under Sound, use a current Chrome, Edge, Firefox or Safari, or type a message."
  ],
  ["此浏览器的声音无法以麦克风的采样率运行。", "请在“声音”中换一个麦克风，或使用新版 Chrome、Edge、Firefox 或 Safari，也可以输入文字。"]
);
var MEDIA = {
  NotAllowedError: DENIED,
  SecurityError: DENIED,
  NotFoundError: NO_MICROPHONE,
  NotReadableError: BUSY_MICROPHONE,
  AbortError: problem(
    ["The microphone could not be started.", "Press Start talking again; if that does not help, plug it in anew or type a message."],
    ["麦克风没能启动。", "请再点“开始说话”；如果不行，请重新插拔麦克风，或输入文字。"]
  ),
  OverconstrainedError: problem(
    ["No microphone can do what was asked of it.", "Choose another microphone under Sound and press Start talking again."],
    ["没有麦克风符合所要求的设置。", "请在“声音”中换一个麦克风，再点“开始说话”。"]
  ),
  NotSupportedError: OTHER_RATE
};
var NO_SECURE_CONTEXT = problem(
  [
    "The browser gives microphone and loudspeaker to secure pages only, and this page is not one.",
    "Open Jupyter as http://localhost:… or over https, or go on in writing."
  ],
  ["浏览器只让安全的页面使用麦克风和扬声器，而此页面不是。", "请用 http://localhost:… 或 https 打开 Jupyter，也可以继续用文字。"]
);
var NO_GET_USER_MEDIA = problem(
  ["This browser gives no page a microphone.", "Use a current Chrome, Edge, Firefox or Safari, or type a message."],
  ["此浏览器不向页面提供麦克风。", "请使用新版 Chrome、Edge、Firefox 或 Safari，也可以输入文字。"]
);
var NO_SOUND = problem(
  ["This browser cannot run sound in this page.", "Use a current Chrome, Edge, Firefox or Safari, or type a message."],
  ["此浏览器无法在此页面运行声音。", "请使用新版 Chrome、Edge、Firefox 或 Safari，也可以输入文字。"]
);
var NO_WORKLETS = problem(
  [
    "This page does not let the code in that plays and records.",
    "Its Content-Security-Policy has to allow scripts from blob: addresses. Open the notebook in JupyterLab or Notebook, or type a message."
  ],
  ["此页面不允许加载播放和录音所需的代码。", "其 Content-Security-Policy 须允许来自 blob: 地址的脚本。请在 JupyterLab 或 Notebook 中打开笔记本，也可以输入文字。"]
);
var PAUSED = problem(
  ["Sound is paused; click Start talking.", "A call, sleep or the browser itself has paused it."],
  ["声音已暂停；请点“开始说话”。", "来电、休眠或浏览器本身暂停了它。"]
);
var HANDED_OVER = problem(
  ["The session's sound came over to this view, which cannot play it by itself.", "Press Start session to hear it here."],
  ["会话的声音已转到此视图，但它不能自行播放。", "请点“开始会话”，在这里收听。"]
);
var UNPLUGGED = problem(
  ["The microphone is gone.", "Plug it in again, or choose another one under Sound, and press Start talking."],
  ["麦克风已断开。", "请重新接上，或在“声音”中换一个，再点“开始说话”。"]
);
var OTHER_MICROPHONE = problem(
  ["The microphone is gone; the default one is heard instead.", "Choose another one under Sound if it is the wrong one."],
  ["麦克风已断开，现在改用默认麦克风。", "如果不合适，请在“声音”中换一个。"]
);
var OTHER_LOUDSPEAKER = problem(
  [
    "The chosen loudspeaker cannot be used; the default one is used instead.",
    "Plug it in again, or choose another one under Sound."
  ],
  ["所选的扬声器无法使用，现在改用默认扬声器。", "请重新接上，或在“声音”中换一个。"]
);
var NO_KERNEL = problem(
  ["The kernel cannot be reached.", "Start the kernel and run the notebook's cells again, then use the new panel."],
  ["无法连接内核。", "请启动内核，重新运行笔记本的单元格，然后使用新的面板。"]
);
var SILENT_KERNEL = problem(
  [
    "The kernel does not answer.",
    "If a cell is running, wait or stop it. If the kernel was restarted, run the notebook's cells again and use the new panel."
  ],
  ["内核没有应答。", "如果有单元格正在运行，请等待或停止它。如果内核重启过，请重新运行笔记本的单元格，并使用新的面板。"]
);

// src/traits.ts
var DISCONNECTED = "jupyter-widgets-disconnected";

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
  touches({ index, run }) {
    if (this.#rows.size === 0) return false;
    return run === null ? this.#rows.has(index) : run.index.some((row) => this.#rows.has(row));
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
  shows({ place, nth }) {
    const line = this.#lines()[place];
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
  #rows({ place, nth }) {
    return rowsOf(this.#lines()[place], nth);
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
  const source = wanted.split("*").map(escaped).join(".*");
  const finds = new RegExp(pattern ? `^${source}$` : source, "i");
  const type = remembered((name) => finds.test(name));
  const holds = pattern ? (line) => type(line.type) : (line) => type(line.type) || finds.test(line.detail) || finds.test(line.item_id) || finds.test(line.response_id) || finds.test(line.call_id);
  return (line) => holds(line) !== excluded;
}
function escaped(words) {
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
function entryOf({ place, nth, alone }) {
  return { place, nth: alone ? nth : null };
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
  note(place) {
    if (this.#passes === null) return;
    this.#changed.add(place);
    for (const found of [this.#shown, this.#scan]) {
      if (found !== null && found.places[search(found.places, place)] === place) found.rows += 1;
    }
  }
  isUnfolded(place) {
    return this.#unfolded.has(place);
  }
  fold(place, folded) {
    if (folded) this.#unfolded.delete(place);
    else this.#unfolded.add(place);
  }
  /** Brings the list up to date; false where a filter needs more time than until `now()` reaches `until` (ms). */
  settle(until, now2) {
    if (this.#scan !== null && !this.#advance(this.#scan, until, now2)) return false;
    if (this.#scan !== null) {
      this.#shown = this.#scan;
      this.#scan = null;
    }
    if (this.#shown !== null) for (const place of this.#changed) this.#sort(this.#shown, place);
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
  positionOf({ place, nth }) {
    const line = this.#lineOf(place);
    if (line === null) return null;
    let before = 0;
    for (const { at, count } of this.#insets) if (at < line) before += count;
    return line + before + (nth === null ? 0 : nth + 1);
  }
  #placeOf(line) {
    return this.#shown === null ? line : this.#shown.places[line];
  }
  #lineOf(place) {
    if (this.#shown === null) return place;
    const line = search(this.#shown.places, place);
    return this.#shown.places[line] === place ? line : null;
  }
  /** Tests lines until all are or time is up; true when all are. */
  #advance(scan, until, now2) {
    const passes = this.#passes;
    while (scan.next < this.#lines.length) {
      const end = Math.min(scan.next + STRIDE, this.#lines.length);
      for (; scan.next < end; scan.next++) {
        const line = this.#lines[scan.next];
        if (!passes(line)) continue;
        scan.places.push(scan.next);
        scan.rows += line.count;
      }
      if (now2() >= until) break;
    }
    return scan.next === this.#lines.length;
  }
  /** Puts a line in or takes it out: its text has grown, so that it may pass now, or no more. */
  #sort(shown, place) {
    const line = this.#lines[place];
    const at = search(shown.places, place);
    const there = shown.places[at] === place;
    if ((this.#passes?.(line) ?? true) === there) return;
    shown.places.splice(at, there ? 1 : 0, ...there ? [] : [place]);
    shown.rows += there ? -line.count : line.count;
  }
  #measure() {
    this.#insets = [...this.#unfolded].sort((a, b) => a - b).map((place) => ({ at: this.#lineOf(place), count: this.#lines[place].count })).filter((inset) => inset.at !== null);
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
var PREFIX = `rt-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`;

// src/view/eventrow.ts
var ARROWS = { client: "↑", server: "↓", local: "·" };
var DIRECTIONS = {
  en: { client: "sent by the client", server: "received from the server", local: "happened here" },
  zh: { client: "客户端发出", server: "从服务器收到", local: "发生在本地" }
};
var WORDS = {
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
  constructor(lang, id) {
    this.#lang = lang;
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
    const after = shown.above === null ? "" : WORDS[this.#lang].after(signed(t - shown.above));
    if (this.#t.element.title !== after) this.#t.element.title = after;
    this.#mark(shown);
  }
  #mark({ line, nth, unfolded, selected, active, position }) {
    const many = nth === null && line.count > 1;
    const state = [position, line.direction, line.side, line.bad, many, many && unfolded, nth === null, selected, active].join();
    if (state === this.#state) return;
    this.#state = state;
    const { element } = this;
    element.dataset.direction = line.direction;
    element.dataset.side = line.side;
    element.classList.toggle("rt-bad", line.bad);
    element.classList.toggle("rt-single", nth !== null);
    element.classList.toggle("rt-active", active);
    element.ariaRowIndex = String(position + 2);
    element.ariaLevel = nth === null ? "1" : "2";
    element.ariaExpanded = many ? String(unfolded) : null;
    element.ariaSelected = String(selected);
    this.#arrow.element.ariaLabel = DIRECTIONS[this.#lang][line.direction];
  }
};
function signed(seconds) {
  return `${seconds < 0 ? "−" : "+"}${Math.abs(seconds).toFixed(3)}`;
}

// src/view/eventbar.ts
var WORDS2 = {
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
  constructor(lang, actions, signal) {
    const words = WORDS2[lang];
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
    const direction = (name) => toggle(ARROWS[name], DIRECTIONS[lang][name], true, actions.filtered);
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
function eventGrid(lang, title, many) {
  const heads = COLUMNS[lang].map((name) => h("div", { attributes: { role: "columnheader" } }, name));
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

// src/model/json.ts
var PIECES = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g;
function pieces(json) {
  const found = [];
  const add = (kind, piece) => {
    if (piece !== "") found.push([kind, piece]);
  };
  let end = 0;
  for (const match of json.matchAll(PIECES)) {
    const [whole2, quoted, colon = "", number, word = ""] = match;
    add("other", json.slice(end, match.index));
    if (quoted !== void 0) add(colon === "" ? "string" : "key", quoted);
    else add(number === void 0 ? "word" : "number", number ?? word);
    add("other", colon);
    end = match.index + whole2.length;
  }
  add("other", json.slice(end));
  return found;
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
var WORDS3 = {
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
  constructor(lang, actions, signal) {
    const words = WORDS3[lang];
    this.#lang = lang;
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
    const run = h("span", { className: "rt-run" }, this.#previous, this.#nth, this.#next);
    const close = button("×", words.close, actions.close);
    const tools = h("div", { className: "rt-tools" }, run, this.#copy, this.#jump, close);
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
    const end = this.#end();
    if (this.following || this.#top > end) this.#scrollTo(end);
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
    const { element } = entry.slot;
    const shown = position < this.#size ? position : null;
    if (shown !== entry.position) {
      entry.position = shown;
      element.hidden = shown === null;
      if (shown === null) entry.slot.clear();
      element.style.transform = `translateY(${position * ROW}px)`;
    }
    if (shown !== null) this.#rows.fill(entry.slot, position);
  }
};

// src/view/events.ts
var WORDS4 = {
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
  constructor(lang, actions, signal) {
    const words = WORDS4[lang];
    this.#words = words;
    this.#actions = actions;
    const { chosen } = actions;
    const changed = () => {
      chosen?.(this.#chooser?.choice.ranges ?? []);
      this.#soon();
    };
    this.#chooser = chosen === void 0 ? null : new Chooser(() => this.#log.lines, () => this.#listing, changed);
    this.#bar = new EventBar(lang, { filtered: () => this.#typed(), relative: () => this.#soon() }, signal);
    this.#look = new LookView(
      lang,
      {
        ...actions.jump === void 0 ? {} : { jump: () => this.#jump() },
        ...{ step: (by) => this.#step(by), close: () => this.#close() }
      },
      signal
    );
    this.#grid = eventGrid(lang, this.#bar.title, chosen !== void 0);
    const id = `rt-events-${++lists}`;
    let made = 0;
    const rows = {
      make: () => new EventRow(lang, `${id}-${++made}`),
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
  #line(place) {
    return this.#log.lines[place];
  }
  #row({ place, nth }) {
    return single(this.#line(place), nth);
  }
  #timeAt(position) {
    const { place, nth } = this.#listing.at(position);
    return single(this.#line(place), nth ?? 0).t;
  }
  #position() {
    return this.#selected === null ? null : this.#listing.positionOf(entryOf(this.#selected));
  }
  #fill(row, position) {
    const entry = this.#listing.at(position);
    const { place, nth } = entry;
    const selected = this.#selected;
    const line = this.#line(place);
    const active = selected !== null && selected.place === place && entryOf(selected).nth === nth;
    row.show({
      ...{ line, nth, position, active },
      unfolded: this.#listing.isUnfolded(place),
      selected: this.#chooser?.shows(entry) ?? active,
      above: position === 0 ? null : this.#timeAt(position - 1),
      zero: selected === null ? 0 : this.#row(selected).t,
      relative: selected !== null && this.#bar.relative
    });
  }
  /** Says which row is the active one, and keeps what is told of it up to date. */
  #point(position) {
    const element = position === null ? void 0 : this.#list.slotAt(position)?.element;
    if (element === void 0) this.#grid.removeAttribute("aria-activedescendant");
    else this.#grid.setAttribute("aria-activedescendant", element.id);
    if (this.#selected === null) return;
    const { place, nth, alone } = this.#selected;
    const line = this.#line(place);
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
    const { place, nth } = entry;
    this.#select({ place, nth: nth ?? 0, alone: nth !== null }, { rest });
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
  #fold(folded, place = this.#selected?.place) {
    if (place === void 0 || this.#line(place).count === 1) return;
    this.#listing.fold(place, folded);
    if (!folded) this.#list.following = false;
    const selected = this.#selected;
    if (folded && selected !== null && selected.place === place) this.#selected = { ...selected, alone: false };
    this.#soon();
  }
  #clicked({ target, shiftKey, ctrlKey, metaKey }) {
    const position = this.#list.positionOf(target);
    if (position === null || position >= this.#listing.size) return;
    const entry = this.#listing.at(position);
    const { place } = entry;
    if (this.#list.slotAt(position)?.folds(target)) {
      this.#fold(this.#listing.isUnfolded(place), place);
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
  constructor(element, paint, signal) {
    this.#paint = paint;
    this.#signal = signal;
    const near = { rootMargin: "100%", scrollMargin: "100%" };
    const observer = new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1)?.isIntersecting ?? true;
      if (this.#asked) this.#schedule();
    }, near);
    observer.observe(element);
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
    const paint = () => {
      this.#asked = false;
      this.#paint(performance.now());
    };
    if (this.#visible) this.#frame = requestAnimationFrame(paint);
    else this.#unseen = setTimeout(paint, UNSEEN);
  }
  #cancel() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#unseen);
  }
};

// src/view/layout.ts
function dress(element, lang, name) {
  element.classList.add("rt-panel");
  element.lang = lang === "zh" ? "zh-CN" : "en";
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", name);
  element.dataset.lmSuppressShortcuts = "true";
}

// src/view/notice.ts
var WORDS5 = {
  en: { dismiss: "Dismiss", earlier: (count) => count === 1 ? "1 earlier problem" : `${count} earlier problems` },
  zh: { dismiss: "关闭提示", earlier: (count) => `之前还有 ${count} 个问题` }
};
var NoticeView = class {
  element;
  #lang;
  #what = h("strong");
  #code = h("code");
  #cure = h("span");
  #earlier = h("small");
  #shown = null;
  #count = 0;
  constructor(lang, signal) {
    this.#lang = lang;
    const dismiss = h("button", { type: "button", title: WORDS5[lang].dismiss, attributes: { "aria-label": WORDS5[lang].dismiss } }, "×");
    dismiss.addEventListener("click", () => this.clear(), { signal });
    this.element = h(
      "div",
      { className: "rt-notice", hidden: true, attributes: { role: "alert" } },
      h("p", {}, this.#what, " ", this.#code, " ", this.#cure, " ", this.#earlier),
      dismiss
    );
  }
  /** Shows a problem; `code` is the server's own name for it. */
  show(problem2, code = "") {
    const { what, cure } = problem2.in(this.#lang);
    if (problem2 !== this.#shown) this.#count += 1;
    this.#shown = problem2;
    setText(this.#what, what);
    setText(this.#code, what.includes(code) ? "" : code);
    setText(this.#cure, cure);
    setText(this.#earlier, this.#count > 1 ? WORDS5[this.#lang].earlier(this.#count - 1) : "");
    this.element.hidden = false;
  }
  /** Takes the notice away; only if it shows `problem`, where one is given. */
  clear(problem2) {
    if (problem2 !== void 0 && problem2 !== this.#shown) return;
    this.#shown = null;
    this.#count = 0;
    this.element.hidden = true;
  }
};

// src/inspection.ts
var NAME = { en: "Event inspector", zh: "事件检查器" };
var Inspection = class {
  #model;
  #link;
  #events;
  #notice;
  #frame;
  #rows = new Rows((row) => this.#events.add(row));
  /** All rows that were there have come. */
  #complete = false;
  /** The selection that this view shows, as JSON: it needs not be told of its own. */
  #shown = "[]";
  constructor(model, element, lang, signal) {
    this.#model = model;
    this.#link = new Link(
      model,
      {
        receive: (message) => this.#receive(message),
        way: () => void 0,
        lost: () => void 0,
        gone: () => this.#notice.show(NO_KERNEL),
        renewed: () => this.#renew()
      },
      signal
    );
    this.#notice = new NoticeView(lang, signal);
    this.#events = new EventsView(
      lang,
      {
        look: (index) => this.#link.send({ type: "look", index }),
        chosen: (ranges) => this.#tell("selected", ranges),
        filtered: (words) => this.#tell("filter", words)
      },
      signal
    );
    this.#frame = new Frame(element, () => this.#events.draw(), signal);
    dress(element, lang, NAME[lang]);
    element.classList.add("rt-inspector");
    element.append(this.#notice.element, this.#events.element);
    this.#follow("change:filter", () => this.#events.filter = model.get("filter"), signal);
    this.#follow("change:selected", () => this.#choose(), signal);
    this.#link.send({ type: "join" });
    if (element.classList.contains(DISCONNECTED)) this.#notice.show(NO_KERNEL);
  }
  #receive(message) {
    this.#notice.clear(NO_KERNEL);
    if (message.type === "history") {
      this.#rows.history(message.rows, message.done);
      this.#frame.ask();
      if (!message.done || this.#complete) return;
      this.#complete = true;
      this.#choose();
    } else if (message.type === "looked") this.#events.looked(message.index, message.json);
    else if (message.type === "problem") this.#notice.show(Problem.said(message.text));
  }
  #renew() {
    this.#rows.clear();
    this.#events.clear();
    this.#complete = false;
    this.#shown = "[]";
    this.#frame.ask();
  }
  #choose() {
    const ranges = this.#model.get("selected");
    const asked = JSON.stringify(ranges);
    if (asked === this.#shown || !this.#complete) return;
    this.#shown = asked;
    this.#events.choose(ranges);
  }
  #tell(name, value) {
    if (name === "selected") this.#shown = JSON.stringify(value);
    this.#model.set(name, value);
    this.#model.save_changes();
  }
  #follow(name, changed, signal) {
    this.#model.on(name, changed);
    signal.addEventListener("abort", () => this.#model.off(name, changed), { once: true });
    changed();
  }
};

// src/lang.ts
function langOf(asked, page) {
  const name = asked === "auto" || asked === "" ? page : asked;
  return name.toLowerCase().startsWith("zh") ? "zh" : "en";
}

// src/inspector.ts
var inspector_default = {
  render({ model, el, signal }) {
    const gone = new AbortController();
    const close = () => gone.abort();
    signal?.addEventListener("abort", close, { once: true, signal: gone.signal });
    new Inspection(model, el, langOf(model.get("lang"), document.documentElement.lang || navigator.language), gone.signal);
    return close;
  }
};
export {
  inspector_default as default
};
