import { peak } from "./audio/pcm.ts";
import { Sound } from "./audio/sound.ts";
import type { Link } from "./link.ts";
import type { FromPage } from "./messages.ts";
import { explain, type Problem } from "./problem.ts";

/** What a voice tells the view it belongs to. */
export interface VoiceEvents {
  /** Microphone opened or closed, ownership gained or lost. */
  changed: () => void;
  underrun: () => void;
  /** Levels, 0 to 1. */
  level: (levels: { microphone?: number; loudspeaker?: number }) => void;
  problem: (problem: Problem) => void;
  /** There is no kernel left to hear or to be heard. */
  gone: () => void;
}

/**
 * Microphone and loudspeaker of one view. At most one view of a session owns them; the kernel says which. A view asks
 * for them with `start` and lets them go as soon as another one has them.
 */
export class Voice {
  readonly #link: Link;
  readonly #processing: () => boolean;
  readonly #events: VoiceEvents;
  #sound: Sound | null = null;
  #opening: Promise<Sound> | null = null;
  #owned = false;

  /** `processing` tells whether the browser may work on the microphone's sound (echo cancellation and the like). */
  constructor(link: Link, processing: () => boolean, events: VoiceEvents) {
    this.#link = link;
    this.#processing = processing;
    this.#events = events;
  }

  /** This view has microphone and loudspeaker. */
  get owned(): boolean {
    return this.#owned;
  }

  get talking(): boolean {
    return this.#sound?.talking ?? false;
  }

  /** Opens the loudspeaker and asks for the session's sound. Call it in a click's handler. */
  async start(): Promise<void> {
    try {
      await this.#open();
      // The view may have gone in the meantime.
      if (this.#sound !== null) this.#tell({ type: "start" });
    } catch (error) {
      this.#events.problem(explain(error));
    }
  }

  /** Opens the microphone. Call it in a click's handler. */
  async talk(): Promise<void> {
    try {
      const sound = await this.#open();
      if (!this.#owned) this.#tell({ type: "start" });
      await sound.talk(this.#processing(), { chunk: this.#chunk, lost: this.#unplugged });
      if (!sound.talking) return;
      this.#tell({ type: "talk", on: true });
      this.#events.changed();
    } catch (error) {
      this.#events.problem(explain(error));
    }
  }

  /** Closes the microphone. */
  async hush(): Promise<void> {
    if (!this.talking) return;
    await this.#sound?.hush();
    this.#events.level({ microphone: 0 });
    this.#events.changed();
    this.#tell({ type: "talk", on: false });
  }

  /** Ends the session: what was heard is told first. */
  async end(): Promise<void> {
    await this.hush();
    await this.#sound?.player.flush();
    this.#tell({ type: "end" });
    await this.close();
  }

  /** The kernel tells which view owns microphone and loudspeaker. */
  owner(view: string | null): void {
    const mine = view === this.#link.view;
    if (this.#owned && !mine) void this.#yield();
    else this.#owned = mine && this.#sound !== null;
  }

  play(item_id: string, content_index: number, data: ArrayBuffer): void {
    if (this.#owned) this.#sound?.player.play(item_id, content_index, data);
  }

  playEnd(item_id: string, content_index: number): void {
    this.#sound?.player.end(item_id, content_index);
  }

  flush(): void {
    void this.#sound?.player.flush();
  }

  /** Lets microphone, loudspeaker and audio context go, at once. */
  async close(): Promise<void> {
    this.#owned = false;
    const sound = this.#sound ?? (await this.#opening?.catch(() => null));
    this.#sound = null;
    await sound?.close();
    this.#events.level({ microphone: 0, loudspeaker: 0 });
    this.#events.changed();
  }

  /** Another view has taken over: tells what was heard here and lets go. */
  async #yield(): Promise<void> {
    this.#owned = false;
    await this.hush();
    await this.#sound?.player.flush();
    await this.close();
  }

  /** Sends; where that cannot be, microphone and loudspeaker have nobody any more and are let go. */
  #tell(message: FromPage): void {
    try {
      this.#link.send(message);
    } catch {
      void this.close();
      this.#events.gone();
    }
  }

  async #open(): Promise<Sound> {
    if (this.#sound !== null) return this.#sound;
    this.#opening ??= Sound.open({
      report: (message) => {
        this.#tell(message);
        if (message.type === "playback.underrun") this.#events.underrun();
      },
      level: (loudspeaker) => this.#events.level({ loudspeaker }),
    });
    try {
      this.#sound = await this.#opening;
      return this.#sound;
    } finally {
      this.#opening = null;
    }
  }

  readonly #chunk = (sample: number, pcm: Int16Array<ArrayBuffer>): void => {
    this.#events.level({ microphone: peak(pcm) });
    this.#tell({ type: "microphone", sample, data: pcm.buffer });
  };

  readonly #unplugged = (problem: Problem): void => {
    void this.hush();
    this.#events.problem(problem);
  };
}
