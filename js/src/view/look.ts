import type { Both, Lang } from "../lang.ts";
import { type Line, single } from "../model/events.ts";
import { clock, duration } from "../model/format.ts";
import { pieces } from "../model/json.ts";
import { MEANINGS } from "../model/meanings.ts";
import { h, setText } from "./dom.ts";
import { ARROWS, DIRECTIONS, signed } from "./eventrow.ts";

interface Words {
  details: string;
  copy: string;
  copied: string;
  selected: string;
  goto: string;
  bubble: string;
  moment: string;
  previous: string;
  next: string;
  close: string;
  fetching: string;
  unknown: string;
  nth: (nth: number, count: number) => string;
  after: string;
}

const WORDS: Both<Words> = {
  en: {
    details: "Selected event",
    copy: "Copy",
    copied: "Copied",
    selected: "Selected: press Ctrl+C",
    goto: "Go to",
    bubble: "Go to its bubble and sound",
    moment: "Go to this moment",
    previous: "Previous of the run",
    next: "Next of the run",
    close: "Close",
    fetching: "Fetching the event from the kernel…",
    unknown: "This panel does not know the type; the event is kept and shown as it came.",
    nth: (nth, count) => `${nth} of ${count}`,
    after: "Δ: seconds after the one before",
  },
  zh: {
    details: "所选事件",
    copy: "复制",
    copied: "已复制",
    selected: "已选中：请按 Ctrl+C",
    goto: "转到",
    bubble: "转到它的气泡和声音",
    moment: "转到这一时刻",
    previous: "本组上一个",
    next: "本组下一个",
    close: "关闭",
    fetching: "正在从内核取回事件…",
    unknown: "面板不认识这种类型；事件按原样保留和显示。",
    nth: (nth, count) => `第 ${nth} 个，共 ${count} 个`,
    after: "Δ：比前一个晚多少秒",
  },
};

/** JSON beyond so many characters is shown in one colour. */
const MOST_COLOURED = 60_000;

export interface LookActions {
  /** Absent where there is nowhere to go. */
  jump?: () => void;
  /** Goes to another row of the same run. */
  step: (by: 1 | -1) => void;
  close: () => void;
}

/** The selected event: what its type means, and its JSON. */
export class LookView {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #lang: Lang;
  readonly #type = h("strong");
  readonly #facts: HTMLElement;
  readonly #meaning = h("p", { className: "rt-meaning" });
  readonly #nth = h("span", { className: "rt-nth" });
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #jump: HTMLButtonElement;
  readonly #copy: HTMLButtonElement;
  readonly #code = h("code");
  readonly #text: HTMLElement;
  /** The position in the log whose JSON is shown; null while it is being fetched. */
  #loaded: number | null = null;

  constructor(lang: Lang, actions: LookActions, signal: AbortSignal) {
    const words = WORDS[lang];
    this.#lang = lang;
    this.#words = words;
    const button = (face: string, name: string, clicked: () => void): HTMLButtonElement => {
      const made = h("button", { type: "button", title: name, attributes: { "aria-label": name } }, face);
      made.addEventListener("click", clicked, { signal });
      return made;
    };
    this.#facts = h("span", { className: "rt-facts", title: words.after });
    this.#previous = button("‹", words.previous, () => actions.step(-1));
    this.#next = button("›", words.next, () => actions.step(1));
    this.#jump = button(words.goto, words.bubble, () => actions.jump?.());
    this.#jump.hidden = actions.jump === undefined;
    this.#copy = h("button", { type: "button" }, words.copy);
    this.#copy.addEventListener("click", () => void this.#toClipboard(), { signal });
    const run = h("span", { className: "rt-run" }, this.#previous, this.#nth, this.#next);
    const close = button("×", words.close, actions.close);
    const tools = h("div", { className: "rt-tools" }, run, this.#copy, this.#jump, close);
    this.#text = h("pre", { tabIndex: 0, attributes: { role: "group", "aria-label": "JSON" } }, this.#code);
    const head = h("div", { className: "rt-head" }, this.#type, this.#facts, tools);
    const attributes = { role: "group", "aria-label": words.details };
    this.element = h("div", { className: "rt-look", hidden: true, attributes }, head, this.#meaning, this.#text);
  }

  /** Shows row `nth` of a line; its JSON comes later. `before` is when the one before it happened, s. */
  show(line: Line, nth: number, before: number | null): void {
    const { t, audio_ms, index } = single(line, nth);
    const words = this.#words;
    setText(this.#type, `${ARROWS[line.direction]}\u00a0${line.type}`);
    this.#type.title = DIRECTIONS[this.#lang][line.direction];
    const after = before === null ? "" : `Δ ${signed(t - before)} s`;
    const sound = audio_ms > 0 ? duration(audio_ms) : "";
    setText(this.#facts, [`#${index}`, `${clock(t)} s`, after, sound].filter(Boolean).join(" · "));
    setText(this.#meaning, MEANINGS[this.#lang][line.type] ?? words.unknown);
    (this.#nth.parentElement as HTMLElement).hidden = line.count === 1;
    setText(this.#nth, words.nth(nth + 1, line.count));
    this.#previous.disabled = nth === 0;
    this.#next.disabled = nth + 1 >= line.count;
    const jump = line.item_id === "" ? words.moment : words.bubble;
    this.#jump.title = this.#jump.ariaLabel = jump;
  }

  /** The JSON of a row has been asked for. */
  await(index: number): void {
    if (index === this.#loaded) return;
    this.#loaded = null;
    this.#copy.disabled = true;
    this.#text.ariaBusy = "true";
    this.element.dataset.waiting = "true";
    setText(this.#copy, this.#words.copy);
    setText(this.#code, this.#words.fetching);
  }

  load(index: number, json: string): void {
    if (index === this.#loaded) return;
    this.#loaded = index;
    this.#copy.disabled = false;
    this.#text.ariaBusy = "false";
    delete this.element.dataset.waiting;
    this.#code.replaceChildren(...(json.length > MOST_COLOURED ? [json] : coloured(json)));
    this.#text.scrollTop = 0;
  }

  async #toClipboard(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#code.textContent);
      setText(this.#copy, this.#words.copied);
    } catch {
      // A page that is not secure has no clipboard, and others may refuse it.
      getSelection()?.selectAllChildren(this.#code);
      setText(this.#copy, this.#words.selected);
    }
  }
}

function coloured(json: string): Node[] {
  return pieces(json).map(([kind, piece]) =>
    kind === "other" ? document.createTextNode(piece) : h("span", { className: `rt-json-${kind}` }, piece),
  );
}
