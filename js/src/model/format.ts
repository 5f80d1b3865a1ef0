/** Seconds since connecting, as in the event list. */
export function clock(t: number): string {
  return t.toFixed(3);
}

/** A duration for people: `480 ms`, `1.2 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A longer duration, given in seconds, as a clock shows it: `3:07`, `1:02:00`. */
export function timer(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** An amount in USD: whole cents from a cent on, two digits below. */
export function usd(amount: number): string {
  if (amount === 0 || amount >= 0.01) return `$${amount.toFixed(2)}`;
  return amount < 0.0001 ? "<$0.0001" : `$${Number(amount.toPrecision(2))}`;
}

/** Shortens to `length` characters. */
export function clip(words: string, length: number): string {
  return words.length <= length ? words : `${words.slice(0, length - 1)}…`;
}
