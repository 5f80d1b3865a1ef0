/** Hides the static summaries of a panel's conversation as long as the panel itself shows it. */
export class SummaryHider {
  readonly #style = document.createElement("style");

  constructor(id: string, signal: AbortSignal) {
    const summary = `[data-rt-summary="${CSS.escape(id)}"]`;
    // The whole output goes, with its prompt and padding, but for one that holds a panel as well.
    const output = `.jp-OutputArea-child:has(${summary}):not(:has(.rt-panel))`;
    this.#style.textContent = `${output}, ${summary} { display: none !important; }`;
    if (id !== "") document.head.append(this.#style);
    signal.addEventListener("abort", () => this.show(), { once: true });
  }

  /** Lets them be seen again. */
  show(): void {
    this.#style.remove();
  }
}
