/** ms between two paints of an element out of sight: keys and screen readers use it all the same. */
const UNSEEN = 500;

/** Paints an element at most once per animation frame while it is in sight or about to be, and seldom while it is not. */
export class Frame {
  readonly #paint: (now: number) => void;
  readonly #signal: AbortSignal;
  #asked = false;
  #visible = true;
  #frame = 0;
  #unseen: ReturnType<typeof setTimeout> | undefined;

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
        this.#cancel();
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
    this.#cancel();
    if (this.#signal.aborted) return;
    const paint = (): void => {
      this.#asked = false;
      this.#paint(performance.now());
    };
    if (this.#visible) this.#frame = requestAnimationFrame(paint);
    else this.#unseen = setTimeout(paint, UNSEEN);
  }

  #cancel(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#unseen);
  }
}
