/**
 * Carries the messages of one view between page and kernel: over the relay's WebSocket where there is one, else through
 * the page's main thread and the widget's comm. It runs in a Worker, so that neither sound nor silence waits for a busy
 * page, and has the audio thread's ports for itself.
 */
import type { Heard, Sounding, Sounds, Spoken } from "./audio/ports.ts";
import { Channel, type Frame, type Message } from "./channel.ts";
import { pack, unpack } from "./frames.ts";
import type { FromKernel, FromPage } from "./messages.ts";

export type Way = "relay" | "comm";
export type Wire = "playback" | "capture";

/** From the page's main thread. */
export type ToCarrier =
  | { kind: "open" }
  | { kind: "send"; message: FromPage }
  /** A frame came over the comm. */
  | { kind: "comm"; frame: Frame }
  /** The relay's address for this view; null for none, and why. */
  | { kind: "relay"; url: string | null; why: string }
  | { kind: "wire"; wire: Wire; port: MessagePort }
  /** Whether the comm still reaches somebody is to be tried. */
  | { kind: "try" }
  | { kind: "close" };

/** To the page's main thread. */
export type FromCarrier =
  | { kind: "receive"; message: FromKernel }
  /** A frame is to be sent over the comm. */
  | { kind: "comm"; frame: Frame }
  | { kind: "way"; way: Way; why: string }
  | { kind: "lost"; frames: number }
  /** The kernel has forgotten this view. */
  | { kind: "forgotten" };

/** The main thread's end, as a Worker or a MessageChannel has it. */
export interface MainPort {
  postMessage(message: FromCarrier, options?: { transfer: Transferable[] }): void;
  onmessage: ((event: MessageEvent<ToCarrier>) => void) | null;
}

/** Seconds until a relay that does not open counts as none, and between tries; so many tries that never open. */
const OPENING = 2;
const RETRIES = [1, 2, 5, 10, 30];
const MOST_FAILURES = 3;
/** Seconds after which a page that has nothing to say says that it is there. */
const ALIVE = 20;

const RELAY_SOUGHT = "the relay is being looked for";
const RELAY_FAILED = "the Jupyter server's relay cannot be reached from this page";
const RELAY_BROKE = "the relay broke; trying again";

const now = (): number => performance.now() / 1000;

export class Carrier {
  readonly #main: MainPort;
  #channel = new Channel();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #timerAt = Infinity;
  #alive: ReturnType<typeof setInterval> | null = null;
  #lost = 0;
  readonly #wires = new Map<Wire, MessagePort>();

  #url: string | null = null;
  #socket: WebSocket | null = null;
  #connected = false;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | null = null;

  constructor(main: MainPort) {
    this.#main = main;
    main.onmessage = ({ data }) => this.#told(data);
  }

  #told(message: ToCarrier): void {
    switch (message.kind) {
      case "open":
        this.#channel = new Channel();
        this.#lost = 0;
        this.#say({ kind: "way", way: "comm", why: RELAY_SOUGHT });
        this.#alive ??= setInterval(() => this.#carry(this.#channel.control()), ALIVE * 1000);
        break;
      case "send":
        this.#send(message.message);
        break;
      case "comm":
        this.#read(message.frame);
        break;
      case "relay":
        // The kernel has its place again, and this view was quicker than the news.
        if (message.url !== null && message.url === this.#url && this.#socket !== null) break;
        this.#failures = 0;
        this.#url = message.url;
        this.#disconnect();
        if (message.url === null) this.#say({ kind: "way", way: "comm", why: message.why });
        else this.#connect(message.url);
        break;
      case "wire":
        this.#wire(message.wire, message.port);
        break;
      case "try":
        this.#say({ kind: "comm", frame: this.#channel.control() });
        break;
      case "close":
        this.#close();
        break;
    }
  }

