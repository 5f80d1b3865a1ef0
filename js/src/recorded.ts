import { type Piece, Tape } from "./audio/tape.ts";
import type { Both, Lang } from "./lang.ts";
import type { Row } from "./messages.ts";
import { Conversation } from "./model/conversation.ts";
import { timer } from "./model/format.ts";
import { ConversationView } from "./view/conversation.ts";
import { h } from "./view/dom.ts";
import { EventsView } from "./view/events.ts";
import { Frame } from "./view/frame.ts";
import { OWN_SPACE } from "./view/hold.ts";
import { LanesView } from "./view/lanes.ts";
import { dress } from "./view/layout.ts";

/** What a page tells of its log. */
export interface About {
  title: string | null;
  /** When the log began, ISO 8601. */
  started: string;
  rows: number;
  seconds: number;
}

/**
 * A row of the log in a page: time, direction, sound (ms), levels (0: none), the event as it was on the wire, or the
 * text that came instead of one, and the event as the views need it where that is another one.
 */
export type Kept = [
  t: number,
  direction: number,
  audio_ms: number | null,
  levels: number[] | 0,
  wire: Record<string, unknown> | string,
  event?: Record<string, unknown>,
];

const DIRECTIONS = ["client", "server", "local"] as const;

const WORDS: Both<{ title: string; facts: (seconds: string, rows: string) => string; keys: string }> = {
  en: {
    title: "Realtime conversation",
    facts: (seconds, rows) => `${seconds}, ${rows} events`,
    keys: "Space plays and stops, / filters the events.",
  },
  zh: {
    title: "实时对话",
    facts: (seconds, rows) => `${seconds}，${rows} 个事件`,
    keys: "空格键播放和停止，/ 键筛选事件。",
  },
};

/** A log that was recorded: conversation, waveforms with their sound, and events, all of it in the page. */
export class Recorded {
  readonly #about: About;
  readonly #tape: Tape;
  readonly #frame: Frame;
  readonly #conversation = new Conversation();
  readonly #conversationView: ConversationView;
  readonly #lanes: LanesView;
  readonly #events: EventsView;
  /** From where a person wanted to hear the sound last. */
  #played: number | null = null;
  /** The events as they were on the wire, by position. */
  readonly #wire: Kept[4][] = [];

  constructor(element: HTMLElement, lang: Lang, about: About, pieces: readonly Piece[], signal: AbortSignal) {
    this.#about = about;
    this.#tape = new Tape(pieces, () => this.#frame.ask());
    this.#conversationView = new ConversationView(
      lang,
      {
        look: ({ id, t }) => {
          this.#events.revealItem(id);
          this.#lanes.reveal(t);
          this.#frame.ask();
        },
      },
      "",
      signal,
    );
    this.#lanes = new LanesView(
      lang,
      {
        ...(this.#tape.empty ? {} : { replay: (t: number) => this.#play(t) }),
        pick: (index) => {
          this.#events.reveal(index);
          this.#frame.ask();
        },
      },
      signal,
    );
    this.#events = new EventsView(
      lang,
      {
        look: (index) => this.#events.looked(index, this.#json(index)),
        jump: ({ t, item_id }) => {
          this.#lanes.reveal(t);
          if (item_id !== null) this.#conversationView.reveal(this.#conversation, item_id);
          this.#frame.ask();
        },
      },
      signal,
    );
    this.#frame = new Frame(element, () => this.#paint(), signal);
    dress(element, lang, about.title ?? WORDS[lang].title);
    element.append(headOf(about, lang, this.#tape.empty), this.#lanes.element, this.#conversationView.element, this.#events.element);
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  /** Takes in the rows, piece by piece, so that the page stays at hand. */
  async load(pieces: Iterable<Kept[]>): Promise<void> {
    for (const piece of pieces) {
      for (const kept of piece) this.#add(kept);
      await new Promise((next) => setTimeout(next));
    }
    this.#lanes.overview(Math.max(this.#about.seconds, this.#tape.end));
    this.#conversationView.show(this.#conversation, "recorded", null);
    this.#conversationView.element.scrollTop = 0;
    this.#events.toStart();
    this.#frame.ask();
  }

  #add(kept: Kept): void {
    const [t, direction, audio_ms, levels, wire] = kept;
    const index = this.#wire.push(wire) - 1;
    const row: Row = {
      ...{ index, t, direction: DIRECTIONS[direction] ?? "local", audio_ms, event: eventOf(kept) },
      ...(levels === 0 ? {} : { levels }),
    };
    this.#conversation.add(row);
    this.#lanes.add(row);
    this.#events.add(row);
  }

  #json(index: number): string {
    const wire = this.#wire[index];
    return typeof wire === "string" ? wire : JSON.stringify(wire, null, 2);
  }

  /** Plays from `t` on; where that is playing, stops it. */
  #play(t: number): void {
    const again = this.#tape.at !== null && t === this.#played;
    this.#played = again ? null : t;
    if (again) this.#tape.stop();
    else this.#tape.play(t);
  }

  #pressed(event: KeyboardEvent): void {
    const target = event.target as Element;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === " " && target.closest(OWN_SPACE) === null) this.#lanes.toggle();
    else if (event.key === "/" && target.closest("input") === null) this.#events.search();
    else return;
    event.preventDefault();
  }

  #paint(): void {
    this.#conversationView.show(this.#conversation, "recorded", null);
    this.#lanes.playing(this.#tape.at);
    this.#lanes.draw(Math.max(this.#about.seconds, this.#tape.end));
    this.#events.draw();
    if (this.#tape.at !== null) this.#frame.ask();
  }
}

/** The event as the views need it: sound, which is told by its duration, is no text. */
function eventOf([, , , , wire, event]: Kept): Record<string, unknown> {
  if (event !== undefined) return event.type === "response.output_audio.delta" ? { ...event, delta: undefined } : event;
  if (typeof wire === "string") return { type: "rt.unreadable" };
  return wire.type === "response.output_audio.delta" ? { ...wire, delta: undefined } : wire;
}

function headOf({ title, started, seconds, rows }: About, lang: Lang, silent: boolean): HTMLElement {
  const words = WORDS[lang];
  const date = new Date(started);
  const when = h("time", { dateTime: started }, date.toLocaleString(lang === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" }));
  const facts = h("p", {}, when, " · ", words.facts(timer(seconds), rows.toLocaleString("en")));
  if (!silent) facts.append(" · ", h("span", { className: "rt-keys" }, words.keys));
  return h("header", { className: "rt-title" }, h("h1", { dir: "auto" }, title ?? words.title), facts);
}
