import type { Both, Lang } from "../lang.ts";
import type { Call } from "../model/calls.ts";
import { type Bubble, type Conversation, heardPart, type Note } from "../model/conversation.ts";
import { duration } from "../model/format.ts";
import { type Answer, Card } from "./card.ts";
import { followEnd, h, newId, region, setText } from "./dom.ts";

/** Why nobody can say anything: the kernel was never there, or does not answer; or the conversation is over. */
type Absent = "gone" | "silent" | "recorded";

const WORDS: Both<{
  conversation: string;
  empty: string;
  absent: Record<Absent, string>;
  earlier: string;
  events: string;
  eventsHint: string;
  roles: Record<string, string>;
  newSession: string;
  wordless: string;
  interrupted: string;
  heard: (heard: string, generated: string) => string;
  unheard: string;
  notes: Record<Note["kind"], (text: string) => string>;
}> = {
  en: {
    conversation: "Conversation",
    empty: "Press Start session to hear answers and Start talking to speak, or type a message.",
    absent: {
      gone: "This panel was saved without its kernel. Run the notebook's cells again to talk.",
      silent: "The kernel does not answer. If a cell is running, wait or stop it; else run the notebook's cells again to talk.",
      recorded: "Nothing was said.",
    },
    earlier: "Show earlier messages",
    events: "Events",
    eventsHint: "Show the events of this message",
    roles: { user: "You", assistant: "Assistant", system: "System", tool: "Tool" },
    newSession: "New session",
    wordless: "(no words)",
    interrupted: "interrupted",
    heard: (heard, generated) => (generated === "" ? `heard ${heard}` : `heard ${heard} of ${generated}`),
    unheard: "Generated, but never heard",
    notes: {
      sound: () => "sound, not transcribed",
      untranscribed: (text) => `not transcribed: ${text}`,
      failed: (text) => text,
      incomplete: (text) => `incomplete: ${text}`,
      cancelled: () => "interrupted",
      apart: () => "out of band",
    },
  },
  zh: {
    conversation: "对话",
    empty: "点击“开始会话”收听回答，点击“开始说话”发言，或输入消息。",
    absent: {
      gone: "这个面板保存时没有内核。重新运行笔记本的单元格即可对话。",
      silent: "内核没有应答。如果有单元格正在运行，请等待或停止它；否则请重新运行笔记本的单元格。",
      recorded: "没有说任何话。",
    },
    earlier: "显示更早的消息",
    events: "事件",
    eventsHint: "显示这条消息的事件",
    roles: { user: "你", assistant: "助手", system: "系统", tool: "工具" },
    newSession: "新会话",
    wordless: "（没有文字）",
    interrupted: "被打断",
    heard: (heard, generated) => (generated === "" ? `听到 ${heard}` : `听到 ${heard}，共 ${generated}`),
    unheard: "已生成，但没有播放",
    notes: {
      sound: () => "声音，未转写",
      untranscribed: (text) => `未能转写：${text}`,
      failed: (text) => text,
      incomplete: (text) => `不完整：${text}`,
      cancelled: () => "被打断",
      apart: () => "对话之外",
    },
  },
};

/** Bubbles in the page at first, and so many more with each click on `Show earlier messages`. */
const WINDOW = 200;

/** The elements of one bubble; `unheard` is the end of a cut answer. */
interface Parts {
  element: HTMLElement;
  heard: HTMLElement;
  unheard: HTMLElement;
  /** Of a call; made when it is first shown. */
  card: Card | null;
  said: HTMLElement;
  note: HTMLElement;
  events: HTMLButtonElement;
}

export interface ConversationActions {
  /** The events of a bubble are to be seen. */
  look: (bubble: Bubble) => void;
  /** A person has answered a call that asks for approval. Absent where nobody can be asked. */
  answer?: Answer;
}

