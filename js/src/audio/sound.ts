import { loadWorklets } from "./context.ts";
import { Player, type PlayerEvents } from "./player.ts";
import { Recorder } from "./recorder.ts";
import { keepRunning } from "./wake.ts";

/** Takes the page's end of a worklet's wire away (to the link's worker); a new one takes the place of the one before. */
export type Wire = (to: "playback" | "capture", port: MessagePort) => void;

export interface SoundEvents extends PlayerEvents {
  /** What the microphone hears, 0 to 1, 25 times a second. */
  heard: (level: number) => void;
  /** The browser or the system does not let the sound run; `ran`: any more. */
  paused: (ran: boolean) => void;
}

/** A running audio context with its loudspeaker and the place for a microphone. */
export class Sound {
  readonly #listeners = new AbortController();
  readonly player: Player;
  readonly recorder: Recorder;

  /** Takes the context over, which is closed where this fails. */
  static async open(context: AudioContext, wire: Wire, events: SoundEvents): Promise<Sound> {
    try {
      await loadWorklets(context);
      return new Sound(context, wire, events);
    } catch (error) {
      shut(context);
      throw error;
    }
  }

  private constructor(
    readonly context: AudioContext,
    wire: Wire,
    events: SoundEvents,
  ) {
    const { signal } = this.#listeners;
    const [playback, capture] = [new MessageChannel(), new MessageChannel()];
    this.player = new Player(context, playback.port1, events);
    this.recorder = new Recorder(context, capture.port1, events.heard);
    wire("playback", playback.port2);
    wire("capture", capture.port2);
    keepRunning(context, events.paused, signal);
    // The way to the loudspeaker is known once sound runs, and another one with another loudspeaker.
    context.addEventListener("statechange", () => this.player.measure(), { signal });
  }

  /** Aborted when it is closed. */
  get signal(): AbortSignal {
    return this.#listeners.signal;
  }

  /** Closes everything at once. */
  close(): void {
    this.#listeners.abort();
    this.player.close();
    this.recorder.close();
    shut(this.context);
  }
}

/** Closes a context and waits for nothing: Firefox may never tell that it is done. */
function shut(context: AudioContext): void {
  if (context.state !== "closed") context.close().catch(() => {});
}
