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

/** From the playback worklet to the link. */
export type Heard = PlaybackStarted | PlaybackFinished | PlaybackFlushed | PlaybackUnderrun;

/** From the capture worklet to the link; `talk` comes before the first chunk and behind the last. */
export type Spoken = Talk | Microphone;

/** From the link to the capture worklet: the loudspeaker sounds, or is silent (for half duplex). */
export type Sounding = { type: "sounding"; on: boolean };