/** The bubbles. Each has a button that leads to its events; the arrow keys go from one to the next. */
export class ConversationView {
  readonly element: HTMLElement;
  readonly #lang: Lang;
  readonly #actions: ConversationActions;
  readonly #signal: AbortSignal;
  readonly #list = h("ol", { className: "rt-bubbles", attributes: { role: "list" } });
  readonly #empty = h("p", { className: "rt-empty" });
  readonly #earlier: HTMLButtonElement;
  readonly #shown = new Map<string, Parts>();
  /** The calls whose tools run. */
  readonly #running = new Set<Bubble>();
  #conversation: Conversation | null = null;
  #now: number | null = null;
  #most = WINDOW;
  /** The one bubble that Tab reaches. */
  #reachable: string | null = null;

  /** `below` stands below the bubbles. */
  constructor(lang: Lang, actions: ConversationActions, below: Node | string, signal: AbortSignal) {
    const words = WORDS[lang];
    this.#lang = lang;
    this.#actions = actions;
    this.#signal = signal;
    this.#earlier = h("button", { type: "button", className: "rt-earlier", hidden: true }, words.earlier);
    this.element = region(words.conversation, "rt-conversation", this.#empty, this.#earlier, this.#list, below);
    this.element.tabIndex = 0;
    this.#earlier.addEventListener("click", () => this.#showEarlier(), { signal });
    this.#list.addEventListener("keydown", (event) => this.#walk(event), { signal });
  }

  /** What a role is called. */
  speaker(role: string): string {
    return WORDS[this.#lang].roles[role] ?? role;
  }

  /**
   * Shows what has changed; `absent` says why nobody can say anything, where that is so, and `now` is the time on the
   * log's clock, s, null where no session is open.
   */
  show(conversation: Conversation, absent: Absent | null, now: number | null): void {
    const words = WORDS[this.#lang];
    setText(this.#empty, absent === null ? words.empty : words.absent[absent]);
    this.#empty.hidden = !conversation.empty;
    if (conversation !== this.#conversation) this.#running.clear();
    this.#conversation = conversation;
    // It is read from its beginning.
    if (absent === "recorded") this.#most = Infinity;
    // Nobody can be asked any more, or again.
    const asked = (now === null) !== (this.#now === null);
    this.#now = now;
    for (const bubble of this.#running) if (bubble.call !== null) this.#shown.get(bubble.id)?.card?.tick(bubble.call, now);
    if (asked) for (const { call, id } of conversation.bubbles) if (call !== null) this.#shown.get(id)?.card?.show(call, now);
    if (!conversation.moved && conversation.changed.size === 0) return;
    followEnd(this.element, () => {
      if (conversation.moved) this.#arrange(conversation);
      for (const bubble of conversation.changed) this.#update(bubble);
    });
    conversation.moved = false;
    conversation.changed.clear();
  }

  /** Goes to the bubble of an item and marks it for a moment. */
  reveal(conversation: Conversation, item_id: string): void {
    const bubble = conversation.find(item_id);
    if (bubble === undefined) return;
    while (!this.#shown.has(bubble.id) && this.#most < conversation.bubbles.length) {
      this.#most += WINDOW;
      this.#arrange(conversation);
    }
    const element = this.#shown.get(bubble.id)?.element;
    element?.scrollIntoView({ block: "nearest" });
    element?.classList.remove("rt-found");
    // Asking for the layout in between starts the animation anew.
    void element?.offsetWidth;
    element?.classList.add("rt-found");
  }

  /** What a person answered was not taken. */
  reopen(): void {
    for (const { card } of this.#shown.values()) card?.reopen();
  }

  #showEarlier(): void {
    this.#most += WINDOW;
    if (this.#conversation !== null) this.#arrange(this.#conversation);
  }

  #arrange(conversation: Conversation): void {
    const bubbles = conversation.latest(this.#most);
    const ids = new Set(bubbles.map(({ id }) => id));
    for (const [id, { element }] of this.#shown) {
      if (ids.has(id)) continue;
      element.remove();
      this.#shown.delete(id);
    }
    bubbles.forEach((bubble, place) => {
      const known = this.#shown.get(bubble.id);
      const { element } = known ?? this.#make(bubble);
      // Moving an element that is in place already would lose a selection in it.
      if (this.#list.children[place] !== element) this.#list.insertBefore(element, this.#list.children[place] ?? null);
      if (known === undefined) this.#update(bubble);
    });
    this.#earlier.hidden = conversation.latest(this.#most + 1).length === bubbles.length;
    if (this.#reachable === null || !ids.has(this.#reachable)) this.#reach(bubbles.findLast(({ role }) => role !== "mark")?.id ?? null);
  }

  #make(bubble: Bubble): Parts {
    const words = WORDS[this.#lang];
    const heard = h("span");
    const unheard = h("s", { title: words.unheard });
    const note = h("small", { className: "rt-note" });
    const id = newId();
    // What is said may be in any language, whichever the panel speaks.
    const text = h("p", { lang: "", dir: "auto" }, heard, unheard);
    const events = h("button", { type: "button", className: "rt-jump", tabIndex: -1, title: words.eventsHint }, words.events);
    events.setAttribute("aria-describedby", id);
    events.addEventListener("click", () => this.#actions.look(bubble), { signal: this.#signal });
    const said = h("div", { id }, text);
    const head = h("div", { className: "rt-who" }, h("b", {}, this.speaker(bubble.role)), events);
    const children = bubble.role === "mark" ? [h("p", {}, words.newSession)] : [head, said, note];
    const element = h("li", { className: "rt-bubble" }, ...children);
    element.dataset.role = bubble.role;
    element.dataset.item = bubble.id;
    const parts = { element, said, heard, unheard, card: null, note, events };
    this.#shown.set(bubble.id, parts);
    return parts;
  }

  #update(bubble: Bubble): void {
    const parts = this.#shown.get(bubble.id);
    if (parts === undefined) return;
    const words = WORDS[this.#lang];
    const [head, tail] = heardPart(bubble);
    const silent = head === "" && tail === "";
    const shown = silent ? (bubble.live ? "…" : words.wordless) : head;
    parts.element.classList.toggle("rt-live", bubble.live);
    setText(parts.heard, shown);
    setText(parts.unheard, tail);
    if (bubble.call !== null) this.#showCall(parts, bubble, bubble.call);
    setText(parts.note, noteOf(bubble, this.#lang));
    parts.note.classList.toggle("rt-bad", bubble.note?.kind === "failed");
  }

  #showCall(parts: Parts, bubble: Bubble, call: Call): void {
    if (parts.card === null) {
      parts.card = new Card(this.#lang, this.#actions.answer, () => parts.events.focus(), this.#signal);
      for (const stop of parts.card.stops) stop.tabIndex = parts.events.tabIndex;
      parts.said.replaceChildren(parts.card.element);
    }
    if (call.state === "running") this.#running.add(bubble);
    else this.#running.delete(bubble);
    parts.card.show(call, this.#now);
  }

  #reach(id: string | null): void {
    for (const [bubble, tabIndex] of [[this.#reachable, -1], [id, 0]] as const) {
      const parts = bubble === null ? undefined : this.#shown.get(bubble);
      if (parts !== undefined) for (const stop of [parts.events, ...(parts.card?.stops ?? [])]) stop.tabIndex = tabIndex;
    }
    this.#reachable = id;
  }

  /** Arrow keys, Home and End go from bubble to bubble. */
  #walk(event: KeyboardEvent): void {
    const buttons = [...this.#list.querySelectorAll<HTMLButtonElement>(".rt-jump")];
    const at = buttons.findIndex((button) => button === event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const button = buttons[Math.min(Math.max(to, 0), buttons.length - 1)];
    this.#reach(button?.closest<HTMLElement>(".rt-bubble")?.dataset.item ?? null);
    button?.focus();
    button?.closest(".rt-bubble")?.scrollIntoView({ block: "nearest" });
  }
}

function noteOf({ note, heard_ms, generated_ms }: Bubble, lang: Lang): string {
  const words = WORDS[lang];
  const cut = heard_ms === null ? "" : `${words.interrupted} · ${words.heard(duration(heard_ms), generated_ms > 0 ? duration(generated_ms) : "")}`;
  // That it was cut tells more than that it was cancelled.
  const said = note === null || (cut !== "" && note.kind === "cancelled") ? "" : words.notes[note.kind](note.text);
  return [cut, said].filter(Boolean).join(" · ");
}
