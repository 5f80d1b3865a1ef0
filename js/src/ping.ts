import type { Ping } from "./messages.ts";

/** Measures how long a message takes to the kernel and back. */
export class RoundTrip {
  readonly #send: (ping: Ping) => void;
  readonly #waiting = new Map<number, () => void>();
  // Other views of the session get the same answers.
  #next = Math.floor(Math.random() * 1e9);

  constructor(send: (ping: Ping) => void) {
    this.#send = send;
  }

  /** Asks once; ms until the answer, or null where none comes within `patience` ms. */
  measure(patience: number): Promise<number | null> {
    const id = this.#next++;
    const began = performance.now();
    return new Promise((resolve) => {
      const answer = (ms: number | null): void => {
        this.#waiting.delete(id);
        clearTimeout(timer);
        resolve(ms);
      };
      const timer = setTimeout(() => answer(null), patience);
      this.#waiting.set(id, () => answer(performance.now() - began));
      this.#send({ type: "ping", id });
    });
  }

  /** The answer to the question `id` has come; another view's questions are not ours. */
  pong(id: number): void {
    this.#waiting.get(id)?.();
  }
}
