import type { Row } from "../messages.ts";
import type { Line } from "./events.ts";

/** What a person wants to see of the event list. */
export interface Filter {
  /** Words that all have to be there; see `matcher`. */
  words: string;
  directions: ReadonlySet<Row["direction"]>;
  /** Only what went wrong. */
  errors: boolean;
}

export const EVERYTHING: Filter = { words: "", directions: new Set(["client", "server", "local"]), errors: false };

/**
 * Makes a test of lines, or null where all pass. A word is looked for in type, ids and text, in either case; one with
 * `*` is a pattern of the whole type, as in Python; one after `-` must not be there.
 */
export function matcher({ words, directions, errors }: Filter): ((line: Line) => boolean) | null {
  const terms = words.split(/\s+/).map(termOf).filter((term) => term !== null);
  if (terms.length === 0 && directions.size === EVERYTHING.directions.size && !errors) return null;
  return (line) =>
    directions.has(line.direction) && (line.bad || !errors) && terms.every((passes) => passes(line));
}

function termOf(word: string): ((line: Line) => boolean) | null {
  const excluded = word.startsWith("-");
  const wanted = excluded ? word.slice(1) : word;
  if (wanted === "") return null;
  const pattern = wanted.includes("*");
  const source = wanted.split("*").map(escaped).join(".*");
  const finds = new RegExp(pattern ? `^${source}$` : source, "i");
  const type = remembered((name) => finds.test(name));
  const holds = pattern
    ? (line: Line): boolean => type(line.type)
    : (line: Line): boolean =>
        type(line.type) ||
        finds.test(line.detail) ||
        finds.test(line.item_id) ||
        finds.test(line.response_id) ||
        finds.test(line.call_id);
  return (line) => holds(line) !== excluded;
}

function escaped(words: string): string {
  return words.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** There are few types and many lines: each type is tested once. */
function remembered(test: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const old = known.get(name);
    if (old !== undefined) return old;
    const answer = test(name);
    known.set(name, answer);
    return answer;
  };
}
