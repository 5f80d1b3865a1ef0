import type { Info, Row, SessionState } from "../messages.ts";
import { field, text } from "./events.ts";

type Fields = Record<string, unknown>;
type Handler = (session: SessionModel, event: Fields, row: Row) => void;

/** The session as its rows and the kernel tell it: settings, clock, and whether an answer is under way. */
export class SessionModel {
  /** Nothing is known before the kernel has answered. */
  info: Info | null = null;
  /** The view that has microphone and loudspeaker. */
  owner: string | null = null;
  /** The session object, as the server last reported it. */
  settings: Fields | null = null;
  /** When the server will end the session, seconds since the epoch. */
  expires_at: number | null = null;
  /** When the connection opened, seconds on the log's clock. */
  opened: number | null = null;
  /** Responses that are not done. */
  readonly responses = new Set<string>();
  /** Content parts that leave the loudspeaker now. */
  readonly sounding = new Set<string>();
  /** Calls whose tools run, or wait for approval. */
  readonly calls = new Set<string>();
  /** The log's clock, seconds, and the page's own at the same moment, ms. */
  #told = { t: 0, at: 0 };

  get open(): boolean {
    return this.info?.state === "open";
  }

  /** An answer is made, needs a tool that runs, or is still heard. */
  get answering(): boolean {
    return this.open && (this.responses.size > 0 || this.calls.size > 0 || this.sounding.size > 0);
  }

  /** A cell is running, and this kernel reads what comes over the comm between cells only. */
  get busy(): boolean {
    return this.info?.busy === true && this.info.subshells !== true;
  }

  /** Takes what the kernel tells at `at`, ms on the page's clock. */
  state({ info, owner, t }: SessionState, at: number): void {
    this.info = info;
    this.owner = owner;
    this.#told = { t, at };
    if (owner === null) this.sounding.clear();
  }

  add(row: Row): void {
    HANDLERS[text(row.event.type)]?.(this, row.event, row);
  }

  /** Forgets what the rows told: they come anew. */
  clear(): void {
    this.settings = this.expires_at = this.opened = null;
    this.responses.clear();
    this.calls.clear();
    this.sounding.clear();
  }

  /** The log's clock at `at`, ms on the page's clock: seconds since connecting. It rests where nothing is open. */
  now(at: number): number {
    return this.#told.t + (this.open ? (at - this.#told.at) / 1000 : 0);
  }

  /** For how many seconds the connection has been open. */
  elapsed(at: number): number | null {
    return this.open && this.opened !== null ? this.now(at) - this.opened : null;
  }

  /** How many seconds are left at `time`, seconds since the epoch; null where the server sets no limit. */
  left(time: number): number | null {
    return this.open && this.expires_at !== null ? Math.max(0, this.expires_at - time) : null;
  }
}

const settings: Handler = (session, event) => {
  session.settings = event.session as Fields;
};

const part = (event: Fields): string => `${text(event.item_id)} ${text(event.content_index)}`;

const silent: Handler = (session, event) => {
  session.sounding.delete(part(event));
};

const disconnected: Handler = (session) => {
  session.responses.clear();
  session.calls.clear();
};

const runs: Handler = (session, { call_id }) => {
  session.calls.add(text(call_id));
};

const ended: Handler = (session, { call_id }) => {
  session.calls.delete(text(call_id));
};

const HANDLERS: Record<string, Handler> = {
  "rt.connection.opened": (session, _, { t }) => {
    session.opened = t;
    session.responses.clear();
    session.calls.clear();
  },
  "rt.connection.lost": disconnected,
  "rt.connection.closed": disconnected,
  "session.created": (session, event, row) => {
    settings(session, event, row);
    const expires = field(event.session, "expires_at");
    // Zero is how some servers say that there is no limit.
    session.expires_at = typeof expires === "number" && expires > 0 ? expires : null;
  },
  "session.updated": settings,
  "response.created": (session, { response }) => {
    session.responses.add(text(field(response, "id")));
  },
  "response.done": (session, { response }) => {
    session.responses.delete(text(field(response, "id")));
  },
  "rt.tool.waiting": runs,
  "rt.tool.started": runs,
  "rt.tool.done": ended,
  "rt.tool.failed": ended,
  "rt.tool.cancelled": ended,
  "rt.tool.unsent": ended,
  "rt.playback.started": (session, event) => {
    session.sounding.add(part(event));
  },
  "rt.playback.finished": silent,
  "rt.playback.flushed": silent,
};
