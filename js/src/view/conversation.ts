import { LABELS } from "../labels.ts";
import { type Bubble, heardPart } from "../model/conversation.ts";
import { duration } from "../model/format.ts";
import { followEnd, h, region, setText } from "./dom.ts";

/** The elements of one bubble; `unheard` is the end of a cut answer. */
interface Parts {
  element: HTMLElement;
  heard: HTMLElement;
  unheard: HTMLElement;
  note: HTMLElement;
}

export class ConversationView {
  readonly element: HTMLElement;
  readonly #list = h("ol", { className: "rt-bubbles", attributes: { "aria-live": "polite", "aria-relevant": "additions" } });
  readonly #empty = h("p", { className: "rt-empty" }, LABELS.empty);
  readonly #shown = new Map<string, Parts>();

  constructor() {
    this.element = region(LABELS.conversation, "rt-conversation", this.#empty, this.#list);
    this.element.tabIndex = 0;
  }

  show(bubbles: readonly Bubble[]): void {
    followEnd(this.element, () => {
      this.#empty.hidden = bubbles.length > 0;
      const ids = new Set(bubbles.map(({ id }) => id));
      for (const [id, { element }] of this.#shown) {
        if (ids.has(id)) continue;
        element.remove();
        this.#shown.delete(id);
      }
      bubbles.forEach((bubble, place) => {
        const parts = this.#shown.get(bubble.id) ?? this.#make(bubble);
        // Moving an element that is in place already would lose a selection in it.
        if (this.#list.children[place] !== parts.element) {
          this.#list.insertBefore(parts.element, this.#list.children[place] ?? null);
        }
        update(parts, bubble);
      });
    });
  }

  #make({ id, role }: Bubble): Parts {
    const heard = h("span");
    const unheard = h("s");
    const note = h("small", { className: "rt-note" });
    const words = h("p", {}, heard, unheard);
    const children = role === "mark" ? [words] : [h("b", {}, LABELS.roles[role] ?? role), words, note];
    const element = h("li", { className: "rt-bubble" }, ...children);
    element.dataset.role = role;
    const parts = { element, heard, unheard, note };
    this.#shown.set(id, parts);
    return parts;
  }
}

function update({ element, heard, unheard, note }: Parts, bubble: Bubble): void {
  const [head, tail] = heardPart(bubble);
  element.classList.toggle("rt-live", bubble.live);
  setText(heard, head === "" && tail === "" ? (bubble.live ? LABELS.live : LABELS.wordless) : head);
  setText(unheard, tail);
  setText(note, [interruption(bubble), bubble.note].filter(Boolean).join(" · "));
}

function interruption({ heard_ms, generated_ms }: Bubble): string {
  if (heard_ms === null) return "";
  const whole = generated_ms > 0 ? ` ${LABELS.of} ${duration(generated_ms)}` : "";
  return `${LABELS.interrupted} · ${LABELS.heard} ${duration(heard_ms)}${whole}`;
}
