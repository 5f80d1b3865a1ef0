/**
 * What page and kernel say to each other: the twin of rt_notebook/widgets/messages.py, name for name and field for
 * field (a test compares them). Times are ms, sound is PCM16 mono at 24 kHz.
 *
 * `data` is bytes: it travels as a binary buffer beside the JSON, never inside it.
 */

/** One row of the log without its sound. */
export interface Row {
  /** Position in the log. */
  index: number;
  /** Seconds since connecting. */
  t: number;
  direction: "client" | "server" | "local";
  /** Duration of the sound that the event carries. */
  audio_ms: number | null;
  /** How loud that sound is: a peak for each 20 ms of it, 0 to 100. */
  levels?: number[];
  /** The event, GA names, without the sound. */
  event: Record<string, unknown>;
}

/** What a session tells of itself; nothing secret. Other keys may be there. */
export interface Info {
  provider?: string;
  model?: string;
  url?: string;
  state?: string;
  dialect?: string;
  /** What the session has cost so far, USD; null where nobody knows the prices. */
  cost_usd?: number | null;
  /** The kernel's version of ipykernel, where it is one. */
  kernel?: string;
  /** The kernel takes widget messages also while a cell runs. */
  subshells?: boolean;
  /** A cell is running. */
  busy?: boolean;
}

// From the page to the kernel ------------------------------------------------------------------------------------

/** A view has appeared: it wants to know the session and what happened so far. */
export interface Join {
  type: "join";
}

/** A view goes away. */
export interface Leave {
  type: "leave";
}

/** `Start session` was clicked: this view takes microphone and loudspeaker; a closed session opens again. */
export interface Start {
  type: "start";
}

/** `End session` was clicked. */
export interface End {
  type: "end";
}

/** A message was typed. */
export interface Say {
  type: "say";
  text: string;
}

/** An audio file was chosen, to be said as the user, in pieces; `offset` and `size` are bytes of the whole. */
export interface SendFile {
  type: "file";
  name: string;
  offset: number;
  size: number;
  data: ArrayBuffer;
}

/** Settings were changed: the part of the API's session object (GA's shape) that is to be another. */
export interface Update {
  type: "update";
  session: Record<string, unknown>;
}

/** `Stop answer` was clicked: the answer that is made or played is not wanted any more. */
export interface Interrupt {
  type: "interrupt";
}

/** `Approve` was clicked: a call that waits for approval is to run. */
export interface Approve {
  type: "approve";
  call_id: string;
}

/** `Deny` was clicked: a call that waits for approval is not to run. */
export interface Deny {
  type: "deny";
  call_id: string;
}

/** The user begins or ceases to talk; `held`: a button or key is held for it, which interrupts by itself. */
export interface Talk {
  type: "talk";
  on: boolean;
  held: boolean;
}

/** A chunk from the microphone; `sample` is the position of its first sample since talking began. */
export interface Microphone {
  type: "microphone";
  sample: number;
  data: ArrayBuffer;
}

/** The first sample of a content part left the loudspeaker. */
export interface PlaybackStarted {
  type: "playback.started";
  item_id: string;
  content_index: number;
}

/** The last sample of a content part left the loudspeaker. */
export interface PlaybackFinished {
  type: "playback.finished";
  item_id: string;
  content_index: number;
  heard_samples: number;
}

/** A content part was silenced before its end. */
export interface PlaybackFlushed {
  type: "playback.flushed";
  item_id: string;
  content_index: number;
  heard_samples: number;
}

/** Sound came too late: so many samples of silence were played in the middle of an item. */
export interface PlaybackUnderrun {
  type: "playback.underrun";
  item_id: string;
  missing_samples: number;
}

/** What was said from `t` on (seconds since connecting) is to be heard again. */
export interface Replay {
  type: "replay";
  t: number;
}

/** The whole event in row `index` of the log is to be seen. */
export interface Look {
  type: "look";
  index: number;
}

/** Asks for a `pong` with the same number. */
export interface Ping {
  type: "ping";
  id: number;
}

// From the kernel to the page ------------------------------------------------------------------------------------

/** The session as it is now, and which view owns microphone and loudspeaker. */
export interface SessionState {
  type: "session";
  info: Info;
  owner: string | null;
  /** Seconds since connecting, now. */
  t: number;
}

/** The relay's name for this session's link; null where there is no relay, and why. It is never saved. */
export interface Relay {
  type: "relay";
  link: string | null;
  why: string;
}

/** What happened before this view joined, piece by piece; `done` with the last one. */
export interface History {
  type: "history";
  rows: Row[];
  done: boolean;
}

/** What just happened. */
export interface Happened {
  type: "happened";
  row: Row;
}

/** Sound to play. */
export interface Audio {
  type: "audio";
  item_id: string;
  content_index: number;
  data: ArrayBuffer;
}

/** No more sound comes for this content part. */
export interface AudioEnd {
  type: "audio.end";
  item_id: string;
  content_index: number;
}

/** Fall silent now and forget what is queued. */
export interface Flush {
  type: "flush";
}

/** Microphone samples that never reached the kernel, since talking began. */
export interface Lost {
  type: "lost";
  samples: number;
}

/** What was said from `t` on, user and assistant together, as answer to `replay`; empty where nothing was. */
export interface Replayed {
  type: "replayed";
  t: number;
  data: ArrayBuffer;
}

/** The whole event in row `index`, as indented JSON; sound is given by its duration. */
export interface Looked {
  type: "looked";
  index: number;
  json: string;
}

/** Answers a `ping`. */
export interface Pong {
  type: "pong";
  id: number;
}

/** Something went wrong in the kernel; the text says what and names the cure. */
export interface Problem {
  type: "problem";
  text: string;
}

export type FromPage =
  | Join
  | Leave
  | Start
  | End
  | Say
  | SendFile
  | Update
  | Interrupt
  | Approve
  | Deny
  | Talk
  | Microphone
  | PlaybackStarted
  | PlaybackFinished
  | PlaybackFlushed
  | PlaybackUnderrun
  | Replay
  | Look
  | Ping;

export type FromKernel =
  | SessionState
  | Relay
  | History
  | Happened
  | Audio
  | AudioEnd
  | Flush
  | Lost
  | Replayed
  | Looked
  | Pong
  | Problem;
