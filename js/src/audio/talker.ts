import { Chunker } from "./chunker.ts";
import { CHUNK, type Mode, type Spoken } from "./ports.ts";
import { RATE } from "./pcm.ts";

/** So much of what was said before a button was down goes out too, lest the first syllable be cut: 200 ms. */
const BEFORE = 0.2 * RATE;

/** Who holds a button for less touched it by mistake; what was said before is then no turn either: 100 ms. */
const TAP = 0.1 * RATE;

/** A room goes on sounding for a while after the loudspeaker: 250 ms. */
const TAIL = 0.25 * RATE;

/**
 * Decides what of the microphone's sound goes out. Where it may not be heard, silence goes out in its place, since time
 * must pass for the server's voice detection.
 */
export class Talker {
  /** Nothing of the person's is heard. */
  muted = false;
  /** Nothing is heard of the microphone while the loudspeaker sounds, unless a button is held to talk. */
  halfDuplex = false;
  readonly #post: (message: Spoken) => void;
  #mode: Mode = "closed";
  #held = false;
  #chunker = new Chunker(CHUNK);
  /** What is to go out, and waits as long as the button may be let go as a tap. */
  #waiting: Spoken[] = [];
  /** Samples that must yet be heard while the button is down, for what waits to go out. */
  #wanting = 0;
  /** The last samples of a standby: `#kept` of them, written last before `#at`. */
  readonly #before = new Float32Array(BEFORE);
  #at = 0;
  #kept = 0;
  #sounding = false;
  /** Samples until the room is silent. */
  #tail = 0;

  /** `post` takes what is said to the kernel, in order. */
  constructor(post: (message: Spoken) => void) {
    this.#post = post;
  }

  /** The loudspeaker sounds, or is silent. */
  set sounding(on: boolean) {
    if (this.#sounding && !on) this.#tail = TAIL;
    this.#sounding = on;
  }

  mode(mode: Mode, held: boolean): void {
    if (mode === this.#mode && held === this.#held) return;
    if (this.#mode === "talking") this.#hush();
    this.#mode = mode;
    this.#held = held;
    if (mode === "talking") this.#talk();
    this.#kept = this.#at = 0;
  }

  /** Takes the first `count` samples of `samples`, at 24 kHz; it may write silence over them. */
  take(samples: Float32Array, count: number): void {
    const echo = this.halfDuplex && (this.#sounding || this.#tail > 0);
    if (!this.#sounding) this.#tail = Math.max(0, this.#tail - count);
    if (this.muted || (echo && !this.#held)) samples.fill(0, 0, count);
    if (this.#mode === "talking") this.#hear(samples, count);
    else if (this.#mode === "standby") this.#keep(samples, count);
  }

  #talk(): void {
    this.#post({ type: "talk", on: true, held: this.#held });
    this.#chunker = new Chunker(CHUNK);
    this.#wanting = this.#held ? TAP : 0;
    const oldest = this.#kept < BEFORE ? 0 : this.#at;
    this.#send(this.#before.subarray(oldest), this.#kept - oldest);
    this.#send(this.#before, oldest);
  }

  #hush(): void {
    const rest = this.#chunker.rest();
    if (rest !== null) this.#waiting.push({ type: "microphone", sample: rest.sample, data: rest.pcm.buffer });
    if (this.#wanting > 0) this.#waiting = [];
    this.#go();
    this.#post({ type: "talk", on: false, held: this.#held });
  }

  #hear(samples: Float32Array, count: number): void {
    this.#wanting = Math.max(0, this.#wanting - count);
    this.#send(samples, count);
    if (this.#wanting === 0) this.#go();
  }

  #send(samples: Float32Array, count: number): void {
    this.#chunker.push(samples, count, ({ sample, pcm }) =>
      this.#waiting.push({ type: "microphone", sample, data: pcm.buffer }),
    );
  }

  #go(): void {
    if (this.#waiting.length === 0) return;
    for (const message of this.#waiting) this.#post(message);
    this.#waiting = [];
  }

  #keep(samples: Float32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      this.#before[this.#at] = samples[i] as number;
      this.#at = (this.#at + 1) % BEFORE;
    }
    this.#kept = Math.min(BEFORE, this.#kept + count);
  }
}
