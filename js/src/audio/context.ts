import capture from "worklet:capture";
import playback from "worklet:playback";
import { NO_SECURE_CONTEXT, NO_SOUND, NO_WORKLETS } from "../problem.ts";
import { RATE } from "./pcm.ts";

/** A context at 24 kHz was refused in this page, or the microphone for it; a browser does not change its mind. */
let refused = false;

/**
 * Opens the one audio context that the microphone and the loudspeaker of a view share. Call it in a click's handler:
 * before a click browsers keep a context silent.
 *
 * It runs at 24 kHz where the browser can, which then resamples to and from the devices. Some (Firefox before it learnt
 * to, Safari) give a context no microphone of another rate than its own, which only shows when one is connected: `rate`
 * is then the one to run at, the device's own where that is null, and the worklets resample.
 */
export function openContext(rate?: number | null): AudioContext {
  // Only secure pages have worklets and microphones at all.
  if (!window.isSecureContext) throw NO_SECURE_CONTEXT;
  if (window.AudioContext === undefined || window.AudioWorkletNode === undefined) throw NO_SOUND;
  refused ||= rate !== undefined;
  const context = open(rate ?? (refused ? null : RATE));
  void context.resume();
  return context;
}

function open(rate: number | null): AudioContext {
  const options: AudioContextOptions = { latencyHint: "interactive" };
  if (rate === null) return new AudioContext(options);
  try {
    return new AudioContext({ ...options, sampleRate: rate });
  } catch {
    // Some browsers know a few rates only.
    refused = true;
    return new AudioContext(options);
  }
}

/** Loads both worklets into a context, once: a name can be registered only once. */
export async function loadWorklets(context: AudioContext): Promise<void> {
  for (const source of [capture, playback]) {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    try {
      await context.audioWorklet.addModule(url);
    } catch {
      throw NO_WORKLETS;
    } finally {
      URL.revokeObjectURL(url);
    }
  }
}
