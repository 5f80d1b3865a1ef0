type Properties<K extends keyof HTMLElementTagNameMap> = Partial<Omit<HTMLElementTagNameMap[K], "children" | "attributes">> & {
  /** Attributes that have no property of their own, such as `aria-label`. */
  attributes?: Record<string, string>;
};

/** Makes an element. Children that are strings become text, never HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { attributes = {}, ...properties }: Properties<K> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A landmark that screen readers list under `label`. */
export function region(label: string, className: string, ...children: (Node | string)[]): HTMLElement {
  return h("section", { className, attributes: { "aria-label": label } }, ...children);
}

/** A part of the panel that opens and closes under its name. */
export function fold(name: string, open: boolean, content: Node): HTMLDetailsElement {
  return h("details", { className: "rt-fold", open }, h("summary", {}, name), content);
}

/** Sets the text only where it differs, so that nothing flickers and no selection is lost. */
export function setText(element: Element, words: string): void {
  if (element.textContent !== words) element.textContent = words;
}

/** Sets the tooltip only where it differs. */
export function setTitle(element: HTMLElement, words: string): void {
  if (element.title !== words) element.title = words;
}

/** Keeps a scrolling element at its end while `change` runs, unless the person has scrolled up. */
export function followEnd(element: Element, change: () => void): void {
  const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
  change();
  if (atEnd) element.scrollTop = element.scrollHeight;
}

/** One of several labels in the place of the widest, so that nothing moves when another one is shown. */
export class Labels {
  readonly element: HTMLElement;
  readonly #labels: HTMLElement[];

  constructor(...labels: string[]) {
    this.#labels = labels.map((label) => h("span", {}, label));
    this.element = h("span", { className: "rt-labels" }, ...this.#labels);
    this.show(0);
  }

  show(index: number): void {
    // What is invisible is no part of the accessible name either.
    this.#labels.forEach((label, i) => (label.style.visibility = i === index ? "visible" : "hidden"));
  }
}

let named = 0;

/** An id that no other element of the page has, for `aria-describedby` and the like. */
export function newId(): string {
  return `${PREFIX}-${named++}`;
}

// Each widget of a page may have its own copy of this module.
const PREFIX = `rt-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`;
