import type { Both, Lang } from "../lang.ts";
import type { Row } from "../messages.ts";
import type { Filter } from "../model/filter.ts";
import { h, setText } from "./dom.ts";
import { ARROWS, DIRECTIONS } from "./eventrow.ts";

interface Words {
  title: string;
  filter: string;
  placeholder: string;
  hint: string;
  errors: string;
  errorsHint: string;
  relative: string;
  of: (matched: string, total: string) => string;
}

const WORDS: Both<Words> = {
  en: {
    title: "Events",
    filter: "Filter events",
    placeholder: "Filter: words, response.*, -delta",
    hint: "Shows events that have all words in their type, ids or text; * stands for anything in a type; -word excludes",
    errors: "Errors",
    errorsHint: "Errors only",
    relative: "Δt: times from the selected event",
    of: (matched, total) => `${matched} of ${total}`,
  },
  zh: {
    title: "事件",
    filter: "筛选事件",
    placeholder: "筛选：词语、response.*、-delta",
    hint: "显示类型、ID 或文字中含有所有词语的事件；* 代表类型中的任意内容；-词语 表示排除",
    errors: "错误",
    errorsHint: "只看错误",
    relative: "Δt：时间从所选事件算起",
    of: (matched, total) => `${matched} / ${total}`,
  },
};

/** The line above the event list: how many there are, and which of them are to be seen. */
export class EventBar {
  readonly element: HTMLElement;
  readonly title: string;
  readonly #words: Words;
  readonly #count = h("span", { className: "rt-count" });
  readonly #field: HTMLInputElement;
  readonly #directions: Record<Row["direction"], HTMLButtonElement>;
  readonly #errors: HTMLButtonElement;
  readonly #relative: HTMLButtonElement;

  /** `filtered` is called when another filter is wanted, `relative` when another way to count time is. */
  constructor(lang: Lang, actions: { filtered: () => void; relative: () => void }, signal: AbortSignal) {
    const words = WORDS[lang];
    this.#words = words;
    this.title = words.title;
    this.#field = h("input", {
      ...{ type: "search", autocomplete: "off", spellcheck: false, placeholder: words.placeholder, title: words.hint },
      attributes: { "aria-label": words.filter },
    });
    this.#field.addEventListener("input", actions.filtered, { signal });
    const toggle = (face: string, name: string, on: boolean, changed: () => void): HTMLButtonElement => {
      const attributes = { "aria-label": name, "aria-pressed": String(on) };
      const button = h("button", { type: "button", className: "rt-toggle", title: name, attributes }, face);
      const pressed = (): void => {
        button.ariaPressed = String(button.ariaPressed !== "true");
        changed();
      };
      button.addEventListener("click", pressed, { signal });
      return button;
    };
    const direction = (name: Row["direction"]): HTMLButtonElement =>
      toggle(ARROWS[name], DIRECTIONS[lang][name], true, actions.filtered);
    this.#directions = { client: direction("client"), server: direction("server"), local: direction("local") };
    for (const [name, button] of Object.entries(this.#directions)) button.dataset.direction = name;
    this.#errors = toggle(words.errors, words.errorsHint, false, actions.filtered);
    this.#relative = toggle("Δt", words.relative, false, actions.relative);
    const group = h("span", { className: "rt-directions" }, ...Object.values(this.#directions));
    const title = h("h3", {}, words.title, this.#count);
    this.element = h("div", { className: "rt-bar" }, title, this.#field, group, this.#errors, this.#relative);
  }

  get filter(): Filter {
    const all = Object.keys(this.#directions) as Row["direction"][];
    return {
      words: this.#field.value,
      directions: new Set(all.filter((name) => this.#directions[name].ariaPressed === "true")),
      errors: this.#errors.ariaPressed === "true",
    };
  }

  set words(words: string) {
    this.#field.value = words;
  }

  focus(): void {
    this.#field.select();
  }

  /** Times count from the selected event. */
  get relative(): boolean {
    return this.#relative.ariaPressed === "true";
  }

  /** Shows everything again. */
  reset(): void {
    this.#field.value = "";
    for (const button of Object.values(this.#directions)) button.ariaPressed = "true";
    this.#errors.ariaPressed = "false";
  }

  /** `matched` is null where nothing is filtered. */
  show(matched: number | null, total: number): void {
    const all = total.toLocaleString("en");
    const words = matched === null ? all : this.#words.of(matched.toLocaleString("en"), all);
    setText(this.#count, total === 0 ? "" : words);
  }
}
