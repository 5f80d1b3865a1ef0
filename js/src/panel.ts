/** The Playground panel: an anywidget module. */
import { type CommModel, CommLink } from "./link.ts";
import { LABELS } from "./labels.ts";
import type { FromKernel, Info, Row } from "./messages.ts";
import { Conversation } from "./model/conversation.ts";
import { EventLines, type Line } from "./model/events.ts";
import { TurnClock } from "./model/turn.ts";
import { NO_KERNEL, Problem, problemOf, SILENT_KERNEL } from "./problem.ts";
import { ControlsView } from "./view/controls.ts";
import { ConversationView } from "./view/conversation.ts";
import { EventsView } from "./view/events.ts";
import { NoticeView } from "./view/notice.ts";
import { StatusView } from "./view/status.ts";
import { Voice } from "./voice.ts";
import { Watchdog } from "./watchdog.ts";

interface Model extends CommModel {
  get(name: "echo_cancellation"): boolean;
}

/** ms without any answer after which the kernel counts as silent. */
const PATIENCE = 5000;

type Handlers = { [T in FromKernel["type"]]: (message: Extract<FromKernel, { type: T }>) => void };

class Panel {
  readonly #link: CommLink;
  readonly #voice: Voice;
  readonly #watchdog = new Watchdog(PATIENCE, () => this.#notice.show(SILENT_KERNEL));
  readonly #signal: AbortSignal;

  readonly #conversation = new Conversation();
  readonly #lines = new EventLines();
  readonly #clock = new TurnClock();
  readonly #changed = new Set<Line>();

  readonly #statusView = new StatusView();
  readonly #conversationView = new ConversationView();
  readonly #eventsView = new EventsView();
  readonly #controlsView: ControlsView;
  readonly #notice: NoticeView;

  #info: Info | null = null;
  #owner: string | null = null;
  /** Position in the log of the last row shown; none before the history has come. */
  #last: number | null = null;
  #rows = 0;
  #underruns = 0;
  #lostSamples = 0;
  #drawing = false;

  constructor(model: Model, element: HTMLElement, signal: AbortSignal) {
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
      gone: () => this.#gone(),
    });
    this.#notice = new NoticeView(signal);
    this.#controlsView = new ControlsView(
      {
        start: () => this.#ask(() => this.#voice.start()),
        end: () => this.#ask(() => this.#voice.end()),
        talk: () => this.#ask(() => this.#voice.talk()),
        hush: () => this.#ask(() => this.#voice.hush()),
        say: (words) => this.#ask(() => this.#link.send({ type: "say", text: words })),
      },
      signal,
    );
    element.classList.add("rt-panel");
    element.setAttribute("aria-label", LABELS.panel);
    // JupyterLab has shortcuts on plain keys; they must not meet what is typed here.
    element.dataset.lmSuppressShortcuts = "true";
    element.append(
      this.#statusView.element,
      this.#conversationView.element,
      this.#notice.element,
      this.#controlsView.element,
      this.#eventsView.element,
    );
    // A page that goes away tells so, since nothing of it will be there to be found missing.
    window.addEventListener("pagehide", () => this.#leave(), { signal });
    signal.addEventListener("abort", () => this.#close(), { once: true });
    this.#draw();
    this.#ask(() => this.#link.send({ type: "join" }));
  }

  /** Does what needs the kernel's answer, and says so where none comes. */
  #ask(question: () => void | Promise<void>): void {
    this.#notice.clear();
    this.#watchdog.asked();
    // Not after an await: a browser lets sound start in the click's own call only.
    void new Promise<void>((resolve) => resolve(question())).catch(() => this.#gone());
  }

  /** The kernel that this panel belongs to is no more: another one knows nothing of it. */
  #gone(): void {
    if (this.#signal.aborted) return;
    this.#watchdog.heard();
    this.#info = null;
    void this.#voice.close();
    this.#notice.show(NO_KERNEL);
    this.#draw();
  }

  #receive(message: FromKernel): void {
    this.#watchdog.heard();
    this.#notice.clear(SILENT_KERNEL);
    (this.#handlers[message.type] as (message: FromKernel) => void)(message);
  }

  readonly #handlers: Handlers = {
    session: ({ info, owner }) => {
      if (info.state === "closed") void this.#voice.hush();
      this.#info = info;
      this.#owner = owner;
      this.#voice.owner(owner);
      this.#draw();
    },
    history: ({ view, rows }) => {
      if (view !== this.#link.view) return;
      // A view that joins again has some of them already.
      const last = (this.#last ??= -1);
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
    problem: ({ text: what }) => this.#notice.show(new Problem(what, "")),
  };

  #add(row: Row): void {
    this.#last = row.index;
    this.#rows += 1;
    this.#conversation.add(row);
    this.#clock.add(row);
    this.#changed.add(this.#lines.add(row));
    this.#draw();
  }

  /** Shows everything anew, once in the next frame however often it is called. */
  #draw(): void {
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
        lost: this.#link.lostFrames + Math.ceil(this.#lostSamples / 960),
      });
      this.#controlsView.show({ known: this.#info !== null, open, mine, talking: this.#voice.talking });
      this.#conversationView.show(this.#conversation.bubbles);
      this.#eventsView.show(this.#changed, this.#rows);
      this.#changed.clear();
    });
  }

  #leave(): void {
    try {
      this.#link.send({ type: "leave" });
    } catch {
      // There is no kernel left to be told.
    }
  }

  #close(): void {
    this.#watchdog.heard();
    this.#leave();
    void this.#voice.close();
  }
}

interface RenderArguments {
  model: Model;
  el: HTMLElement;
  /** Aborted when the view goes; older frontends call the returned function instead. */
  signal?: AbortSignal;
}

export default {
  render({ model, el, signal }: RenderArguments): () => void {
    const gone = new AbortController();
    const close = (): void => gone.abort();
    signal?.addEventListener("abort", close, { once: true, signal: gone.signal });
    new Panel(model, el, gone.signal);
    return close;
  },
};
