/**
 * What page and kernel say to each other: the twin of rt_notebook/widgets/messages.py, name for name and field for
 * field (a test compares them). Times are ms, sound is PCM16 mono at 24 kHz.
 *
 * `data` is bytes: it travels as a binary buffer beside the JSON, never inside it.
 */

/** What a session tells of itself; nothing secret. Other keys may be there. */
export interface Info {
  provider?: string;
  model?: string;
  url?: string;
  state?: string;
  dialect?: string;
}

/** One row of the log without its sound. */
export interface Row {
  /** Position in the log. */
  index: number;
  /** Seconds since connecting. */
  t: number;
  direction: "client" | "server" | "local";
  /** Duration of the sound that the event carries. */
  audio_ms: number | null;
  /** The event, GA names, without the sound. */
  event: Record<string, unknown>;
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

/** The microphone was opened or closed. */
export interface Talk {
  type: "talk";
  on: boolean;
}

/** A chunk from the microphone; `sample` is the position of its first sample since the microphone was opened. */
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

// From the kernel to the page ------------------------------------------------------------------------------------

/** The session as it is now, and which view owns microphone and loudspeaker. */
export interface SessionState {
  type: "session";
  info: Info;
  owner: string | null;
}

/** What happened before the view `view` joined. */
export interface History {
  type: "history";
  view: string;
  rows: Row[];
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

/** Microphone samples that never reached the kernel, since the microphone was opened. */
export interface Lost {
  type: "lost";
  samples: number;
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
  | Talk
  | Microphone
  | PlaybackStarted
  | PlaybackFinished
  | PlaybackFlushed
  | PlaybackUnderrun;

export type FromKernel = SessionState | History | Happened | Audio | AudioEnd | Flush | Lost | Problem;
