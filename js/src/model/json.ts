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

/** Characters of JSON that stand in one line. */
const LINE = 60;

/** Signs that turn the direction of what follows: text would read otherwise than it is. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;
const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16)}`;

/**
 * Lays JSON text out for a person, in one line where it is short; numbers stay as they were written, letters become
 * readable, but for those that would deceive. What is no JSON object or array comes back as it is.
 */
export function laidOut(json: string): string {
  if (!/^\s*[[{]/.test(json) || !isJson(json)) return json;
  let depth = 0;
  let laid = "";
  const newLine = (): string => `\n${"  ".repeat(depth)}`;
  const signs: Record<string, () => string> = { ",": () => `,${newLine()}`, ":": () => ": " };
  for (const open of "[{") signs[open] = () => ((depth += 1), open + newLine());
  for (const [kind, piece] of pieces(json)) {
    if (kind === "string" || kind === "key") laid += JSON.stringify(JSON.parse(piece)).replace(TURNS, escaped);
    else if (kind !== "other") laid += piece;
    else {
      for (const sign of piece.replace(/\s/g, "")) {
        if (signs[sign] !== undefined) laid += signs[sign]();
        else {
          depth -= 1;
          // Nothing is in what was just opened: then it stays in its line.
          laid = /[[{]\s+$/.test(laid) ? laid.trimEnd() + sign : laid + newLine() + sign;
        }
      }
    }
  }
  const line = laid.replace(/\n\s*/g, " ");
  return line.length <= LINE ? line : laid;
}

function isJson(words: string): boolean {
  try {
    JSON.parse(words);
    return true;
  } catch {
    return false;
  }
}
