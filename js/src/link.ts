import type { FromKernel, FromPage } from "./messages.ts";

/** One way between a view and the kernel. */
export interface Link {
  /** The view's own name: the kernel tells views apart by it. */
  readonly view: string;
  /** Frames from the kernel that never arrived. */
  readonly lostFrames: number;
  /** Sends a message; throws where the kernel cannot be reached at all. */
  send(message: FromPage): void;
}

/** What a frame looks like on either way: numbered, its messages' bytes in the buffers beside it. */
export interface Frame {
  frame: number;
  view?: string;
  messages: Record<string, unknown>[];
}

/** The part of anywidget's model that a link over the comm needs. */
export interface CommModel {
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(name: "msg:custom", callback: (content: unknown, buffers: DataView[]) => void): void;
  on(name: "comm_live_update", callback: () => void): void;
  off(name: "msg:custom", callback: (content: unknown, buffers: DataView[]) => void): void;
  off(name: "comm_live_update", callback: () => void): void;
}

/** Writes messages into frames and reads them back; counts the frames that are missing in between. */
export class Frames {
  #written = 0;
  #read: number | null = null;
  lost = 0;

  write(view: string, message: FromPage): { frame: Frame; buffers: ArrayBuffer[] } {
    const { data, ...rest } = message as FromPage & { data?: ArrayBuffer };
    const fields = data === undefined ? rest : { ...rest, data: 0 };
    return {
      frame: { frame: this.#written++, view, messages: [fields] },
      buffers: data === undefined ? [] : [data],
    };
  }

  read(frame: Frame, buffers: ArrayBuffer[]): FromKernel[] {
    // A view that joins late starts counting at the first frame it sees.
    if (this.#read !== null) this.lost += Math.max(0, frame.frame - this.#read - 1);
    this.#read = frame.frame;
    return frame.messages.map((message) =>
      typeof message.data === "number" ? { ...message, data: buffers[message.data] } : message,
    ) as unknown as FromKernel[];
  }
}

/** The link that works everywhere: custom messages of the widget. */
export class CommLink implements Link {
  readonly view = newId();
  readonly #frames = new Frames();
  readonly #model: CommModel;

  /** `gone` is called when the comm is cut off from its kernel: that was restarted, or ended. */
  constructor(model: CommModel, receive: (message: FromKernel) => void, gone: () => void, signal: AbortSignal) {
    this.#model = model;
    const listener = (content: unknown, buffers: DataView[]): void => {
      for (const message of this.#frames.read(content as Frame, buffers.map(bytes))) receive(message);
    };
    model.on("msg:custom", listener);
    // The comm was cut off or brought back, and a widget is not told which: only sending shows.
    const changed = (): void => {
      try {
        this.send({ type: "join" });
      } catch {
        gone();
      }
    };
    model.on("comm_live_update", changed);
    const forget = (): void => {
      model.off("msg:custom", listener);
      model.off("comm_live_update", changed);
    };
    signal.addEventListener("abort", forget, { once: true });
  }

  get lostFrames(): number {
    return this.#frames.lost;
  }

  send(message: FromPage): void {
    const { frame, buffers } = this.#frames.write(this.view, message);
    this.#model.send(frame, undefined, buffers);
  }
}

/** A copy of a buffer's bytes: the view may be one slice of a whole WebSocket message, at an odd offset. */
function bytes(view: DataView): ArrayBuffer {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer;
}

/** A random name. (`randomUUID` exists on secure pages only.) */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join("");
}
