// A panel without a kernel: the page of benchmarks/panel.py. It drives the bundle through its public door,
// `render({ model, el })`, and speaks to it as a kernel would, over the widget's comm.

const TRAITS = { echo_cancellation: true, half_duplex: false, lang: "en", summary_id: "" };

/** anywidget's model, with the kernel's end of the comm in it; it loses nothing, so its channel is a pair of counters. */
class Model {
  #listeners = new Set();
  #written = 0;
  #read = 0;
  #view = null;
  rows = 0;

  get(name) {
    return TRAITS[name];
  }

  on(name, callback) {
    if (name === "msg:custom") this.#listeners.add(callback);
  }

  off(name, callback) {
    this.#listeners.delete(callback);
  }

  get joined() {
    return this.#view !== null;
  }

  send({ view, n, messages = [] }) {
    this.#view = view;
    if (n !== undefined) this.#read = n + 1;
    for (const { type, index } of messages) {
      if (type === "look") queueMicrotask(() => this.tell({ type: "looked", index, json: `{\n  "index": ${index}\n}` }));
    }
  }

  tell(...messages) {
    const frame = { to: this.#view, n: this.#written++, ack: this.#read, messages };
    for (const listener of this.#listeners) listener(frame, []);
  }

  open() {
    const info = { provider: "local", model: "tutor", state: "open", dialect: "ga" };
    this.tell({ type: "session", info, owner: null, t: 0 });
  }

  history(count, shape, done) {
    this.tell({ type: "history", rows: Array.from({ length: count }, () => SHAPES[shape](this.rows++)), done });
  }

  happen(shape) {
    this.tell({ type: "happened", row: SHAPES[shape](this.rows++) });
  }
}

const row = (index, direction, event, audio_ms = null) => ({ index, t: index / 50, direction, audio_ms, event });

const WORDS = "the server hears when you stop and answers as soon as the silence was long enough".split(" ");

/** The rows of a turn of talk in their order, `n` counting the turns: most of them are sound and words in pieces. */
function talkRow(index) {
  const [n, place] = [Math.floor(index / 200), index % 200];
  const [user, answer, response_id] = [`item_user_${n}`, `item_answer_${n}`, `resp_${n}`];
  const append = () => row(index, "client", { type: "input_audio_buffer.append", event_id: `event_${index}` }, 40);
  const server = (type, fields, audio_ms) => row(index, "server", { type, event_id: `event_${index}`, ...fields }, audio_ms);
  const said = { id: user, type: "message", role: "user", content: [{ type: "input_audio", transcript: null }] };
  const fixed = {
    0: () => server("input_audio_buffer.speech_started", { item_id: user, audio_start_ms: index * 20 }),
    100: () => server("input_audio_buffer.speech_stopped", { item_id: user, audio_end_ms: index * 20 }),
    101: () => server("input_audio_buffer.committed", { item_id: user, previous_item_id: `item_answer_${n - 1}` }),
    102: () => server("conversation.item.added", { item: said, previous_item_id: `item_answer_${n - 1}` }),
    103: () => server("response.created", { response: { id: response_id, status: "in_progress" } }),
    104: () =>
      server("conversation.item.added", {
        item: { id: answer, type: "message", role: "assistant", status: "in_progress", content: [] },
        previous_item_id: user,
      }),
    198: () => server("response.output_audio.done", { response_id, item_id: answer, content_index: 0 }),
    199: () => server("response.done", { response: { id: response_id, status: "completed", output: [] } }),
  };
  if (fixed[place] !== undefined) return fixed[place]();
  if (place < 100) return append();
  const part = { response_id, item_id: answer, content_index: 0 };
  if (index % 2 === 0) return server("response.output_audio.delta", part, 100);
  return server("response.output_audio_transcript.delta", { ...part, delta: `${WORDS[index % WORDS.length]} ` });
}

/** Rows of which none folds, so that each is a line: the most that a list can be asked to hold. */
function lineRow(index) {
  const transcript = `${index} ${WORDS.slice(index % 9).join(" ")}`;
  return row(index, "server", {
    type: "response.output_audio_transcript.done",
    ...{ event_id: `event_${index}`, response_id: `resp_${index}`, item_id: `item_${index % 8}`, transcript },
  });
}

const SHAPES = { talk: talkRow, lines: lineRow };

const frames = [];
let last = null;
const tick = (now) => {
  if (last !== null) frames.push(now - last);
  last = now;
  requestAnimationFrame(tick);
};
let longest = 0;
let long = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) {
    long += 1;
    longest = Math.max(longest, duration);
  }
}).observe({ type: "longtask" });
requestAnimationFrame(tick);

window.bench = {
  model: new Model(),

  async panel(bundle) {
    const { default: widget } = await import(bundle);
    widget.render({ model: this.model, el: document.querySelector("#panel") });
    while (!this.model.joined) await new Promise((resolve) => setTimeout(resolve, 5));
    this.model.open();
  },

  /** The peer: each row of the log is a row of a table. */
  table() {
    const body = document.createElement("tbody");
    const table = document.createElement("table");
    table.append(body);
    const grid = document.createElement("div");
    grid.style = "height: 250px; overflow: auto; font: 12px monospace";
    grid.append(table);
    const field = document.createElement("input");
    field.ariaLabel = "Filter events";
    field.addEventListener("input", () => {
      for (const tr of body.children) tr.hidden = !tr.textContent.includes(field.value);
    });
    document.querySelector("#panel").append(field, grid);
    const add = ({ t, direction, event }) => {
      const tr = document.createElement("tr");
      for (const words of [t.toFixed(3), direction, event.type, event.transcript ?? event.delta ?? ""]) {
        const td = document.createElement("td");
        td.textContent = words;
        tr.append(td);
      }
      body.append(tr);
      return grid;
    };
    this.model.tell = ({ rows, row }) => {
      for (const each of rows ?? [row]) add(each);
      if (row !== undefined) grid.scrollTop = grid.scrollHeight;
    };
  },

  /** What happened so far, in pieces of 500 rows, a piece each task. */
  async history(count, shape) {
    for (let left = count; left > 0; left -= 500) {
      this.model.history(Math.min(500, left), shape, left <= 500);
      await new Promise((resolve) => setTimeout(resolve));
    }
  },

  grid() {
    return document.querySelector("[role=treegrid]") ?? document.querySelector("#panel div");
  },

  /** Scrolls down some 20 lines a frame, and from the end to the start again, for so many ms. */
  async scroll(ms) {
    const grid = this.grid();
    const end = performance.now() + ms;
    let top = 0;
    while (performance.now() < end) {
      await new Promise(requestAnimationFrame);
      top = grid === null || top > grid.scrollHeight ? 0 : top + 450;
      if (grid !== null) grid.scrollTop = top;
    }
    if (grid !== null) grid.scrollTop = grid.scrollHeight;
  },

  /** Lets so many events a second happen, for so many ms. */
  async happen(rate, shape, ms) {
    const begin = performance.now();
    for (let done = 0, now = begin; now < begin + ms; now = performance.now()) {
      for (; done < ((now - begin) / 1000) * rate; done++) this.model.happen(shape);
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  },

  forget() {
    frames.length = 0;
    last = null;
    longest = long = 0;
  },

  figures() {
    return { frames: [...frames], longest, long };
  },
};
