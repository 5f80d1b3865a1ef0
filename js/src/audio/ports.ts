/** What the page and its two worklets say over their ports. */
import type { Chunk } from "./chunker.ts";
import type { Report } from "./queue.ts";

/** Samples of a microphone chunk: 40 ms at 24 kHz. */
export const CHUNK = 960;

/** To the capture worklet: hand over what has gathered and stop. */
export type ToCapture = { type: "stop" };

/** From the capture worklet; `stopped` is the last it says. */
export type FromCapture = ({ type: "chunk" } & Chunk) | { type: "stopped" };

/** To the playback worklet; `latency` is in samples. */
export type ToPlayback =
  | { type: "push"; key: string; pcm: Int16Array; latency: number }
  | { type: "end"; key: string }
  | { type: "flush" };

/** From the playback worklet; `flushed` answers a `flush`, `level` (0 to 1) comes some ten times a second while there is sound. */
export type FromPlayback =
  | Report
  | { type: "flushed"; heard: { key: string; heard: number }[] }
  | { type: "level"; level: number };