  #close(): void {
    this.#url = null;
    this.#disconnect();
    for (const port of this.#wires.values()) port.close();
    this.#wires.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#alive !== null) clearInterval(this.#alive);
    this.#timer = this.#alive = null;
    this.#main.onmessage = null;
  }

  // Sound -----------------------------------------------------------------------------------------------------------

  /** Takes an audio worklet's port; it takes the place of an earlier one. */
  #wire(wire: Wire, port: MessagePort): void {
    this.#wires.get(wire)?.close();
    this.#wires.set(wire, port);
    port.onmessage = ({ data }: MessageEvent<Heard | Spoken | Sounding>) => {
      if (data.type === "sounding") this.#wires.get("capture")?.postMessage(data);
      else this.#send(data);
    };
  }

  // Messages --------------------------------------------------------------------------------------------------------

  #send(message: FromPage): void {
    this.#carry(this.#channel.write([message as unknown as Message], now()));
  }

  #read(frame: Frame): void {
    if (frame.header.forgotten === true) {
      this.#url = null;
      this.#disconnect();
      this.#say({ kind: "forgotten" });
      return;
    }
    for (const message of this.#channel.read(frame, now())) this.#receive(message as unknown as FromKernel);
    if (this.#channel.lost !== this.#lost) {
      this.#lost = this.#channel.lost;
      this.#say({ kind: "lost", frames: this.#lost });
    }
    this.#tick();
  }

  #receive(message: FromKernel): void {
    if (message.type === "audio" || message.type === "audio.end" || message.type === "flush") {
      const transfer = message.type === "audio" ? [message.data] : [];
      this.#wires.get("playback")?.postMessage(message satisfies Sounds, transfer);
    } else {
      this.#say({ kind: "receive", message });
    }
  }

  #tick(): void {
    for (const frame of this.#channel.due(now())) this.#carry(frame);
    this.#watch();
  }

  /** Sees to it that the channel is asked for what it has to send when that is due. */
  #watch(): void {
    const due = this.#channel.nextDue();
    if (this.#timer !== null) {
      if (due >= this.#timerAt) return;
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (due === Infinity) return;
    this.#timerAt = due;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#tick();
      },
      Math.max(0, due - now()) * 1000,
    );
  }

  #carry(frame: Frame): void {
    if (this.#connected) this.#socket?.send(pack(frame));
    else this.#say({ kind: "comm", frame });
    if (frame.header.n !== undefined) this.#watch();
  }

  #say(message: FromCarrier): void {
    this.#main.postMessage(message);
  }

  // The relay -------------------------------------------------------------------------------------------------------

  #connect(url: string): void {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    const slow = setTimeout(() => socket.close(), OPENING * 1000);
    socket.onopen = () => {
      clearTimeout(slow);
      this.#connected = true;
      this.#failures = 0;
      // The kernel answers on the way on which it last heard from a view.
      this.#carry(this.#channel.control());
      this.#say({ kind: "way", way: "relay", why: "" });
    };
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => this.#read(unpack(data));
    socket.onclose = () => {
      clearTimeout(slow);
      this.#broken();
    };
  }

  /** The relay is gone, or never came: goes on over the comm and tries again, not for ever where it never comes. */
  #broken(): void {
    const was = this.#connected;
    this.#connected = false;
    this.#socket = null;
    this.#failures = was ? 1 : this.#failures + 1;
    const hopeless = this.#failures >= MOST_FAILURES;
    this.#say({ kind: "way", way: "comm", why: hopeless ? RELAY_FAILED : RELAY_BROKE });
    if (was) this.#carry(this.#channel.control());
    const url = this.#url;
    if (hopeless || url === null) return;
    this.#retry = setTimeout(() => this.#connect(url), (RETRIES[this.#failures - 1] ?? 30) * 1000);
  }

  #disconnect(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#connected = false;
    if (this.#socket === null) return;
    this.#socket.onclose = this.#socket.onopen = this.#socket.onmessage = null;
    this.#socket.close();
    this.#socket = null;
  }
}
