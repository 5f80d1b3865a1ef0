import capture from "worklet:capture";
import playback from "worklet:playback";
import { NO_SECURE_CONTEXT, NO_SOUND, NO_WORKLETS } from "../problem.ts";
import { RATE } from "./pcm.ts";

/**
 * Opens the one audio context that the microphone and the loudspeaker of a view share. Call it in a click's handler:
 * before a click browsers keep a context silent.
 *
 * It runs at `rate` Hz, at the device's own rate where that is null, and unless told at 24 kHz where the browser can: it
 * then resamples to and from the devices. Firefox gives a context no microphone of another rate than its own: there it
 * runs at the device's, and the worklets resample.
 */
export function openContext(rate?: number | null): AudioContext {
  // Only secure pages have worklets and microphones at all.
  if (!window.isSecureContext) throw NO_SECURE_CONTEXT;
  if (window.AudioContext === undefined || window.AudioWorkletNode === undefined) throw NO_SOUND;
  const context = rate === undefined ? openHere() : open(rate);
  void context.resume();
  return context;
}

function open(rate: number | null): AudioContext {
  return new AudioContext({ latencyHint: "interactive", ...(rate === null ? {} : { sampleRate: rate }) });
}

function openHere(): AudioContext {
  if (mixing === false) return open(null);
  let context: AudioContext;
  try {
    context = open(RATE);
  } catch {
    // Some browsers know a few rates only.
    return open(null);
  }
  if (mixes(context)) return context;
  void context.close();
  return open(null);
}

/** Whether this browser brings sounds of different rates together; not known before it was tried. */
let mixing: boolean | null = null;

/** Tries with another context's sound in the microphone's place, since that asks the person for nothing. */
function mixes(context: AudioContext): boolean {
  if (mixing !== null) return mixing;
  const other = open(null);
  try {
    // A device that runs at 24 kHz itself proves nothing, and needs no proof.
    if (other.sampleRate === context.sampleRate) return true;
    context.createMediaStreamSource(other.createMediaStreamDestination().stream).disconnect();
    mixing = true;
  } catch {
    mixing = false;
  } finally {
    void other.close();
  }
  return mixing;
}

/** Loads both worklets into a context, once: a name can be registered only once. */
export async function loadWorklets(context: BaseAudioContext): Promise<void> {
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
