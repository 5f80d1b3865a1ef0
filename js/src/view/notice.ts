import { LABELS } from "../labels.ts";
import type { Problem } from "../problem.ts";
import { h, setText } from "./dom.ts";

/** The problem of the moment, where the person looks, with its cure. */
export class NoticeView {
  readonly #what = h("strong");
  readonly #cure = h("span");
  readonly #dismiss = h("button", { type: "button", attributes: { "aria-label": LABELS.dismiss } }, "×");
  readonly element = h(
    "div",
    { className: "rt-notice", hidden: true, attributes: { role: "alert" } },
    h("p", {}, this.#what, " ", this.#cure),
    this.#dismiss,
  );
  #shown: Problem | null = null;

  constructor(signal: AbortSignal) {
    this.#dismiss.addEventListener("click", () => this.clear(), { signal });
  }

  show(problem: Problem): void {
    this.#shown = problem;
    setText(this.#what, problem.message);
    setText(this.#cure, problem.cure);
    this.element.hidden = false;
  }

  /** Takes the notice away; only if it shows `problem`, where one is given. */
  clear(problem?: Problem): void {
    if (problem !== undefined && problem !== this.#shown) return;
    this.#shown = null;
    this.element.hidden = true;
  }
}
