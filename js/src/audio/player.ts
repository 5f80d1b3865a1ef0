import { Answers } from "./answers.ts";
import type { FromPlayback, ToPlayback } from "./ports.ts";

/** What the player tells while it plays. */
export interface PlayerEvents {
  /** 0 to 1, about ten times a second while it changes. */
  level: (level: number) => void;
  /** So often sound came too late since the last call, and so many samples (24 kHz) of silence stood in for it. */
  underruns: (count: number, concealed: number) => void;
}

/** Plays what comes through its wire: one worklet for the context's whole life, connected to the context's destination. */
export class Player {
  readonly #context: AudioContext;
  readonly #node: AudioWorkletNode;
  readonly #answers = new Answers();
  #latency = -1;

  /** The context has the worklet `rt-playback`; `wire` takes `Sounds` and gives `Heard` and `Sounding` (ports.ts). */
  constructor(context: AudioContext, wire: MessagePort, events: PlayerEvents) {
    this.#context = context;
    this.#node = new AudioWorkletNode(context, "rt-playback", {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [1],
    });
    this.#node.port.onmessage = ({ data }: MessageEvent<FromPlayback>) => {
      if (data.type === "flushed") {
        this.#answers.answered();
      } else if (data.type === "underruns") {
        events.underruns(data.count, data.concealed);
      } else {
        this.measure();
        events.level(data.level);
      }
    };
    this.measure();
    this.#send({ type: "wire", port: wire }, [wire]);
    this.#node.connect(context.destination);
  }

  /** Tells the worklet how far behind the loudspeaker is; it does so by itself while it plays. */
  measure(): void {
    // From the context to the system, and from there to the loudspeaker; some browsers know only one of them.
    const { baseLatency, outputLatency } = this.#context;
    const seconds = (baseLatency || 0) + (outputLatency || 0);
    if (seconds === this.#latency) return;
    this.#latency = seconds;
    this.#send({ type: "latency", seconds });
  }

  /** Falls silent within one render quantum; resolves when what was heard has gone out through the wire. */
  flush(): Promise<void> {
    this.#send({ type: "flush" });
    return this.#answers.next();
  }

  close(): void {
    this.#send({ type: "close" });
    this.#node.port.onmessage = null;
    this.#node.port.close();
    this.#node.disconnect();
    this.#answers.close();
  }

  #send(message: ToPlayback, transfer: Transferable[] = []): void {
    this.#node.port.postMessage(message, transfer);
  }
}
