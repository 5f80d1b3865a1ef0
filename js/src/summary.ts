/** Hides the static summaries of a panel's conversation as long as the panel itself shows it. */
export class SummaryHider {
  readonly #style = document.createElement("style");
  readonly #id: string;

  constructor(id: string, signal: AbortSignal) {
    this.#id = id;
    const summary = `[data-rt-summary="${CSS.escape(id)}"]`;
    // The whole output goes, with its prompt and padding, but for one that holds a panel as well.
    const output = `.jp-OutputArea-child:has(${summary}):not(:has(.rt-panel))`;
    this.#style.textContent = `${output}, ${summary} { display: none !important; }`;
    this.hide();
    signal.addEventListener("abort", () => this.show(), { once: true });
  }

  hide(): void {
    if (this.#id !== "") document.head.append(this.#style);
  }

  /** Lets them be seen again. */
  show(): void {
    this.#style.remove();
  }
}
