import { LABELS } from "../labels.ts";
import { h, region } from "./dom.ts";

/** What the controls depend on. */
export interface ControlState {
  /** The kernel has answered. */
  known: boolean;
  /** The session's connection is open. */
  open: boolean;
  /** This view has microphone and loudspeaker. */
  mine: boolean;
  talking: boolean;
}

/** What a person can ask for. */
export interface Actions {
  start: () => void;
  end: () => void;
  talk: () => void;
  hush: () => void;
  say: (text: string) => void;
}

export class ControlsView {
  readonly element: HTMLElement;
  readonly #session = h("button", { type: "button", className: "rt-primary" });
  readonly #talk = h("button", { type: "button" });
  readonly #send = h("button", { type: "submit" }, LABELS.send);
  readonly #message = h("input", {
    type: "text",
    autocomplete: "off",
    placeholder: LABELS.placeholder,
    attributes: { "aria-label": LABELS.message },
  });
  readonly #microphone = meter(LABELS.microphone);
  readonly #loudspeaker = meter(LABELS.loudspeaker);
  #state: ControlState = { known: false, open: false, mine: false, talking: false };

  constructor(actions: Actions, signal: AbortSignal) {
    const form = h("form", { className: "rt-say" }, this.#message, this.#send);
    const levels = h("span", { className: "rt-levels" }, this.#microphone, this.#loudspeaker);
    this.element = region(LABELS.controls, "rt-controls", this.#session, this.#talk, levels, form);
    const listen = { signal };
    this.#session.addEventListener("click", () => (this.#running ? actions.end() : actions.start()), listen);
    this.#talk.addEventListener("click", () => (this.#state.talking ? actions.hush() : actions.talk()), listen);
    form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        const words = this.#message.value.trim();
        if (words === "") return;
        this.#message.value = "";
        actions.say(words);
      },
      listen,
    );
    // JupyterLab keeps Enter from submitting a form by itself; a word that is being composed keeps its own Enter.
    this.#message.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        form.requestSubmit();
      },
      listen,
    );
    this.show(this.#state);
  }

  get #running(): boolean {
    return this.#state.open && this.#state.mine;
  }

  show(state: ControlState): void {
    this.#state = state;
    this.#session.textContent = this.#running ? LABELS.endSession : LABELS.startSession;
    this.#session.classList.toggle("rt-primary", !this.#running);
    this.#session.disabled = !state.known;
    this.#talk.textContent = state.talking ? LABELS.stopTalking : LABELS.startTalking;
    this.#talk.classList.toggle("rt-on", state.talking);
    this.#talk.classList.toggle("rt-primary", this.#running && !state.talking);
    this.#talk.disabled = !state.open;
    this.#send.disabled = !state.open;
    this.#message.disabled = !state.open;
  }

  /** Shows the levels (0 to 1) that are given. */
  level({ microphone, loudspeaker }: { microphone?: number; loudspeaker?: number }): void {
    if (microphone !== undefined) setLevel(this.#microphone, microphone);
    if (loudspeaker !== undefined) setLevel(this.#loudspeaker, loudspeaker);
  }
}

function meter(label: string): HTMLElement {
  const attributes = { role: "meter", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "1", "aria-valuenow": "0" };
  return h("span", { className: "rt-level", title: label, attributes }, h("span"));
}

function setLevel(element: HTMLElement, level: number): void {
  element.setAttribute("aria-valuenow", level.toFixed(2));
  element.style.setProperty("--level", String(level));
}
