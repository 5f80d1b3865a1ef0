import type { Lang } from "../lang.ts";
import { Drafts } from "../model/drafts.ts";
import { clip } from "../model/format.ts";
import { choiceOf, type Name, type Session, summaryOf, toolNames, toolsOf } from "../model/settings.ts";
import { h, region, setText } from "./dom.ts";
import { WORDS } from "./settings-words.ts";

/** ms without typing after which a text goes out by itself. */
const PAUSE = 1000;
/** ms that stepping through numbers with the arrow keys may take before one goes out. */
const STEPPING = 400;
/** Characters of a value that fit below a field. */
const SHORT = 48;

const VOICES = ["alloy", "ash", "ballad", "cedar", "coral", "echo", "marin", "sage", "shimmer", "verse"];
const TRANSCRIBERS = ["gpt-transcribe", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-realtime-whisper", "whisper-1"];

type Kind =
  | { kind: "area"; lines: number; code?: boolean }
  | { kind: "number"; step: string; min: string; max?: string }
  | { kind: "text"; options?: string[] }
  | { kind: "select"; options: string[] }
  | { kind: "radio"; options: string[] }
  | { kind: "check" };

const KINDS: Record<Name, Kind> = {
  instructions: { kind: "area", lines: 4 },
  output: { kind: "select", options: ["audio", "text"] },
  voice: { kind: "text", options: VOICES },
  speed: { kind: "number", step: "0.05", min: "0.25", max: "1.5" },
  detection: { kind: "radio", options: ["server_vad", "semantic_vad", "off"] },
  threshold: { kind: "number", step: "0.05", min: "0", max: "1" },
  prefix: { kind: "number", step: "50", min: "0" },
  silence: { kind: "number", step: "50", min: "0" },
  idle: { kind: "number", step: "1000", min: "5000", max: "30000" },
  eagerness: { kind: "select", options: ["auto", "low", "medium", "high"] },
  create: { kind: "check" },
  interrupt: { kind: "check" },
  transcription: { kind: "text", options: TRANSCRIBERS },
  language: { kind: "text" },
  noise: { kind: "select", options: ["off", "near_field", "far_field"] },
  tools: { kind: "area", lines: 4, code: true },
  toolChoice: { kind: "select", options: ["auto", "none", "required"] },
  maxTokens: { kind: "text" },
  temperature: { kind: "number", step: "0.05", min: "0.6", max: "1.2" },
};

const GROUPS: ["assistant" | "turns" | "input" | "answers", Name[]][] = [
  ["assistant", ["instructions", "voice", "speed", "output"]],
  ["turns", ["detection", "threshold", "silence", "prefix", "idle", "eagerness", "create", "interrupt"]],
  ["answers", ["tools", "toolChoice", "maxTokens", "temperature"]],
  ["input", ["transcription", "language", "noise"]],
];

/** Fields that take the whole width of their group. */
const WIDE = new Set<Name>(["instructions", "detection", "tools"]);

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The elements of one setting. */
interface Field {
  name: Name;
  element: HTMLElement;
  /** More than one where each is an option. */
  inputs: Input[];
  note: HTMLElement;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export interface SettingsActions {
  /** The part of the session object that is to be another. */
  update: (session: Record<string, unknown>) => void;
}

/** Stands for what a number field holds but does not tell, such as `1e`. */
const UNREADABLE = "?";

let views = 0;

/**
 * The session's settings. A change goes out by itself; what the fields show is what the server reports, but for a field
 * that a person is just changing.
 */
export class SettingsView {
  readonly element: HTMLElement;
  readonly #words;
  readonly #actions: SettingsActions;
  readonly #drafts = new Drafts();
  readonly #fields = new Map<Name, Field>();
  readonly #summary = h("span", { className: "rt-effective" });
  readonly #reason = h("p", { className: "rt-reason", attributes: { role: "status" } });
  readonly #all = h("fieldset", { className: "rt-form", disabled: true });
  readonly #tools = h("ul", { className: "rt-toolbox", hidden: true });
  /** The tools that are listed. */
  #listed = "";
  readonly #id = `rt-settings-${views++}`;

  constructor(lang: Lang, actions: SettingsActions, signal: AbortSignal) {
    this.#words = WORDS[lang];
    this.#actions = actions;
    for (const [group, names] of GROUPS) {
      const fields = h("div", { className: "rt-fields" }, ...names.map((name) => this.#make(name, signal)));
      const title = h("h4", { id: `${this.#id}-${group}` }, this.#words.groups[group]);
      const about = { role: "group", "aria-labelledby": title.id };
      this.#all.append(h("div", { className: `rt-group rt-group-${group}`, attributes: about }, title, fields));
    }
    const head = h("summary", {}, h("span", { className: "rt-title" }, this.#words.settings), this.#summary);
    this.element = region(this.#words.settings, "rt-settings", h("details", {}, head, this.#reason, this.#all));
    signal.addEventListener("abort", () => this.#fields.forEach(({ timer }) => clearTimeout(timer)), { once: true });
    this.show(null, false);
  }

  /**
   * Shows the session as the server last reported it. Call it when the server has reported one, and with the same
   * object once more when it has answered an update with an error: the update is then taken as refused, for the reason
   * `why`. `open` says that the session can be changed.
   */
  show(session: Session | null, open: boolean, why = ""): void {
    this.#drafts.report(session, why);
    if (!open) this.#drafts.forget();
    this.#all.disabled = session === null || !open;
    setText(this.#reason, session === null ? this.#words.waiting : open ? "" : this.#words.closed);
    setText(this.#summary, session === null ? "" : summaryOf(session).join(" · "));
    this.#draw();
  }

  #draw(): void {
    this.#offerTools();
    this.#listTools();
    for (const field of this.#fields.values()) this.#drawField(field);
  }

  #drawField(field: Field): void {
    const { name, element, inputs, note } = field;
    element.hidden = !this.#drafts.applies(name);
    const value = this.#drafts.value(name);
    for (const input of inputs) setValue(input, value);
    const standing = this.#drafts.standing(name);
    element.dataset.standing = standing.kind;
    const wrong = standing.kind === "wrong";
    for (const input of inputs) {
      if (wrong) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    // What a person is just doing need not be told to him.
    note.setAttribute("aria-live", wrong || standing.kind === "refused" ? "polite" : "off");
    const effective = this.#short(name, this.#drafts.effective(name));
    const notes = {
      effective: () => "",
      typed: () => this.#words.effective(effective),
      sent: () => this.#words.sent,
      wrong: () => (wrong ? this.#words.wrong(standing.wrong) : ""),
      refused: () =>
        standing.kind === "refused" ? this.#words.refused(this.#short(name, standing.wanted), effective, standing.why) : "",
    };
    setText(note, notes[standing.kind]());
  }

  /** A value in few words. */
  #short(name: Name, value: string): string {
    const words = name === "tools" ? toolNames(value).join(", ") : (this.#words.options[value] ?? value);
    return words.trim() === "" ? this.#words.none : clip(words.replace(/\s+/g, " "), SHORT);
  }

  /** The model may be made to call one of the tools there are. */
  #offerTools(): void {
    const select = this.#fields.get("toolChoice")?.inputs[0] as HTMLSelectElement;
    const fixed = KINDS.toolChoice.kind === "select" ? KINDS.toolChoice.options : [];
    const functions = toolNames(this.#drafts.effective("tools"));
    const offered = new Map([...fixed.map((name) => [name, name] as const), ...functions.map((name) => [choiceOf(name), name] as const)]);
    for (const value of [this.#drafts.effective("toolChoice"), this.#drafts.value("toolChoice")]) {
      if (value !== "" && !offered.has(value)) offered.set(value, value);
    }
    if ([...select.options].map(({ value }) => value).join() === [...offered.keys()].join()) return;
    select.replaceChildren(...[...offered].map(([value, words]) => h("option", { value }, words)));
  }

  /** The tools that there are, as a person reads them. */
  #listTools(): void {
    const given = this.#drafts.effective("tools");
    if (given === this.#listed) return;
    this.#listed = given;
    const tools = toolsOf(given);
    this.#tools.hidden = tools.length === 0;
    // What a tool does is told in whichever language its author speaks.
    const lines = tools.map(({ signature, description }) =>
      h("li", {}, h("code", {}, signature), " ", h("span", { lang: "", dir: "auto" }, description)),
    );
    this.#tools.replaceChildren(...lines);
  }

  #make(name: Name, signal: AbortSignal): HTMLElement {
    const kind = KINDS[name];
    const [label, hint] = this.#words.fields[name];
    const id = `${this.#id}-${name}`;
    const about = h("small", { className: "rt-hint", id: `${id}-hint` }, hint);
    const note = h("small", { className: "rt-remark", id: `${id}-note`, attributes: { "aria-live": "polite" } });
    const described = { "aria-describedby": `${about.id} ${note.id}` };
    const { inputs, parts } = this.#control(kind, id, label, described);
    const element = h("div", { className: `rt-field rt-field-${kind.kind}` }, ...(name === "tools" ? [this.#tools] : []), ...parts, about, note);
    element.classList.toggle("rt-wide", WIDE.has(name));
    const field: Field = { name, element, inputs, note, timer: undefined };
    this.#fields.set(name, field);
    this.#listen(field, kind, signal);
    return element;
  }

  #control(kind: Kind, id: string, label: string, described: Record<string, string>): { inputs: Input[]; parts: HTMLElement[] } {
    const named = (input: Input): { inputs: Input[]; parts: HTMLElement[] } => ({
      inputs: [input],
      parts: [h("label", { htmlFor: id }, label), input],
    });
    const option = (value: string): string => this.#words.options[value] ?? value;
    switch (kind.kind) {
      case "area": {
        const className = kind.code === true ? "rt-code" : "";
        return named(h("textarea", { id, className, rows: kind.lines, spellcheck: kind.code !== true, attributes: described }));
      }
      case "number": {
        // A browser's own bounds would round the steps to them; here they only stop the arrow keys.
        const { step, min, max = "" } = kind;
        return named(h("input", { id, type: "number", step, min, max, attributes: { ...described, inputmode: "decimal" } }));
      }
      case "text": {
        const input = h("input", { id, type: "text", autocomplete: "off", spellcheck: false, attributes: described });
        const { inputs, parts } = named(input);
        if (kind.options === undefined) return { inputs, parts };
        input.setAttribute("list", `${id}-list`);
        const list = h("datalist", { id: `${id}-list` }, ...kind.options.map((value) => h("option", { value })));
        return { inputs, parts: [...parts, list] };
      }
      case "select":
        return named(h("select", { id, attributes: described }, ...kind.options.map((value) => h("option", { value }, option(value)))));
      case "check": {
        const input = h("input", { id, type: "checkbox", attributes: described });
        return { inputs: [input], parts: [h("label", { className: "rt-check" }, input, label)] };
      }
      case "radio": {
        const inputs = kind.options.map((value) => h("input", { type: "radio", name: id, value, attributes: described }));
        const labels = inputs.map((input) => h("label", {}, input, h("span", {}, option(input.value))));
        const group = { role: "radiogroup", "aria-label": label };
        return { inputs, parts: [h("div", { className: "rt-segments", attributes: group }, ...labels)] };
      }
    }
  }

  #listen(field: Field, kind: Kind, signal: AbortSignal): void {
    const { name, inputs } = field;
    for (const input of inputs) {
      input.addEventListener("input", () => {
        this.#drafts.type(name, valueOf(input));
        if (kind.kind === "area") this.#later(field, PAUSE);
        // Who picks a name from the list has chosen; who types it may go on.
        else if (kind.kind === "text" && !(kind.options ?? []).includes(input.value)) clearTimeout(field.timer);
        else if (kind.kind === "text") this.#later(field, STEPPING);
        this.#draw();
      }, { signal });
      input.addEventListener("change", () => {
        this.#later(field, kind.kind === "number" && document.activeElement === input ? STEPPING : 0);
      }, { signal });
      input.addEventListener("blur", () => this.#send(field), { signal });
      input.addEventListener("keydown", (event) => this.#key(field, kind, event as KeyboardEvent), { signal });
    }
  }

  #key(field: Field, kind: Kind, event: KeyboardEvent): void {
    if (event.isComposing) return;
    const sends = event.key === "Enter" && (kind.kind !== "area" || event.ctrlKey || event.metaKey);
    const drops = event.key === "Escape";
    if (!sends && !drops) return;
    // Neither a notebook's Ctrl+Enter nor its Escape is meant.
    event.preventDefault();
    event.stopPropagation();
    if (drops) {
      clearTimeout(field.timer);
      this.#drafts.drop(field.name);
      this.#draw();
    } else this.#send(field);
  }

  #later(field: Field, ms: number): void {
    clearTimeout(field.timer);
    if (ms === 0) this.#send(field);
    else field.timer = setTimeout(() => this.#send(field), ms);
  }

  #send(field: Field): void {
    clearTimeout(field.timer);
    const update = this.#drafts.send(field.name);
    if (update !== null) this.#actions.update(update);
    this.#draw();
  }
}

function valueOf(input: Input): string {
  if (input instanceof HTMLInputElement && input.type === "checkbox") return input.checked ? "on" : "off";
  return input.validity.badInput ? UNREADABLE : input.value;
}

function setValue(input: Input, value: string): void {
  if (input instanceof HTMLInputElement && input.type === "checkbox") input.checked = value === "on";
  else if (input instanceof HTMLInputElement && input.type === "radio") input.checked = input.value === value;
  // Writing the same text again would move the caret, and would empty a number that is only half typed.
  else if (input.value !== value && value !== UNREADABLE) input.value = value;
}
