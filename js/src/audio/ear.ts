import { explain, OTHER_MICROPHONE, OTHER_RATE, type Problem, UNPLUGGED } from "../problem.ts";
import { listDevices } from "./devices.ts";
import { Microphone, type Wish } from "./microphone.ts";
import type { Mode } from "./ports.ts";
import type { Recorder } from "./recorder.ts";

/** How long the microphone stays open after a button was let go, for the next word to come without delay: ms. */
const STANDBY = 30_000;

/** What an ear needs of the voice it belongs to. */
export interface EarHost {
  /** Where the microphone's sound goes; null where no audio context is open. */
  recorder: () => Recorder | null;
  /** Opens the audio context anew at that rate, the device's own where that is null. */
  reopen: (rate: number | null) => Promise<void>;
  /** The microphone was opened, closed or changed. */
  changed: () => void;
  problem: (problem: Problem) => void;
}

/**
 * The microphone: what is wanted of it, and the way there. A person clicks faster than a microphone opens, and may be
 * asked for permission for long; so each step looks at what is wanted now, and not at what was when it began.
 */
export class Ear {
  readonly #host: EarHost;
  #wish: Wish = { input: "", echoCancellation: true };
  #mode: Mode = "closed";
  #held = false;
  #microphone: Microphone | null = null;
  #settling: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: EarHost) {
    this.#host = host;
  }

  get wish(): Readonly<Wish> {
    return this.#wish;
  }

  /** What is wanted, which the microphone may not have come to yet. */
  get wanted(): { mode: Mode; held: boolean } {
    return { mode: this.#mode, held: this.#held };
  }

  /** Wants another mode; resolves when the microphone is there, or cannot be. */
  want(mode: Mode, held: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#mode = mode;
    this.#held = held;
    if (mode === "standby") this.#timer = setTimeout(() => void this.want("closed", false), STANDBY);
    return this.settle();
  }

  /** Wants another microphone, or one that hears otherwise; an open one is changed at once. */
  change(wish: Partial<Wish>): Promise<void> {
    this.#wish = { ...this.#wish, ...wish };
    return this.settle();
  }

  /** Goes to what is wanted, as soon as there is an audio context. */
  settle(): Promise<void> {
    this.#settling ??= this.#settle();
    return this.#settling;
  }

  /** Closes the microphone at once. */
  close(): void {
    clearTimeout(this.#timer);
    this.#mode = "closed";
    this.#held = false;
    this.#microphone?.close();
    this.#microphone = null;
  }

  async #settle(): Promise<void> {
    // `#settling` has to be set before it can be cleared.
    await null;
    try {
      while (await this.#step());
    } catch (error) {
      this.#mode = "closed";
      this.#held = false;
      this.#host.problem(explain(error));
      while (await this.#step());
    } finally {
      this.#settling = null;
    }
  }

  /** Takes one step towards what is wanted; false when there is none left. */
  async #step(): Promise<boolean> {
    const recorder = this.#host.recorder();
    if (recorder === null) return false;
    const closing = this.#mode === "closed";
    if (!closing && this.#microphone?.is(this.#wish) !== true) {
      await this.#open();
    } else if (recorder.mode !== this.#mode || recorder.held !== this.#held) {
      await recorder.change(this.#mode, this.#held);
    } else if (closing && this.#microphone !== null) {
      recorder.disconnect();
      this.#microphone.close();
      this.#microphone = null;
    } else {
      return false;
    }
    this.#host.changed();
    return true;
  }

  async #open(): Promise<void> {
    const wish = this.#wish;
    const microphone = await Microphone.open(wish, (gone) => void this.#gone(gone));
    // The person may have been asked for permission for long, and want it no more.
    if (this.#mode === "closed" || this.#host.recorder() === null) return microphone.close();
    try {
      await this.#connect(microphone);
    } catch (error) {
      microphone.close();
      throw error;
    }
    // A context that could not be opened anew has told why.
    if (this.#host.recorder() === null) return microphone.close();
    // What was heard so far goes on until the new one is heard.
    this.#microphone?.close();
    this.#microphone = microphone;
    if (microphone.is(wish) || this.#wish.input !== wish.input) return;
    this.#wish = { ...this.#wish, input: microphone.wish.input };
    this.#host.problem(OTHER_MICROPHONE);
  }

  /** A browser that refuses the microphone for its rate gets the context that it wants. */
  async #connect(microphone: Microphone): Promise<void> {
    for (const rate of [null, microphone.rate]) {
      try {
        return this.#host.recorder()?.connect(microphone.stream);
      } catch (error) {
        if (!(error instanceof DOMException && error.name === "NotSupportedError")) throw error;
        await this.#host.reopen(rate);
      }
    }
    try {
      this.#host.recorder()?.connect(microphone.stream);
    } catch {
      throw OTHER_RATE;
    }
  }

  /** The microphone ended by itself. */
  async #gone(microphone: Microphone): Promise<void> {
    if (microphone !== this.#microphone) return;
    microphone.close();
    this.#microphone = null;
    this.#host.recorder()?.disconnect();
    const { inputs } = await listDevices().catch(() => ({ inputs: [] }));
    if (this.#mode === "closed") return;
    const another = inputs.length > 0;
    this.#host.problem(another ? OTHER_MICROPHONE : UNPLUGGED);
    if (another) await this.change({ input: "" });
    else await this.want("closed", false);
  }
}
