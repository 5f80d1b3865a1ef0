/** A microphone or a loudspeaker; the label is empty until the microphone was allowed. */
export interface Device {
  id: string;
  label: string;
}

export interface Devices {
  inputs: readonly Device[];
  outputs: readonly Device[];
}

export const NO_DEVICES: Devices = { inputs: [], outputs: [] };

/** What can be chosen. Before the microphone was allowed browsers tell no ids, so that there is nothing. */
export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  const of = (kind: MediaDeviceKind): Device[] =>
    all.filter((device) => device.kind === kind && device.deviceId !== "").map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { inputs: of("audioinput"), outputs: of("audiooutput") };
}
