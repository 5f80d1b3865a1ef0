/** Runs in the audio thread: microphone sound becomes PCM16 chunks. */
import { Chunker, type Chunk } from "../audio/chunker.ts";
import { CHUNK, type FromCapture, type ToCapture } from "../audio/ports.ts";

class Capture extends AudioWorkletProcessor {
  readonly #chunker = new Chunker(CHUNK);
  #running = true;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToCapture>) => {
      if (data.type !== "stop") return;
      this.#running = false;
      const rest = this.#chunker.rest();
      if (rest !== null) this.#post(rest);
      this.port.postMessage({ type: "stopped" } satisfies FromCapture);
    };
  }

  process([input]: Float32Array[][]): boolean {
    const samples = input?.[0];
    // There is no channel while nothing is connected.
    if (this.#running && samples !== undefined) for (const chunk of this.#chunker.push(samples)) this.#post(chunk);
    return this.#running;
  }

  #post(chunk: Chunk): void {
    this.port.postMessage({ type: "chunk", ...chunk } satisfies FromCapture, [chunk.pcm.buffer]);
  }
}

registerProcessor("rt-capture", Capture);
