import type { Both, Lang } from "../lang.ts";
import type { Call, CallState } from "../model/calls.ts";
import { clip, duration } from "../model/format.ts";
import { laidOut } from "../model/json.ts";
import { h, newId, setText } from "./dom.ts";

const WORDS: Both<{
  states: Record<CallState, string>;
  kinds: Record<string, string>;
  late: string;
  progress: (name: string) => string;
  asks: (name: string) => string;
  approve: string;
  deny: string;
}> = {
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
      unsent: "output not sent",
    },
    kinds: {
      "unknown-tool": "no such tool",
      "invalid-json": "arguments are no JSON",
      "invalid-arguments": "wrong arguments",
      "invalid-result": "unusable result",
      exception: "exception",
      timeout: "time-out",
      denied: "denied",
      approved: "approved",
    },
    late: "after the interruption",
    progress: (name) => `Progress of ${name}`,
    asks: (name) => `${name} asks for approval`,
    approve: "Approve",
    deny: "Deny",
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
      unsent: "输出未发送",
    },
    kinds: {
      "unknown-tool": "没有这个工具",
      "invalid-json": "参数不是 JSON",
      "invalid-arguments": "参数错误",
      "invalid-result": "结果无法使用",
      exception: "异常",
      timeout: "超时",
      denied: "已拒绝",
      approved: "已批准",
    },
    late: "在打断之后",
    progress: (name) => `${name} 的进度`,
    asks: (name) => `${name} 请求批准`,
    approve: "批准",
    deny: "拒绝",
  },
};

/** Before the state, for eyes that do not tell colours apart. */
const SIGNS: Partial<Record<CallState, string>> = { done: "✓", failed: "✕", cancelled: "⊘", unsent: "✕", incomplete: "⊘", waiting: "?" };

/** Lines and characters of a text that is not folded. */
const LINES = 6;
const SHORT = 280;
/** Characters of its beginning that stand for a folded text. */
const PREVIEW = 80;
/** Characters that are shown; the event list has the whole event. */
const LONGEST = 20_000;

/** What is said of a call that waits for approval. */
export function asks(name: string, lang: Lang): string {
  return WORDS[lang].asks(name);
}

/** Answers a call that waits for approval. */
export type Answer = (call_id: string, approved: boolean) => void;

/** A text that is folded where it is long. */
class Passage {
  readonly element = h("div", { className: "rt-passage", hidden: true });
  readonly summary = h("summary", { tabIndex: -1 });
  readonly #text = h("pre", { dir: "auto" });
  readonly #fold = h("details", {}, this.summary);
  #words = "";

