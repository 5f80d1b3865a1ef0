import type { Both, Lang } from "../lang.ts";
import { h, newId } from "./dom.ts";

/** A microphone or loudspeaker. */
export interface Device {
  id: string;
  label: string;
}

/** What can be chosen of the sound, and is. */
export interface SoundState {
  halfDuplex: boolean;
  echoCancellation: boolean;
  input: string;
  output: string;
  inputs: readonly Device[];
  outputs: readonly Device[];
  canChooseOutput: boolean;
}

export interface SoundActions {
  choose: (devices: { input?: string; output?: string }) => void;
  echo: (on: boolean) => void;
  halfDuplex: (on: boolean) => void;
  /** The list of what sound needs is to be seen. */
  check: () => void;
}

const WORDS: Both<Record<
  "sound" | "microphone" | "loudspeaker" | "standard" | "echo" | "echoHint" | "half" | "halfHint" | "check" | "fixed",
  string
>> = {
  en: {
    sound: "Sound",
    microphone: "Microphone",
    loudspeaker: "Loudspeaker",
    standard: "System default",
    echo: "Echo cancellation",
    echoHint: "The browser takes the loudspeaker's sound and noise out of the microphone's. Switch it off with headphones.",
    half: "Half duplex",
    halfHint: "The microphone waits while the answer sounds. For loudspeakers whose echo interrupts; you cannot interrupt by voice then.",
    check: "Check the sound",
    fixed: "This browser chooses the loudspeaker itself.",
  },
  zh: {
    sound: "声音",
    microphone: "麦克风",
    loudspeaker: "扬声器",
    standard: "系统默认",
    echo: "回声消除",
    echoHint: "浏览器从麦克风中去除扬声器的声音和噪声。戴耳机时可以关闭。",
    half: "半双工",
    halfHint: "播放回答时麦克风等待。适合回声会打断回答的扬声器；此时不能用声音打断。",
    check: "检查声音",
    fixed: "此浏览器自行选择扬声器。",
  },
};

/** The choices about sound, behind a button. */
export class SoundMenu {
  readonly button: HTMLButtonElement;
  readonly sheet: HTMLElement;
  readonly #standard: string;
  readonly #input = h("select");
  readonly #output = h("select");
  readonly #outputField: HTMLElement;
  readonly #fixed: HTMLElement;
  readonly #echo = h("input", { type: "checkbox" });
  readonly #half = h("input", { type: "checkbox" });

  constructor(lang: Lang, actions: SoundActions, signal: AbortSignal) {
    const words = WORDS[lang];
    this.#standard = words.standard;
    const id = newId();
    this.button = h("button", { type: "button", attributes: { "aria-expanded": "false", "aria-controls": id } }, words.sound);
    const check = h("button", { type: "button" }, words.check);
    this.#outputField = h("label", { className: "rt-choice" }, words.loudspeaker, this.#output);
    this.#fixed = h("p", { className: "rt-faint" }, words.fixed);
    this.sheet = h(
      "div",
      { id, className: "rt-sheet", hidden: true, attributes: { role: "group", "aria-label": words.sound } },
      h("label", { className: "rt-choice" }, words.microphone, this.#input),
      this.#outputField,
      this.#fixed,
      option(this.#echo, words.echo, words.echoHint),
      option(this.#half, words.half, words.halfHint),
      h("div", {}, check),
    );
    const listen = { signal };
    this.button.addEventListener("click", () => this.#open(this.sheet.hidden), listen);
    for (const element of [this.button, this.sheet]) {
      element.addEventListener("keydown", ({ key }) => key === "Escape" && this.#open(false), listen);
    }
    this.#input.addEventListener("change", () => actions.choose({ input: this.#input.value }), listen);
    this.#output.addEventListener("change", () => actions.choose({ output: this.#output.value }), listen);
    this.#echo.addEventListener("change", () => actions.echo(this.#echo.checked), listen);
    this.#half.addEventListener("change", () => actions.halfDuplex(this.#half.checked), listen);
    check.addEventListener("click", actions.check, listen);
  }

  show(state: SoundState): void {
    this.#offer(this.#input, state.inputs, state.input);
    this.#offer(this.#output, state.outputs, state.output);
    this.#outputField.hidden = !state.canChooseOutput;
    this.#fixed.hidden = state.canChooseOutput;
    this.#echo.checked = state.echoCancellation;
    this.#half.checked = state.halfDuplex;
  }

  #open(open: boolean): void {
    this.sheet.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!open) this.button.focus();
  }

  #offer(select: HTMLSelectElement, devices: readonly Device[], chosen: string): void {
    const offered: Device[] = [{ id: "", label: this.#standard }, ...devices.filter(({ id }) => id !== "")];
    const key = JSON.stringify(offered);
    if (select.dataset.offered !== key) {
      select.dataset.offered = key;
      select.replaceChildren(...offered.map(({ id, label }) => h("option", { value: id }, label)));
    }
    if (select.value !== chosen) select.value = chosen;
  }
}

function option(input: HTMLInputElement, label: string, hint: string): HTMLElement {
  const id = newId();
  input.setAttribute("aria-describedby", id);
  return h("div", { className: "rt-option" }, h("label", {}, input, label), h("p", { id }, hint));
}
