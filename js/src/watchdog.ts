/** Notices when a question stays without any answer. */
export class Watchdog {
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `silent` is called when nothing was heard for `patience` ms after an `asked`. */
  constructor(
    readonly patience: number,
    readonly silent: () => void,
  ) {}

  asked(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.silent();
    }, this.patience);
  }

  heard(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
