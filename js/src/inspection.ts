import type { Both, Lang } from "./lang.ts";
import { type CommModel, Link } from "./link.ts";
import type { FromKernel } from "./messages.ts";
import type { Range } from "./model/choice.ts";
import { Rows } from "./model/rows.ts";
import { NO_KERNEL, Problem } from "./problem.ts";
import { DISCONNECTED } from "./traits.ts";
import { EventsView } from "./view/events.ts";
import { Frame } from "./view/frame.ts";
import { dress } from "./view/layout.ts";
import { NoticeView } from "./view/notice.ts";

type Change = "change:filter" | "change:selected";

/** The widget's model: its comm, and the traits that page and kernel share. */
export type InspectorModel = CommModel & {
  get(name: "filter" | "lang"): string;
  get(name: "selected"): Range[];
  set(name: "filter", value: string): void;
  set(name: "selected", value: Range[]): void;
  save_changes(): void;
  on(name: Change, callback: () => void): void;
  off(name: Change, callback: () => void): void;
};

const NAME: Both<string> = { en: "Event inspector", zh: "事件检查器" };

/** One view of an inspector: the log's rows come over the comm, filter and selection are shared with the kernel. */
export class Inspection {
  readonly #model: InspectorModel;
  readonly #link: Link;
  readonly #events: EventsView;
  readonly #notice: NoticeView;
  readonly #frame: Frame;
  readonly #rows = new Rows((row) => this.#events.add(row));
  /** All rows that were there have come. */
  #complete = false;
  /** The selection that this view shows, as JSON: it needs not be told of its own. */
  #shown = "[]";

  constructor(model: InspectorModel, element: HTMLElement, lang: Lang, signal: AbortSignal) {
    this.#model = model;
    this.#link = new Link(
      model,
      {
        receive: (message) => this.#receive(message),
        way: () => undefined,
        lost: () => undefined,
        gone: () => this.#notice.show(NO_KERNEL),
        renewed: () => this.#renew(),
      },
      signal,
    );
    this.#notice = new NoticeView(lang, signal);
    this.#events = new EventsView(
      lang,
      {
        look: (index) => this.#link.send({ type: "look", index }),
        chosen: (ranges) => this.#tell("selected", ranges),
        filtered: (words) => this.#tell("filter", words),
      },
      signal,
    );
    this.#frame = new Frame(element, () => this.#events.draw(), signal);
    dress(element, lang, NAME[lang]);
    element.classList.add("rt-inspector");
    element.append(this.#notice.element, this.#events.element);
    this.#follow("change:filter", () => (this.#events.filter = model.get("filter")), signal);
    this.#follow("change:selected", () => this.#choose(), signal);
    this.#link.send({ type: "join" });
    if (element.classList.contains(DISCONNECTED)) this.#notice.show(NO_KERNEL);
  }

  #receive(message: FromKernel): void {
    this.#notice.clear(NO_KERNEL);
    if (message.type === "history") {
      this.#rows.history(message.rows, message.done);
      this.#frame.ask();
      if (!message.done || this.#complete) return;
      this.#complete = true;
      this.#choose();
    } else if (message.type === "looked") this.#events.looked(message.index, message.json);
    else if (message.type === "problem") this.#notice.show(Problem.said(message.text));
  }

  #renew(): void {
    this.#rows.clear();
    this.#events.clear();
    this.#complete = false;
    this.#shown = "[]";
    this.#frame.ask();
  }

  #choose(): void {
    const ranges = this.#model.get("selected");
    const asked = JSON.stringify(ranges);
    if (asked === this.#shown || !this.#complete) return;
    this.#shown = asked;
    this.#events.choose(ranges);
  }

  #tell(name: "filter", value: string): void;
  #tell(name: "selected", value: Range[]): void;
  #tell(name: "filter" | "selected", value: string | Range[]): void {
    if (name === "selected") this.#shown = JSON.stringify(value);
    this.#model.set(name as "filter", value as string);
    this.#model.save_changes();
  }

  #follow(name: Change, changed: () => void, signal: AbortSignal): void {
    this.#model.on(name, changed);
    signal.addEventListener("abort", () => this.#model.off(name, changed), { once: true });
    changed();
  }
}
