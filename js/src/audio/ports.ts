/**
 * What is said to and by the two worklets.
 *
 * Each has two ports. Its node's own one goes to the page's main thread, for control and levels. The *wire* port goes to
 * the link's worker, so that sound, silence and what was heard never wait for a busy page; it speaks the messages of
 * messages.ts, sound as 24 kHz whatever the context's rate.
 */
import type {
  Audio,
  AudioEnd,
  Flush,
  Microphone,
  PlaybackFinished,
  PlaybackFlushed,
  PlaybackStarted,
  PlaybackUnderrun,
  Talk,
} from "../messages.ts";

/** Samples of a microphone chunk: 40 ms at 24 kHz. */
export const CHUNK = 960;

/** From the link to the playback worklet. */
export type Sounds = Audio | AudioEnd | Flush;

/** From the playback worklet to the link; what is told of the sound itself goes on to the capture worklet. */
export type Heard = PlaybackStarted | PlaybackFinished | PlaybackFlushed | PlaybackUnderrun;

/** From the capture worklet to the link; `talk` comes before the first chunk and behind the last. */
export type Spoken = Talk | Microphone;

/** From the playback worklet by way of the link to the capture worklet: the loudspeaker sounds, or is silent (for half duplex). */
export type Sounding = { type: "sounding"; on: boolean };

/** The microphone is closed; open, but nothing of it is sent; or heard. */
export type Mode = "closed" | "standby" | "talking";

/** From the main thread to the capture worklet. */
export type ToCapture =
  | { type: "wire"; port: MessagePort }
  | { type: "mode"; mode: Mode; held: boolean }
  | { type: "mute"; on: boolean }
  | { type: "half duplex"; on: boolean }
  /** The worklet is not needed any more. */
  | { type: "close" };

/** From the capture worklet to the main thread. */
export type FromCapture =
  /** Answers a change of mode: what belongs to the mode before has gone out through the wire. */
  | { type: "mode" }
  /** The largest magnitude of the last 40 ms at the microphone, 0 to 1, also when muted. */
  | { type: "level"; level: number };

/** From the main thread to the playback worklet. */
export type ToPlayback =
  | { type: "wire"; port: MessagePort }
  /** How long a rendered sample takes to the loudspeaker, seconds. */
  | { type: "latency"; seconds: number }
  | { type: "flush" }
  /** The worklet is not needed any more. */
  | { type: "close" };

/** From the playback worklet to the main thread. */
export type FromPlayback =
  /** The largest magnitude of the last 100 ms, 0 to 1. */
  | { type: "level"; level: number }
  /** Answers a flush: what was heard has gone out through the wire. */
  | { type: "flushed" }
  /** Since the last one: how often sound came too late, and the samples (24 kHz) of silence that stood in for it. */
  | { type: "underruns"; count: number; concealed: number };
