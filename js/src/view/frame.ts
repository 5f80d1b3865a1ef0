/** Paints an element at most once per animation frame, and only while it is in sight or about to be. */
export class Frame {
  readonly #paint: (now: number) => void;
  readonly #signal: AbortSignal;
  #asked = false;
  #visible = true;
  #frame = 0;

  /** `paint` is called with the page's clock, ms. */
  constructor(element: HTMLElement, paint: (now: number) => void, signal: AbortSignal) {
    this.#paint = paint;
    this.#signal = signal;
    // A notebook scrolls an element of its own, which only a `scrollMargin` looks beyond.
    const near = { rootMargin: "100%", scrollMargin: "100%" } as IntersectionObserverInit;
    const observer = new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1)?.isIntersecting ?? true;
      if (this.#asked) this.#schedule();
    }, near);
    observer.observe(element);
    signal.addEventListener(
      "abort",
      () => {
        observer.disconnect();
        cancelAnimationFrame(this.#frame);
      },
      { once: true },
    );
  }

  /** There is something new to be seen. */
  ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#schedule();
  }

  #schedule(): void {
    cancelAnimationFrame(this.#frame);
    if (!this.#visible || this.#signal.aborted) return;
    this.#frame = requestAnimationFrame(() => {
      this.#asked = false;
      this.#paint(performance.now());
    });
  }
}
