/** Runs in the audio thread for the session's life: what the microphone hears becomes messages to the kernel. */
import { peak, RATE } from "../audio/pcm.ts";
import { CHUNK, type FromCapture, type Sounding, type Spoken, type ToCapture } from "../audio/ports.ts";
import { Resampler } from "../audio/resampler.ts";
import { Talker } from "../audio/talker.ts";

class Capture extends AudioWorkletProcessor {
  /** Where the context runs at 24 kHz, the samples stay as they are, bit for bit. */
  readonly #resampler = sampleRate === RATE ? null : new Resampler(sampleRate, RATE);
  readonly #talker = new Talker((message) => this.#speak(message));
  #wire: MessagePort | null = null;
  #samples = new Float32Array(0);
  #open = false;
  #running = true;
  #level = 0;
  #sinceLevel = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToCapture>) => this.#told(data);
  }

  process([input]: Float32Array[][]): boolean {
    const heard = input?.[0];
    // There is no channel while no microphone is connected.
    if (this.#open && heard !== undefined) this.#hear(heard);
    return this.#running;
  }

  #hear(heard: Float32Array): void {
    const most = this.#resampler?.most(heard.length) ?? heard.length;
    if (this.#samples.length < most) this.#samples = new Float32Array(most);
    let count = heard.length;
    if (this.#resampler === null) this.#samples.set(heard);
    else count = this.#resampler.push(heard, count, this.#samples);
    this.#measure(count);
    this.#talker.take(this.#samples, count);
  }

  #measure(count: number): void {
    this.#level = peak(this.#samples, count, this.#level);
    this.#sinceLevel += count;
    if (this.#sinceLevel < CHUNK) return;
    this.#post({ type: "level", level: this.#level });
    this.#level = this.#sinceLevel = 0;
  }

  #told(message: ToCapture): void {
    if (message.type === "wire") {
      this.#wire = message.port;
      this.#wire.onmessage = ({ data }: MessageEvent<Sounding>) => (this.#talker.sounding = data.on);
    } else if (message.type === "mode") {
      this.#open = message.mode !== "closed";
      this.#talker.mode(message.mode, message.held);
      this.#post({ type: "mode" });
    } else if (message.type === "mute") {
      this.#talker.muted = message.on;
    } else if (message.type === "half duplex") {
      this.#talker.halfDuplex = message.on;
    } else {
      this.#running = false;
      this.#wire?.close();
      this.port.close();
    }
  }

  #speak(message: Spoken): void {
    this.#wire?.postMessage(message, message.type === "microphone" ? [message.data] : []);
  }

  #post(message: FromCapture): void {
    this.port.postMessage(message);
  }
}

registerProcessor("rt-capture", Capture);
