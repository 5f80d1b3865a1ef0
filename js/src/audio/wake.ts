/** ms that a context may take to run again before the person is asked for help. */
const PATIENCE = 1000;

/**
 * Keeps a context running until the signal: one that the system or the browser has paused (a call, sleep, no click yet)
 * is resumed at every chance. `paused` is called where it does not run after a second, with whether it ever ran.
 */
export function keepRunning(context: AudioContext, paused: (ran: boolean) => void, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ran = false;
  const wake = (): void => {
    if (context.state === "running" || context.state === "closed") return;
    // It may be refused now; the next chance may be better.
    context.resume().catch(() => {});
  };
  const watch = (): void => {
    clearTimeout(timer);
    ran ||= context.state === "running";
    if (context.state === "running" || context.state === "closed") return;
    wake();
    timer = setTimeout(() => paused(ran), PATIENCE);
  };
  context.addEventListener("statechange", watch, { signal });
  document.addEventListener("visibilitychange", wake, { signal });
  for (const chance of ["focus", "pointerdown", "keydown"]) {
    window.addEventListener(chance, wake, { signal, capture: true, passive: true });
  }
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  watch();
}
