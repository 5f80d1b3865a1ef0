import { loadWorklets, openContext } from "./context.ts";
import { Player, type PlayerEvents } from "./player.ts";
import { Recorder, type RecorderEvents } from "./recorder.ts";

/** The loudspeaker of a view and, while talking, its microphone. */
export class Sound {
  #recorder: Recorder | null = null;
  #opening = false;

  /** Opens the loudspeaker. Call it in a click's handler. */
  static async open(events: PlayerEvents): Promise<Sound> {
    const context = openContext();
    try {
      await loadWorklets(context);
      return new Sound(context, new Player(context, events));
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  private constructor(
    readonly context: AudioContext,
    readonly player: Player,
  ) {}

  get talking(): boolean {
    return this.#recorder !== null;
  }

  /** Opens the microphone, unless it is open. */
  async talk(processing: boolean, events: RecorderEvents): Promise<void> {
    if (this.#recorder !== null || this.#opening) return;
    this.#opening = true;
    try {
      const recorder = await Recorder.open(this.context, processing, events);
      // The person may have been asked for permission for long, and the view be gone.
      if (this.context.state === "closed") recorder.abort();
      else this.#recorder = recorder;
    } finally {
      this.#opening = false;
    }
  }

  /** Closes the microphone, after the last chunk. */
  async hush(): Promise<void> {
    const recorder = this.#recorder;
    this.#recorder = null;
    await recorder?.close();
  }

  /** Closes everything at once. */
  async close(): Promise<void> {
    this.#recorder?.abort();
    this.#recorder = null;
    this.player.close();
    if (this.context.state !== "closed") await this.context.close();
  }
}
