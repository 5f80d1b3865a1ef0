/** Seconds that are to be seen: least, most, and to begin with. */
const LEAST = 1;
const MOST = 3600;
const USUAL = 30;

/** Where the present is while the axis follows it, as a share of the width: behind it is what is still to be heard. */
const PRESENT = 0.85;

/** Least distance of two labels of the axis, CSS pixels. */
const APART = 72;
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200];

/** The part of time that is to be seen. Times are seconds since connecting, `width` CSS pixels. */
export class Axis {
  /** It moves on with the present. */
  following = true;
  width = 1;
  #from = -USUAL * PRESENT;
  #span = USUAL;

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#from + this.#span;
  }

  /** CSS pixels a second. */
  get scale(): number {
    return this.width / this.#span;
  }

  x(t: number): number {
    return (t - this.#from) * this.scale;
  }

  t(x: number): number {
    return this.#from + x / this.scale;
  }

  /** Moves on with the present, if it follows; returns whether it has moved by half a pixel or more. */
  follow(now: number): boolean {
    if (!this.following) return false;
    // At the beginning the axis stands, and sound grows into it.
    const from = Math.max(-0.01 * this.#span, now - PRESENT * this.#span);
    if (Math.abs(from - this.#from) * this.scale < 0.5) return false;
    this.#from = from;
    return true;
  }

  /** Moves by so many pixels and follows no more; never so far that nothing would be left to see. */
  scroll(pixels: number, end: number): void {
    this.following = false;
    const from = this.#from + pixels / this.scale;
    this.#from = Math.max(-0.5 * this.#span, Math.min(end - 0.1 * this.#span, from));
  }

  /** Shows `factor` times as much, around what is at `x`, or around the present while it follows. */
  zoom(factor: number, x: number, now: number): void {
    const pivot = this.following ? now : this.t(x);
    const share = this.following ? PRESENT : x / this.width;
    this.#span = Math.max(LEAST, Math.min(MOST, this.#span * factor));
    this.#from = pivot - share * this.#span;
  }

  /** Shows all of it, as far as that goes, and follows no more. */
  show(end: number): void {
    this.following = false;
    this.#span = Math.max(LEAST, Math.min(MOST, 1.04 * end));
    this.#from = -0.02 * this.#span;
  }

  /** Makes sure that `t` is to be seen, with something around it; stays where it is if it is already. */
  reveal(t: number): void {
    if (t >= this.#from + 0.05 * this.#span && t <= this.to - 0.05 * this.#span) return;
    this.following = false;
    this.#from = t - 0.4 * this.#span;
  }

  /** The times to be labelled, and their distance. */
  ticks(): { every: number; times: number[] } {
    const every = TICKS.find((seconds) => seconds * this.scale >= APART) ?? (TICKS.at(-1) as number);
    const times = [];
    for (let k = Math.max(0, Math.ceil(this.#from / every)); k * every <= this.to; k++) times.push(k * every);
    return { every, times };
  }
}

/** A time on the axis: `7 s`, `1:05`, `1:00:05`, with tenths where the labels are that close. */
export function axisTime(t: number, every = 1): string {
  const tenths = every < 1;
  const whole = tenths ? Math.round(t * 10) / 10 : Math.round(t);
  const seconds = whole % 60;
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  const last = tenths ? seconds.toFixed(1) : String(seconds);
  if (whole < 60) return `${last} s`;
  const pad = (words: string, length = 2): string => words.padStart(length, "0");
  const rest = pad(last, tenths ? 4 : 2);
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${pad(String(minutes))}:${rest}`;
}
