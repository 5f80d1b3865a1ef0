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

/** Sets the text only where it differs, so that nothing flickers and no selection is lost. */
export function setText(element: Element, words: string): void {
  if (element.textContent !== words) element.textContent = words;
}

/** Keeps a scrolling element at its end while `change` runs, unless the person has scrolled up. */
export function followEnd(element: Element, change: () => void): void {
  const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
  change();
  if (atEnd) element.scrollTop = element.scrollHeight;
}
