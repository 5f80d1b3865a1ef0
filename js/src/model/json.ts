/** What a piece of JSON text is. */
export type Kind = "key" | "string" | "number" | "word" | "other";

const PIECES = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g;

/** Cuts JSON text into pieces of one kind each; all of the text comes back, whatever it holds. */
export function pieces(json: string): [kind: Kind, piece: string][] {
  const found: [Kind, string][] = [];
  const add = (kind: Kind, piece: string): void => {
    if (piece !== "") found.push([kind, piece]);
  };
  let end = 0;
  for (const match of json.matchAll(PIECES)) {
    const [whole, quoted, colon = "", number, word = ""] = match;
    add("other", json.slice(end, match.index));
    if (quoted !== undefined) add(colon === "" ? "string" : "key", quoted);
    else add(number === undefined ? "word" : "number", number ?? word);
    add("other", colon);
    end = match.index + whole.length;
  }
  add("other", json.slice(end));
  return found;
}
