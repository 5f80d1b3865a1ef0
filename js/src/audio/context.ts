import capture from "worklet:capture";
import playback from "worklet:playback";
import { NO_SECURE_CONTEXT, WRONG_RATE } from "../problem.ts";
import { RATE } from "./pcm.ts";

/**
 * Opens the one audio context that recorder and player of a view share. Call it in a click's handler: before a click
 * browsers keep a context silent.
 *
 * The context resamples to and from the devices. A browser that refuses the rate gets a clear error rather than
 * sound at a wrong one.
 */
export function openContext(): AudioContext {
  // Only secure pages have worklets and microphones at all.
  if (!window.isSecureContext) throw NO_SECURE_CONTEXT;
  const context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
  if (context.sampleRate !== RATE) {
    void context.close();
    throw WRONG_RATE;
  }
  void context.resume();
  return context;
}

/** Loads both worklets into a context, once: a name can be registered only once. */
export async function loadWorklets(context: AudioContext): Promise<void> {
  for (const source of [capture, playback]) {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    try {
      await context.audioWorklet.addModule(url);
    } finally {
      URL.revokeObjectURL(url);
    }
  }
}
