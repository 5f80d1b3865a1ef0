/** ms after which a row is fetched that was reached with a key held down. */
const REST = 120;

/** How a row is reached: alone, up to it from the one reached last, or without choosing it. */
export type Reach = "alone" | "upTo" | "go";

/** What keys do in a list of events. */
export interface EventKeys {
  /** Rows in sight. */
  page: () => number;
  /** Goes on by rows, or to the list's edge. */
  move: (by: number, reach: Reach, rest: number) => void;
  edge: (edge: "first" | "last", reach: Reach, rest: number) => void;
  /** Chooses the row that is reached, or the first in sight. */
  enter: () => void;
  unfold: () => void;
  fold: () => void;
  close: () => void;
  /** Chooses all rows, or the one that is reached beside the others; absent where one alone is looked at. */
  many: { all: () => void; also: () => void } | null;
}

/** Does what a key says; leaves to the browser what it does not. */
export function press(event: KeyboardEvent, keys: EventKeys): void {
  const ctrl = event.ctrlKey || event.metaKey;
  const { many } = keys;
  if (event.altKey || (ctrl && many === null)) return;
  const rest = event.repeat ? REST : 0;
  const reach = ctrl ? "go" : event.shiftKey ? "upTo" : "alone";
  const moving: Record<string, () => void> = {
    ArrowDown: () => keys.move(1, reach, rest),
    ArrowUp: () => keys.move(-1, reach, rest),
    PageDown: () => keys.move(keys.page(), reach, rest),
    PageUp: () => keys.move(-keys.page(), reach, rest),
    Home: () => keys.edge("first", reach, rest),
    End: () => keys.edge("last", reach, rest),
  };
  const single: Record<string, () => void> = {
    ArrowRight: keys.unfold,
    ArrowLeft: keys.fold,
    Enter: keys.enter,
    Escape: keys.close,
  };
  const choosing: Record<string, () => void> = many === null ? {} : { ...(ctrl ? { a: many.all } : {}), " ": many.also };
  const act = moving[event.key] ?? (ctrl ? undefined : single[event.key]) ?? choosing[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}
