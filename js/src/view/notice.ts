import type { Both, Lang } from "../lang.ts";
import type { Problem } from "../problem.ts";
import { h, setText } from "./dom.ts";

const WORDS: Both<{ dismiss: string; earlier: (count: number) => string }> = {
  en: { dismiss: "Dismiss", earlier: (count) => (count === 1 ? "1 earlier problem" : `${count} earlier problems`) },
  zh: { dismiss: "关闭提示", earlier: (count) => `之前还有 ${count} 个问题` },
};

/** The newest problem, where the person looks, with its cure. It lies above the conversation and moves nothing. */
export class NoticeView {
  readonly element: HTMLElement;
  readonly #lang: Lang;
  readonly #what = h("strong");
  readonly #code = h("code");
  readonly #cure = h("span");
  readonly #earlier = h("small");
  #shown: Problem | null = null;
  #count = 0;

  constructor(lang: Lang, signal: AbortSignal) {
    this.#lang = lang;
    const dismiss = h("button", { type: "button", title: WORDS[lang].dismiss, attributes: { "aria-label": WORDS[lang].dismiss } }, "×");
    dismiss.addEventListener("click", () => this.clear(), { signal });
    this.element = h(
      "div",
      { className: "rt-notice", hidden: true, attributes: { role: "alert" } },
      h("p", {}, this.#what, " ", this.#code, " ", this.#cure, " ", this.#earlier),
      dismiss,
    );
  }

  /** Shows a problem; `code` is the server's own name for it. */
  show(problem: Problem, code = ""): void {
    const { what, cure } = problem.in(this.#lang);
    if (problem !== this.#shown) this.#count += 1;
    this.#shown = problem;
    setText(this.#what, what);
    setText(this.#code, what.includes(code) ? "" : code);
    setText(this.#cure, cure);
    setText(this.#earlier, this.#count > 1 ? WORDS[this.#lang].earlier(this.#count - 1) : "");
    this.element.hidden = false;
  }

  /** Takes the notice away; only if it shows `problem`, where one is given. */
  clear(problem?: Problem): void {
    if (problem !== undefined && problem !== this.#shown) return;
    this.#shown = null;
    this.#count = 0;
    this.element.hidden = true;
  }
}
