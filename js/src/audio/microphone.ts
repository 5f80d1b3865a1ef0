import { NO_GET_USER_MEDIA } from "../problem.ts";

/** What a microphone is to be. */
export interface Wish {
  /** A device's id; "" is the system's default. */
  input: string;
  /** The browser takes the loudspeaker's sound out, and noise, and evens the loudness. */
  echoCancellation: boolean;
}

/** A microphone, open: the page shows the browser's sign for it until it is closed. */
export class Microphone {
  readonly #listeners = new AbortController();

  /**
   * Opens it, the default one where the wished one is not there any more; throws what `explain` knows to tell. `gone` is
   * called when it ends by itself: unplugged, or not allowed any more.
   */
  static async open(wish: Wish, gone: (microphone: Microphone) => void): Promise<Microphone> {
    if (navigator.mediaDevices?.getUserMedia === undefined) throw NO_GET_USER_MEDIA;
    const { input, echoCancellation } = wish;
    const processing = { echoCancellation, noiseSuppression: echoCancellation, autoGainControl: echoCancellation };
    const ask = (device: MediaTrackConstraints): Promise<MediaStream> =>
      navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, ...processing, ...device } });
    if (input === "") return new Microphone(await ask({}), wish, gone);
    try {
      return new Microphone(await ask({ deviceId: { exact: input } }), wish, gone);
    } catch (error) {
      if (!isMissing(error)) throw error;
      return new Microphone(await ask({}), { ...wish, input: "" }, gone);
    }
  }

  private constructor(
    readonly stream: MediaStream,
    /** What it is. */
    readonly wish: Wish,
    gone: (microphone: Microphone) => void,
  ) {
    const { signal } = this.#listeners;
    for (const track of stream.getTracks()) track.addEventListener("ended", () => gone(this), { signal });
  }

  is({ input, echoCancellation }: Wish): boolean {
    return input === this.wish.input && echoCancellation === this.wish.echoCancellation;
  }

  /** The rate that the device itself runs at, Hz, where the browser tells. */
  get rate(): number | null {
    return this.stream.getAudioTracks()[0]?.getSettings().sampleRate ?? null;
  }

  close(): void {
    this.#listeners.abort();
    for (const track of this.stream.getTracks()) track.stop();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof DOMException && ["OverconstrainedError", "NotFoundError"].includes(error.name);
}
