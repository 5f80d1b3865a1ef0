import type { Both, Lang } from "../lang.ts";
import { asks } from "./card.ts";
import { h } from "./dom.ts";

/** What a screen reader is told when it comes to be. */
export interface Snapshot {
  /** The session's connection is open; null before anything is known. */
  open: boolean | null;
  /** The microphone is on: switched on, or held. */
  listening: boolean;
  muted: boolean;
}

const WORDS: Both<Record<"opened" | "closed" | "listening" | "silent" | "muted" | "unmuted" | "interrupted", string>> = {
  en: {
    opened: "Session open",
    closed: "Session closed",
    listening: "Microphone on",
    silent: "Microphone off",
    muted: "Muted",
    unmuted: "Not muted",
    interrupted: "Answer interrupted",
  },
  zh: {
    opened: "会话已连接",
    closed: "会话已关闭",
    listening: "麦克风已打开",
    silent: "麦克风已关闭",
    muted: "已静音",
    unmuted: "已取消静音",
    interrupted: "回答被打断",
  },
};

/** Transcripts that stay for a screen reader to go back to; the conversation has them all. */
const MOST = 5;

/** Tells screen readers what others see: finished transcripts, and changes of state. Nothing of it is visible. */
export class Announcer {
  readonly element: HTMLElement;
  readonly #lang: Lang;
  readonly #status = h("div", { attributes: { role: "status" } });
  readonly #transcripts = h("div", { attributes: { role: "log", "aria-live": "polite", "aria-relevant": "additions" } });
  #last: Snapshot = { open: null, listening: false, muted: false };

  constructor(lang: Lang) {
    this.#lang = lang;
    this.element = h("div", { className: "rt-spoken" }, this.#status, this.#transcripts);
  }

  /** Tells what differs from the last time. */
  state(now: Snapshot): void {
    const words = WORDS[this.#lang];
    const last = this.#last;
    this.#last = now;
    const changes = [
      now.open !== last.open && now.open !== null && (now.open ? words.opened : words.closed),
      now.listening !== last.listening && (now.listening ? words.listening : words.silent),
      now.muted !== last.muted && (now.muted ? words.muted : words.unmuted),
    ].filter((change) => change !== false);
    if (changes.length > 0) this.#status.textContent = changes.join(". ");
  }

  interrupted(): void {
    this.#status.textContent = WORDS[this.#lang].interrupted;
  }

  /** A call asks for approval. */
  asked(name: string): void {
    this.#status.textContent = asks(name, this.#lang);
  }

  /** Tells a finished transcript. */
  transcript(speaker: string, words: string): void {
    this.#transcripts.append(h("p", {}, `${speaker}: ${words}`));
    while (this.#transcripts.childElementCount > MOST) this.#transcripts.firstElementChild?.remove();
  }
}
