import { field, text } from "./events.ts";

/**
 * How far a call has come: its arguments are being written (`writing`) or never came whole (`incomplete`), nobody has
 * answered it (`called`), it waits for approval (`waiting`), its tool runs (`running`) or has ended.
 */
export type CallState = "writing" | "incomplete" | "called" | "waiting" | "running" | "done" | "failed" | "cancelled" | "unsent";

/** A call of a tool, with what became of it. */
export interface Call {
  /** Its `call_id`; of a remote server's request the item; empty where the server itself runs the tool. */
  id: string;
  name: string;
  /** As the model wrote them, as far as they have come. */
  arguments: string;
  state: CallState;
  /** What was returned; null before that. */
  output: string | null;
  /** What went wrong. */
  error: string;
  /** How it went wrong, in our rows' words; why it was cancelled, denied or not sent. */
  why: string;
  /** What the tool last told of itself. */
  progress: { text: string; fraction: number | null } | null;
  /** When it was called, and when its tool began to run, seconds since connecting. */
  called: number;
  started: number | null;
  duration_ms: number | null;
  /** It ended after the user had interrupted. */
  late: boolean;
}

type Fields = Record<string, unknown>;
type Step = (call: Call, event: Fields, t: number) => void;

export function newCall(t: number): Call {
  return {
    ...{ id: "", name: "", arguments: "", state: "writing", output: null, error: "", why: "", progress: null },
    ...{ called: t, started: null, duration_ms: null, late: false },
  };
}

/** Where arguments that are still to come could change something. */
export function isOpen({ state }: Call): boolean {
  return state === "writing" || state === "incomplete";
}

/** The arguments are whole. */
export function written(call: Call, words: string, t: number): void {
  call.arguments = words;
  if (!isOpen(call)) return;
  call.state = "called";
  call.called = t;
}

/** Takes what an item tells of a call. */
export function fillCall(call: Call, item: unknown, t: number): void {
  call.id = text(field(item, "call_id")) || call.id;
  const name = [text(field(item, "server_label")), text(field(item, "name"))].filter(Boolean).join(".");
  call.name = name || call.name;
  call.arguments = text(field(item, "arguments")) || call.arguments;
  const status = field(item, "status");
  if (status === "incomplete" && call.state === "writing") call.state = "incomplete";
  else if (status !== "in_progress" && call.arguments !== "") written(call, call.arguments, t);
  if (field(item, "type") === "mcp_approval_request" && call.state === "called") {
    call.id = text(field(item, "id"));
    call.state = "waiting";
  }
  // A tool that runs at the server tells its end in the same item.
  const error = field(item, "error");
  const message = text(field(error, "message")) || text(error);
  if (message !== "") finish(call, "failed", t, message);
  else if (typeof field(item, "output") === "string") returned(call, text(field(item, "output")), t);
}

/** A person's answer is in the conversation: whether the server may call a tool of a remote server. */
export function decided(call: Call, approved: boolean): void {
  call.state = approved ? "done" : "failed";
  call.why = approved ? "approved" : "denied";
}

/** The conversation has the call's output. */
export function returned(call: Call, output: string, t: number): void {
  call.output = output;
  // Where no rows tell of the tool, its output tells that it has run.
  if (call.started === null && (isOpen(call) || call.state === "called")) finish(call, "done", t);
}

function finish(call: Call, state: CallState, t: number, error = ""): void {
  // What nobody approved has not run.
  if (call.state !== "waiting") call.duration_ms ??= Math.max(0, (t - (call.started ?? call.called)) * 1000);
  Object.assign(call, { state, error, progress: null });
}

const run: Step = (call, event, t) => {
  call.name = text(event.name) || call.name;
  if (call.arguments === "") call.arguments = typeof event.arguments === "string" ? event.arguments : JSON.stringify(event.arguments ?? {});
  call.state = "running";
  call.started = t;
};

const end =
  (state: CallState): Step =>
  (call, event, t) => {
    call.name = text(event.name) || call.name;
    if (typeof event.duration_ms === "number") call.duration_ms = event.duration_ms;
    finish(call, state, t, text(field(event.error, "message")) || call.error);
    call.output = typeof event.output === "string" ? event.output : call.output;
    call.why = text(event.kind) || text(event.reason) || call.why;
    call.late = event.late === true;
  };

/** What the local rows tell of a tool that runs here, and the server's events of one that runs there. */
export const STEPS: Record<string, Step> = {
  "rt.tool.started": run,
  "rt.tool.waiting": (call, event, t) => {
    run(call, event, t);
    call.state = "waiting";
    call.started = null;
  },
  "rt.tool.approved": (call, _, t) => {
    call.state = "running";
    call.started = t;
  },
  "rt.tool.denied": (call, event) => {
    call.state = "failed";
    call.why = text(event.reason) || "denied";
  },
  "rt.tool.progress": (call, event) => {
    call.progress = { text: text(event.text), fraction: typeof event.fraction === "number" ? event.fraction : null };
  },
  "rt.tool.done": end("done"),
  "rt.tool.failed": end("failed"),
  "rt.tool.cancelled": end("cancelled"),
  "rt.tool.unsent": end("unsent"),
  "response.mcp_call.in_progress": (call, _, t) => {
    call.state = "running";
    call.started = t;
  },
  "response.mcp_call.completed": (call, _, t) => finish(call, "done", t),
  "response.mcp_call.failed": (call, _, t) => finish(call, "failed", t, call.error),
};
