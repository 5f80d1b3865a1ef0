/** ms after which a question counts as answered: a browser may let the worklets of a paused context hear nothing. */
const PATIENCE = 500;

/** Questions to a worklet that are answered in order. */
export class Answers {
  readonly #open: (() => void)[] = [];

  /** Resolves when the question that was just asked has been answered, or will not be. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE);
      this.#open.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  answered(): void {
    this.#open.shift()?.();
  }

  /** No more answers come. */
  close(): void {
    for (const answered of this.#open.splice(0)) answered();
  }
}
