import type { Both, Lang } from "../lang.ts";
import { h } from "./dom.ts";

const NAME: Both<string> = { en: "Realtime session", zh: "实时会话" };

/** The panel's parts, from top to bottom; `spoken` is for screen readers alone. */
export interface Parts {
  spoken: HTMLElement;
  status: HTMLElement;
  notice: HTMLElement;
  conversation: HTMLElement;
  /** What is of no use without a kernel. */
  live: HTMLElement[];
}

/** Puts the parts into the panel's element. */
export function layOut(element: HTMLElement, lang: Lang, { spoken, status, notice, conversation, live }: Parts): void {
  dress(element, lang, NAME[lang]);
  // A click anywhere in the panel makes Space talk.
  element.tabIndex = -1;
  const stage = h("div", { className: "rt-stage" }, notice, conversation);
  element.append(spoken, status, stage, h("div", { className: "rt-live-parts" }, ...live));
}

/** Makes an element ours: our styles, in a language, under a name. */
export function dress(element: HTMLElement, lang: Lang, name: string): void {
  element.classList.add("rt-panel");
  element.lang = lang === "zh" ? "zh-CN" : "en";
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", name);
  // JupyterLab has shortcuts on plain keys; they must not meet what is typed here.
  element.dataset.lmSuppressShortcuts = "true";
}
