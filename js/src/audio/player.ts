import type { PlaybackFinished, PlaybackFlushed, PlaybackStarted, PlaybackUnderrun } from "../messages.ts";
import type { FromPlayback, ToPlayback } from "./ports.ts";

/** What the player tells while it plays. */
export interface PlayerEvents {
  report: (message: PlaybackStarted | PlaybackFinished | PlaybackFlushed | PlaybackUnderrun) => void;
  level: (level: number) => void;
}

/** Plays the session's sound: one worklet for its whole life, connected to the context's destination. */
export class Player {
  readonly #context: AudioContext;
  readonly #node: AudioWorkletNode;
  readonly #events: PlayerEvents;
  readonly #parts = new Map<string, { item_id: string; content_index: number }>();
  #flushing: (() => void)[] = [];

  /** The context has the worklet `rt-playback`. */
  constructor(context: AudioContext, events: PlayerEvents) {
    this.#context = context;
    this.#events = events;
    this.#node = new AudioWorkletNode(context, "rt-playback", {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [1],
    });
    this.#node.port.onmessage = ({ data }: MessageEvent<FromPlayback>) => this.#told(data);
    this.#node.connect(context.destination);
  }

  /** Queues PCM16 sound of a content part. */
  play(item_id: string, content_index: number, data: ArrayBuffer): void {
    const key = keyOf(item_id, content_index);
    this.#parts.set(key, { item_id, content_index });
    // Browsers without outputLatency know at least what the context itself takes.
    const seconds = this.#context.outputLatency || this.#context.baseLatency || 0;
    const latency = Math.round(seconds * this.#context.sampleRate);
    this.#send({ type: "push", key, pcm: new Int16Array(data), latency }, [data]);
  }

  /** No more sound comes for a content part. */
  end(item_id: string, content_index: number): void {
    this.#send({ type: "end", key: keyOf(item_id, content_index) });
  }

  /** Falls silent within one render quantum; resolves when what was heard has been reported. */
  flush(): Promise<void> {
    this.#send({ type: "flush" });
    return new Promise((resolve) => this.#flushing.push(resolve));
  }

  close(): void {
    this.#node.port.onmessage = null;
    this.#node.port.close();
    this.#node.disconnect();
    for (const resolve of this.#flushing.splice(0)) resolve();
  }

  #told(message: FromPlayback): void {
    const { report, level } = this.#events;
    if (message.type === "level") {
      level(message.level);
    } else if (message.type === "flushed") {
      for (const { key, heard } of message.heard) {
        report({ type: "playback.flushed", ...this.#part(key), heard_samples: heard });
      }
      this.#flushing.shift()?.();
    } else if (message.type === "started") {
      report({ type: "playback.started", ...this.#part(message.key) });
    } else if (message.type === "finished") {
      report({ type: "playback.finished", ...this.#part(message.key), heard_samples: message.heard });
    } else {
      report({ type: "playback.underrun", item_id: this.#part(message.key).item_id, missing_samples: message.missing });
    }
  }

  #part(key: string): { item_id: string; content_index: number } {
    const part = this.#parts.get(key);
    if (part === undefined) throw new Error(`The worklet speaks of ${key}, which was never queued.`);
    return part;
  }

  #send(message: ToPlayback, transfer: Transferable[] = []): void {
    this.#node.port.postMessage(message, transfer);
  }
}

function keyOf(item_id: string, content_index: number): string {
  return `${item_id}/${content_index}`;
}
