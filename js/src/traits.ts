import type { CommModel } from "./link.ts";

/** What ipywidgets calls a view whose model was restored from a file: nobody is at the other end, and none will answer. */
export const DISCONNECTED = "jupyter-widgets-disconnected";

type Change = "change:echo_cancellation" | "change:half_duplex";

/** The widget's model: its comm, and the traits that the panel reads. */
export type PanelModel = CommModel & {
  get(name: "echo_cancellation" | "half_duplex"): boolean;
  get(name: "lang" | "summary_id"): string;
  on(name: Change, callback: () => void): void;
  off(name: Change, callback: () => void): void;
};

/** Calls `take` with a trait's value, now and with each change. */
export function follow(
  model: PanelModel,
  name: "echo_cancellation" | "half_duplex",
  take: (on: boolean) => void,
  signal: AbortSignal,
): void {
  const changed = (): void => take(model.get(name));
  model.on(`change:${name}`, changed);
  signal.addEventListener("abort", () => model.off(`change:${name}`, changed), { once: true });
  changed();
}