  constructor(className: string) {
    this.element.classList.add(className);
    this.element.append(this.#text);
  }

  /** Whether the whole of it is shown, until somebody folds or unfolds it. */
  set open(open: boolean) {
    this.#fold.open = open;
  }

  set words(words: string) {
    if (words === this.#words) return;
    this.#words = words;
    const laid = clip(laidOut(words), LONGEST);
    const long = laid.length > SHORT || laid.split("\n", LINES + 1).length > LINES;
    this.element.hidden = words === "";
    this.element.replaceChildren(long ? this.#fold : this.#text);
    if (long) this.#fold.append(this.#text);
    // What is unfolded may scroll, also by keyboard.
    if (long) this.#text.tabIndex = 0;
    else this.#text.removeAttribute("tabindex");
    setText(this.#text, laid);
    setText(this.summary, clip(laid.slice(0, 4 * PREVIEW).replace(/\s+/g, " "), PREVIEW));
  }
}

/** A call with what becomes of it: what it was called with, how far it is, what it returned. */
export class Card {
  readonly element: HTMLElement;
  readonly #words;
  readonly #name = h("code", { className: "rt-function" });
  readonly #state = h("span", { className: "rt-state" });
  readonly #arguments = new Passage("rt-arguments");
  readonly #output = new Passage("rt-output");
  readonly #error = h("p", { className: "rt-bad", dir: "auto" });
  readonly #bar = h("progress", { max: 1 });
  readonly #told = h("span", { dir: "auto" });
  readonly #progress = h("div", { className: "rt-progress", hidden: true }, this.#bar, this.#told);
  readonly #buttons: HTMLButtonElement[];
  readonly #approval: HTMLElement;
  readonly #leave: () => void;
  /** The question was answered here, and the kernel has not yet said so. */
  #answered = false;
  #call: Call | null = null;

  /** `answer` is called with a person's answer, absent where nobody can be asked; `leave` takes the focus. */
  constructor(lang: Lang, answer: Answer | undefined, leave: () => void, signal: AbortSignal) {
    const words = (this.#words = WORDS[lang]);
    this.#leave = leave;
    this.#arguments.element.id = newId();
    const button = (label: string, approved: boolean): HTMLButtonElement => {
      const className = approved ? "rt-primary rt-small" : "rt-small";
      const made = h("button", { type: "button", className, attributes: { "aria-describedby": this.#arguments.element.id } }, label);
      made.addEventListener("click", () => {
        if (this.#answered || this.#call === null) return;
        answer?.(this.#call.id, approved);
        this.#mark(true);
      }, { signal });
      return made;
    };
    this.#buttons = answer === undefined ? [] : [button(words.approve, true), button(words.deny, false)];
    this.#approval = h("div", { className: "rt-approval", hidden: true, attributes: { role: "group" } });
    const title = h("p", { className: "rt-call" }, this.#name, " ", this.#state);
    this.element = h("div", { className: "rt-card" }, title, this.#arguments.element, this.#progress, this.#approval);
    this.element.append(this.#error, this.#output.element);
  }

  /** What the keyboard can reach in it, beside the buttons of a question and what is unfolded. */
  get stops(): HTMLElement[] {
    return [this.#arguments.summary, this.#output.summary];
  }

  /** The answer was not taken: it can be given again. */
  reopen(): void {
    this.#mark(false);
  }

  /** `now` is the time on the log's clock, s; null where no session is open. */
  show(call: Call, now: number | null): void {
    this.#call = call;
    this.element.dataset.state = call.state;
    this.element.classList.toggle("rt-now", now !== null);
    setText(this.#name, call.name);
    this.tick(call, now);
    this.#arguments.words = call.arguments;
    this.#showProgress(call);
    this.#ask(call, call.state === "waiting" && call.id !== "" && now !== null);
    // The output of a failed call is what the model is told of the error: mostly the same words.
    setText(this.#error, call.output?.includes(call.error) === true ? "" : call.error);
    this.#output.element.classList.toggle("rt-bad", call.state === "failed");
    this.#output.words = call.output ?? "";
  }

  /** Shows how long it has been running. */
  tick(call: Call, now: number | null): void {
    const { states, kinds, late } = this.#words;
    const runs = call.state === "running" && call.started !== null && now !== null;
    const parts = [
      [SIGNS[call.state], states[call.state]].filter(Boolean).join(" "),
      // What the model is told stands below.
      kinds[call.why] ?? (call.output?.includes(call.why) === true ? "" : call.why),
      runs ? `${Math.max(0, Math.floor(now - (call.started ?? now)))} s` : "",
      call.duration_ms === null ? "" : duration(call.duration_ms),
      call.late ? late : "",
    ];
    setText(this.#state, parts.filter(Boolean).join(" · "));
  }

  #showProgress({ name, progress }: Call): void {
    this.#progress.hidden = progress === null;
    if (progress === null) return;
    this.#bar.hidden = progress.fraction === null;
    this.#bar.value = progress.fraction ?? 0;
    this.#bar.setAttribute("aria-label", this.#words.progress(name));
    setText(this.#told, progress.text);
  }

  #ask({ name }: Call, asked: boolean): void {
    const { asks, approve, deny } = this.#words;
    const hidden = !asked || this.#buttons.length === 0;
    if (hidden === this.#approval.hidden) return;
    const focused = this.#approval.matches(":focus-within");
    this.#mark(false);
    this.#approval.hidden = hidden;
    // Nobody should approve what they have not seen.
    this.#arguments.open = asked;
    this.#approval.replaceChildren(...(hidden ? [] : this.#buttons));
    this.#approval.setAttribute("aria-label", asks(name));
    this.#buttons.forEach((button, i) => button.setAttribute("aria-label", `${i === 0 ? approve : deny} ${name}`));
    // The button that a person has just pressed is gone; the keyboard goes on from here.
    if (focused && hidden) this.#leave();
  }

  #mark(answered: boolean): void {
    this.#answered = answered;
    // Not disabled: that would throw the keyboard out of the panel.
    for (const button of this.#buttons) button.setAttribute("aria-disabled", String(answered));
  }
}
