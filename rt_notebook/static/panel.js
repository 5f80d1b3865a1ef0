/* Built from js/src; source-hash: 56da98e9e6c1759113044762cf5a25bc88a6cb77153d9af7e226821be86ff4c3 */

// src/lang.ts
function langOf(asked, page) {
  const name = asked === "auto" || asked === "" ? page : asked;
  return name.toLowerCase().startsWith("zh") ? "zh" : "en";
}

// src/audio/ports.ts
var CHUNK = 960;

// src/audio/pcm.ts
var RATE = 24e3;
function toFloat(sample) {
  return sample / 32768;
}
function milliseconds(samples) {
  return samples / RATE * 1e3;
}

// src/audio/replayer.ts
var TAIL = RATE / 10;
var Replayer = class {
  #changed;
  #run = null;
  /** `changed` is called when it begins to play and when it ends. */
  constructor(changed) {
    this.#changed = changed;
  }
  /** Where it is on the session's axis, seconds since connecting; null where nothing plays. */
  get at() {
    if (this.#run === null) return null;
    const { context, t, since, seconds } = this.#run;
    const heard = context.currentTime - since - (context.outputLatency || context.baseLatency || 0);
    return t + Math.max(0, Math.min(seconds, heard));
  }
  /** Plays PCM16 mono at 24 kHz that was said from `t` on, instead of what plays now. Nothing to play ends it. */
  play(t, pcm) {
    this.#close();
    const samples = new Int16Array(pcm, 0, Math.floor(pcm.byteLength / 2));
    if (samples.length > 0) this.#start(t, Float32Array.from(samples, toFloat));
    this.#changed();
  }
  stop() {
    if (this.#run === null) return;
    this.#close();
    this.#changed();
  }
  #start(t, samples) {
    const context = new AudioContext();
    const buffer = context.createBuffer(1, samples.length + TAIL, RATE);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    const run2 = { context, t, since: context.currentTime, seconds: milliseconds(samples.length) / 1e3 };
    source.onended = () => {
      if (this.#run === run2) this.stop();
    };
    source.start(run2.since);
    void context.resume();
    this.#run = run2;
  }
  #close() {
    void this.#run?.context.close();
    this.#run = null;
  }
};

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
  let at2 = 4 + json.length;
  for (const buffer of buffers) {
    bytes2.set(new Uint8Array(buffer), at2);
    at2 += buffer.byteLength;
  }
  return bytes2.buffer;
}
function unpack(data) {
  let at2 = 4 + new DataView(data).getUint32(0, true);
  const json = new TextDecoder().decode(new Uint8Array(data, 4, at2 - 4));
  const { sizes, ...header } = JSON.parse(json);
  const buffers = sizes.map((size) => data.slice(at2, at2 += size));
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

// src/model/format.ts
function clock(t) {
  return t.toFixed(3);
}
function duration(ms) {
  return ms < 1e3 ? `${Math.round(ms)} ms` : `${(ms / 1e3).toFixed(1)} s`;
}
function timer(seconds) {
  const whole2 = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole2 / 3600), Math.floor(whole2 / 60) % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole2 % 60)}` : `${minutes}:${two(whole2 % 60)}`;
}
function usd(amount) {
  if (amount === 0 || amount >= 0.01) return `$${amount.toFixed(2)}`;
  return amount < 1e-4 ? "<$0.0001" : `$${Number(amount.toPrecision(2))}`;
}
function clip(words2, length) {
  return words2.length <= length ? words2 : `${words2.slice(0, length - 1)}…`;
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
    const open2 = this.#open.get(key);
    if (open2 !== void 0) {
      grow(this.lines[open2], row);
      return open2;
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
function bounded(words2) {
  return words2.length <= MOST_TEXT ? words2 : words2.slice(0, MOST_TEXT).split("").join("");
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
  const parts = Array.isArray(content) ? content.map((part2) => text(field(part2, "text")) || text(field(part2, "transcript"))) : [];
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
function written(call, words2, t) {
  call.arguments = words2;
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
  return Array.isArray(content) && content.some((part2) => field(part2, "type") === "input_audio");
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
  const words2 = itemText(item) || toolsOf(item);
  if (words2 !== "") entry.parts = [words2];
  entry.live = field(item, "status") === "in_progress" || entry.live && words2 === "";
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
  const part2 = Number(event.content_index ?? 0);
  entry.parts[part2] = (entry.parts[part2] ?? "") + text(event.delta);
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
    for (const { id, role, text: words2 } of this.#unplaced) if (role === "user" && words2 === "") this.remove(id);
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
    const after2 = before === null ? this.#first : before.after;
    Object.assign(entry, { before, after: after2 });
    if (before === null) this.#first = entry;
    else before.after = entry;
    if (after2 === null) this.#last = entry;
    else after2.before = entry;
    this.moved = true;
    this.changed.add(entry);
  }
  #unlink({ before, after: after2 }) {
    if (before === null) this.#first = after2;
    else before.after = after2;
    if (after2 === null) this.#last = before;
    else after2.before = before;
    this.moved = true;
  }
};
function heardPart({ text: words2, generated_ms, heard_ms }) {
  if (heard_ms === null || generated_ms <= 0) return [words2, ""];
  const at2 = Math.floor(words2.length * Math.min(1, heard_ms / generated_ms));
  if (at2 >= words2.length) return [words2, ""];
  const end2 = /[\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(words2[at2] ?? "") ? at2 : words2.lastIndexOf(" ", at2);
  return end2 <= 0 ? ["", words2] : [words2.slice(0, end2), words2.slice(end2)];
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

// src/model/session.ts
var SessionModel = class {
  /** Nothing is known before the kernel has answered. */
  info = null;
  /** The view that has microphone and loudspeaker. */
  owner = null;
  /** The session object, as the server last reported it. */
  settings = null;
  /** When the server will end the session, seconds since the epoch. */
  expires_at = null;
  /** When the connection opened, seconds on the log's clock. */
  opened = null;
  /** Responses that are not done. */
  responses = /* @__PURE__ */ new Set();
  /** Content parts that leave the loudspeaker now. */
  sounding = /* @__PURE__ */ new Set();
  /** Calls whose tools run, or wait for approval. */
  calls = /* @__PURE__ */ new Set();
  /** The log's clock, seconds, and the page's own at the same moment, ms. */
  #told = { t: 0, at: 0 };
  get open() {
    return this.info?.state === "open";
  }
  /** An answer is made, needs a tool that runs, or is still heard. */
  get answering() {
    return this.open && (this.responses.size > 0 || this.calls.size > 0 || this.sounding.size > 0);
  }
  /** A cell is running, and this kernel reads what comes over the comm between cells only. */
  get busy() {
    return this.info?.busy === true && this.info.subshells !== true;
  }
  /** Takes what the kernel tells at `at`, ms on the page's clock. */
  state({ info, owner, t }, at2) {
    this.info = info;
    this.owner = owner;
    this.#told = { t, at: at2 };
    if (owner === null) this.sounding.clear();
  }
  add(row) {
    HANDLERS2[text(row.event.type)]?.(this, row.event, row);
  }
  /** Forgets what the rows told: they come anew. */
  clear() {
    this.settings = this.expires_at = this.opened = null;
    this.responses.clear();
    this.calls.clear();
    this.sounding.clear();
  }
  /** The log's clock at `at`, ms on the page's clock: seconds since connecting. It rests where nothing is open. */
  now(at2) {
    return this.#told.t + (this.open ? (at2 - this.#told.at) / 1e3 : 0);
  }
  /** For how many seconds the connection has been open. */
  elapsed(at2) {
    return this.open && this.opened !== null ? this.now(at2) - this.opened : null;
  }
  /** How many seconds are left at `time`, seconds since the epoch; null where the server sets no limit. */
  left(time) {
    return this.open && this.expires_at !== null ? Math.max(0, this.expires_at - time) : null;
  }
};
var settings = (session2, event) => {
  session2.settings = event.session;
};
var part = (event) => `${text(event.item_id)} ${text(event.content_index)}`;
var silent = (session2, event) => {
  session2.sounding.delete(part(event));
};
var disconnected = (session2) => {
  session2.responses.clear();
  session2.calls.clear();
};
var runs = (session2, { call_id }) => {
  session2.calls.add(text(call_id));
};
var ended = (session2, { call_id }) => {
  session2.calls.delete(text(call_id));
};
var HANDLERS2 = {
  "rt.connection.opened": (session2, _, { t }) => {
    session2.opened = t;
    session2.responses.clear();
    session2.calls.clear();
  },
  "rt.connection.lost": disconnected,
  "rt.connection.closed": disconnected,
  "session.created": (session2, event, row) => {
    settings(session2, event, row);
    const expires = field(event.session, "expires_at");
    session2.expires_at = typeof expires === "number" && expires > 0 ? expires : null;
  },
  "session.updated": settings,
  "response.created": (session2, { response }) => {
    session2.responses.add(text(field(response, "id")));
  },
  "response.done": (session2, { response }) => {
    session2.responses.delete(text(field(response, "id")));
  },
  "rt.tool.waiting": runs,
  "rt.tool.started": runs,
  "rt.tool.done": ended,
  "rt.tool.failed": ended,
  "rt.tool.cancelled": ended,
  "rt.tool.unsent": ended,
  "rt.playback.started": (session2, event) => {
    session2.sounding.add(part(event));
  },
  "rt.playback.finished": silent,
  "rt.playback.flushed": silent
};

// src/model/soundclock.ts
var GAP = 0.25;
var PUNCTUAL = 1;
var SoundClock = class {
  #ms = 0;
  #runs = [];
  /** Takes in a chunk of sound that was sent at `t`. */
  append(t, ms) {
    let run2 = this.#runs.at(-1);
    if (run2 === void 0 || t - run2.last > GAP + Math.min(GAP, ms / 1e3)) {
      run2 = { before: this.#ms, ms: 0, first: t, last: t, begin: t };
      this.#runs.push(run2);
    }
    run2.ms += ms;
    run2.last = t;
    if (t - run2.first <= PUNCTUAL) run2.begin = Math.min(run2.begin, t - run2.ms / 1e3);
    this.#ms += ms;
  }
  /** The next chunk is the first of a connection. */
  restart() {
    this.#ms = 0;
    this.#runs = [];
  }
  /** When the sound up to a ms had been said; null where no sound was sent. The server told of it at `told`. */
  endOf(ms, told) {
    const until = Math.min(Math.max(ms, 0), this.#ms);
    let [at2, end2] = [null, -GAP];
    for (const run2 of this.#runs) {
      if (at2 !== null && run2.before >= until) break;
      const begin = Math.max(end2, 0, run2.begin);
      const start = begin - end2 < GAP ? end2 : begin;
      at2 = start + (until - run2.before) / 1e3;
      end2 = start + run2.ms / 1e3;
    }
    return at2 === null ? null : Math.min(at2, told);
  }
};

// src/model/turn.ts
function ends({ direction, event }) {
  const type = text(event.type);
  return type === "input_audio_buffer.speech_stopped" || direction === "client" && type === "conversation.item.create" && field(event.item, "role") === "user";
}
var BEGINNINGS = /* @__PURE__ */ new Set(["rt.playback.started", "response.output_text.delta"]);
var TurnClock = class {
  /** Of the last answered turn, ms, from where the turn was taken. */
  latency_ms = null;
  /** The same from the end of the user's voice; null where the turn was typed, or nobody told when that was. */
  voice_ms = null;
  #since = null;
  #voiceEnd = null;
  #sound = new SoundClock();
  #silence_ms = 0;
  add(row) {
    const { t, event } = row;
    const type = text(event.type);
    if (type === "input_audio_buffer.append") {
      this.#sound.append(t, row.audio_ms ?? 0);
    } else if (type === "rt.connection.opened") {
      this.#sound.restart();
    } else if (type === "session.created" || type === "session.updated") {
      const detection = field(field(field(event.session, "audio"), "input"), "turn_detection");
      const silence = field(detection, "silence_duration_ms");
      this.#silence_ms = typeof silence !== "number" && field(detection, "type") === "semantic_vad" ? null : Number(silence ?? 0);
    } else if (ends(row)) {
      this.#since = t;
      this.#voiceEnd = type === "input_audio_buffer.speech_stopped" ? this.#heardAt(event.audio_end_ms, t) : null;
    } else if (this.#since !== null && BEGINNINGS.has(type)) {
      this.latency_ms = (t - this.#since) * 1e3;
      this.voice_ms = this.#voiceEnd === null ? null : (t - this.#voiceEnd) * 1e3;
      this.#since = null;
    }
  }
  /**
   * When the voice ended that the server reports as `audio_end_ms`, which includes the silence that it waited for
   * (https://platform.openai.com/docs/api-reference/realtime-server-events/input_audio_buffer/speech_stopped).
   */
  #heardAt(audio_end_ms, now2) {
    if (typeof audio_end_ms !== "number" || this.#silence_ms === null) return null;
    return this.#sound.endOf(audio_end_ms - this.#silence_ms, now2);
  }
};

// src/ping.ts
var RoundTrip = class {
  #send;
  #waiting = /* @__PURE__ */ new Map();
  // Other views of the session get the same answers.
  #next = Math.floor(Math.random() * 1e9);
  constructor(send) {
    this.#send = send;
  }
  /** Asks once; ms until the answer, or null where none comes within `patience` ms. */
  measure(patience) {
    const id = this.#next++;
    const began = performance.now();
    return new Promise((resolve) => {
      const answer = (ms) => {
        this.#waiting.delete(id);
        clearTimeout(timer2);
        resolve(ms);
      };
      const timer2 = setTimeout(() => answer(null), patience);
      this.#waiting.set(id, () => answer(performance.now() - began));
      this.#send({ type: "ping", id });
    });
  }
  /** The answer to the question `id` has come; another view's questions are not ours. */
  pong(id) {
    this.#waiting.get(id)?.();
  }
};

// src/problem.ts
var Problem = class _Problem extends Error {
  constructor(words2) {
    super(words2.en.what);
    this.words = words2;
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
function problem(en2, zh2) {
  return new Problem({ en: { what: en2[0], cure: en2[1] }, zh: { what: zh2[0], cure: zh2[1] } });
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
var FRESH_PANEL = { en: "Run the cell again to get a fresh panel.", zh: "请重新运行该单元格，以得到新的面板。" };
function explain(error) {
  if (error instanceof Problem) return error;
  const known = error instanceof DOMException ? MEDIA[error.name] : void 0;
  return known ?? Problem.said(error instanceof Error ? error.message : String(error), FRESH_PANEL);
}
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
var OPEN_AGAIN = { en: "Press Start session to open it again.", zh: "请点“开始会话”重新打开。" };
var TROUBLE = {
  error: { words: ({ error }) => field(error, "message") },
  "rt.page.failed": { words: ({ error }) => field(error, "message") },
  "rt.connection.lost": { words: ({ error }) => field(error, "message"), cure: OPEN_AGAIN },
  "response.done": { words: ({ response }) => field(field(field(response, "status_details"), "error"), "message") }
};
function problemOf({ event }) {
  const trouble = TROUBLE[text(event.type)];
  const words2 = text(trouble?.words(event));
  return words2 === "" ? null : Problem.said(words2, trouble?.cure);
}

// src/audio/preflight.ts
var LOOKS = {
  secure: [() => window.isSecureContext, NO_SECURE_CONTEXT],
  microphones: [() => navigator.mediaDevices?.getUserMedia !== void 0, NO_GET_USER_MEDIA],
  permission: [permission, DENIED],
  device: [device, NO_MICROPHONE],
  sound: [sound, NO_SOUND]
};
function checkAudio() {
  const names = Object.keys(LOOKS);
  return Promise.all(names.map(check));
}
async function check(name) {
  const [look, problem2] = LOOKS[name];
  try {
    const found = await look();
    if (found === false) return { name, ok: "no", problem: problem2 };
    return { name, ok: found === true ? "yes" : "unknown", problem: null };
  } catch (error) {
    return { name, ok: "no", problem: explain(error) };
  }
}
async function permission() {
  try {
    const { state } = await navigator.permissions.query({ name: "microphone" });
    return state === "prompt" ? "unknown" : state === "granted";
  } catch {
    return "unknown";
  }
}
async function device() {
  if (navigator.mediaDevices?.enumerateDevices === void 0) return false;
  return (await navigator.mediaDevices.enumerateDevices()).some(({ kind }) => kind === "audioinput");
}
function sound() {
  if (window.AudioContext === void 0 || window.AudioWorkletNode === void 0) return false;
  return navigator.userActivation?.hasBeenActive === true || "unknown";
}

// src/readiness.ts
var BUSY = new Problem({
  en: { what: "A cell is running.", cure: "What you say waits until it ends. Wait, or stop the cell." },
  zh: { what: "单元格正在运行。", cure: "你说的话要等它结束。请等待，或停止单元格。" }
});
async function checks(roundTrip, patience, waits) {
  const [audio, ms] = await Promise.all([checkAudio(), roundTrip.measure(patience)]);
  const kernel = ms === null ? { name: "kernel", ok: "no", problem: SILENT_KERNEL } : { name: "kernel", ok: "yes", detail: duration(ms), problem: null };
  return [...audio, kernel, ...waits() ? [{ name: "busy", ok: "no", problem: BUSY }] : []];
}

// src/summary.ts
var SummaryHider = class {
  #style = document.createElement("style");
  #id;
  constructor(id, signal) {
    this.#id = id;
    const summary = `[data-rt-summary="${CSS.escape(id)}"]`;
    const output2 = `.jp-OutputArea-child:has(${summary}):not(:has(.rt-panel))`;
    this.#style.textContent = `${output2}, ${summary} { display: none !important; }`;
    this.hide();
    signal.addEventListener("abort", () => this.show(), { once: true });
  }
  hide() {
    if (this.#id !== "") document.head.append(this.#style);
  }
  /** Lets them be seen again. */
  show() {
    this.#style.remove();
  }
};

// src/traits.ts
var DISCONNECTED = "jupyter-widgets-disconnected";
function follow(model, name, take, signal) {
  const changed = () => take(model.get(name));
  model.on(`change:${name}`, changed);
  signal.addEventListener("abort", () => model.off(`change:${name}`, changed), { once: true });
  changed();
}

// src/upload.ts
var PIECE = 128 * 1024;
async function* pieces(file) {
  let offset = 0;
  do {
    const data = await file.slice(offset, offset + PIECE).arrayBuffer();
    yield { type: "file", name: file.name, offset, size: file.size, data };
    offset += PIECE;
  } while (offset < file.size);
}

// src/model/json.ts
var PIECES = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g;
function pieces2(json) {
  const found = [];
  const add = (kind, piece) => {
    if (piece !== "") found.push([kind, piece]);
  };
  let end2 = 0;
  for (const match of json.matchAll(PIECES)) {
    const [whole2, quoted, colon = "", number2, word = ""] = match;
    add("other", json.slice(end2, match.index));
    if (quoted !== void 0) add(colon === "" ? "string" : "key", quoted);
    else add(number2 === void 0 ? "word" : "number", number2 ?? word);
    add("other", colon);
    end2 = match.index + whole2.length;
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
  for (const open2 of "[{") signs[open2] = () => (depth += 1, open2 + newLine());
  for (const [kind, piece] of pieces2(json)) {
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
function isJson(words2) {
  try {
    JSON.parse(words2);
    return true;
  } catch {
    return false;
  }
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
function fold(name, open2, content) {
  return h("details", { className: "rt-fold", open: open2 }, h("summary", {}, name), content);
}
function setText(element, words2) {
  if (element.textContent !== words2) element.textContent = words2;
}
function setTitle(element, words2) {
  if (element.title !== words2) element.title = words2;
}
function followEnd(element, change) {
  const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
  change();
  if (atEnd) element.scrollTop = element.scrollHeight;
}
var Labels = class {
  element;
  #labels;
  constructor(...labels) {
    this.#labels = labels.map((label) => h("span", {}, label));
    this.element = h("span", { className: "rt-labels" }, ...this.#labels);
    this.show(0);
  }
  show(index) {
    this.#labels.forEach((label, i) => label.style.visibility = i === index ? "visible" : "hidden");
  }
};
var named = 0;
function newId2() {
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
function asks(name, lang) {
  return WORDS[lang].asks(name);
}
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
  set open(open2) {
    this.#fold.open = open2;
  }
  set words(words2) {
    if (words2 === this.#words) return;
    this.#words = words2;
    const laid = clip(laidOut(words2), LONGEST);
    const long = laid.length > SHORT || laid.split("\n", LINES + 1).length > LINES;
    this.element.hidden = words2 === "";
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
  constructor(lang, answer, leave, signal) {
    const words2 = this.#words = WORDS[lang];
    this.#leave = leave;
    this.#arguments.element.id = newId2();
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
    this.#buttons = answer === void 0 ? [] : [button(words2.approve, true), button(words2.deny, false)];
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
  show(call, now2) {
    this.#call = call;
    this.element.dataset.state = call.state;
    this.element.classList.toggle("rt-now", now2 !== null);
    setText(this.#name, call.name);
    this.tick(call, now2);
    this.#arguments.words = call.arguments;
    this.#showProgress(call);
    this.#ask(call, call.state === "waiting" && call.id !== "" && now2 !== null);
    setText(this.#error, call.output?.includes(call.error) === true ? "" : call.error);
    this.#output.element.classList.toggle("rt-bad", call.state === "failed");
    this.#output.words = call.output ?? "";
  }
  /** Shows how long it has been running. */
  tick(call, now2) {
    const { states, kinds, late } = this.#words;
    const runs2 = call.state === "running" && call.started !== null && now2 !== null;
    const parts = [
      [SIGNS[call.state], states[call.state]].filter(Boolean).join(" "),
      // What the model is told stands below.
      kinds[call.why] ?? (call.output?.includes(call.why) === true ? "" : call.why),
      runs2 ? `${Math.max(0, Math.floor(now2 - (call.started ?? now2)))} s` : "",
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
    const { asks: asks2, approve, deny } = this.#words;
    const hidden = !asked || this.#buttons.length === 0;
    if (hidden === this.#approval.hidden) return;
    const focused = this.#approval.matches(":focus-within");
    this.#mark(false);
    this.#approval.hidden = hidden;
    this.#arguments.open = asked;
    this.#approval.replaceChildren(...hidden ? [] : this.#buttons);
    this.#approval.setAttribute("aria-label", asks2(name));
    this.#buttons.forEach((button, i) => button.setAttribute("aria-label", `${i === 0 ? approve : deny} ${name}`));
    if (focused && hidden) this.#leave();
  }
  #mark(answered) {
    this.#answered = answered;
    for (const button of this.#buttons) button.setAttribute("aria-disabled", String(answered));
  }
};

// src/view/announcer.ts
var WORDS2 = {
  en: {
    opened: "Session open",
    closed: "Session closed",
    listening: "Microphone on",
    silent: "Microphone off",
    muted: "Muted",
    unmuted: "Not muted",
    interrupted: "Answer interrupted"
  },
  zh: {
    opened: "会话已连接",
    closed: "会话已关闭",
    listening: "麦克风已打开",
    silent: "麦克风已关闭",
    muted: "已静音",
    unmuted: "已取消静音",
    interrupted: "回答被打断"
  }
};
var MOST = 5;
var Announcer = class {
  element;
  #lang;
  #status = h("div", { attributes: { role: "status" } });
  #transcripts = h("div", { attributes: { role: "log", "aria-live": "polite", "aria-relevant": "additions" } });
  #last = { open: null, listening: false, muted: false };
  constructor(lang) {
    this.#lang = lang;
    this.element = h("div", { className: "rt-spoken" }, this.#status, this.#transcripts);
  }
  /** Tells what differs from the last time. */
  state(now2) {
    const words2 = WORDS2[this.#lang];
    const last = this.#last;
    this.#last = now2;
    const changes = [
      now2.open !== last.open && now2.open !== null && (now2.open ? words2.opened : words2.closed),
      now2.listening !== last.listening && (now2.listening ? words2.listening : words2.silent),
      now2.muted !== last.muted && (now2.muted ? words2.muted : words2.unmuted)
    ].filter((change) => change !== false);
    if (changes.length > 0) this.#status.textContent = changes.join(". ");
  }
  interrupted() {
    this.#status.textContent = WORDS2[this.#lang].interrupted;
  }
  /** A call asks for approval. */
  asked(name) {
    this.#status.textContent = asks(name, this.#lang);
  }
  /** Tells a finished transcript. */
  transcript(speaker, words2) {
    this.#transcripts.append(h("p", {}, `${speaker}: ${words2}`));
    while (this.#transcripts.childElementCount > MOST) this.#transcripts.firstElementChild?.remove();
  }
};

// src/view/meter.ts
function meter(label, short) {
  const attributes = { role: "meter", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "1", "aria-valuenow": "0" };
  const scale = h("span", { className: "rt-level", attributes }, h("span"));
  const element = h("span", { className: "rt-meter", title: label }, h("span", { attributes: { "aria-hidden": "true" } }, short), scale);
  return {
    element,
    show: (level) => {
      scale.setAttribute("aria-valuenow", level.toFixed(2));
      scale.style.setProperty("--level", String(level));
    }
  };
}

// src/view/sound.ts
var WORDS3 = {
  en: {
    sound: "Sound",
    microphone: "Microphone",
    loudspeaker: "Loudspeaker",
    standard: "System default",
    echo: "Echo cancellation",
    echoHint: "The browser takes the loudspeaker's sound and noise out of the microphone's. Switch it off with headphones.",
    half: "Half duplex",
    halfHint: "The microphone waits while the answer sounds. For loudspeakers whose echo interrupts; you cannot interrupt by voice then.",
    check: "Check the sound",
    fixed: "This browser chooses the loudspeaker itself."
  },
  zh: {
    sound: "声音",
    microphone: "麦克风",
    loudspeaker: "扬声器",
    standard: "系统默认",
    echo: "回声消除",
    echoHint: "浏览器从麦克风中去除扬声器的声音和噪声。戴耳机时可以关闭。",
    half: "半双工",
    halfHint: "播放回答时麦克风等待。适合回声会打断回答的扬声器；此时不能用声音打断。",
    check: "检查声音",
    fixed: "此浏览器自行选择扬声器。"
  }
};
var SoundMenu = class {
  button;
  sheet;
  #standard;
  #input = h("select");
  #output = h("select");
  #outputField;
  #fixed;
  #echo = h("input", { type: "checkbox" });
  #half = h("input", { type: "checkbox" });
  constructor(lang, actions, signal) {
    const words2 = WORDS3[lang];
    this.#standard = words2.standard;
    const id = newId2();
    this.button = h("button", { type: "button", attributes: { "aria-expanded": "false", "aria-controls": id } }, words2.sound);
    const check3 = h("button", { type: "button" }, words2.check);
    this.#outputField = h("label", { className: "rt-choice" }, words2.loudspeaker, this.#output);
    this.#fixed = h("p", { className: "rt-faint" }, words2.fixed);
    this.sheet = h(
      "div",
      { id, className: "rt-sheet", hidden: true, attributes: { role: "group", "aria-label": words2.sound } },
      h("label", { className: "rt-choice" }, words2.microphone, this.#input),
      this.#outputField,
      this.#fixed,
      option(this.#echo, words2.echo, words2.echoHint),
      option(this.#half, words2.half, words2.halfHint),
      h("div", {}, check3)
    );
    const listen = { signal };
    this.button.addEventListener("click", () => this.#open(this.sheet.hidden), listen);
    for (const element of [this.button, this.sheet]) {
      element.addEventListener("keydown", ({ key }) => key === "Escape" && this.#open(false), listen);
    }
    this.#input.addEventListener("change", () => actions.choose({ input: this.#input.value }), listen);
    this.#output.addEventListener("change", () => actions.choose({ output: this.#output.value }), listen);
    this.#echo.addEventListener("change", () => actions.echo(this.#echo.checked), listen);
    this.#half.addEventListener("change", () => actions.halfDuplex(this.#half.checked), listen);
    check3.addEventListener("click", actions.check, listen);
  }
  show(state) {
    this.#offer(this.#input, state.inputs, state.input);
    this.#offer(this.#output, state.outputs, state.output);
    this.#outputField.hidden = !state.canChooseOutput;
    this.#fixed.hidden = state.canChooseOutput;
    this.#echo.checked = state.echoCancellation;
    this.#half.checked = state.halfDuplex;
  }
  #open(open2) {
    this.sheet.hidden = !open2;
    this.button.setAttribute("aria-expanded", String(open2));
    if (!open2) this.button.focus();
  }
  #offer(select, devices, chosen) {
    const offered = [{ id: "", label: this.#standard }, ...devices.filter(({ id }) => id !== "")];
    const key = JSON.stringify(offered);
    if (select.dataset.offered !== key) {
      select.dataset.offered = key;
      select.replaceChildren(...offered.map(({ id, label }) => h("option", { value: id }, label)));
    }
    if (select.value !== chosen) select.value = chosen;
  }
};
function option(input, label, hint) {
  const id = newId2();
  input.setAttribute("aria-describedby", id);
  return h("div", { className: "rt-option" }, h("label", {}, input, label), h("p", { id }, hint));
}

// src/view/controls.ts
var WORDS4 = {
  en: {
    controls: "Controls",
    startSession: "Start session",
    endSession: "End session",
    startTalking: "Start talking",
    stopTalking: "Stop talking",
    hold: "Hold to talk",
    mute: "Mute",
    stopAnswer: "Stop answer",
    message: "Message",
    placeholder: "Type a message…",
    send: "Send",
    file: "Send a file",
    microphone: "Microphone level",
    loudspeaker: "Loudspeaker level",
    in: "Mic",
    out: "Speaker",
    noAnswer: "No answer is being made or heard.",
    notRecording: "The microphone is off.",
    hints: {
      waiting: "The kernel has not answered yet.",
      gone: "The kernel is gone. Run the notebook's cells again and use the new panel.",
      closed: "The session is closed. Start session opens it again.",
      elsewhere: "Another view has microphone and loudspeaker. Start session takes them here.",
      open: "Start session to hear answers here. Messages and files work without.",
      ready: "Start talking, or hold the button or Space to talk.",
      muted: "Muted: silence is sent.",
      half: "Half duplex: the microphone waits for the end of the answer.",
      held: "Talking: release to end your turn.",
      talking: "The microphone is on."
    }
  },
  zh: {
    controls: "控制",
    startSession: "开始会话",
    endSession: "结束会话",
    startTalking: "开始说话",
    stopTalking: "停止说话",
    hold: "按住说话",
    mute: "静音",
    stopAnswer: "停止回答",
    message: "消息",
    placeholder: "输入消息…",
    send: "发送",
    file: "发送文件",
    microphone: "麦克风音量",
    loudspeaker: "扬声器音量",
    in: "麦克风",
    out: "扬声器",
    noAnswer: "当前没有正在生成或播放的回答。",
    notRecording: "麦克风已关闭。",
    hints: {
      waiting: "内核还没有应答。",
      gone: "内核已不存在。请重新运行笔记本的单元格，并使用新的面板。",
      closed: "会话已关闭。点击“开始会话”重新打开。",
      elsewhere: "另一个视图正在使用麦克风和扬声器。点击“开始会话”可转到这里。",
      open: "点击“开始会话”在这里收听回答。消息和文件无需如此。",
      ready: "点击“开始说话”，或按住按钮或空格键说话。",
      muted: "已静音：发送的是静音。",
      half: "半双工：麦克风等待回答结束。",
      held: "正在说话：松开即结束发言。",
      talking: "麦克风已打开。"
    }
  }
};
var HINTS = [
  ["waiting", ({ session: session2 }) => session2 === "waiting"],
  ["gone", ({ session: session2 }) => session2 === "gone"],
  ["closed", ({ session: session2 }) => session2 === "closed"],
  ["muted", ({ muted, talking, held }) => muted && (talking || held)],
  ["held", ({ held }) => held],
  ["half", ({ talking, answering, sound: sound2 }) => talking && answering && sound2.halfDuplex],
  ["talking", ({ talking }) => talking],
  ["elsewhere", ({ elsewhere }) => elsewhere],
  ["ready", ({ mine }) => mine],
  ["open", () => true]
];
var ControlsView = class {
  element;
  /** The button that is held to talk. */
  hold;
  #lang;
  #sessionLabel;
  #talkLabel;
  #session;
  #talk;
  #mute;
  #stop;
  #send;
  #file;
  #message;
  #hint = h("p", { className: "rt-prompt" });
  #menu;
  #microphone;
  #loudspeaker;
  #state = null;
  constructor(lang, actions, signal) {
    const words2 = WORDS4[lang];
    const button = (content, act) => {
      const element = h("button", { type: "button" }, content);
      element.addEventListener("click", act, { signal });
      return element;
    };
    const picker = h("input", { type: "file", accept: "audio/*", hidden: true, multiple: true });
    this.#lang = lang;
    this.#sessionLabel = new Labels(words2.startSession, words2.endSession);
    this.#talkLabel = new Labels(words2.startTalking, words2.stopTalking);
    this.#session = button(this.#sessionLabel.element, () => this.#running ? actions.end() : actions.start());
    this.#talk = button(this.#talkLabel.element, () => this.#state?.talking ? actions.hush() : actions.talk());
    this.hold = button(words2.hold, () => void 0);
    this.hold.classList.add("rt-hold");
    this.#mute = button(words2.mute, () => actions.mute(!this.#state?.muted));
    this.#stop = button(words2.stopAnswer, actions.interrupt);
    this.#file = button(words2.file, () => picker.click());
    this.#send = h("button", { type: "submit" }, words2.send);
    this.#message = h("input", { type: "text", autocomplete: "off", placeholder: words2.placeholder });
    this.#message.setAttribute("aria-label", words2.message);
    this.#menu = new SoundMenu(lang, actions, signal);
    this.#microphone = meter(words2.microphone, words2.in);
    this.#loudspeaker = meter(words2.loudspeaker, words2.out);
    const levels = h("span", { className: "rt-levels" }, this.#microphone.element, this.#loudspeaker.element);
    const form = h("form", { className: "rt-say" }, this.#message, this.#send);
    const row = h(
      "div",
      { className: "rt-row rt-buttons" },
      ...[this.#session, this.#talk, this.hold, this.#mute, this.#stop, levels, this.#menu.button]
    );
    const write2 = h("div", { className: "rt-row" }, form, this.#file, picker);
    this.element = region(words2.controls, "rt-controls", row, this.#menu.sheet, write2, this.#hint);
    picker.addEventListener(
      "change",
      () => {
        actions.files([...picker.files ?? []]);
        picker.value = "";
      },
      { signal }
    );
    this.#listen(form, actions, signal);
  }
  #listen(form, actions, signal) {
    form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        const words2 = this.#message.value.trim();
        if (words2 === "" || this.#send.disabled) return;
        this.#message.value = "";
        actions.say(words2);
      },
      { signal }
    );
    this.#message.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        form.requestSubmit();
      },
      { signal }
    );
  }
  get #running() {
    return this.#state !== null && this.#state.session === "open" && this.#state.mine;
  }
  show(state) {
    const words2 = WORDS4[this.#lang];
    this.#state = state;
    const { talking, held, muted, answering, sound: sound2 } = state;
    const open2 = state.session === "open";
    const hint = words2.hints[HINTS.find(([, applies2]) => applies2(state))?.[0] ?? "open"];
    setText(this.#hint, hint);
    this.#sessionLabel.show(this.#running ? 1 : 0);
    this.#session.classList.toggle("rt-primary", !this.#running);
    this.#talkLabel.show(talking ? 1 : 0);
    this.#talk.classList.toggle("rt-on", talking);
    this.#talk.classList.toggle("rt-primary", this.#running && !talking);
    this.hold.classList.toggle("rt-on", held);
    this.#mute.classList.toggle("rt-on", muted);
    this.#mute.setAttribute("aria-pressed", String(muted));
    const closed = open2 ? "" : hint;
    this.#disable(this.#session, state.session === "waiting" || state.session === "gone" ? hint : "");
    for (const control of [this.#talk, this.hold, this.#send, this.#file, this.#message]) this.#disable(control, closed);
    this.#disable(this.#mute, closed || (talking || held || muted ? "" : words2.notRecording));
    this.#disable(this.#stop, closed || (answering ? "" : words2.noAnswer));
    this.#menu.show(sound2);
  }
  /** Shows the levels (0 to 1) that are given. */
  level({ microphone, loudspeaker }) {
    if (microphone !== void 0) this.#microphone.show(microphone);
    if (loudspeaker !== void 0) this.#loudspeaker.show(loudspeaker);
  }
  /** Switches a control off for a reason, or on where there is none. */
  #disable(control, reason) {
    control.disabled = reason !== "";
    setTitle(control, reason);
  }
};

// src/view/conversation.ts
var WORDS5 = {
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
  constructor(lang, actions, below, signal) {
    const words2 = WORDS5[lang];
    this.#lang = lang;
    this.#actions = actions;
    this.#signal = signal;
    this.#earlier = h("button", { type: "button", className: "rt-earlier", hidden: true }, words2.earlier);
    this.element = region(words2.conversation, "rt-conversation", this.#empty, this.#earlier, this.#list, below);
    this.element.tabIndex = 0;
    this.#earlier.addEventListener("click", () => this.#showEarlier(), { signal });
    this.#list.addEventListener("keydown", (event) => this.#walk(event), { signal });
  }
  /** What a role is called. */
  speaker(role) {
    return WORDS5[this.#lang].roles[role] ?? role;
  }
  /**
   * Shows what has changed; `absent` says why nobody can say anything, where that is so, and `now` is the time on the
   * log's clock, s, null where no session is open.
   */
  show(conversation, absent, now2) {
    const words2 = WORDS5[this.#lang];
    setText(this.#empty, absent === null ? words2.empty : words2.absent[absent]);
    this.#empty.hidden = !conversation.empty;
    if (conversation !== this.#conversation) this.#running.clear();
    this.#conversation = conversation;
    if (absent === "recorded") this.#most = Infinity;
    const asked = now2 === null !== (this.#now === null);
    this.#now = now2;
    for (const bubble of this.#running) if (bubble.call !== null) this.#shown.get(bubble.id)?.card?.tick(bubble.call, now2);
    if (asked) {
      for (const { call, id } of conversation.bubbles) if (call !== null) this.#shown.get(id)?.card?.show(call, now2);
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
    const element = this.#shown.get(bubble.id)?.element;
    element?.scrollIntoView({ block: "nearest" });
    element?.classList.remove("rt-found");
    void element?.offsetWidth;
    element?.classList.add("rt-found");
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
    for (const [id, { element }] of this.#shown) {
      if (ids.has(id)) continue;
      element.remove();
      this.#shown.delete(id);
    }
    bubbles.forEach((bubble, place3) => {
      const known = this.#shown.get(bubble.id);
      const { element } = known ?? this.#make(bubble);
      if (this.#list.children[place3] !== element) this.#list.insertBefore(element, this.#list.children[place3] ?? null);
      if (known === void 0) this.#update(bubble);
    });
    this.#earlier.hidden = conversation.latest(this.#most + 1).length === bubbles.length;
    if (this.#reachable === null || !ids.has(this.#reachable)) this.#reach(bubbles.findLast(({ role }) => role !== "mark")?.id ?? null);
  }
  #make(bubble) {
    const words2 = WORDS5[this.#lang];
    const heard = h("span");
    const unheard = h("s", { title: words2.unheard });
    const note = h("small", { className: "rt-note" });
    const id = newId2();
    const text2 = h("p", { lang: "", dir: "auto" }, heard, unheard);
    const events = h("button", { type: "button", className: "rt-jump", tabIndex: -1, title: words2.eventsHint }, words2.events);
    events.setAttribute("aria-describedby", id);
    events.addEventListener("click", () => this.#actions.look(bubble), { signal: this.#signal });
    const said = h("div", { id }, text2);
    const head = h("div", { className: "rt-who" }, h("b", {}, this.speaker(bubble.role)), events);
    const children = bubble.role === "mark" ? [h("p", {}, words2.newSession)] : [head, said, note];
    const element = h("li", { className: "rt-bubble" }, ...children);
    element.dataset.role = bubble.role;
    element.dataset.item = bubble.id;
    const parts = { element, said, heard, unheard, card: null, note, events };
    this.#shown.set(bubble.id, parts);
    return parts;
  }
  #update(bubble) {
    const parts = this.#shown.get(bubble.id);
    if (parts === void 0) return;
    const words2 = WORDS5[this.#lang];
    const [head, tail] = heardPart(bubble);
    const silent2 = head === "" && tail === "";
    const shown = silent2 ? bubble.live ? "…" : words2.wordless : head;
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
    const at2 = buttons.findIndex((button2) => button2 === event.target);
    const to = { ArrowUp: at2 - 1, ArrowDown: at2 + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at2 < 0 || to === void 0) return;
    event.preventDefault();
    const button = buttons[Math.min(Math.max(to, 0), buttons.length - 1)];
    this.#reach(button?.closest(".rt-bubble")?.dataset.item ?? null);
    button?.focus();
    button?.closest(".rt-bubble")?.scrollIntoView({ block: "nearest" });
  }
};
function noteOf2({ note, heard_ms, generated_ms }, lang) {
  const words2 = WORDS5[lang];
  const cut = heard_ms === null ? "" : `${words2.interrupted} · ${words2.heard(duration(heard_ms), generated_ms > 0 ? duration(generated_ms) : "")}`;
  const said = note === null || cut !== "" && note.kind === "cancelled" ? "" : words2.notes[note.kind](note.text);
  return [cut, said].filter(Boolean).join(" · ");
}

// src/view/drop.ts
function catchFiles(element, { ready, take }, signal) {
  const over = (event) => event.dataTransfer?.types.includes("Files") ?? false;
  const mark = (on) => void element.classList.toggle("rt-drop", on);
  const listen = { signal };
  element.addEventListener(
    "dragover",
    (event) => {
      if (!over(event)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = ready() ? "copy" : "none";
      mark(ready());
    },
    listen
  );
  element.addEventListener(
    "dragleave",
    ({ relatedTarget }) => {
      if (!element.contains(relatedTarget)) mark(false);
    },
    listen
  );
  element.addEventListener(
    "drop",
    (event) => {
      if (!over(event)) return;
      event.preventDefault();
      event.stopPropagation();
      mark(false);
      take([...event.dataTransfer?.files ?? []]);
    },
    listen
  );
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
function matcher({ words: words2, directions, errors }) {
  const terms = words2.split(/\s+/).map(termOf).filter((term) => term !== null);
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
function escaped2(words2) {
  return words2.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
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
  settle(until, now2) {
    if (this.#scan !== null && !this.#advance(this.#scan, until, now2)) return false;
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
    for (const { at: at2, count } of this.#insets) {
      if (line <= at2) break;
      if (line <= at2 + count) return { place: this.#placeOf(at2), nth: line - at2 - 1 };
      line -= count;
    }
    return { place: this.#placeOf(line), nth: null };
  }
  /** Where a line or a row of it stands; null where it is not shown. */
  positionOf({ place: place3, nth }) {
    const line = this.#lineOf(place3);
    if (line === null) return null;
    let before = 0;
    for (const { at: at2, count } of this.#insets) if (at2 < line) before += count;
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
  #advance(scan, until, now2) {
    const passes = this.#passes;
    while (scan.next < this.#lines.length) {
      const end2 = Math.min(scan.next + STRIDE, this.#lines.length);
      for (; scan.next < end2; scan.next++) {
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
  #sort(shown, place3) {
    const line = this.#lines[place3];
    const at2 = search(shown.places, place3);
    const there = shown.places[at2] === place3;
    if ((this.#passes?.(line) ?? true) === there) return;
    shown.places.splice(at2, there ? 1 : 0, ...there ? [] : [place3]);
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
var WORDS6 = {
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
  set words(words2) {
    if (this.#node.data !== words2) this.#node.data = words2;
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
    const after2 = shown.above === null ? "" : WORDS6[this.#lang].after(signed(t - shown.above));
    if (this.#t.element.title !== after2) this.#t.element.title = after2;
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
var WORDS7 = {
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
    const words2 = WORDS7[lang];
    this.#words = words2;
    this.title = words2.title;
    this.#field = h("input", {
      ...{ type: "search", autocomplete: "off", spellcheck: false, placeholder: words2.placeholder, title: words2.hint },
      attributes: { "aria-label": words2.filter }
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
    this.#errors = toggle(words2.errors, words2.errorsHint, false, actions.filtered);
    this.#relative = toggle("Δt", words2.relative, false, actions.relative);
    const group = h("span", { className: "rt-directions" }, ...Object.values(this.#directions));
    const title = h("h3", {}, words2.title, this.#count);
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
  set words(words2) {
    this.#field.value = words2;
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
    const words2 = matched === null ? all : this.#words.of(matched.toLocaleString("en"), all);
    setText(this.#count, total === 0 ? "" : words2);
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
var WORDS8 = {
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
    const words2 = WORDS8[lang];
    this.#lang = lang;
    this.#words = words2;
    const button = (face, name, clicked) => {
      const made = h("button", { type: "button", title: name, attributes: { "aria-label": name } }, face);
      made.addEventListener("click", clicked, { signal });
      return made;
    };
    this.#facts = h("span", { className: "rt-facts", title: words2.after });
    this.#previous = button("‹", words2.previous, () => actions.step(-1));
    this.#next = button("›", words2.next, () => actions.step(1));
    this.#jump = button(words2.goto, words2.bubble, () => actions.jump?.());
    this.#jump.hidden = actions.jump === void 0;
    this.#copy = h("button", { type: "button" }, words2.copy);
    this.#copy.addEventListener("click", () => void this.#toClipboard(), { signal });
    const run2 = h("span", { className: "rt-run" }, this.#previous, this.#nth, this.#next);
    const close = button("×", words2.close, actions.close);
    const tools = h("div", { className: "rt-tools" }, run2, this.#copy, this.#jump, close);
    this.#text = h("pre", { tabIndex: 0, attributes: { role: "group", "aria-label": "JSON" } }, this.#code);
    const head = h("div", { className: "rt-head" }, this.#type, this.#facts, tools);
    const attributes = { role: "group", "aria-label": words2.details };
    this.element = h("div", { className: "rt-look", hidden: true, attributes }, head, this.#meaning, this.#text);
  }
  /** Shows row `nth` of a line; its JSON comes later. `before` is when the one before it happened, s. */
  show(line, nth, before) {
    const { t, audio_ms, index } = single(line, nth);
    const words2 = this.#words;
    setText(this.#type, `${ARROWS[line.direction]} ${line.type}`);
    this.#type.title = DIRECTIONS[this.#lang][line.direction];
    const after2 = before === null ? "" : `Δ ${signed(t - before)} s`;
    const sound2 = audio_ms > 0 ? duration(audio_ms) : "";
    setText(this.#facts, [`#${index}`, `${clock(t)} s`, after2, sound2].filter(Boolean).join(" · "));
    setText(this.#meaning, MEANINGS[this.#lang][line.type] ?? words2.unknown);
    this.#nth.parentElement.hidden = line.count === 1;
    setText(this.#nth, words2.nth(nth + 1, line.count));
    this.#previous.disabled = nth === 0;
    this.#next.disabled = nth + 1 >= line.count;
    const jump = line.item_id === "" ? words2.moment : words2.bubble;
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
  return pieces2(json).map(
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
    const at2 = position * ROW;
    const [highest, lowest] = [at2 - this.#view + ROW, at2];
    const wanted = middle ? at2 - this.#view / 2 : Math.min(Math.max(this.#top, highest), lowest);
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
var WORDS9 = {
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
    const words2 = WORDS9[lang];
    this.#words = words2;
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
    this.#follow = h("button", { type: "button", className: "rt-follow", hidden: true }, words2.follow);
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
  set filter(words2) {
    if (words2 === this.#bar.filter.words) return;
    this.#bar.words = words2;
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
    const element = position === null ? void 0 : this.#list.slotAt(position)?.element;
    if (element === void 0) this.#grid.removeAttribute("aria-activedescendant");
    else this.#grid.setAttribute("aria-activedescendant", element.id);
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
  constructor(element, paint2, signal) {
    this.#paint = paint2;
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
function holdToTalk(button, panel, { hold, release }, signal) {
  let by = null;
  const begin = (what) => {
    if (by !== null || button.disabled) return;
    by = what;
    hold();
  };
  const end2 = () => {
    if (by === null) return;
    by = null;
    release();
  };
  const keyOf2 = ({ key, target }) => {
    if (target === button) return key === " " || key === "Enter" ? key : null;
    return key === " " && !target.closest(OWN_SPACE) ? key : null;
  };
  const listen = { signal };
  button.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button === 0) begin("pointer");
    },
    listen
  );
  for (const type of ["pointerup", "pointercancel", "pointerleave"]) {
    button.addEventListener(type, () => by === "pointer" && end2(), listen);
  }
  button.addEventListener("contextmenu", (event) => event.preventDefault(), listen);
  panel.addEventListener(
    "keydown",
    (event) => {
      const key = keyOf2(event);
      if (key === null || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      if (!event.repeat) begin(key);
    },
    listen
  );
  window.addEventListener("keyup", ({ key }) => by === key && end2(), listen);
  panel.addEventListener("focusout", () => by !== "pointer" && end2(), listen);
  window.addEventListener("blur", end2, listen);
  document.addEventListener("visibilitychange", () => document.hidden && end2(), listen);
}

// src/model/axis.ts
var LEAST = 1;
var MOST2 = 3600;
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
  follow(now2) {
    if (!this.following) return false;
    const from = Math.max(-0.01 * this.#span, now2 - PRESENT * this.#span);
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
  zoom(factor, x, now2) {
    const pivot = this.following ? now2 : this.t(x);
    const share = this.following ? PRESENT : x / this.width;
    this.#span = Math.max(LEAST, Math.min(MOST2, this.#span * factor));
    this.#from = pivot - share * this.#span;
  }
  /** Shows all of it, as far as that goes, and follows no more. */
  show(end2) {
    this.following = false;
    this.#span = Math.max(LEAST, Math.min(MOST2, 1.04 * end2));
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
  const whole2 = tenths ? Math.round(t * 10) / 10 : Math.round(t);
  const seconds = whole2 % 60;
  const minutes = Math.floor(whole2 / 60) % 60;
  const hours = Math.floor(whole2 / 3600);
  const last = tenths ? seconds.toFixed(1) : String(seconds);
  if (whole2 < 60) return `${last} s`;
  const pad = (words2, length = 2) => words2.padStart(length, "0");
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
      const at2 = Math.floor((this.seconds + i * STEP) / STEP + 1e-6);
      this.#levels[at2] = Math.max(this.#levels[at2], levels[i]);
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
    const at2 = Math.round(seconds / STEP);
    const rest = new _Clip(start, this.played);
    if (this.seconds > seconds) rest.append(this.#levels.slice(at2, Math.ceil(this.seconds / STEP)), this.seconds - seconds);
    this.#levels.fill(0, at2);
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
    const handler = HANDLERS3[type];
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
    const open2 = this.turns.at(-1);
    if (open2?.end === null) open2.end = this.#end;
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
    const part2 = this.#part(row) ?? { clips: [] };
    if (part2.clips.length === 0) {
      const before = this.assistant.at(-1);
      const free = before === void 0 ? 0 : before.start + (before.cut ?? before.seconds);
      part2.clips.push(new Clip(Math.max(row.t, free), false));
      this.assistant.push(...part2.clips);
      this.#parts.set(keyOf(row.event), part2);
    }
    const clip2 = part2.clips.at(-1);
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
    const [, part2] = [...this.#parts].findLast(([key]) => key.startsWith(`${text(row.event.item_id)}/`)) ?? [];
    const clip2 = part2?.clips.at(-1);
    if (part2 === void 0 || clip2 === void 0 || !clip2.played) return;
    const silence = Number(row.event.missing_samples ?? 0) / 24e3;
    const rest = clip2.split(Math.max(0, row.t - silence - clip2.start), row.t);
    part2.clips.push(rest);
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
var HANDLERS3 = {
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
var GAP2 = 1;
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
    const at2 = axis.x(mark.t);
    const x = before === void 0 ? at2 : Math.max(at2, Math.min(before.x + SIZE + 2, at2 + 2.5 * SIZE));
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
  const { now: now2 } = pointers;
  to.fillStyle = inks.back;
  to.fillRect(0, 0, axis.width, HEIGHT);
  to.fillStyle = inks.soft;
  to.fillRect(0, LANE, axis.width, 2 * ROW2);
  paintTime(to, axis, inks);
  paintTurns(to, lanes, axis, now2, inks);
  to.fillStyle = inks.line;
  for (const y of [LANE / 2, ASSISTANT + LANE / 2]) to.fillRect(0, y - 0.5, axis.width, 1);
  for (const clip2 of lanes.user) paintClip(to, clip2, axis, 0, inks.user, clip2.end);
  for (const [place3, clip2] of lanes.assistant.entries()) {
    const next = lanes.assistant[place3 + 1]?.start ?? Infinity;
    if (clip2.cut !== null) paintUnheard(to, clip2, axis, ASSISTANT, inks.assistant, Math.min(clip2.end, next));
  }
  for (const clip2 of lanes.assistant) {
    const end2 = clip2.cut === null ? clip2.end : clip2.start + clip2.cut;
    paintClip(to, clip2, axis, ASSISTANT, inks.assistant, clip2.played ? Math.min(now2, end2) : clip2.start, end2);
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
function paintTurns(to, lanes, axis, now2, inks) {
  to.fillStyle = inks.user;
  for (const { start, end: end2 } of lanes.turns) {
    const until = end2 ?? Math.max(now2, start);
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
  const every = Math.max(1, Math.ceil((BAR + GAP2) / axis.scale / STEP)) * STEP;
  const width = Math.max(BAR, every * axis.scale - GAP2);
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
function paintPointers(to, axis, { now: now2, cursor, playing, hover }, inks) {
  const line = (t, ink2, width, alpha = 1) => {
    if (t < axis.from || t > axis.to) return;
    to.fillStyle = ink2;
    to.globalAlpha = alpha;
    to.fillRect(Math.round(axis.x(t)) - (width > 1 ? 1 : 0), 0, width, BOTTOM);
    to.globalAlpha = 1;
  };
  const present = Math.max(0, axis.x(now2));
  to.fillStyle = inks.soft;
  to.globalAlpha = 0.45;
  to.fillRect(present, 0, Math.max(0, axis.width - present), BOTTOM);
  to.globalAlpha = 1;
  line(now2, inks.faint, 1);
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
var WORDS10 = {
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
  constructor(lang, actions, signal) {
    const words2 = this.#words = WORDS10[lang];
    this.#help = actions.replay === void 0 ? words2.silent : words2.help;
    this.#play.hidden = actions.replay === void 0;
    this.#actions = actions;
    this.#signal = signal;
    this.#slider = h(
      "div",
      { className: "rt-axis", tabIndex: 0, title: this.#help, attributes: { role: "slider", "aria-label": words2.position } },
      this.#canvas,
      h("span", { className: "rt-lane-name rt-lane-user", attributes: { "aria-hidden": "true" } }, words2.user),
      h("span", { className: "rt-lane-name rt-lane-assistant", attributes: { "aria-hidden": "true" } }, words2.assistant)
    );
    const wider = h("button", { type: "button", className: "rt-small", title: words2.wider, attributes: { "aria-label": words2.wider } }, "−");
    const closer = h("button", { type: "button", className: "rt-small", title: words2.closer, attributes: { "aria-label": words2.closer } }, "+");
    this.#follow.textContent = words2.follow;
    const buttons = h("span", { className: "rt-tools" }, this.#play, wider, closer, this.#follow);
    const head = h("div", { className: "rt-lanes-head" }, h("h3", {}, words2.sound), this.#readout, buttons);
    const inks = h("span", { hidden: true }, ...Object.values(this.#inks));
    this.element = region(words2.sound, "rt-lanes", head, this.#slider, inks);
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
  draw(now2) {
    this.#now = now2;
    const { from, to, scale } = this.#axis;
    const moved = Math.abs(now2 - this.#painted) * scale >= 0.5;
    if (this.#axis.follow(now2) || moved && now2 >= from && this.#painted <= to) this.#dirty = true;
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
    const words2 = this.#words;
    this.#follow.setAttribute("aria-pressed", String(this.#axis.following));
    setText(this.#play, this.#playing === null ? "▶" : "■");
    const action = this.#playing === null ? words2.play : words2.stop;
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
    setText(this.#readout, mark === null ? said : `${words2.marks[mark.kind]} · ${words2.seconds(mark.t.toFixed(2))}`);
  }
  #describe(t) {
    const { user, assistant } = this.#lanes.at(t);
    const who = [...user ? [this.#words.user] : [], ...assistant ? [this.#words.assistant] : []];
    return `${this.#words.seconds(t.toFixed(1))}, ${this.#words.speaking(who)}`;
  }
};

// src/view/layout.ts
var NAME = { en: "Realtime session", zh: "实时会话" };
function layOut(element, lang, { spoken, status, notice, conversation, live }) {
  dress(element, lang, NAME[lang]);
  element.tabIndex = -1;
  const stage = h("div", { className: "rt-stage" }, notice, conversation);
  element.append(spoken, status, stage, h("div", { className: "rt-live-parts" }, ...live));
}
function dress(element, lang, name) {
  element.classList.add("rt-panel");
  element.lang = lang === "zh" ? "zh-CN" : "en";
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", name);
  element.dataset.lmSuppressShortcuts = "true";
}

// src/view/notice.ts
var WORDS11 = {
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
    const dismiss = h("button", { type: "button", title: WORDS11[lang].dismiss, attributes: { "aria-label": WORDS11[lang].dismiss } }, "×");
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
    setText(this.#earlier, this.#count > 1 ? WORDS11[this.#lang].earlier(this.#count - 1) : "");
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

// src/view/preflight.ts
var WORDS12 = {
  en: {
    title: "What a conversation needs",
    again: "Check again",
    close: "Close",
    names: {
      secure: "Secure page",
      microphones: "Recording",
      permission: "Microphone allowed",
      device: "Microphone",
      sound: "Sound",
      kernel: "Kernel answers",
      busy: "Kernel is free"
    },
    answers: { yes: "yes", no: "no", unknown: "with the first click" }
  },
  zh: {
    title: "对话所需的条件",
    again: "再次检查",
    close: "关闭",
    names: {
      secure: "安全页面",
      microphones: "录音",
      permission: "麦克风权限",
      device: "麦克风",
      sound: "声音",
      kernel: "内核应答",
      busy: "内核空闲"
    },
    answers: { yes: "是", no: "否", unknown: "点击后可知" }
  }
};
var SIGNS2 = { yes: "✓", no: "✗", unknown: "?" };
var PreflightView = class {
  element;
  #lang;
  #list = h("ul");
  constructor(lang, actions, signal) {
    const words2 = WORDS12[lang];
    this.#lang = lang;
    const again = h("button", { type: "button" }, words2.again);
    const close = h("button", { type: "button" }, words2.close);
    again.addEventListener("click", actions.again, { signal });
    close.addEventListener("click", actions.close, { signal });
    const buttons = h("div", { className: "rt-row" }, again, close);
    const attributes = { role: "group", "aria-label": words2.title };
    this.element = h("div", { className: "rt-preflight", hidden: true, attributes }, h("b", {}, words2.title), this.#list, buttons);
  }
  show(checks2) {
    this.#list.replaceChildren(...checks2.map((check3) => this.#item(check3)));
  }
  #item({ name, ok, detail, problem: problem2 }) {
    const words2 = WORDS12[this.#lang];
    const told = problem2?.in(this.#lang);
    const sign = h("span", { className: "rt-sign", attributes: { "aria-hidden": "true" } }, SIGNS2[ok]);
    const head = h("span", {}, words2.names[name] ?? name, ": ", h("span", { className: "rt-answer" }, detail ?? words2.answers[ok]));
    const item = h("li", {}, sign, head);
    item.dataset.ok = ok;
    if (told !== void 0) item.append(h("p", {}, h("strong", {}, told.what), " ", told.cure));
    return item;
  }
};

// src/model/json-error.ts
var TOKEN = /[ \t\r\n]*([{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
var SPACE = /[ \t\r\n]*/y;
function jsonError(words2) {
  const open2 = [];
  let want = "value";
  let at2 = 0;
  for (; ; ) {
    SPACE.lastIndex = at2;
    SPACE.exec(words2);
    const begin = SPACE.lastIndex;
    TOKEN.lastIndex = at2;
    const token = TOKEN.exec(words2)?.[1];
    if (token === void 0) {
      const whole2 = begin === words2.length && open2.length === 0 && want === ", or end";
      return whole2 ? null : placeOf(words2, begin);
    }
    const next = after(want, token, open2);
    if (next === null) return placeOf(words2, begin);
    want = next;
    at2 = TOKEN.lastIndex;
  }
}
function after(want, token, open2) {
  const closes = want === ", or end" || want === (token === "]" ? "value or ]" : "key or }");
  if (token === "]" || token === "}") return closes && open2.pop() === (token === "]" ? "[" : "{") ? ", or end" : null;
  switch (want) {
    case "key":
    case "key or }":
      return token.startsWith('"') ? ":" : null;
    case ":":
      return token === ":" ? "value" : null;
    case ", or end":
      if (token !== "," || open2.length === 0) return null;
      return open2.at(-1) === "[" ? "value" : "key";
    default:
      if (token === "," || token === ":") return null;
      if (token !== "[" && token !== "{") return ", or end";
      open2.push(token);
      return token === "[" ? "value or ]" : "key or }";
  }
}
function placeOf(words2, position) {
  const before = words2.slice(0, position).split("\n");
  return { line: before.length, column: before.at(-1).length + 1 };
}

// src/model/settings.ts
var INPUT = ["audio", "input"];
var DETECTION = [...INPUT, "turn_detection"];
var LONGEST_MS = 6e4;
var TRANSCRIPTION = [...INPUT, "transcription"];
var PARTS = {
  server_vad: [
    ["threshold", "threshold"],
    ["prefix", "prefix_padding_ms"],
    ["silence", "silence_duration_ms"],
    ["idle", "idle_timeout_ms"],
    ["create", "create_response"],
    ["interrupt", "interrupt_response"]
  ],
  semantic_vad: [
    ["eagerness", "eagerness"],
    ["create", "create_response"],
    ["interrupt", "interrupt_response"]
  ]
};
var words = { show: text, value: (given) => given };
var orNull = (given) => given === "" ? null : given;
var number = (path, low, high, whole2 = false) => ({
  path,
  show: text,
  value: (given) => given.trim() === "" ? null : Number(given),
  check: (given) => {
    const value = given.trim() === "" ? Number.NaN : Number(given);
    const fits = value >= low && value <= high && (!whole2 || Number.isInteger(value));
    return fits ? null : { kind: whole2 ? "whole" : "number", low, high };
  }
});
var optional = (spec) => ({
  ...spec,
  check: (given) => given.trim() === "" ? null : spec.check?.(given) ?? null
});
var flag = (path) => ({
  path,
  show: (value) => typeof value === "boolean" ? value ? "on" : "off" : "",
  value: (given) => given === "on"
});
var missing = (given) => given.trim() === "" ? { kind: "missing" } : null;
var SPECS = {
  instructions: { path: ["instructions"], ...words },
  output: { path: ["output_modalities"], show: (value) => text(Array.isArray(value) ? value[0] : value), value: (given) => [given] },
  voice: {
    path: ["audio", "output", "voice"],
    show: (value) => text(value) || text(field(value, "id")),
    // A voice of one's own is named by an object.
    value: (given) => given.trim().startsWith("voice_") ? { id: given.trim() } : given.trim(),
    check: missing
  },
  speed: number(["audio", "output", "speed"], 0.25, 1.5),
  detection: { path: [...DETECTION, "type"], show: (value) => text(value) || "off", value: (given) => given },
  threshold: number([...DETECTION, "threshold"], 0, 1),
  prefix: number([...DETECTION, "prefix_padding_ms"], 0, LONGEST_MS, true),
  silence: number([...DETECTION, "silence_duration_ms"], 0, LONGEST_MS, true),
  idle: optional(number([...DETECTION, "idle_timeout_ms"], 5e3, 3e4, true)),
  eagerness: { path: [...DETECTION, "eagerness"], ...words },
  create: flag([...DETECTION, "create_response"]),
  interrupt: flag([...DETECTION, "interrupt_response"]),
  transcription: { path: [...TRANSCRIPTION, "model"], show: text, value: (given) => given.trim() },
  language: { path: [...TRANSCRIPTION, "language"], show: text, value: (given) => given.trim() },
  noise: {
    path: [...INPUT, "noise_reduction"],
    show: (value) => text(field(value, "type")) || "off",
    value: (given) => given === "off" ? null : { type: given }
  },
  tools: {
    path: ["tools"],
    show: (value) => Array.isArray(value) && value.length > 0 ? JSON.stringify(value, null, 2) : "",
    value: (given) => given.trim() === "" ? [] : JSON.parse(given),
    check: checkTools
  },
  toolChoice: {
    path: ["tool_choice"],
    show: (value) => typeof value === "object" && value !== null ? JSON.stringify(value) : text(value),
    value: (given) => given.startsWith("{") ? JSON.parse(given) : given
  },
  maxTokens: {
    ...number(["max_output_tokens"], 1, 4096, true),
    value: (given) => isInfinite(given) ? "inf" : Number(given),
    check: (given) => isInfinite(given) ? null : number([], 1, 4096, true).check?.(given) ?? null
  },
  temperature: number(["temperature"], 0.6, 1.2)
};
function isInfinite(given) {
  return given.trim() === "" || given.trim().toLowerCase() === "inf";
}
var NAMES = Object.keys(SPECS);
function choiceOf(name) {
  return JSON.stringify({ type: "function", name });
}
function toolsOf2(given) {
  if (check2("tools", given) !== null) return [];
  return SPECS.tools.value(given).map((tool) => {
    const label = text(field(tool, "server_label"));
    const description = text(field(tool, "description")) || text(field(tool, "server_description")) || text(field(tool, "server_url"));
    if (label !== "") return { name: label, signature: `${label} (MCP)`, description };
    const name = text(field(tool, "name"));
    const required = field(field(tool, "parameters"), "required");
    const isRequired = (parameter) => Array.isArray(required) && required.includes(parameter);
    const parameters = Object.keys(field(field(tool, "parameters"), "properties") ?? {});
    const written2 = parameters.map((parameter) => isRequired(parameter) ? parameter : `${parameter}?`);
    return { name, signature: `${name}(${written2.join(", ")})`, description };
  });
}
function toolNames(given) {
  return toolsOf2(given).map(({ name }) => name);
}
function formOf(session2) {
  return Object.fromEntries(NAMES.map((name) => [name, SPECS[name].show(at(session2, SPECS[name].path))]));
}
function applies(name, form, session2) {
  const detection = PARTS[form.detection] ?? [];
  if (Object.values(PARTS).some((parts) => parts.some(([part2]) => part2 === name))) {
    if (!detection.some(([part2]) => part2 === name)) return false;
    const key = SPECS[name].path.at(-1);
    const known = at(session2, DETECTION);
    return field(known, "type") !== form.detection || field(known, key) !== void 0;
  }
  if (name === "temperature") return "temperature" in session2;
  if (name === "language") return form.transcription.trim() !== "";
  if (session2.type !== "transcription") return true;
  return SPECS[name].path[1] === "input";
}
function check2(name, given) {
  return SPECS[name].check?.(given) ?? null;
}
function same(name, one, other) {
  return one === other || canonical(SPECS[name].value(one)) === canonical(SPECS[name].value(other));
}
function updateOf(names, form, session2) {
  const update = {};
  for (const name of names) {
    const { path, value } = SPECS[name];
    if (path[2] === "turn_detection") put(update, DETECTION, detectionOf(form, session2));
    else if (path[2] === "transcription") put(update, TRANSCRIPTION, transcriptionOf(form, session2));
    else put(update, path, value(form[name]));
  }
  return update;
}
function detectionOf(form, session2) {
  if (form.detection === "off") return null;
  const now2 = at(session2, DETECTION);
  const whole2 = now2?.type === form.detection ? { ...now2 } : { type: form.detection };
  for (const [name, key] of PARTS[form.detection] ?? []) {
    if (form[name] !== "" || key in whole2) whole2[key] = SPECS[name].value(form[name]);
  }
  return whole2;
}
function transcriptionOf(form, session2) {
  const model = orNull(form.transcription.trim());
  if (model === null) return null;
  const { language: _, ...kept } = at(session2, TRANSCRIPTION) ?? {};
  const language = form.language.trim();
  return { ...kept, model, ...language === "" ? {} : { language } };
}
function summaryOf(session2) {
  const form = formOf(session2);
  const timing = {
    server_vad: [`threshold ${form.threshold}`, `silence ${form.silence} ms`, `prefix ${form.prefix} ms`],
    semantic_vad: [`eagerness ${form.eagerness}`]
  };
  const detection = form.detection === "off" ? "turn_detection null" : form.detection;
  const sound2 = form.output === "text" ? ["text only"] : [`voice ${form.voice}`];
  const speed = form.speed === "" || form.speed === "1" ? [] : [`speed ${form.speed}`];
  const names = toolNames(form.tools);
  const tools = names.length === 0 ? [] : [`tools ${names.join(", ")}`];
  return [detection, ...timing[form.detection] ?? [], ...sound2, ...speed, ...tools];
}
function checkTools(given) {
  if (given.trim() === "") return null;
  const place3 = jsonError(given);
  if (place3 !== null) return { kind: "json", ...place3 };
  const tools = JSON.parse(given);
  const wrong = (path, want) => ({ kind: "tool", path, want });
  if (!Array.isArray(tools)) return wrong("", "list");
  const seen = /* @__PURE__ */ new Set();
  for (const [position, tool] of tools.entries()) {
    const path = `[${position}]`;
    if (typeof tool !== "object" || tool === null || Array.isArray(tool)) return wrong(path, "object");
    if (tool.type === "mcp") continue;
    if (tool.type !== "function") return wrong(`${path}.type`, "type");
    if (typeof tool.name !== "string" || !/^[\w-]{1,64}$/.test(tool.name)) return wrong(`${path}.name`, "name");
    if (seen.has(tool.name)) return wrong(`${path}.name`, "other name");
    seen.add(tool.name);
    const parameters = tool.parameters ?? {};
    if (typeof parameters !== "object" || Array.isArray(parameters)) return wrong(`${path}.parameters`, "parameters");
  }
  return null;
}
function at(session2, path) {
  return path.reduce(field, session2);
}
function put(into, path, value) {
  const [first, ...rest] = path;
  if (rest.length === 0) into[first] = value;
  else put(into[first] ??= {}, rest, value);
}
function canonical(value) {
  return JSON.stringify(
    value,
    (_, inner) => typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => one < other ? -1 : 1)) : inner
  );
}

// src/model/drafts.ts
var Drafts = class {
  #session = null;
  #effective = null;
  #typed = /* @__PURE__ */ new Map();
  /** Typed texts that were to be sent and could not. */
  #wrong = /* @__PURE__ */ new Set();
  /** Updates under way, oldest first. */
  #sent = [];
  #refused = /* @__PURE__ */ new Map();
  /** The session as the server last reported it. The same object once more: the oldest update was refused, and `why`. */
  report(session2, why = "") {
    const another = session2?.id !== this.#session?.id;
    if (session2 !== this.#session) {
      this.#session = session2;
      this.#effective = session2 === null ? null : formOf(session2);
    }
    if (another) this.forget();
    for (const [name, wanted] of this.#sent.shift() ?? []) this.#refused.set(name, { wanted, why });
    for (const [name, { wanted }] of this.#refused) {
      if (this.#waiting(name) !== void 0 || same(name, wanted, this.effective(name))) this.#refused.delete(name);
    }
  }
  /** Nothing that is under way will be answered any more, and nothing is left to be said of what was. */
  forget() {
    this.#sent = [];
    this.#refused.clear();
  }
  type(name, words2) {
    this.#typed.set(name, words2);
    this.#refused.delete(name);
    if (check2(name, words2) === null) this.#wrong.delete(name);
  }
  /** Takes back what was typed. */
  drop(name) {
    this.#typed.delete(name);
    this.#wrong.delete(name);
  }
  /** The update that makes a field's text effective; null where there is nothing to send, or it cannot be sent. */
  send(name) {
    const words2 = this.#typed.get(name);
    if (words2 === void 0 || this.#session === null) return null;
    if (check2(name, words2) !== null) {
      this.#wrong.add(name);
      return null;
    }
    this.drop(name);
    if (same(name, words2, this.value(name))) return null;
    this.#sent.push(/* @__PURE__ */ new Map([[name, words2]]));
    return updateOf([name], this.#form(), this.#session);
  }
  /** What is in effect. */
  effective(name) {
    return this.#effective?.[name] ?? "";
  }
  /** What the field shows. */
  value(name) {
    return this.#typed.get(name) ?? this.#waiting(name) ?? this.effective(name);
  }
  standing(name) {
    const typed = this.#typed.get(name);
    const wrong = typed !== void 0 && this.#wrong.has(name) ? check2(name, typed) : null;
    if (wrong !== null) return { kind: "wrong", wrong };
    if (typed !== void 0 && typed !== this.effective(name)) return { kind: "typed" };
    if (this.#waiting(name) !== void 0) return { kind: "sent" };
    const refused2 = this.#refused.get(name);
    return refused2 === void 0 ? { kind: "effective" } : { kind: "refused", ...refused2 };
  }
  /** Says whether a field means anything now. */
  applies(name) {
    return this.#session !== null && applies(name, this.#form(), this.#session);
  }
  /** The text that is under way, the newest where there are several. */
  #waiting(name) {
    return this.#sent.findLast((update) => update.has(name))?.get(name);
  }
  /** What the settings are once everything that is under way has arrived. */
  #form() {
    return Object.fromEntries(NAMES.map((name) => [name, this.#waiting(name) ?? this.effective(name)]));
  }
};

// src/view/settings-words.ts
var WANTED_EN = {
  list: "tools are a list: [ … ]",
  object: "a tool is an object: { … }",
  type: 'type is "function"',
  name: "a function needs a name of letters, digits, _ and -, at most 64",
  "other name": "another tool has this name already",
  parameters: "parameters are a JSON schema: { … }"
};
var WANTED_ZH = {
  list: "tools 应为列表：[ … ]",
  object: "每个工具应为对象：{ … }",
  type: 'type 应为 "function"',
  name: "函数需要名称：字母、数字、_ 和 -，最多 64 个字符",
  "other name": "已有同名的工具",
  parameters: "parameters 应为 JSON schema：{ … }"
};
var bounded2 = ({ high }) => high < Number.MAX_SAFE_INTEGER;
var en = {
  settings: "Settings",
  closed: "The session is closed: start it to change its settings.",
  waiting: "The session has not told its settings yet.",
  groups: { assistant: "Assistant", turns: "Turn detection", input: "Input", answers: "Tools and answers" },
  fields: {
    instructions: ["Instructions", "What the model is told before everything else. Ctrl+Enter sends it at once."],
    output: ["Output", "Audio comes with its transcript; text alone is silent."],
    voice: ["Voice", "It stays once the model has spoken."],
    speed: ["Speed", "0.25 to 1.5, between answers only."],
    detection: ["Turn detection", "Server VAD listens for silence, Semantic VAD for a finished thought. Off: you commit."],
    threshold: ["Threshold", "0 to 1. Higher asks for clearer speech."],
    prefix: ["Prefix padding (ms)", "Sound kept from before speech was noticed."],
    silence: ["Silence duration (ms)", "Silence that ends a turn. Shorter answers sooner, and interrupts pauses."],
    idle: ["Idle timeout (ms)", "The model speaks up after so much silence. Empty: never."],
    eagerness: ["Eagerness", "How soon the model takes a pause for the end."],
    create: ["Create response", "Answer by itself at the end of a turn."],
    interrupt: ["Interrupt response", "Speech stops the answer that is being made."],
    transcription: ["Input transcription", "The model that writes down what you say. Empty: off."],
    language: ["Language", "Of what you say, such as en or zh. Empty: found out."],
    noise: ["Noise reduction", "Near field: headset. Far field: laptop or room."],
    tools: ["Tools", "A JSON list of functions that the model may call."],
    toolChoice: ["Tool choice", "Whether the model may, must or must not call a tool."],
    maxTokens: ["Max output tokens", "Per answer, 1 to 4096, or inf."],
    temperature: ["Temperature", "0.6 to 1.2. Higher varies more."]
  },
  options: {
    audio: "Audio",
    text: "Text",
    on: "On",
    off: "Off",
    server_vad: "Server VAD",
    semantic_vad: "Semantic VAD",
    near_field: "Near field",
    far_field: "Far field"
  },
  none: "nothing",
  sent: "On its way…",
  effective: (value) => `In effect: ${value}`,
  refused: (wanted, effective, why) => [`Not taken: ${wanted}`, `In effect: ${effective}`, why].filter(Boolean).join(" · "),
  wrong: (wrong) => {
    switch (wrong.kind) {
      case "missing":
        return "It needs a value. Not sent.";
      case "number":
        return `A number from ${wrong.low} to ${wrong.high}. Not sent.`;
      case "whole":
        return bounded2(wrong) ? `A whole number from ${wrong.low} to ${wrong.high}. Not sent.` : `A whole number, ${wrong.low} or more. Not sent.`;
      case "json":
        return `No JSON at line ${wrong.line}, column ${wrong.column}. Not sent.`;
      case "tool":
        return `${[wrong.path, WANTED_EN[wrong.want]].filter(Boolean).join(": ")}. Not sent.`;
    }
  }
};
var zh = {
  settings: "设置",
  closed: "会话已关闭：启动会话后才能更改设置。",
  waiting: "会话尚未报告其设置。",
  groups: { assistant: "助手", turns: "轮次检测", input: "输入", answers: "工具与回答" },
  fields: {
    instructions: ["指令", "模型最先读到的内容。Ctrl+Enter 立即发送。"],
    output: ["输出", "音频附带文字稿；仅文本则没有声音。"],
    voice: ["嗓音", "模型说过话之后就不能再改。"],
    speed: ["语速", "0.25 到 1.5，只能在两次回答之间更改。"],
    detection: ["轮次检测", "Server VAD 听静音，Semantic VAD 听意思是否说完。关闭：由你提交。"],
    threshold: ["阈值", "0 到 1。越高，要求语音越清晰。"],
    prefix: ["前置填充（毫秒）", "察觉语音之前保留的声音。"],
    silence: ["静音时长（毫秒）", "静音多久算一轮结束。越短回答越快，也更容易打断停顿。"],
    idle: ["空闲超时（毫秒）", "静默这么久后模型会主动开口。留空：从不。"],
    eagerness: ["积极程度", "模型多快把停顿当作结束。"],
    create: ["创建回答", "一轮结束后自动回答。"],
    interrupt: ["打断回答", "说话会停止正在生成的回答。"],
    transcription: ["输入转写", "把你的话写下来的模型。留空：关闭。"],
    language: ["语言", "你所说的语言，如 en 或 zh。留空：自动识别。"],
    noise: ["降噪", "近场：耳机。远场：笔记本电脑或房间。"],
    tools: ["工具", "模型可以调用的函数，JSON 列表。"],
    toolChoice: ["工具选择", "模型可以、必须或不得调用工具。"],
    maxTokens: ["最大输出 token 数", "每次回答，1 到 4096，或 inf。"],
    temperature: ["温度", "0.6 到 1.2。越高变化越多。"]
  },
  options: {
    audio: "音频",
    text: "文本",
    on: "开启",
    off: "关闭",
    server_vad: "Server VAD",
    semantic_vad: "Semantic VAD",
    near_field: "近场",
    far_field: "远场"
  },
  none: "无",
  sent: "发送中…",
  effective: (value) => `当前生效：${value}`,
  refused: (wanted, effective, why) => [`未被采纳：${wanted}`, `当前生效：${effective}`, why].filter(Boolean).join(" · "),
  wrong: (wrong) => {
    switch (wrong.kind) {
      case "missing":
        return "请填写。未发送。";
      case "number":
        return `请输入 ${wrong.low} 到 ${wrong.high} 之间的数。未发送。`;
      case "whole":
        return bounded2(wrong) ? `请输入 ${wrong.low} 到 ${wrong.high} 之间的整数。未发送。` : `请输入不小于 ${wrong.low} 的整数。未发送。`;
      case "json":
        return `第 ${wrong.line} 行第 ${wrong.column} 列不是有效的 JSON。未发送。`;
      case "tool":
        return `${[wrong.path, WANTED_ZH[wrong.want]].filter(Boolean).join("：")}。未发送。`;
    }
  }
};
var WORDS13 = { en, zh };

// src/view/settings.ts
var PAUSE = 1e3;
var STEPPING = 400;
var SHORT2 = 48;
var VOICES = ["alloy", "ash", "ballad", "cedar", "coral", "echo", "marin", "sage", "shimmer", "verse"];
var TRANSCRIBERS = ["gpt-transcribe", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-realtime-whisper", "whisper-1"];
var KINDS = {
  instructions: { kind: "area", lines: 4 },
  output: { kind: "select", options: ["audio", "text"] },
  voice: { kind: "text", options: VOICES },
  speed: { kind: "number", step: "0.05", min: "0.25", max: "1.5" },
  detection: { kind: "radio", options: ["server_vad", "semantic_vad", "off"] },
  threshold: { kind: "number", step: "0.05", min: "0", max: "1" },
  prefix: { kind: "number", step: "50", min: "0" },
  silence: { kind: "number", step: "50", min: "0" },
  idle: { kind: "number", step: "1000", min: "5000", max: "30000" },
  eagerness: { kind: "select", options: ["auto", "low", "medium", "high"] },
  create: { kind: "check" },
  interrupt: { kind: "check" },
  transcription: { kind: "text", options: TRANSCRIBERS },
  language: { kind: "text" },
  noise: { kind: "select", options: ["off", "near_field", "far_field"] },
  tools: { kind: "area", lines: 4, code: true },
  toolChoice: { kind: "select", options: ["auto", "none", "required"] },
  maxTokens: { kind: "text" },
  temperature: { kind: "number", step: "0.05", min: "0.6", max: "1.2" }
};
var GROUPS = [
  ["assistant", ["instructions", "voice", "speed", "output"]],
  ["turns", ["detection", "threshold", "silence", "prefix", "idle", "eagerness", "create", "interrupt"]],
  ["answers", ["tools", "toolChoice", "maxTokens", "temperature"]],
  ["input", ["transcription", "language", "noise"]]
];
var WIDE = /* @__PURE__ */ new Set(["instructions", "detection", "tools"]);
var UNREADABLE = "?";
var views = 0;
var SettingsView = class {
  element;
  #words;
  #actions;
  #drafts = new Drafts();
  #fields = /* @__PURE__ */ new Map();
  #summary = h("span", { className: "rt-effective" });
  #reason = h("p", { className: "rt-reason", attributes: { role: "status" } });
  #all = h("fieldset", { className: "rt-form", disabled: true });
  #tools = h("ul", { className: "rt-toolbox", hidden: true });
  /** The tools that are listed. */
  #listed = "";
  #id = `rt-settings-${views++}`;
  constructor(lang, actions, signal) {
    this.#words = WORDS13[lang];
    this.#actions = actions;
    for (const [group, names] of GROUPS) {
      const fields = h("div", { className: "rt-fields" }, ...names.map((name) => this.#make(name, signal)));
      const title = h("h4", { id: `${this.#id}-${group}` }, this.#words.groups[group]);
      const about = { role: "group", "aria-labelledby": title.id };
      this.#all.append(h("div", { className: `rt-group rt-group-${group}`, attributes: about }, title, fields));
    }
    const head = h("summary", {}, h("span", { className: "rt-title" }, this.#words.settings), this.#summary);
    this.element = region(this.#words.settings, "rt-settings", h("details", {}, head, this.#reason, this.#all));
    signal.addEventListener("abort", () => this.#fields.forEach(({ timer: timer2 }) => clearTimeout(timer2)), { once: true });
    this.show(null, false);
  }
  /**
   * Shows the session as the server last reported it. Call it when the server has reported one, and with the same
   * object once more when it has answered an update with an error: the update is then taken as refused, for the reason
   * `why`. `open` says that the session can be changed.
   */
  show(session2, open2, why = "") {
    this.#drafts.report(session2, why);
    if (!open2) this.#drafts.forget();
    this.#all.disabled = session2 === null || !open2;
    setText(this.#reason, session2 === null ? this.#words.waiting : open2 ? "" : this.#words.closed);
    setText(this.#summary, session2 === null ? "" : summaryOf(session2).join(" · "));
    this.#draw();
  }
  #draw() {
    this.#offerTools();
    this.#listTools();
    for (const field2 of this.#fields.values()) this.#drawField(field2);
  }
  #drawField(field2) {
    const { name, element, inputs, note } = field2;
    element.hidden = !this.#drafts.applies(name);
    const value = this.#drafts.value(name);
    for (const input of inputs) setValue(input, value);
    const standing = this.#drafts.standing(name);
    element.dataset.standing = standing.kind;
    const wrong = standing.kind === "wrong";
    for (const input of inputs) {
      if (wrong) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    note.setAttribute("aria-live", wrong || standing.kind === "refused" ? "polite" : "off");
    const effective = this.#short(name, this.#drafts.effective(name));
    const notes = {
      effective: () => "",
      typed: () => this.#words.effective(effective),
      sent: () => this.#words.sent,
      wrong: () => wrong ? this.#words.wrong(standing.wrong) : "",
      refused: () => standing.kind === "refused" ? this.#words.refused(this.#short(name, standing.wanted), effective, standing.why) : ""
    };
    setText(note, notes[standing.kind]());
  }
  /** A value in few words. */
  #short(name, value) {
    const words2 = name === "tools" ? toolNames(value).join(", ") : this.#words.options[value] ?? value;
    return words2.trim() === "" ? this.#words.none : clip(words2.replace(/\s+/g, " "), SHORT2);
  }
  /** The model may be made to call one of the tools there are. */
  #offerTools() {
    const select = this.#fields.get("toolChoice")?.inputs[0];
    const fixed = KINDS.toolChoice.kind === "select" ? KINDS.toolChoice.options : [];
    const functions = toolNames(this.#drafts.effective("tools"));
    const offered = new Map([...fixed.map((name) => [name, name]), ...functions.map((name) => [choiceOf(name), name])]);
    for (const value of [this.#drafts.effective("toolChoice"), this.#drafts.value("toolChoice")]) {
      if (value !== "" && !offered.has(value)) offered.set(value, value);
    }
    if ([...select.options].map(({ value }) => value).join() === [...offered.keys()].join()) return;
    select.replaceChildren(...[...offered].map(([value, words2]) => h("option", { value }, words2)));
  }
  /** The tools that there are, as a person reads them. */
  #listTools() {
    const given = this.#drafts.effective("tools");
    if (given === this.#listed) return;
    this.#listed = given;
    const tools = toolsOf2(given);
    this.#tools.hidden = tools.length === 0;
    const lines = tools.map(
      ({ signature, description }) => h("li", {}, h("code", {}, signature), " ", h("span", { lang: "", dir: "auto" }, description))
    );
    this.#tools.replaceChildren(...lines);
  }
  #make(name, signal) {
    const kind = KINDS[name];
    const [label, hint] = this.#words.fields[name];
    const id = `${this.#id}-${name}`;
    const about = h("small", { className: "rt-hint", id: `${id}-hint` }, hint);
    const note = h("small", { className: "rt-remark", id: `${id}-note`, attributes: { "aria-live": "polite" } });
    const described = { "aria-describedby": `${about.id} ${note.id}` };
    const { inputs, parts } = this.#control(kind, id, label, described);
    const element = h("div", { className: `rt-field rt-field-${kind.kind}` }, ...name === "tools" ? [this.#tools] : [], ...parts, about, note);
    element.classList.toggle("rt-wide", WIDE.has(name));
    const field2 = { name, element, inputs, note, timer: void 0 };
    this.#fields.set(name, field2);
    this.#listen(field2, kind, signal);
    return element;
  }
  #control(kind, id, label, described) {
    const named2 = (input) => ({
      inputs: [input],
      parts: [h("label", { htmlFor: id }, label), input]
    });
    const option2 = (value) => this.#words.options[value] ?? value;
    switch (kind.kind) {
      case "area": {
        const className = kind.code === true ? "rt-code" : "";
        return named2(h("textarea", { id, className, rows: kind.lines, spellcheck: kind.code !== true, attributes: described }));
      }
      case "number": {
        const { step: step2, min, max = "" } = kind;
        return named2(h("input", { id, type: "number", step: step2, min, max, attributes: { ...described, inputmode: "decimal" } }));
      }
      case "text": {
        const input = h("input", { id, type: "text", autocomplete: "off", spellcheck: false, attributes: described });
        const { inputs, parts } = named2(input);
        if (kind.options === void 0) return { inputs, parts };
        input.setAttribute("list", `${id}-list`);
        const list = h("datalist", { id: `${id}-list` }, ...kind.options.map((value) => h("option", { value })));
        return { inputs, parts: [...parts, list] };
      }
      case "select":
        return named2(h("select", { id, attributes: described }, ...kind.options.map((value) => h("option", { value }, option2(value)))));
      case "check": {
        const input = h("input", { id, type: "checkbox", attributes: described });
        return { inputs: [input], parts: [h("label", { className: "rt-check" }, input, label)] };
      }
      case "radio": {
        const inputs = kind.options.map((value) => h("input", { type: "radio", name: id, value, attributes: described }));
        const labels = inputs.map((input) => h("label", {}, input, h("span", {}, option2(input.value))));
        const group = { role: "radiogroup", "aria-label": label };
        return { inputs, parts: [h("div", { className: "rt-segments", attributes: group }, ...labels)] };
      }
    }
  }
  #listen(field2, kind, signal) {
    const { name, inputs } = field2;
    for (const input of inputs) {
      input.addEventListener("input", () => {
        this.#drafts.type(name, valueOf(input));
        if (kind.kind === "area") this.#later(field2, PAUSE);
        else if (kind.kind === "text" && !(kind.options ?? []).includes(input.value)) clearTimeout(field2.timer);
        else if (kind.kind === "text") this.#later(field2, STEPPING);
        this.#draw();
      }, { signal });
      input.addEventListener("change", () => {
        this.#later(field2, kind.kind === "number" && document.activeElement === input ? STEPPING : 0);
      }, { signal });
      input.addEventListener("blur", () => this.#send(field2), { signal });
      input.addEventListener("keydown", (event) => this.#key(field2, kind, event), { signal });
    }
  }
  #key(field2, kind, event) {
    if (event.isComposing) return;
    const sends = event.key === "Enter" && (kind.kind !== "area" || event.ctrlKey || event.metaKey);
    const drops = event.key === "Escape";
    if (!sends && !drops) return;
    event.preventDefault();
    event.stopPropagation();
    if (drops) {
      clearTimeout(field2.timer);
      this.#drafts.drop(field2.name);
      this.#draw();
    } else this.#send(field2);
  }
  #later(field2, ms) {
    clearTimeout(field2.timer);
    if (ms === 0) this.#send(field2);
    else field2.timer = setTimeout(() => this.#send(field2), ms);
  }
  #send(field2) {
    clearTimeout(field2.timer);
    const update = this.#drafts.send(field2.name);
    if (update !== null) this.#actions.update(update);
    this.#draw();
  }
};
function valueOf(input) {
  if (input instanceof HTMLInputElement && input.type === "checkbox") return input.checked ? "on" : "off";
  return input.validity.badInput ? UNREADABLE : input.value;
}
function setValue(input, value) {
  if (input instanceof HTMLInputElement && input.type === "checkbox") input.checked = value === "on";
  else if (input instanceof HTMLInputElement && input.type === "radio") input.checked = input.value === value;
  else if (input.value !== value && value !== UNREADABLE) input.value = value;
}

// src/view/status.ts
var WORDS14 = {
  en: {
    status: "Status",
    states: { open: "open", closed: "closed" },
    offline: "no kernel",
    waiting: "waiting for the kernel",
    elapsed: "How long the session has been open",
    left: (time) => `${time} left`,
    leftHint: "The server ends the session then",
    latency: (time) => `answer after ${time}`,
    latencyHint: "From the end of your turn to the first of the answer that you could hear or read",
    voice: (time) => `voice to voice ${time}`,
    voiceHint: (time) => `From the end of your voice to the first sound of the answer; ${time} of it after the server took the turn`,
    cost: "What the session has cost so far, by the list prices",
    free: "free",
    ways: { relay: "relay", comm: "comm" },
    relayHint: "Page and kernel talk through the relay of the Jupyter server: running cells hold up nothing",
    late: (count, concealed) => `late sound ${count}× (${concealed})`,
    lateHint: "How often the sound came too late to play without a gap, and how much silence filled the gaps",
    lost: (count) => `lost ${count}`,
    lostHint: "Messages and pieces of sound between page and kernel that never arrived",
    elsewhere: "sound in another view",
    delayed: (kernel) => `A cell is running. Your voice and interrupting wait until it ends, because this kernel (${kernel}) reads widget messages between cells only. Use ipykernel 7 or newer, or install rt_notebook where the Jupyter server runs, so that the relay starts.`
  },
  zh: {
    status: "状态",
    states: { open: "已连接", closed: "已关闭" },
    offline: "没有内核",
    waiting: "正在等待内核",
    elapsed: "会话已持续的时间",
    left: (time) => `剩余 ${time}`,
    leftHint: "到时服务器会结束会话",
    latency: (time) => `${time} 后回答`,
    latencyHint: "从你说完到听见或看见回答开头的时间",
    voice: (time) => `语音到语音 ${time}`,
    voiceHint: (time) => `从你的声音结束到听见回答开头的时间；其中 ${time} 在服务器判定轮次结束之后`,
    cost: "会话至今的费用（按公开价格计算）",
    free: "免费",
    ways: { relay: "中继", comm: "comm" },
    relayHint: "页面与内核通过 Jupyter 服务器的中继通信，正在运行的单元格不会造成延迟",
    late: (count, concealed) => `声音迟到 ${count} 次（${concealed}）`,
    lateHint: "声音来得太晚、播放出现间隙的次数，以及用静音填补的总时长",
    lost: (count) => `丢失 ${count}`,
    lostHint: "页面与内核之间未能送达的消息和声音片段",
    elsewhere: "声音在另一个视图中",
    delayed: (kernel) => `单元格正在运行。你说的话和打断要等它结束，因为这个内核（${kernel}）只在单元格之间读取控件消息。请使用 ipykernel 7 或更新版本，或在 Jupyter 服务器所在的环境中安装 rt_notebook，以启用中继。`
  }
};
var SOON = 300;
var StatusView = class {
  element;
  #lang;
  #dot = h("span", { className: "rt-dot", attributes: { "aria-hidden": "true" } });
  #session = h("span", { className: "rt-session" });
  #elapsed = h("span");
  #left = h("span");
  #latency = h("span");
  #cost = h("span");
  #elsewhere = h("span");
  #way = h("span");
  #why = h("span", { className: "rt-spoken" });
  #late = h("span", { className: "rt-warn" });
  #lost = h("span", { className: "rt-bad" });
  #delayed = h("p", { className: "rt-delayed", hidden: true });
  constructor(lang) {
    const words2 = WORDS14[lang];
    this.#lang = lang;
    this.#elapsed.title = words2.elapsed;
    this.#left.title = words2.leftHint;
    this.#cost.title = words2.cost;
    this.#late.title = words2.lateHint;
    this.#lost.title = words2.lostHint;
    const figures = h(
      "span",
      { className: "rt-figures" },
      ...[this.#elapsed, this.#left, this.#latency, this.#cost, this.#elsewhere, this.#late, this.#lost, this.#way, this.#why]
    );
    const line = h("div", { className: "rt-line" }, this.#dot, this.#session, figures);
    this.element = region(words2.status, "rt-status", line, this.#delayed);
  }
  show(status) {
    const words2 = WORDS14[this.#lang];
    const { info, gone, elapsed, left, latency_ms, voice_ms, why, waits, underruns, concealed_ms, lost } = status;
    const way = gone ? null : status.way;
    this.element.dataset.state = gone ? "gone" : info?.state ?? "waiting";
    const state = gone ? words2.offline : info === null ? words2.waiting : words2.states[info.state ?? ""] ?? info.state;
    setText(this.#session, [info?.provider, info?.model, state].filter(Boolean).join(" · "));
    setText(this.#elapsed, elapsed === null ? "" : timer(elapsed));
    setText(this.#left, left === null ? "" : words2.left(timer(left)));
    this.#left.classList.toggle("rt-warn", left !== null && left < SOON);
    const after2 = latency_ms === null ? "" : duration(latency_ms);
    setText(this.#latency, voice_ms !== null ? words2.voice(duration(voice_ms)) : after2 && words2.latency(after2));
    this.#latency.title = voice_ms !== null ? words2.voiceHint(after2) : words2.latencyHint;
    setText(this.#cost, this.#costOf(info));
    setText(this.#elsewhere, status.elsewhere ? words2.elsewhere : "");
    setText(this.#late, underruns === 0 ? "" : words2.late(underruns, duration(concealed_ms)));
    setText(this.#lost, lost === 0 ? "" : words2.lost(lost));
    setText(this.#way, way === null ? "" : words2.ways[way]);
    const reason = way === "relay" ? words2.relayHint : why;
    setTitle(this.#way, reason);
    setText(this.#why, way === null ? "" : reason);
    this.#delayed.hidden = !waits;
    setText(this.#delayed, waits ? words2.delayed(`ipykernel ${info?.kernel ?? ""}`.trim()) : "");
  }
  #costOf(info) {
    if (info?.provider === "local") return WORDS14[this.#lang].free;
    return info?.cost_usd == null ? "" : usd(info.cost_usd);
  }
};

// thread:worklets/capture
var capture_default = '"use strict";\n(() => {\n  // src/audio/pcm.ts\n  var RATE = 24e3;\n  function toPcm16(from, to, at = 0, start = 0, count = from.length) {\n    for (let i = 0; i < count; i++) {\n      to[at + i] = Math.max(-32768, Math.min(32767, Math.round(from[start + i] * 32768)));\n    }\n  }\n  function peak(samples, count, least) {\n    let largest = least;\n    for (let i = 0; i < count; i++) largest = Math.max(largest, Math.abs(samples[i]));\n    return largest;\n  }\n\n  // src/audio/ports.ts\n  var CHUNK = 960;\n\n  // src/audio/resampler.ts\n  var STOP_DB = 70;\n  var PASS = 10 / 12;\n  var Resampler = class {\n    /** How much later than its input the output is, seconds. */\n    delay;\n    /** `#outs` samples come out for every `#ins` that go in. */\n    #ins;\n    #outs;\n    /** Coefficients of one output sample. */\n    #taps;\n    /** The coefficients for each of the `#outs` positions that an output sample can have between two input samples. */\n    #filters;\n    /** The last `#taps` input samples, oldest first from `#at` on; kept twice, so that they always lie in one row. */\n    #past;\n    #at = 0;\n    /** Input samples to come before the next output sample. */\n    #wanting = 1;\n    /** Where the next output sample lies between two input samples, in parts of `#outs`. */\n    #phase = 0;\n    /** Rates are whole Hz. */\n    constructor(from, to) {\n      const divisor = gcd(from, to);\n      this.#ins = from / divisor;\n      this.#outs = to / divisor;\n      const band = Math.min(from, to) / 2;\n      const half = (STOP_DB - 8) / (4.57 * 2 * Math.PI * band * (1 - PASS)) * from;\n      const beta = 0.1102 * (STOP_DB - 8.7);\n      const cutoff = band * (1 + PASS) / from;\n      const reach = Math.ceil(half);\n      this.#taps = 2 * reach;\n      this.#filters = new Float32Array(this.#outs * this.#taps);\n      for (let phase = 0; phase < this.#outs; phase++) {\n        const filter = this.#filters.subarray(phase * this.#taps, (phase + 1) * this.#taps);\n        for (let tap = 0; tap < this.#taps; tap++) {\n          const distance = tap - (reach - 1) - phase / this.#outs;\n          filter[tap] = sinc(cutoff * distance) * kaiser(distance / half, beta);\n        }\n        const sum = filter.reduce((total, value) => total + value, 0);\n        for (let tap = 0; tap < this.#taps; tap++) filter[tap] = filter[tap] / sum;\n      }\n      this.#past = new Float32Array(2 * this.#taps);\n      this.delay = reach / from;\n    }\n    /** The most samples that `count` samples can make. */\n    most(count) {\n      return Math.ceil(count * this.#outs / this.#ins) + 1;\n    }\n    /** How many samples must go in next for exactly `count` (one at least) to have come out. */\n    needs(count) {\n      return this.#wanting + Math.floor((this.#phase + (count - 1) * this.#ins) / this.#outs);\n    }\n    /**\n     * Takes the first `count` samples of `input`, writes what they make to `output` and returns how many those are. It\n     * stops at `output`\'s end; what the last sample makes beyond it comes with the next call.\n     */\n    push(input, count, output) {\n      let made = this.#make(output, 0);\n      for (let i = 0; i < count; i++) {\n        this.#past[this.#at] = this.#past[this.#at + this.#taps] = input[i];\n        this.#at = (this.#at + 1) % this.#taps;\n        this.#wanting -= 1;\n        made = this.#make(output, made);\n      }\n      return made;\n    }\n    #make(output, made) {\n      while (this.#wanting === 0 && made < output.length) {\n        const filter = this.#phase * this.#taps;\n        let sample = 0;\n        for (let tap = 0; tap < this.#taps; tap++) {\n          sample += this.#past[this.#at + tap] * this.#filters[filter + tap];\n        }\n        output[made++] = sample;\n        this.#phase += this.#ins;\n        this.#wanting = Math.floor(this.#phase / this.#outs);\n        this.#phase %= this.#outs;\n      }\n      return made;\n    }\n  };\n  function gcd(a, b) {\n    return b === 0 ? a : gcd(b, a % b);\n  }\n  function sinc(x) {\n    return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);\n  }\n  function kaiser(x, beta) {\n    return Math.abs(x) >= 1 ? 0 : bessel(beta * Math.sqrt(1 - x * x)) / bessel(beta);\n  }\n  function bessel(x) {\n    let sum = 1;\n    for (let term = 1, k = 1; term > sum * 1e-12; k++) {\n      term *= (x / (2 * k)) ** 2;\n      sum += term;\n    }\n    return sum;\n  }\n\n  // src/audio/chunker.ts\n  var Chunker = class {\n    constructor(size) {\n      this.size = size;\n      this.#chunk = new Int16Array(size);\n    }\n    size;\n    #chunk;\n    #filled = 0;\n    #sample = 0;\n    /** Takes the first `count` samples (floats) and gives each chunk that is now full to `full`. */\n    push(samples, count, full) {\n      for (let taken = 0; taken < count; ) {\n        const piece = Math.min(count - taken, this.size - this.#filled);\n        toPcm16(samples, this.#chunk, this.#filled, taken, piece);\n        taken += piece;\n        this.#filled += piece;\n        if (this.#filled === this.size) full(this.#take());\n      }\n    }\n    /** Returns what has gathered so far as a last, shorter chunk. */\n    rest() {\n      return this.#filled === 0 ? null : this.#take();\n    }\n    #take() {\n      const chunk = { sample: this.#sample, pcm: this.#chunk.slice(0, this.#filled) };\n      this.#sample += this.#filled;\n      this.#filled = 0;\n      return chunk;\n    }\n  };\n\n  // src/audio/talker.ts\n  var BEFORE = 0.2 * RATE;\n  var TAP = 0.1 * RATE;\n  var TAIL = 0.25 * RATE;\n  var Talker = class {\n    /** Nothing of the person\'s is heard. */\n    muted = false;\n    /** Nothing is heard of the microphone while the loudspeaker sounds, unless a button is held to talk. */\n    halfDuplex = false;\n    #post;\n    #mode = "closed";\n    #held = false;\n    #chunker = new Chunker(CHUNK);\n    /** What is to go out, and waits as long as the button may be let go as a tap. */\n    #waiting = [];\n    /** Samples that must yet be heard while the button is down, for what waits to go out. */\n    #wanting = 0;\n    /** The last samples of a standby: `#kept` of them, written last before `#at`. */\n    #before = new Float32Array(BEFORE);\n    #at = 0;\n    #kept = 0;\n    #sounding = false;\n    /** Samples until the room is silent. */\n    #tail = 0;\n    /** `post` takes what is said to the kernel, in order. */\n    constructor(post) {\n      this.#post = post;\n    }\n    /** The loudspeaker sounds, or is silent. */\n    set sounding(on) {\n      if (this.#sounding && !on) this.#tail = TAIL;\n      this.#sounding = on;\n    }\n    mode(mode, held) {\n      if (mode === this.#mode && held === this.#held) return;\n      if (this.#mode === "talking") this.#hush();\n      this.#mode = mode;\n      this.#held = held;\n      if (mode === "talking") this.#talk();\n      this.#kept = this.#at = 0;\n    }\n    /** Takes the first `count` samples of `samples`, at 24 kHz; it may write silence over them. */\n    take(samples, count) {\n      const echo = this.halfDuplex && (this.#sounding || this.#tail > 0);\n      if (!this.#sounding) this.#tail = Math.max(0, this.#tail - count);\n      if (this.muted || echo && !this.#held) samples.fill(0, 0, count);\n      if (this.#mode === "talking") this.#hear(samples, count);\n      else if (this.#mode === "standby") this.#keep(samples, count);\n    }\n    #talk() {\n      this.#post({ type: "talk", on: true, held: this.#held });\n      this.#chunker = new Chunker(CHUNK);\n      this.#wanting = this.#held ? TAP : 0;\n      const oldest = this.#kept < BEFORE ? 0 : this.#at;\n      this.#send(this.#before.subarray(oldest), this.#kept - oldest);\n      this.#send(this.#before, oldest);\n    }\n    #hush() {\n      const rest = this.#chunker.rest();\n      if (rest !== null) this.#waiting.push({ type: "microphone", sample: rest.sample, data: rest.pcm.buffer });\n      if (this.#wanting > 0) this.#waiting = [];\n      this.#go();\n      this.#post({ type: "talk", on: false, held: this.#held });\n    }\n    #hear(samples, count) {\n      this.#wanting = Math.max(0, this.#wanting - count);\n      this.#send(samples, count);\n      if (this.#wanting === 0) this.#go();\n    }\n    #send(samples, count) {\n      this.#chunker.push(\n        samples,\n        count,\n        ({ sample, pcm }) => this.#waiting.push({ type: "microphone", sample, data: pcm.buffer })\n      );\n    }\n    #go() {\n      if (this.#waiting.length === 0) return;\n      for (const message of this.#waiting) this.#post(message);\n      this.#waiting = [];\n    }\n    #keep(samples, count) {\n      for (let i = 0; i < count; i++) {\n        this.#before[this.#at] = samples[i];\n        this.#at = (this.#at + 1) % BEFORE;\n      }\n      this.#kept = Math.min(BEFORE, this.#kept + count);\n    }\n  };\n\n  // src/worklets/capture.ts\n  var Capture = class extends AudioWorkletProcessor {\n    /** Where the context runs at 24 kHz, the samples stay as they are, bit for bit. */\n    #resampler = sampleRate === RATE ? null : new Resampler(sampleRate, RATE);\n    #talker = new Talker((message) => this.#speak(message));\n    #wire = null;\n    #samples = new Float32Array(0);\n    #open = false;\n    #running = true;\n    #level = 0;\n    #sinceLevel = 0;\n    constructor() {\n      super();\n      this.port.onmessage = ({ data }) => this.#told(data);\n    }\n    process([input]) {\n      const heard = input?.[0];\n      if (this.#open && heard !== void 0) this.#hear(heard);\n      return this.#running;\n    }\n    #hear(heard) {\n      const most = this.#resampler?.most(heard.length) ?? heard.length;\n      if (this.#samples.length < most) this.#samples = new Float32Array(most);\n      let count = heard.length;\n      if (this.#resampler === null) this.#samples.set(heard);\n      else count = this.#resampler.push(heard, count, this.#samples);\n      this.#measure(count);\n      this.#talker.take(this.#samples, count);\n    }\n    #measure(count) {\n      this.#level = peak(this.#samples, count, this.#level);\n      this.#sinceLevel += count;\n      if (this.#sinceLevel < CHUNK) return;\n      this.#post({ type: "level", level: this.#level });\n      this.#level = this.#sinceLevel = 0;\n    }\n    #told(message) {\n      if (message.type === "wire") {\n        this.#wire = message.port;\n        this.#wire.onmessage = ({ data }) => this.#talker.sounding = data.on;\n      } else if (message.type === "mode") {\n        this.#open = message.mode !== "closed";\n        this.#talker.mode(message.mode, message.held);\n        this.#post({ type: "mode" });\n      } else if (message.type === "mute") {\n        this.#talker.muted = message.on;\n      } else if (message.type === "half duplex") {\n        this.#talker.halfDuplex = message.on;\n      } else {\n        this.#running = false;\n        this.#wire?.close();\n        this.port.close();\n      }\n    }\n    #speak(message) {\n      this.#wire?.postMessage(message, message.type === "microphone" ? [message.data] : []);\n    }\n    #post(message) {\n      this.port.postMessage(message);\n    }\n  };\n  registerProcessor("rt-capture", Capture);\n})();\n';

// thread:worklets/playback
var playback_default = '"use strict";\n(() => {\n  // src/audio/pcm.ts\n  var RATE = 24e3;\n  function toFloat(sample) {\n    return sample / 32768;\n  }\n  function peak(samples, count, least) {\n    let largest = least;\n    for (let i = 0; i < count; i++) largest = Math.max(largest, Math.abs(samples[i]));\n    return largest;\n  }\n\n  // src/audio/cushion.ts\n  var ms = (milliseconds) => milliseconds * RATE / 1e3;\n  var SMALLEST = ms(40);\n  var LARGEST = ms(400);\n  var RAISE = ms(20);\n  var LOWER = ms(10);\n  var Cushion = class {\n    #target = SMALLEST;\n    /** Samples at 24 kHz. */\n    get target() {\n      return this.#target;\n    }\n    /** Sound came so many samples too late. */\n    late(samples) {\n      this.#target = Math.min(LARGEST, this.#target + Math.max(RAISE, samples));\n    }\n    /** A whole content part was played without a gap. */\n    clean() {\n      this.#target = Math.max(SMALLEST, this.#target - LOWER);\n    }\n  };\n\n  // src/audio/ring.ts\n  var Ring = class {\n    #samples;\n    /** Where the oldest sample is. */\n    #start = 0;\n    #length = 0;\n    /** The default holds 43 s at 24 kHz in 2 MB. */\n    constructor(capacity = 2 ** 20) {\n      this.#samples = new Int16Array(capacity);\n    }\n    get length() {\n      return this.#length;\n    }\n    write(samples) {\n      if (this.#length + samples.length > this.#samples.length) this.#grow(this.#length + samples.length);\n      const at = (this.#start + this.#length) % this.#samples.length;\n      const head = Math.min(samples.length, this.#samples.length - at);\n      this.#samples.set(samples.subarray(0, head), at);\n      this.#samples.set(samples.subarray(head), 0);\n      this.#length += samples.length;\n    }\n    /** Takes the oldest `count` samples, as floats, to `out` from `offset` on. The caller knows that they are there. */\n    read(out, offset, count) {\n      for (let i = 0; i < count; i++) {\n        out[offset + i] = toFloat(this.#samples[(this.#start + i) % this.#samples.length]);\n      }\n      this.#start = (this.#start + count) % this.#samples.length;\n      this.#length -= count;\n    }\n    clear() {\n      this.#start = 0;\n      this.#length = 0;\n    }\n    #grow(needed) {\n      let capacity = Math.max(1, this.#samples.length);\n      while (capacity < needed) capacity *= 2;\n      const larger = new Int16Array(capacity);\n      const head = this.#samples.subarray(this.#start, this.#start + this.#length);\n      larger.set(head);\n      larger.set(this.#samples.subarray(0, this.#length - head.length), head.length);\n      this.#samples = larger;\n      this.#start = 0;\n    }\n  };\n\n  // src/audio/queue.ts\n  var Part = class {\n    constructor(item_id, content_index) {\n      this.item_id = item_id;\n      this.content_index = content_index;\n    }\n    item_id;\n    content_index;\n    /** Samples that came so far, of those the ones that were rendered, and of those the ones that left the loudspeaker. */\n    queued = 0;\n    rendered = 0;\n    heard = 0;\n    /** Samples of silence rendered because the next sound had not come. */\n    missing = 0;\n    /** There was a gap before. */\n    troubled = false;\n    /** No more sound comes. */\n    ended = false;\n    /** Its sound may be rendered; if not, enough of it has to gather first. */\n    open = false;\n    /** When the first of what gathers came, in samples rendered by the queue; null as long as none has. */\n    since = null;\n    get name() {\n      return { item_id: this.item_id, content_index: this.content_index };\n    }\n  };\n  var PlaybackQueue = class {\n    /** How long a rendered sample takes to the loudspeaker. */\n    latency = 0;\n    /** How often sound came too late, and the samples of silence that stood in for it; whoever tells of them sets them to 0. */\n    underruns = 0;\n    concealed = 0;\n    #ring;\n    #cushion = new Cushion();\n    #parts = /* @__PURE__ */ new Map();\n    #flushed = /* @__PURE__ */ new Set();\n    #waiting = [];\n    #trail = [];\n    #trailLength = 0;\n    /** Samples in the trail that are not silence. */\n    #airborne = 0;\n    /** The last call of `pull` rendered sound. */\n    #rendering = false;\n    /** The part that was rendered last. */\n    #current = null;\n    /** Samples rendered, silence among them. */\n    #clock = 0;\n    #reports = [];\n    constructor(ring = new Ring()) {\n      this.#ring = ring;\n    }\n    /** Sound is rendered, or on its way through the device. */\n    get sounding() {\n      return this.#rendering || this.#airborne > 0;\n    }\n    take(message) {\n      if (message.type === "audio") this.#push(message);\n      else if (message.type === "audio.end") this.#end(message);\n      else this.#flush();\n    }\n    /** Renders the first `count` samples of `out`, with silence where there is nothing to play. */\n    pull(out, count = out.length) {\n      let filled = 0;\n      this.#rendering = false;\n      for (let run = this.#waiting[0]; run !== void 0 && filled < count; run = this.#waiting[0]) {\n        if (run.part !== null && !this.#mayPlay(run.part)) break;\n        const length = Math.min(run.length, count - filled);\n        this.#ring.read(out, filled, length);\n        this.#render(run.part, length);\n        filled += length;\n        run.length -= length;\n        if (run.length === 0) this.#waiting.shift();\n      }\n      if (filled < count) {\n        out.fill(0, filled, count);\n        this.#render(null, count - filled);\n      }\n    }\n    /** What happened since the last call. */\n    reports() {\n      const reports = this.#reports;\n      if (reports.length > 0) this.#reports = [];\n      return reports;\n    }\n    #push({ item_id, content_index, data }) {\n      const key = keyOf(item_id, content_index);\n      const samples = new Int16Array(data);\n      if (this.#flushed.has(key) || samples.length === 0) return;\n      let part = this.#parts.get(key);\n      if (part === void 0) {\n        part = new Part(item_id, content_index);\n        this.#parts.set(key, part);\n      }\n      if (part.since === null) {\n        part.since = this.#clock;\n        if (part.missing > 0) this.#cushion.late(part.missing);\n      }\n      part.queued += samples.length;\n      this.#ring.write(samples);\n      append(this.#waiting, part, samples.length);\n    }\n    /** No more sound comes for this part. */\n    #end({ item_id, content_index }) {\n      const part = this.#parts.get(keyOf(item_id, content_index));\n      if (part === void 0) return;\n      part.ended = true;\n      this.#finish(part);\n    }\n    /** Forgets all sound, for ever as regards the parts at hand, and tells how much of each was heard. */\n    #flush() {\n      for (const [key, part] of this.#parts) {\n        this.#reports.push({ type: "playback.flushed", ...part.name, heard_samples: part.heard });\n        this.#flushed.add(key);\n      }\n      this.#parts.clear();\n      this.#ring.clear();\n      this.#waiting = [];\n      this.#trail = [];\n      this.#trailLength = 0;\n      this.#airborne = 0;\n      this.#rendering = false;\n      this.#current = null;\n    }\n    #mayPlay(part) {\n      const { target } = this.#cushion;\n      const waited = part.since === null ? 0 : this.#clock - part.since;\n      part.open ||= part.ended || part.queued - part.rendered >= target || waited >= target;\n      return part.open;\n    }\n    #render(part, count) {\n      this.#clock += count;\n      if (part === null) this.#renderSilence(count);\n      else this.#renderSound(part, count);\n      append(this.#trail, part, count);\n      this.#trailLength += count;\n      while (this.#trailLength > this.latency) {\n        const oldest = this.#trail[0];\n        const left = Math.min(oldest.length, this.#trailLength - this.latency);\n        oldest.length -= left;\n        this.#trailLength -= left;\n        if (oldest.length === 0) this.#trail.shift();\n        if (oldest.part !== null) this.#hear(oldest.part, left);\n      }\n    }\n    #renderSound(part, count) {\n      if (part.missing > 0) {\n        this.#reports.push({ type: "playback.underrun", item_id: part.item_id, missing_samples: part.missing });\n        this.underruns += 1;\n        this.concealed += part.missing;\n        part.troubled = true;\n        part.missing = 0;\n      }\n      part.rendered += count;\n      this.#airborne += count;\n      this.#rendering = true;\n      this.#current = part;\n    }\n    #renderSilence(count) {\n      const part = this.#current;\n      if (part === null || part.ended) return;\n      if (part.open) {\n        part.open = false;\n        part.since = null;\n      }\n      part.missing += count;\n    }\n    #hear(part, count) {\n      if (part.heard === 0) this.#reports.push({ type: "playback.started", ...part.name });\n      part.heard += count;\n      this.#airborne -= count;\n      this.#finish(part);\n    }\n    #finish(part) {\n      if (!part.ended || part.heard < part.queued) return;\n      this.#reports.push({ type: "playback.finished", ...part.name, heard_samples: part.heard });\n      this.#parts.delete(keyOf(part.item_id, part.content_index));\n      if (!part.troubled) this.#cushion.clean();\n      if (this.#current === part) this.#current = null;\n    }\n  };\n  function keyOf(item_id, content_index) {\n    return `${item_id}/${content_index}`;\n  }\n  function append(runs, part, length) {\n    const last = runs.at(-1);\n    if (last !== void 0 && last.part === part) last.length += length;\n    else runs.push({ part, length });\n  }\n\n  // src/audio/resampler.ts\n  var STOP_DB = 70;\n  var PASS = 10 / 12;\n  var Resampler = class {\n    /** How much later than its input the output is, seconds. */\n    delay;\n    /** `#outs` samples come out for every `#ins` that go in. */\n    #ins;\n    #outs;\n    /** Coefficients of one output sample. */\n    #taps;\n    /** The coefficients for each of the `#outs` positions that an output sample can have between two input samples. */\n    #filters;\n    /** The last `#taps` input samples, oldest first from `#at` on; kept twice, so that they always lie in one row. */\n    #past;\n    #at = 0;\n    /** Input samples to come before the next output sample. */\n    #wanting = 1;\n    /** Where the next output sample lies between two input samples, in parts of `#outs`. */\n    #phase = 0;\n    /** Rates are whole Hz. */\n    constructor(from, to) {\n      const divisor = gcd(from, to);\n      this.#ins = from / divisor;\n      this.#outs = to / divisor;\n      const band = Math.min(from, to) / 2;\n      const half = (STOP_DB - 8) / (4.57 * 2 * Math.PI * band * (1 - PASS)) * from;\n      const beta = 0.1102 * (STOP_DB - 8.7);\n      const cutoff = band * (1 + PASS) / from;\n      const reach = Math.ceil(half);\n      this.#taps = 2 * reach;\n      this.#filters = new Float32Array(this.#outs * this.#taps);\n      for (let phase = 0; phase < this.#outs; phase++) {\n        const filter = this.#filters.subarray(phase * this.#taps, (phase + 1) * this.#taps);\n        for (let tap = 0; tap < this.#taps; tap++) {\n          const distance = tap - (reach - 1) - phase / this.#outs;\n          filter[tap] = sinc(cutoff * distance) * kaiser(distance / half, beta);\n        }\n        const sum = filter.reduce((total, value) => total + value, 0);\n        for (let tap = 0; tap < this.#taps; tap++) filter[tap] = filter[tap] / sum;\n      }\n      this.#past = new Float32Array(2 * this.#taps);\n      this.delay = reach / from;\n    }\n    /** The most samples that `count` samples can make. */\n    most(count) {\n      return Math.ceil(count * this.#outs / this.#ins) + 1;\n    }\n    /** How many samples must go in next for exactly `count` (one at least) to have come out. */\n    needs(count) {\n      return this.#wanting + Math.floor((this.#phase + (count - 1) * this.#ins) / this.#outs);\n    }\n    /**\n     * Takes the first `count` samples of `input`, writes what they make to `output` and returns how many those are. It\n     * stops at `output`\'s end; what the last sample makes beyond it comes with the next call.\n     */\n    push(input, count, output) {\n      let made = this.#make(output, 0);\n      for (let i = 0; i < count; i++) {\n        this.#past[this.#at] = this.#past[this.#at + this.#taps] = input[i];\n        this.#at = (this.#at + 1) % this.#taps;\n        this.#wanting -= 1;\n        made = this.#make(output, made);\n      }\n      return made;\n    }\n    #make(output, made) {\n      while (this.#wanting === 0 && made < output.length) {\n        const filter = this.#phase * this.#taps;\n        let sample = 0;\n        for (let tap = 0; tap < this.#taps; tap++) {\n          sample += this.#past[this.#at + tap] * this.#filters[filter + tap];\n        }\n        output[made++] = sample;\n        this.#phase += this.#ins;\n        this.#wanting = Math.floor(this.#phase / this.#outs);\n        this.#phase %= this.#outs;\n      }\n      return made;\n    }\n  };\n  function gcd(a, b) {\n    return b === 0 ? a : gcd(b, a % b);\n  }\n  function sinc(x) {\n    return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);\n  }\n  function kaiser(x, beta) {\n    return Math.abs(x) >= 1 ? 0 : bessel(beta * Math.sqrt(1 - x * x)) / bessel(beta);\n  }\n  function bessel(x) {\n    let sum = 1;\n    for (let term = 1, k = 1; term > sum * 1e-12; k++) {\n      term *= (x / (2 * k)) ** 2;\n      sum += term;\n    }\n    return sum;\n  }\n\n  // src/worklets/playback.ts\n  var LEVELS = 10;\n  var Playback = class extends AudioWorkletProcessor {\n    #queue = new PlaybackQueue();\n    /** Where the context runs at 24 kHz, the samples stay as they are, bit for bit. */\n    #resampler = sampleRate === RATE ? null : new Resampler(RATE, sampleRate);\n    #wire = null;\n    #samples = new Float32Array(0);\n    #running = true;\n    #sounding = false;\n    #level = 0;\n    #lastLevel = 0;\n    #sinceLevel = 0;\n    constructor() {\n      super();\n      this.port.onmessage = ({ data }) => this.#told(data);\n    }\n    process(_inputs, [output]) {\n      const out = output?.[0];\n      if (out === void 0) return this.#running;\n      if (this.#resampler === null) this.#queue.pull(out);\n      else this.#resampled(this.#resampler, out);\n      this.#report();\n      this.#measure(out);\n      return this.#running;\n    }\n    #resampled(resampler, out) {\n      const count = resampler.needs(out.length);\n      if (this.#samples.length < count) this.#samples = new Float32Array(2 * count);\n      this.#queue.pull(this.#samples, count);\n      resampler.push(this.#samples, count, out);\n    }\n    #told(message) {\n      if (message.type === "wire") {\n        this.#wire = message.port;\n        this.#wire.onmessage = ({ data }) => this.#take(data);\n      } else if (message.type === "latency") {\n        this.#queue.latency = Math.round((message.seconds + (this.#resampler?.delay ?? 0)) * RATE);\n      } else if (message.type === "flush") {\n        this.#take(message);\n        this.#post({ type: "flushed" });\n      } else {\n        this.#running = false;\n        this.#wire?.close();\n        this.port.close();\n      }\n    }\n    #take(message) {\n      this.#queue.take(message);\n      this.#report();\n    }\n    #report() {\n      for (const report of this.#queue.reports()) this.#tell(report);\n      if (this.#queue.sounding !== this.#sounding) {\n        this.#sounding = this.#queue.sounding;\n        this.#tell({ type: "sounding", on: this.#sounding });\n      }\n      if (this.#queue.underruns > 0) {\n        this.#post({ type: "underruns", count: this.#queue.underruns, concealed: this.#queue.concealed });\n        this.#queue.underruns = this.#queue.concealed = 0;\n      }\n    }\n    #measure(out) {\n      this.#level = peak(out, out.length, this.#level);\n      this.#sinceLevel += out.length;\n      if (this.#sinceLevel < sampleRate / LEVELS) return;\n      if (this.#level !== this.#lastLevel) this.#post({ type: "level", level: this.#level });\n      this.#lastLevel = this.#level;\n      this.#level = this.#sinceLevel = 0;\n    }\n    #tell(message) {\n      this.#wire?.postMessage(message);\n    }\n    #post(message) {\n      this.port.postMessage(message);\n    }\n  };\n  registerProcessor("rt-playback", Playback);\n})();\n';

// src/audio/context.ts
var refused = false;
function openContext(rate) {
  if (!window.isSecureContext) throw NO_SECURE_CONTEXT;
  if (window.AudioContext === void 0 || window.AudioWorkletNode === void 0) throw NO_SOUND;
  refused ||= rate !== void 0;
  const context = open(rate ?? (refused ? null : RATE));
  void context.resume();
  return context;
}
function open(rate) {
  const options = { latencyHint: "interactive" };
  if (rate === null) return new AudioContext(options);
  try {
    return new AudioContext({ ...options, sampleRate: rate });
  } catch {
    refused = true;
    return new AudioContext(options);
  }
}
async function loadWorklets(context) {
  for (const source of [capture_default, playback_default]) {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    try {
      await context.audioWorklet.addModule(url);
    } catch {
      throw NO_WORKLETS;
    } finally {
      URL.revokeObjectURL(url);
    }
  }
}

// src/audio/devices.ts
var NO_DEVICES = { inputs: [], outputs: [] };
async function listDevices() {
  const all = await navigator.mediaDevices?.enumerateDevices?.() ?? [];
  const of = (kind) => all.filter((device2) => device2.kind === kind && device2.deviceId !== "").map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { inputs: of("audioinput"), outputs: of("audiooutput") };
}

// src/audio/microphone.ts
var Microphone = class _Microphone {
  constructor(stream, wish, gone) {
    this.stream = stream;
    this.wish = wish;
    const { signal } = this.#listeners;
    for (const track of stream.getTracks()) track.addEventListener("ended", () => gone(this), { signal });
  }
  stream;
  wish;
  #listeners = new AbortController();
  /**
   * Opens it, the default one where the wished one is not there any more; throws what `explain` knows to tell. `gone` is
   * called when it ends by itself: unplugged, or not allowed any more.
   */
  static async open(wish, gone) {
    if (navigator.mediaDevices?.getUserMedia === void 0) throw NO_GET_USER_MEDIA;
    const { input, echoCancellation } = wish;
    const processing = { echoCancellation, noiseSuppression: echoCancellation, autoGainControl: echoCancellation };
    const ask = (device2) => navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, ...processing, ...device2 } });
    if (input === "") return new _Microphone(await ask({}), wish, gone);
    try {
      return new _Microphone(await ask({ deviceId: { exact: input } }), wish, gone);
    } catch (error) {
      if (!isMissing(error)) throw error;
      return new _Microphone(await ask({}), { ...wish, input: "" }, gone);
    }
  }
  is({ input, echoCancellation }) {
    return input === this.wish.input && echoCancellation === this.wish.echoCancellation;
  }
  /** The rate that the device itself runs at, Hz, where the browser tells. */
  get rate() {
    return this.stream.getAudioTracks()[0]?.getSettings().sampleRate ?? null;
  }
  close() {
    this.#listeners.abort();
    for (const track of this.stream.getTracks()) track.stop();
  }
};
function isMissing(error) {
  return error instanceof DOMException && ["OverconstrainedError", "NotFoundError"].includes(error.name);
}

// src/audio/ear.ts
var STANDBY = 3e4;
var Ear = class {
  #host;
  #wish = { input: "", echoCancellation: true };
  #mode = "closed";
  #held = false;
  #microphone = null;
  #settling = null;
  #timer;
  constructor(host) {
    this.#host = host;
  }
  get wish() {
    return this.#wish;
  }
  /** What is wanted, which the microphone may not have come to yet. */
  get wanted() {
    return { mode: this.#mode, held: this.#held };
  }
  /** Wants another mode; resolves when the microphone is there, or cannot be. */
  want(mode, held) {
    clearTimeout(this.#timer);
    this.#mode = mode;
    this.#held = held;
    if (mode === "standby") this.#timer = setTimeout(() => void this.want("closed", false), STANDBY);
    return this.settle();
  }
  /** Wants another microphone, or one that hears otherwise; an open one is changed at once. */
  change(wish) {
    this.#wish = { ...this.#wish, ...wish };
    return this.settle();
  }
  /** Goes to what is wanted, as soon as there is an audio context. */
  settle() {
    this.#settling ??= this.#settle();
    return this.#settling;
  }
  /** Closes the microphone at once. */
  close() {
    clearTimeout(this.#timer);
    this.#mode = "closed";
    this.#held = false;
    this.#microphone?.close();
    this.#microphone = null;
  }
  async #settle() {
    await null;
    try {
      while (await this.#step()) ;
    } catch (error) {
      this.#mode = "closed";
      this.#held = false;
      this.#host.problem(explain(error));
      while (await this.#step()) ;
    } finally {
      this.#settling = null;
    }
  }
  /** Takes one step towards what is wanted; false when there is none left. */
  async #step() {
    const recorder = this.#host.recorder();
    if (recorder === null) return false;
    const closing = this.#mode === "closed";
    if (!closing && this.#microphone?.is(this.#wish) !== true) {
      await this.#open();
    } else if (recorder.mode !== this.#mode || recorder.held !== this.#held) {
      await recorder.change(this.#mode, this.#held);
    } else if (closing && this.#microphone !== null) {
      recorder.disconnect();
      this.#microphone.close();
      this.#microphone = null;
    } else {
      return false;
    }
    this.#host.changed();
    return true;
  }
  async #open() {
    const wish = this.#wish;
    const microphone = await Microphone.open(wish, (gone) => void this.#gone(gone));
    if (this.#mode === "closed" || this.#host.recorder() === null) return microphone.close();
    try {
      await this.#connect(microphone);
    } catch (error) {
      microphone.close();
      throw error;
    }
    if (this.#host.recorder() === null) return microphone.close();
    this.#microphone?.close();
    this.#microphone = microphone;
    if (microphone.is(wish) || this.#wish.input !== wish.input) return;
    this.#wish = { ...this.#wish, input: microphone.wish.input };
    this.#host.problem(OTHER_MICROPHONE);
  }
  /** A browser that refuses the microphone for its rate gets the context that it wants. */
  async #connect(microphone) {
    for (const rate of [null, microphone.rate]) {
      try {
        return this.#host.recorder()?.connect(microphone.stream);
      } catch (error) {
        if (!(error instanceof DOMException && error.name === "NotSupportedError")) throw error;
        await this.#host.reopen(rate);
      }
    }
    try {
      this.#host.recorder()?.connect(microphone.stream);
    } catch {
      throw OTHER_RATE;
    }
  }
  /** The microphone ended by itself. */
  async #gone(microphone) {
    if (microphone !== this.#microphone) return;
    microphone.close();
    this.#microphone = null;
    this.#host.recorder()?.disconnect();
    const { inputs } = await listDevices().catch(() => ({ inputs: [] }));
    if (this.#mode === "closed") return;
    const another = inputs.length > 0;
    this.#host.problem(another ? OTHER_MICROPHONE : UNPLUGGED);
    if (another) await this.change({ input: "" });
    else await this.want("closed", false);
  }
};

// src/audio/answers.ts
var PATIENCE2 = 500;
var Answers = class {
  #open = [];
  /** Resolves when the question that was just asked has been answered, or will not be. */
  next() {
    return new Promise((resolve) => {
      const timer2 = setTimeout(resolve, PATIENCE2);
      this.#open.push(() => {
        clearTimeout(timer2);
        resolve();
      });
    });
  }
  answered() {
    this.#open.shift()?.();
  }
  /** No more answers come. */
  close() {
    for (const answered of this.#open.splice(0)) answered();
  }
};

// src/audio/player.ts
var Player = class {
  #context;
  #node;
  #answers = new Answers();
  #latency = -1;
  /** The context has the worklet `rt-playback`; `wire` takes `Sounds` and gives `Heard` and `Sounding` (ports.ts). */
  constructor(context, wire, events) {
    this.#context = context;
    this.#node = new AudioWorkletNode(context, "rt-playback", {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [1]
    });
    this.#node.port.onmessage = ({ data }) => {
      if (data.type === "flushed") {
        this.#answers.answered();
      } else if (data.type === "underruns") {
        events.underruns(data.count, data.concealed);
      } else {
        this.measure();
        events.level(data.level);
      }
    };
    this.measure();
    this.#send({ type: "wire", port: wire }, [wire]);
    this.#node.connect(context.destination);
  }
  /** Tells the worklet how far behind the loudspeaker is; it does so by itself while it plays. */
  measure() {
    const { baseLatency, outputLatency } = this.#context;
    const seconds = (baseLatency || 0) + (outputLatency || 0);
    if (seconds === this.#latency) return;
    this.#latency = seconds;
    this.#send({ type: "latency", seconds });
  }
  /** Falls silent within one render quantum; resolves when what was heard has gone out through the wire. */
  flush() {
    this.#send({ type: "flush" });
    return this.#answers.next();
  }
  close() {
    this.#send({ type: "close" });
    this.#node.port.onmessage = null;
    this.#node.port.close();
    this.#node.disconnect();
    this.#answers.close();
  }
  #send(message, transfer = []) {
    this.#node.port.postMessage(message, transfer);
  }
};

// src/audio/recorder.ts
var Recorder = class {
  #context;
  #node;
  #answers = new Answers();
  #source = null;
  #mode = "closed";
  #held = false;
  /**
   * The context has the worklet `rt-capture`; `wire` gives `Spoken` and takes `Sounding` (ports.ts). `level` is 0 to 1,
   * 25 times a second.
   */
  constructor(context, wire, level) {
    this.#context = context;
    this.#node = new AudioWorkletNode(context, "rt-capture", {
      numberOfInputs: 1,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit"
    });
    this.#node.port.onmessage = ({ data }) => {
      if (data.type === "mode") this.#answers.answered();
      else level(data.level);
    };
    this.#send({ type: "wire", port: wire }, [wire]);
  }
  get mode() {
    return this.#mode;
  }
  /** A button is held to talk. */
  get held() {
    return this.#held;
  }
  /** Changes the mode; resolves when what belongs to the one before has gone out through the wire. */
  change(mode, held) {
    this.#mode = mode;
    this.#held = held;
    this.#send({ type: "mode", mode, held });
    return this.#answers.next();
  }
  mute(on) {
    this.#send({ type: "mute", on });
  }
  halfDuplex(on) {
    this.#send({ type: "half duplex", on });
  }
  /** Hears this stream in place of the one before; throws NotSupportedError where the browser refuses its rate. */
  connect(stream) {
    const source = this.#context.createMediaStreamSource(stream);
    source.connect(this.#node);
    this.disconnect();
    this.#source = source;
  }
  disconnect() {
    this.#source?.disconnect();
    this.#source = null;
  }
  close() {
    this.disconnect();
    this.#send({ type: "close" });
    this.#node.port.onmessage = null;
    this.#node.port.close();
    this.#answers.close();
  }
  #send(message, transfer = []) {
    this.#node.port.postMessage(message, transfer);
  }
};

// src/audio/wake.ts
var PATIENCE3 = 1e3;
function keepRunning(context, paused, signal) {
  let timer2;
  let ran = false;
  const wake = () => {
    if (context.state === "running" || context.state === "closed") return;
    context.resume().catch(() => {
    });
  };
  const watch = () => {
    clearTimeout(timer2);
    ran ||= context.state === "running";
    if (context.state === "running" || context.state === "closed") return;
    wake();
    timer2 = setTimeout(() => paused(ran), PATIENCE3);
  };
  context.addEventListener("statechange", watch, { signal });
  document.addEventListener("visibilitychange", wake, { signal });
  for (const chance of ["focus", "pointerdown", "keydown"]) {
    window.addEventListener(chance, wake, { signal, capture: true, passive: true });
  }
  signal.addEventListener("abort", () => clearTimeout(timer2), { once: true });
  watch();
}

// src/audio/sound.ts
var Sound = class _Sound {
  constructor(context, wire, events) {
    this.context = context;
    const { signal } = this.#listeners;
    const [playback, capture] = [new MessageChannel(), new MessageChannel()];
    this.player = new Player(context, playback.port1, events);
    this.recorder = new Recorder(context, capture.port1, events.heard);
    wire("playback", playback.port2);
    wire("capture", capture.port2);
    keepRunning(context, events.paused, signal);
    context.addEventListener("statechange", () => this.player.measure(), { signal });
  }
  context;
  #listeners = new AbortController();
  player;
  recorder;
  /** Takes the context over, which is closed where this fails. */
  static async open(context, wire, events) {
    try {
      await loadWorklets(context);
      return new _Sound(context, wire, events);
    } catch (error) {
      shut(context);
      throw error;
    }
  }
  /** Aborted when it is closed. */
  get signal() {
    return this.#listeners.signal;
  }
  /** Closes everything at once. */
  close() {
    this.#listeners.abort();
    this.player.close();
    this.recorder.close();
    shut(this.context);
  }
};
function shut(context) {
  if (context.state !== "closed") context.close().catch(() => {
  });
}

// src/voice.ts
var Voice = class {
  #link;
  #events;
  #ear;
  #sound = null;
  #opening = null;
  /** The sound before may still be telling what was heard of it. */
  #closing = Promise.resolve();
  /** The view that the kernel has named. */
  #owner = null;
  /** Nobody has clicked for the sound that is open. */
  #unasked = false;
  #muted = false;
  #halfDuplex = false;
  #output = "";
  #devices = NO_DEVICES;
  #underruns = 0;
  #concealed = 0;
  constructor(link, events) {
    this.#link = link;
    this.#events = events;
    this.#ear = new Ear({
      recorder: () => this.#sound?.recorder ?? null,
      reopen: (rate) => this.#reopen(rate),
      changed: () => this.#heardOtherwise(),
      problem: events.problem
    });
    void this.#list();
  }
  get state() {
    const recorder = this.#sound?.recorder;
    const { input, echoCancellation } = this.#ear.wish;
    return {
      owned: this.#sound !== null && this.#owner === this.#link.view,
      talking: recorder?.mode === "talking",
      held: recorder?.held ?? false,
      standby: recorder?.mode === "standby",
      muted: this.#muted,
      halfDuplex: this.#halfDuplex,
      echoCancellation,
      input,
      output: this.#output,
      ...this.#devices,
      canChooseOutput: typeof window.AudioContext === "function" && "setSinkId" in AudioContext.prototype,
      rate: this.#sound?.context.sampleRate ?? null,
      underruns: this.#underruns,
      concealed_ms: Math.round(milliseconds(this.#concealed))
    };
  }
  /** Opens the loudspeaker and asks for the session's sound. Call it in a click's handler. */
  async start() {
    this.#unasked = false;
    if (await this.#open() !== null) this.#link.send({ type: "start" });
  }
  /** Opens the microphone until `hush`. Call it in a click's handler. */
  talk() {
    return this.#talk(false);
  }
  /** Closes the microphone. */
  hush() {
    return this.#ear.want("closed", false);
  }
  /** A button or key was pressed to talk. Call it in that event's handler. */
  async hold() {
    if (this.#ear.wanted.mode !== "talking") await this.#talk(true);
  }
  /** The button or key was let go: the microphone stays open for a while, unheard. */
  async release() {
    if (this.#ear.wanted.held) await this.#ear.want("standby", false);
  }
  /** Sends silence in place of what the microphone hears. */
  mute(on) {
    this.#muted = on;
    this.#sound?.recorder.mute(on);
    this.#events.changed();
  }
  /** For loudspeakers: sends silence while the loudspeaker sounds. */
  halfDuplex(on) {
    this.#halfDuplex = on;
    this.#sound?.recorder.halfDuplex(on);
    this.#events.changed();
  }
  /** Switches the browser's echo cancellation, noise suppression and gain control. */
  async echo(on) {
    const settled = this.#ear.change({ echoCancellation: on });
    this.#events.changed();
    await settled;
  }
  /** Chooses devices by their ids; "" is the system's default. */
  async choose({ input, output: output2 }) {
    const settled = input === void 0 ? void 0 : this.#ear.change({ input });
    if (output2 !== void 0) {
      this.#output = output2;
      if (this.#sound !== null) await this.#sink(this.#sound);
    }
    this.#events.changed();
    await settled;
  }
  /** The kernel tells which view owns microphone and loudspeaker. */
  owner(view) {
    if (view === this.#owner) return;
    const [had, has] = [this.#owner === this.#link.view, view === this.#link.view];
    this.#owner = view;
    if (had && !has) void this.#yield();
    else if (has && this.#sound === null && this.#opening === null) void this.#takeOver();
    this.#events.changed();
  }
  /** Ends the session: what was heard is told first. */
  async end() {
    await this.#yield();
    this.#owner = null;
    this.#link.send({ type: "end" });
  }
  /** Lets microphone, loudspeaker and audio context go, at once. */
  close() {
    this.#letGo()?.close();
  }
  async #talk(held) {
    this.#unasked = false;
    void this.#ear.want("talking", held);
    const sound2 = await this.#open();
    if (sound2 === null) this.#ear.close();
    else if (this.#owner !== this.#link.view) this.#link.send({ type: "start" });
    await this.#ear.settle();
  }
  /** Another view has taken over, or none is wanted: tells what was heard here and lets go. */
  #yield() {
    const sound2 = this.#letGo();
    if (sound2 !== null) this.#closing = Promise.all([this.#closing, this.#tell(sound2)]).then(() => sound2.close());
    return this.#closing;
  }
  async #tell({ recorder, player }) {
    await Promise.all([recorder.mode === "closed" ? null : recorder.change("closed", false), player.flush()]);
  }
  /** The sound that was open, which is the caller's to close. The microphone is closed already. */
  #letGo() {
    const sound2 = this.#sound;
    this.#sound = null;
    this.#opening = null;
    this.#ear.close();
    this.#events.level({ microphone: 0, loudspeaker: 0 });
    this.#events.changed();
    return sound2;
  }
  /** The view that had the sound is gone, and the kernel gave it to this one. */
  async #takeOver() {
    this.#unasked = true;
    if (navigator.userActivation?.hasBeenActive === false) this.#events.problem(HANDED_OVER);
    else await this.#open();
  }
  #paused(ran) {
    const refused2 = this.#unasked && !ran;
    this.#events.problem(refused2 ? HANDED_OVER : PAUSED);
    if (refused2) this.close();
  }
  /** The sound, opened if there is none; null where that failed, or nobody wants it any more. */
  async #open() {
    if (this.#sound !== null) {
      this.#sound.context.resume().catch(() => {
      });
      return this.#sound;
    }
    this.#opening ??= this.#begin(void 0);
    return this.#opening;
  }
  /** Not after an await: a browser lets sound start in the click's own call only. */
  #begin(rate) {
    const opened = (async () => {
      const context = openContext(rate);
      await this.#closing;
      return Sound.open(context, (to, port) => this.#link.wire(to, port), {
        heard: (microphone) => this.#events.level({ microphone }),
        level: (loudspeaker) => this.#events.level({ loudspeaker }),
        underruns: (count, concealed) => {
          this.#underruns += count;
          this.#concealed += concealed;
          this.#events.changed();
        },
        paused: (ran) => this.#paused(ran)
      });
    })();
    const opening = opened.then(
      (sound2) => this.#opened(sound2, opening),
      (error) => {
        if (this.#opening === opening) this.#opening = null;
        this.#events.problem(explain(error));
        return null;
      }
    );
    return opening;
  }
  async #opened(sound2, opening) {
    if (this.#opening !== opening) {
      sound2.close();
      return null;
    }
    this.#opening = null;
    this.#sound = sound2;
    sound2.recorder.mute(this.#muted);
    sound2.recorder.halfDuplex(this.#halfDuplex);
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#replugged(sound2), { signal: sound2.signal });
    if (this.#output !== "") await this.#sink(sound2);
    this.#events.changed();
    return sound2;
  }
  /** The browser refuses the microphone for the context's rate: what was heard is told, and a context of another rate opened. */
  async #reopen(rate) {
    const sound2 = this.#sound;
    if (sound2 === null) return;
    this.#sound = null;
    this.#closing = this.#tell(sound2).then(() => sound2.close());
    this.#opening = this.#begin(rate);
    if (await this.#opening === null) this.#ear.close();
  }
  async #replugged(sound2) {
    await this.#list();
    sound2.player.measure();
    const there = this.#output === "" || this.#devices.outputs.some(({ id }) => id === this.#output);
    if (there) return;
    this.#output = "";
    await this.#sink(sound2);
    this.#events.problem(OTHER_LOUDSPEAKER);
  }
  async #sink(sound2) {
    try {
      await sound2.context.setSinkId(this.#output);
    } catch {
      this.#output = "";
      this.#events.problem(OTHER_LOUDSPEAKER);
    }
    sound2.player.measure();
  }
  #heardOtherwise() {
    if (this.#sound?.recorder.mode === "closed") this.#events.level({ microphone: 0 });
    this.#events.changed();
    if (this.#devices.inputs.every(({ label }) => label === "")) void this.#list();
  }
  async #list() {
    this.#devices = await listDevices().catch(() => NO_DEVICES);
    this.#events.changed();
  }
};

// src/watchdog.ts
var Watchdog = class {
  /** `silent` is called when nothing was heard for `patience` ms after an `asked`. */
  constructor(patience, silent2) {
    this.patience = patience;
    this.silent = silent2;
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

// src/playground.ts
var EVENTS = { en: "Events", zh: "事件" };
var PATIENCE4 = 5e3;
var TICK = 1e3;
var Playground = class {
  #element;
  #link;
  #voice;
  #replayer = new Replayer(() => this.#draw());
  #watchdog = new Watchdog(PATIENCE4, () => this.#miss());
  #roundTrip;
  #summary;
  #rows = new Rows((row, happened) => this.#add(row, happened));
  #session = new SessionModel();
  #conversation = new Conversation();
  #clock = new TurnClock();
  #frame;
  #announcer;
  #status;
  #notice;
  #conversationView;
  #preflight;
  #lanes;
  #controls;
  #settings;
  #events;
  #eventsFold;
  #gone = false;
  /** The kernel has not answered in time. */
  #silent = false;
  #way = null;
  #why = "";
  #lostFrames = 0;
  #lostSamples = 0;
  /** The list of what a conversation needs: shown before the first word, and when it is asked for. */
  #checking = null;
  /** From where a person wanted to hear the sound last. */
  #replayed = null;
  /** Ids of the `session.update` events that went out. */
  #updates = /* @__PURE__ */ new Set();
  /** The settings that the form was last told of. */
  #shownSettings = null;
  /** Why an update was refused that the form has still to be told of. */
  #refusal = "";
  constructor(model, element, lang, signal) {
    this.#element = element;
    this.#link = new Link(
      model,
      {
        receive: (message) => this.#receive(message),
        way: (way, why) => this.#set(() => [this.#way, this.#why] = [way, why]),
        lost: (frames) => this.#set(() => this.#lostFrames = frames),
        gone: () => this.#lose(),
        renewed: () => this.#renew()
      },
      signal
    );
    this.#voice = new Voice(this.#link, {
      changed: () => this.#changed(),
      level: (levels) => this.#controls.level(levels),
      problem: (problem2) => this.#notice.show(problem2)
    });
    this.#roundTrip = new RoundTrip((ping) => this.#link.send(ping));
    this.#summary = new SummaryHider(model.get("summary_id"), signal);
    this.#announcer = new Announcer(lang);
    this.#status = new StatusView(lang);
    this.#notice = new NoticeView(lang, signal);
    const list = { again: () => void this.#check("asked"), close: () => this.#set(() => this.#checking = "done") };
    this.#preflight = new PreflightView(lang, list, signal);
    this.#conversationView = new ConversationView(
      lang,
      {
        look: ({ id, t }) => {
          this.#eventsFold.open = true;
          this.#events.revealItem(id);
          this.#lanes.reveal(t);
          this.#draw();
        },
        answer: (call_id, approved) => this.#ask({ type: approved ? "approve" : "deny", call_id })
      },
      this.#preflight.element,
      signal
    );
    this.#lanes = new LanesView(
      lang,
      {
        replay: (t) => this.#replay(t),
        pick: (index) => {
          this.#eventsFold.open = true;
          this.#events.reveal(index);
          this.#draw();
        }
      },
      signal
    );
    this.#controls = new ControlsView(
      lang,
      {
        start: () => this.#act(() => this.#voice.start()),
        end: () => this.#act(() => this.#voice.end()),
        talk: () => this.#act(() => this.#voice.talk()),
        hush: () => this.#act(() => this.#voice.hush()),
        mute: (on) => this.#voice.mute(on),
        interrupt: () => this.#ask({ type: "interrupt" }),
        say: (words2) => this.#ask({ type: "say", text: words2 }),
        files: (files) => void this.#upload(files),
        choose: (devices) => this.#act(() => this.#voice.choose(devices)),
        echo: (on) => this.#act(() => this.#voice.echo(on)),
        halfDuplex: (on) => this.#voice.halfDuplex(on),
        check: () => void this.#check("asked")
      },
      signal
    );
    this.#settings = new SettingsView(lang, { update: (session2) => this.#ask({ type: "update", session: session2 }) }, signal);
    this.#events = new EventsView(
      lang,
      {
        look: (index) => this.#link.send({ type: "look", index }),
        jump: ({ t, item_id }) => {
          this.#lanes.reveal(t);
          if (item_id !== null) this.#conversationView.reveal(this.#conversation, item_id);
          this.#draw();
        }
      },
      signal
    );
    this.#eventsFold = fold(EVENTS[lang], true, this.#events.element);
    this.#frame = new Frame(element, (now2) => this.#paint(now2), signal);
    layOut(element, lang, {
      ...{ spoken: this.#announcer.element, status: this.#status.element },
      ...{ notice: this.#notice.element, conversation: this.#conversationView.element },
      live: [this.#lanes.element, this.#controls.element, this.#settings.element, this.#eventsFold]
    });
    this.#listen(model, signal);
    this.#draw();
    this.#ask({ type: "join" });
    if (element.classList.contains(DISCONNECTED)) this.#lose();
  }
  #listen(model, signal) {
    follow(model, "echo_cancellation", (on) => void this.#voice.echo(on), signal);
    follow(model, "half_duplex", (on) => this.#voice.halfDuplex(on), signal);
    const held = { hold: () => this.#act(() => this.#voice.hold()), release: () => this.#act(() => this.#voice.release()) };
    holdToTalk(this.#controls.hold, this.#element, held, signal);
    catchFiles(this.#element, { ready: () => this.#session.open && !this.#gone, take: (files) => void this.#upload(files) }, signal);
    const tick = setInterval(() => this.#session.open && this.#draw(), TICK);
    const end2 = () => {
      clearInterval(tick);
      this.#watchdog.heard();
      this.#replayer.stop();
      void this.#voice.close();
    };
    signal.addEventListener("abort", end2, { once: true });
  }
  // What a person does ----------------------------------------------------------------------------------------------
  /** Sends what needs the kernel's answer, and says so where none comes. */
  #ask(message) {
    this.#notice.clear();
    this.#watchdog.asked();
    this.#link.send(message);
  }
  /** Does what needs sound; not after an await, since a browser lets sound start in the click's own call only. */
  #act(action) {
    this.#notice.clear();
    this.#replayer.stop();
    void Promise.resolve(action()).catch((error) => this.#notice.show(explain(error)));
  }
  /** Plays what was said from `t` on; where that is playing, stops it. */
  #replay(t) {
    const again = this.#replayer.at !== null && t === this.#replayed;
    this.#replayer.stop();
    this.#replayed = again ? null : t;
    if (!again) this.#ask({ type: "replay", t });
    this.#draw();
  }
  async #upload(files) {
    this.#notice.clear();
    try {
      for (const file of files) {
        for await (const piece of pieces(file)) this.#link.send(piece);
      }
      this.#watchdog.asked();
    } catch (error) {
      this.#notice.show(explain(error));
    }
  }
  /** Looks whether everything is there that a conversation needs. */
  async #check(why) {
    this.#set(() => this.#checking = why);
    this.#preflight.show(await checks(this.#roundTrip, PATIENCE4, () => this.#waits));
    if (why === "asked") this.#preflight.element.scrollIntoView({ block: "nearest" });
  }
  // What the kernel tells -------------------------------------------------------------------------------------------
  #receive(message) {
    this.#watchdog.heard();
    this.#silent = false;
    this.#notice.clear(SILENT_KERNEL);
    const handler = this.#handlers[message.type];
    handler?.(message);
  }
  #handlers = {
    session: (message) => {
      this.#summary.hide();
      this.#gone = false;
      this.#session.state(message, performance.now());
      if (!this.#session.open) void this.#voice.hush();
      this.#voice.owner(message.owner);
      this.#changed();
    },
    history: ({ rows, done }) => {
      this.#rows.history(rows, done);
      if (done && this.#checking === null && this.#conversation.empty) void this.#check("before");
    },
    happened: ({ row }) => this.#rows.happened(row),
    lost: ({ samples }) => this.#set(() => this.#lostSamples = samples),
    replayed: ({ t, data }) => this.#replayer.play(t, data),
    looked: ({ index, json }) => this.#events.looked(index, json),
    pong: ({ id }) => this.#roundTrip.pong(id),
    problem: ({ text: what }) => {
      this.#conversationView.reopen();
      this.#notice.show(Problem.said(what));
    }
  };
  /** Takes the next row of the log; where it has just happened, a person is told what is to be told. */
  #add(row, happened) {
    this.#session.add(row);
    this.#conversation.add(row);
    this.#clock.add(row);
    this.#lanes.add(row);
    this.#events.add(row);
    this.#draw();
    const finished = this.#conversation.finished.splice(0);
    if (!happened) return;
    for (const { role, text: words2 } of finished) this.#announcer.transcript(this.#conversationView.speaker(role), words2);
    if (row.event.type === "rt.playback.flushed") this.#announcer.interrupted();
    if (row.event.type === "rt.tool.waiting") this.#announcer.asked(text(row.event.name));
    if (row.event.type === "session.update") this.#updates.add(text(row.event.event_id));
    if (this.#updates.has(text(field(row.event.error, "event_id")))) {
      this.#shownSettings = null;
      this.#refusal = text(field(row.event.error, "message"));
    }
    const problem2 = problemOf(row);
    const error = row.event.error ?? field(field(row.event.response, "status_details"), "error");
    if (problem2 !== null) this.#notice.show(problem2, text(field(error, "code")));
  }
  /** Everything comes anew. */
  #renew() {
    this.#rows.clear();
    this.#session.clear();
    this.#conversation = new Conversation();
    this.#conversation.moved = true;
    this.#clock = new TurnClock();
    this.#lanes.clear();
    this.#events.clear();
    this.#lostFrames = this.#lostSamples = 0;
    this.#draw();
  }
  /** The kernel that this panel belongs to is no more: another one knows nothing of it. */
  #lose() {
    this.#watchdog.heard();
    this.#gone = true;
    void this.#voice.close();
    this.#lack(NO_KERNEL);
  }
  /** The kernel does not answer; it may be another one, which knows nothing of this panel. */
  #miss() {
    this.#silent = true;
    this.#lack(SILENT_KERNEL);
  }
  /** A panel that never had a kernel in this page tells so in the conversation's place, and hides no summary. */
  #lack(problem2) {
    if (this.#absent !== null) this.#summary.show();
    else this.#notice.show(problem2);
    this.#changed();
  }
  // What is shown ---------------------------------------------------------------------------------------------------
  /** Why there is no kernel, where there was none as long as this page knows the panel. */
  get #absent() {
    if (this.#session.info !== null) return null;
    return this.#gone ? "gone" : this.#silent ? "silent" : null;
  }
  /** What is said waits for the cell that is running. */
  get #waits() {
    return this.#way === "comm" && !this.#gone && this.#session.busy;
  }
  #set(change) {
    change();
    this.#draw();
  }
  /** Session or sound are in another state: a screen reader is told at once, also where nothing is drawn. */
  #changed() {
    const { talking, muted } = this.#voice.state;
    if (talking) this.#checking = "done";
    const open2 = this.#session.info === null ? null : this.#session.open && !this.#gone;
    this.#announcer.state({ open: open2, listening: talking, muted });
    this.#draw();
  }
  #draw() {
    this.#frame.ask();
  }
  #paint(now2) {
    const session2 = this.#session;
    const voice = this.#voice.state;
    const open2 = session2.open && !this.#gone;
    const elsewhere = open2 && session2.owner !== null && !voice.owned;
    this.#element.classList.toggle("rt-offline", this.#absent !== null);
    this.#status.show({
      ...{ info: session2.info, gone: this.#gone, elsewhere, latency_ms: this.#clock.latency_ms, voice_ms: this.#clock.voice_ms },
      ...{ elapsed: session2.elapsed(now2), left: session2.left(Date.now() / 1e3), way: this.#way, why: this.#why, waits: this.#waits },
      ...{ underruns: voice.underruns, concealed_ms: voice.concealed_ms },
      lost: this.#lostFrames + Math.ceil(this.#lostSamples / CHUNK)
    });
    const known = session2.info === null ? "waiting" : open2 ? "open" : "closed";
    const { held, muted, owned: mine } = voice;
    const talking = voice.talking && !held;
    const controls = { mine, elsewhere, talking, held, muted, answering: session2.answering, sound: voice };
    this.#controls.show({ session: this.#gone ? "gone" : known, ...controls });
    if (this.#checking === "before" && !this.#conversation.empty) this.#checking = "done";
    this.#preflight.element.hidden = this.#absent !== null || this.#checking !== "before" && this.#checking !== "asked";
    this.#conversationView.show(this.#conversation, this.#absent, open2 ? session2.now(now2) : null);
    const { settings: settings2 } = session2;
    if (this.#shownSettings?.settings !== settings2 || this.#shownSettings.open !== open2) {
      this.#shownSettings = { settings: settings2, open: open2 };
      this.#settings.show(settings2, open2, this.#refusal);
      this.#refusal = "";
    }
    this.#lanes.playing(this.#replayer.at);
    this.#lanes.draw(session2.now(now2));
    this.#events.draw();
    if (this.#replayer.at !== null) this.#draw();
  }
};

// src/panel.ts
var panel_default = {
  render({ model, el, signal }) {
    const gone = new AbortController();
    const close = () => gone.abort();
    signal?.addEventListener("abort", close, { once: true, signal: gone.signal });
    const lang = langOf(model.get("lang"), document.documentElement.lang || navigator.language);
    new Playground(model, el, lang, gone.signal);
    return close;
  }
};
export {
  panel_default as default
};
