import { type Problem, UNPLUGGED } from "../problem.ts";
import type { FromCapture, ToCapture } from "./ports.ts";

/** What the recorder tells while it records. */
export interface RecorderEvents {
  /** PCM16 sound; `sample` is the position of its first sample since the recorder was opened. */
  chunk: (sample: number, pcm: Int16Array<ArrayBuffer>) => void;
  /** The microphone is gone by itself. */
  lost: (problem: Problem) => void;
}

/** The microphone, open. Chunks come until `close` resolves. */
export class Recorder {
  readonly #stream: MediaStream;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #node: AudioWorkletNode;
  readonly #stopped: Promise<void>;
  readonly #listeners = new AbortController();

  /**
   * Opens the microphone; throws what `explain` knows to tell. The context has the worklet `rt-capture`. `processing` switches the browser's echo cancellation,
   * noise suppression and gain control.
   */
  static async open(context: AudioContext, processing: boolean, events: RecorderEvents): Promise<Recorder> {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        channelCount: 1,
        echoCancellation: processing,
        noiseSuppression: processing,
        autoGainControl: processing,
      },
    });
    try {
      return new Recorder(context, stream, events);
    } catch (error) {
      stop(stream);
      throw error;
    }
  }

  private constructor(context: AudioContext, stream: MediaStream, events: RecorderEvents) {
    this.#stream = stream;
    // Firefox refuses here when the microphone's rate is not the context's.
    this.#source = context.createMediaStreamSource(stream);
    this.#node = new AudioWorkletNode(context, "rt-capture", {
      numberOfInputs: 1,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
    });
    this.#stopped = new Promise((resolve) => {
      this.#node.port.onmessage = ({ data }: MessageEvent<FromCapture>) => {
        if (data.type === "chunk") events.chunk(data.sample, data.pcm);
        else resolve();
      };
    });
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => events.lost(UNPLUGGED), { signal: this.#listeners.signal });
    }
    this.#source.connect(this.#node);
  }

  /** Closes the microphone, after the samples that were still gathering. */
  async close(): Promise<void> {
    this.#listeners.abort();
    stop(this.#stream);
    this.#node.port.postMessage({ type: "stop" } satisfies ToCapture);
    await this.#stopped;
    this.abort();
  }

  /** Closes the microphone at once; no chunk comes after. */
  abort(): void {
    this.#listeners.abort();
    stop(this.#stream);
    this.#node.port.onmessage = null;
    this.#node.port.close();
    this.#source.disconnect();
    this.#node.disconnect();
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
