import type { Both, Lang } from "../lang.ts";
import type { Problem } from "../problem.ts";
import { h } from "./dom.ts";

/** Something that a conversation needs. */
export interface Check {
  name: string;
  ok: "yes" | "no" | "unknown";
  /** What is known of it beyond that, such as a time. */
  detail?: string;
  problem: Problem | null;
}

const WORDS: Both<{
  title: string;
  again: string;
  close: string;
  names: Record<string, string>;
  answers: Record<Check["ok"], string>;
}> = {
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
      busy: "Kernel is free",
    },
    answers: { yes: "yes", no: "no", unknown: "with the first click" },
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
      busy: "内核空闲",
    },
    answers: { yes: "是", no: "否", unknown: "点击后可知" },
  },
};

const SIGNS: Record<Check["ok"], string> = { yes: "✓", no: "✗", unknown: "?" };

export interface PreflightActions {
  again: () => void;
  close: () => void;
}

/** What is there of what a conversation needs; where something is missing, why, and the cure. */
export class PreflightView {
  readonly element: HTMLElement;
  readonly #lang: Lang;
  readonly #list = h("ul");

  constructor(lang: Lang, actions: PreflightActions, signal: AbortSignal) {
    const words = WORDS[lang];
    this.#lang = lang;
    const again = h("button", { type: "button" }, words.again);
    const close = h("button", { type: "button" }, words.close);
    again.addEventListener("click", actions.again, { signal });
    close.addEventListener("click", actions.close, { signal });
    const buttons = h("div", { className: "rt-row" }, again, close);
    const attributes = { role: "group", "aria-label": words.title };
    this.element = h("div", { className: "rt-preflight", hidden: true, attributes }, h("b", {}, words.title), this.#list, buttons);
  }

  show(checks: readonly Check[]): void {
    this.#list.replaceChildren(...checks.map((check) => this.#item(check)));
  }

  #item({ name, ok, detail, problem }: Check): HTMLElement {
    const words = WORDS[this.#lang];
    const told = problem?.in(this.#lang);
    const sign = h("span", { className: "rt-sign", attributes: { "aria-hidden": "true" } }, SIGNS[ok]);
    const head = h("span", {}, words.names[name] ?? name, ": ", h("span", { className: "rt-answer" }, detail ?? words.answers[ok]));
    const item = h("li", {}, sign, head);
    item.dataset.ok = ok;
    if (told !== undefined) item.append(h("p", {}, h("strong", {}, told.what), " ", told.cure));
    return item;
  }
}
