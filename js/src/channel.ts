/**
 * Numbered frames that arrive once and in order, whatever carries them: what is missing is asked for again. No I/O.
 * The twin of rt_notebook/widgets/channel.py, which says what the header's fields mean. Time is in seconds.
 */

export type Message = Record<string, unknown>;

export interface Header {
  n?: number;
  ack?: number;
  again?: [first: number, last: number][];
  written?: number;
  gone?: number;
  messages?: Message[];
  /** Beside the channel: the kernel has forgotten this view, which is to begin anew. */
  forgotten?: boolean;
  /** Beside the channel: the view goes away. */
  leave?: boolean;
}

export interface Frame {
  header: Header;
  buffers: ArrayBuffer[];
}

interface Kept {
  n: number;
  messages: Message[];
  buffers: ArrayBuffer[];
  size: number;
}

export const PATIENCE = 0.06;
export const RETRY = 0.3;
export const PROBE = 1;
export const SLOWEST = 5;
export const ACK_DELAY = 0.25;
export const MOST_FRAMES = 4_000;
export const MOST_BYTES = 32 * 2 ** 20;
export const MOST_RANGES = 64;

/** One end of the way between a view and the kernel. */
export class Channel {
  /** Frames of the other side that cannot be had any more. */
  lost = 0;
  #written = 0;
  /** Frames that the other side has not confirmed. */
  #kept: Kept[] = [];
  #keptBytes = 0;
  #resend: [number, number][] = [];
  #probeAt = Infinity;
  #probeAfter = PROBE;
  /** Number of the frame that is to be delivered next. */
  #expected = 0;
  /** So many frames the other side has written, as far as we know. */
  #known = 0;
  /** Frames that came before their turn. */
  readonly #held = new Map<number, { messages: Message[]; buffers: ArrayBuffer[] }>();
  #ackAt = Infinity;
  #askAt = Infinity;
  #askAfter = RETRY;

  /** Returns the next frame; it is kept until the other side has it. */
  write(messages: readonly Message[], now: number): Frame {
    const buffers: ArrayBuffer[] = [];
    const fields = messages.map((message) =>
      message.data instanceof ArrayBuffer ? { ...message, data: buffers.push(message.data) - 1 } : message,
    );
    // The JSON's size is not known here; a round figure for each message bounds what is kept.
    const size = buffers.reduce((sum, { byteLength }) => sum + byteLength, 500 * fields.length);
    const kept = { n: this.#written++, messages: fields, buffers, size };
    this.#kept.push(kept);
    this.#keptBytes += size;
    while (this.#kept.length > MOST_FRAMES || (this.#keptBytes > MOST_BYTES && this.#kept.length > 1)) this.#drop();
    if (this.#probeAt === Infinity) this.#probeAt = now + this.#probeAfter;
    return this.#frame(kept);
  }

  /** Returns a frame that tells how far both sides are. */
  control(): Frame {
    this.#ackAt = Infinity;
    return { header: { ack: this.#expected, written: this.#written }, buffers: [] };
  }

  /** Returns what is to be sent now: frames asked for again, questions, confirmations. */
  due(now: number): Frame[] {
    const frames = this.#again();
    const header: Header = {};
    if (now >= this.#askAt) {
      header.again = this.#missing();
      this.#askAt = now + this.#askAfter;
      this.#askAfter = Math.min(2 * this.#askAfter, SLOWEST);
    }
    if (now >= this.#probeAt) {
      header.written = this.#written;
      this.#probeAfter = Math.min(2 * this.#probeAfter, SLOWEST);
      this.#probeAt = now + this.#probeAfter;
    }
    if (now >= this.#ackAt || Object.keys(header).length > 0) {
      this.#ackAt = Infinity;
      frames.push({ header: { ...header, ack: this.#expected }, buffers: [] });
    }
    return frames;
  }

  /** When `due` will have something to send; Infinity if nothing is to come. */
  nextDue(): number {
    return this.#resend.length > 0 ? 0 : Math.min(this.#askAt, this.#probeAt, this.#ackAt);
  }

  /** Takes a frame and returns the messages whose turn it now is. */
  read({ header, buffers }: Frame, now: number): Message[] {
    if (header.ack !== undefined) this.#confirmed(header.ack, now);
    this.#resend.push(...(header.again ?? []));
    if (header.written !== undefined) {
      this.#known = Math.max(this.#known, header.written);
      this.#ackAt = now;
    }
    if (header.n !== undefined) {
      this.#known = Math.max(this.#known, header.n + 1);
      if (header.n >= this.#expected && !this.#held.has(header.n) && this.#held.size < MOST_FRAMES) {
        this.#held.set(header.n, { messages: header.messages ?? [], buffers });
      }
      this.#ackAt = Math.min(this.#ackAt, now + ACK_DELAY);
    }
    this.#known = Math.max(this.#known, header.gone ?? 0);
    return this.#deliver(header.gone ?? 0, now);
  }

  #frame({ n, messages, buffers }: Kept): Frame {
    this.#ackAt = Infinity;
    return { header: { n, ack: this.#expected, messages }, buffers };
  }

  #again(): Frame[] {
    if (this.#resend.length === 0) return [];
    const wanted = this.#resend;
    this.#resend = [];
    const oldest = this.#kept[0]?.n ?? this.#written;
    const frames = this.#kept
      .filter(({ n }) => wanted.some(([first, last]) => first <= n && n <= last))
      .map((kept) => this.#frame(kept));
    if (wanted.some(([first]) => first < oldest)) {
      frames.unshift({ header: { gone: oldest, ack: this.#expected }, buffers: [] });
    }
    return frames;
  }

  #drop(): void {
    this.#keptBytes -= this.#kept.shift()?.size ?? 0;
  }

  #confirmed(ack: number, now: number): void {
    const before = this.#kept.length;
    while (this.#kept[0] !== undefined && this.#kept[0].n < ack) this.#drop();
    if (this.#kept.length === 0) {
      this.#probeAt = Infinity;
      this.#probeAfter = PROBE;
    } else if (this.#kept.length < before) {
      this.#probeAfter = PROBE;
      this.#probeAt = now + PROBE;
    }
  }

  #deliver(gone: number, now: number): Message[] {
    const messages: Message[] = [];
    const before = this.#expected;
    const take = (n: number): boolean => {
      const held = this.#held.get(n);
      for (const message of held?.messages ?? []) messages.push(whole(message, held?.buffers ?? []));
      return this.#held.delete(n);
    };
    if (gone > this.#expected) {
      const there = [...this.#held.keys()].filter((n) => n < gone).sort((a, b) => a - b);
      this.lost += gone - this.#expected - there.length;
      there.forEach(take);
      this.#expected = gone;
    }
    while (take(this.#expected)) this.#expected += 1;
    if (this.#expected >= this.#known) {
      this.#askAt = Infinity;
      this.#askAfter = RETRY;
    } else if (this.#askAt === Infinity || this.#expected > before) {
      this.#askAt = now + PATIENCE;
    }
    return messages;
  }

  #missing(): [number, number][] {
    const ranges: [number, number][] = [];
    let start = this.#expected;
    for (const n of [...[...this.#held.keys()].sort((a, b) => a - b), this.#known]) {
      if (n > start) ranges.push([start, n - 1]);
      start = n + 1;
    }
    return ranges.slice(0, MOST_RANGES);
  }
}

function whole(message: Message, buffers: ArrayBuffer[]): Message {
  return typeof message.data === "number" ? { ...message, data: buffers[message.data] } : message;
}
