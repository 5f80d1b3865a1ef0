import carrier from "worker:carrier";
import { Carrier, type FromCarrier, type MainPort, type ToCarrier, type Way, type Wire } from "./carrier.ts";
import type { Frame, Header } from "./channel.ts";
import type { FromKernel, FromPage } from "./messages.ts";

/** What a link tells the view it belongs to. */
export interface LinkEvents {
  receive: (message: FromKernel) => void;
  /** Which way is taken, and why not the better one. */
  way: (way: Way, why: string) => void;
  /** So many frames of the kernel will never arrive. */
  lost: (frames: number) => void;
  /** The kernel is no more. */
  gone: () => void;
  /** The kernel had forgotten this view, which has joined anew: everything that happened comes once more. */
  renewed: () => void;
}

/** The part of anywidget's model that a link needs. */
export interface CommModel {
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(name: "msg:custom", callback: (content: unknown, buffers: DataView[]) => void): void;
  on(name: "comm_live_update", callback: () => void): void;
  off(name: "msg:custom", callback: (content: unknown, buffers: DataView[]) => void): void;
  off(name: "comm_live_update", callback: () => void): void;
}

/** The way between a view and its session in the kernel; the work is done by a `Carrier`. */
export class Link {
  readonly #model: CommModel;
  readonly #events: LinkEvents;
  readonly #carrier: CarrierPort;
  #view = newId();
  #closed = false;

  constructor(model: CommModel, events: LinkEvents, signal: AbortSignal) {
    this.#model = model;
    this.#events = events;
    this.#carrier = startCarrier((message) => this.#told(message));
    this.#tell({ kind: "open" });
    const received = (content: unknown, buffers: DataView[]): void => {
      const { to, ...header } = content as Header & { to?: string };
      if (to !== this.#view) return;
      const frame = { header, buffers: buffers.map(bytes) };
      this.#tell({ kind: "comm", frame }, frame.buffers);
    };
    // The comm was cut off or brought back, and a widget is not told which: only sending shows.
    const changed = (): void => this.#tell({ kind: "try" });
    model.on("msg:custom", received);
    model.on("comm_live_update", changed);
    signal.addEventListener(
      "abort",
      () => {
        this.leave();
        this.#closed = true;
        model.off("msg:custom", received);
        model.off("comm_live_update", changed);
        this.#tell({ kind: "close" });
        this.#carrier.close();
      },
      { once: true },
    );
    // A page that goes away tells so, since nothing of it will be there to be found missing.
    window.addEventListener("pagehide", () => this.leave(), { signal });
  }

  /** The view's own name: the kernel tells views apart by it. */
  get view(): string {
    return this.#view;
  }

  /** Sends a message; it arrives, or `gone` is called. */
  send(message: FromPage): void {
    this.#tell({ kind: "send", message });
  }

  /** Connects an audio worklet's wire port with the kernel (see audio/ports.ts). */
  wire(wire: Wire, port: MessagePort): void {
    this.#tell({ kind: "wire", wire, port }, [port]);
  }

  /** Tells the kernel that this view goes away, at once: there may be no time for the carrier. */
  leave(): void {
    this.#overComm({ header: { leave: true }, buffers: [] });
  }

  #told(message: FromCarrier): void {
    if (this.#closed) return;
    switch (message.kind) {
      case "receive":
        if (message.message.type === "relay") this.#relay(message.message.link, message.message.why);
        else this.#events.receive(message.message);
        break;
      case "comm":
        if (!this.#overComm(message.frame)) this.#events.gone();
        break;
      case "way":
        this.#events.way(message.way, message.why);
        break;
      case "lost":
        this.#events.lost(message.frames);
        break;
      case "forgotten":
        this.#view = newId();
        this.#tell({ kind: "open" });
        this.#events.renewed();
        this.send({ type: "join" });
        break;
    }
  }

  #relay(link: string | null, why: string): void {
    const url = link === null ? null : relayUrl(link, this.#view);
    this.#tell({ kind: "relay", url, why: link === null ? why : NO_SERVER });
  }

  /** Sends a frame over the comm; false where there is no kernel at its other end. */
  #overComm({ header, buffers }: Frame): boolean {
    try {
      this.#model.send({ view: this.#view, ...header }, undefined, buffers);
      return true;
    } catch {
      return false;
    }
  }

  #tell(message: ToCarrier, transfer: Transferable[] = []): void {
    this.#carrier.postMessage(message, transfer);
  }
}

const NO_SERVER = "this page does not say where its Jupyter server is";

/** The address of the relay at the page's Jupyter server; null on pages of something else. */
function relayUrl(link: string, view: string): string | null {
  const text = document.getElementById("jupyter-config-data")?.textContent;
  if (!text) return null;
  const config = JSON.parse(text) as { wsUrl?: string; baseUrl?: string; token?: string };
  if (config.baseUrl === undefined) return null;
  const base = new URL(config.wsUrl || config.baseUrl, document.location.href);
  base.protocol = base.protocol.replace("http", "ws");
  const path = `${base.pathname.replace(/\/$/, "")}/rt-notebook/relay/${link}/${view}`;
  const url = new URL(path, base);
  // Where cookies are refused, the token lets in.
  if (config.token) url.searchParams.set("token", config.token);
  return url.href;
}

/** The page's end of a carrier. */
interface CarrierPort {
  postMessage(message: ToCarrier, transfer: Transferable[]): void;
  close: () => void;
}

/** ms for the last words of a carrier in a Worker: a frame that is on its way, a port that is closed. */
const LAST_WORDS = 1000;

/** Starts a carrier in a Worker or, on pages whose security policy allows none, in this thread. */
function startCarrier(told: (message: FromCarrier) => void): CarrierPort {
  const url = URL.createObjectURL(new Blob([carrier], { type: "text/javascript" }));
  let worker: Worker;
  try {
    worker = new Worker(url);
  } catch {
    URL.revokeObjectURL(url);
    return carrierHere(told);
  }
  let here: CarrierPort | null = null;
  /** What a Worker that does not come up was told. */
  let sent: ToCarrier[] | null = [];
  worker.onmessage = ({ data }: MessageEvent<FromCarrier>) => {
    if (sent !== null) URL.revokeObjectURL(url);
    sent = null;
    told(data);
  };
  worker.onerror = () => {
    if (sent === null) return;
    URL.revokeObjectURL(url);
    here = carrierHere(told);
    for (const message of sent) here.postMessage(message, []);
    sent = null;
  };
  return {
    postMessage: (message, transfer) => {
      if (here !== null) return here.postMessage(message, transfer);
      sent?.push(message);
      worker.postMessage(message, transfer);
    },
    close: () => {
      here?.close();
      setTimeout(() => worker.terminate(), LAST_WORDS);
    },
  };
}

function carrierHere(told: (message: FromCarrier) => void): CarrierPort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<FromCarrier>) => told(data);
  new Carrier(port2 as MainPort);
  return { postMessage: (message, transfer) => port1.postMessage(message, transfer), close: () => port1.close() };
}

/** A copy of a buffer's bytes: the view may be one slice of a whole WebSocket message, at an odd offset. */
function bytes(view: DataView): ArrayBuffer {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer;
}

/** A random name. (`randomUUID` exists on secure pages only.) */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join("");
}
