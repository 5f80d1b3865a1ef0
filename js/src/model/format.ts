/** Seconds since connecting, as in the event list. */
export function clock(t: number): string {
  return t.toFixed(3);
}

/** A duration for people: `480 ms`, `1.2 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Shortens to `length` characters. */
export function clip(words: string, length: number): string {
  return words.length <= length ? words : `${words.slice(0, length - 1)}…`;
}
