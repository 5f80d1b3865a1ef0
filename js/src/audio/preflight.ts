import { DENIED, explain, NO_GET_USER_MEDIA, NO_MICROPHONE, NO_SECURE_CONTEXT, NO_SOUND, type Problem } from "../problem.ts";

/** What one look found: `unknown` is what only a click or the person's permission will show. */
export interface Check {
  name: "secure" | "microphones" | "permission" | "device" | "sound";
  ok: "yes" | "no" | "unknown";
  problem: Problem | null;
}

type Finding = boolean | "unknown";

/** Each look, and what is wrong where it finds nothing. */
const LOOKS: Record<Check["name"], [look: () => Finding | Promise<Finding>, problem: Problem]> = {
  secure: [() => window.isSecureContext, NO_SECURE_CONTEXT],
  microphones: [() => navigator.mediaDevices?.getUserMedia !== undefined, NO_GET_USER_MEDIA],
  permission: [permission, DENIED],
  device: [device, NO_MICROPHONE],
  sound: [sound, NO_SOUND],
};

/** Whether sound will work here, before the first click: it opens no microphone and asks nobody anything. */
export function checkAudio(): Promise<Check[]> {
  const names = Object.keys(LOOKS) as Check["name"][];
  return Promise.all(names.map(check));
}

async function check(name: Check["name"]): Promise<Check> {
  const [look, problem] = LOOKS[name];
  try {
    const found = await look();
    if (found === false) return { name, ok: "no", problem };
    return { name, ok: found === true ? "yes" : "unknown", problem: null };
  } catch (error) {
    return { name, ok: "no", problem: explain(error) };
  }
}

async function permission(): Promise<Finding> {
  try {
    const { state } = await navigator.permissions.query({ name: "microphone" });
    return state === "prompt" ? "unknown" : state === "granted";
  } catch {
    // Some browsers have no such question, or do not know this permission's name.
    return "unknown";
  }
}

async function device(): Promise<Finding> {
  if (navigator.mediaDevices?.enumerateDevices === undefined) return false;
  return (await navigator.mediaDevices.enumerateDevices()).some(({ kind }) => kind === "audioinput");
}

/**
 * Whether a context would run. None is opened for it, since before a click browsers complain of one.
 */
function sound(): Finding {
  if (window.AudioContext === undefined || window.AudioWorkletNode === undefined) return false;
  return navigator.userActivation?.hasBeenActive === true || "unknown";
}
