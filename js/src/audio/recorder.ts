import { Answers } from "./answers.ts";
import type { FromCapture, Mode, ToCapture } from "./ports.ts";

/** Sends what the microphone hears through its wire: one worklet for the context's whole life. */
export class Recorder {
  readonly #context: AudioContext;
  readonly #node: AudioWorkletNode;
  readonly #answers = new Answers();
  #source: MediaStreamAudioSourceNode | null = null;
  #mode: Mode = "closed";
  #held = false;

  /**
   * The context has the worklet `rt-capture`; `wire` gives `Spoken` and takes `Sounding` (ports.ts). `level` is 0 to 1,
   * 25 times a second.
   */
  constructor(context: AudioContext, wire: MessagePort, level: (level: number) => void) {
    this.#context = context;
    this.#node = new AudioWorkletNode(context, "rt-capture", {
      numberOfInputs: 1,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
    });
    this.#node.port.onmessage = ({ data }: MessageEvent<FromCapture>) => {
      if (data.type === "mode") this.#answers.answered();
      else level(data.level);
    };
    this.#send({ type: "wire", port: wire }, [wire]);
  }

  get mode(): Mode {
    return this.#mode;
  }

  /** A button is held to talk. */
  get held(): boolean {
    return this.#held;
  }

  /** Changes the mode; resolves when what belongs to the one before has gone out through the wire. */
  change(mode: Mode, held: boolean): Promise<void> {
    this.#mode = mode;
    this.#held = held;
    this.#send({ type: "mode", mode, held });
    return this.#answers.next();
  }

  mute(on: boolean): void {
    this.#send({ type: "mute", on });
  }

  halfDuplex(on: boolean): void {
    this.#send({ type: "half duplex", on });
  }

  /** Hears this stream in place of the one before; throws NotSupportedError where the browser refuses its rate. */
  connect(stream: MediaStream): void {
    const source = this.#context.createMediaStreamSource(stream);
    source.connect(this.#node);
    this.disconnect();
    this.#source = source;
  }

  disconnect(): void {
    this.#source?.disconnect();
    this.#source = null;
  }

  close(): void {
    this.disconnect();
    this.#send({ type: "close" });
    this.#node.port.onmessage = null;
    this.#node.port.close();
    this.#answers.close();
  }

  #send(message: ToCapture, transfer: Transferable[] = []): void {
    this.#node.port.postMessage(message, transfer);
  }
}
