/** One token behind white space: a mark, a whole string, a number or a word. */
const TOKEN = /[ \t\r\n]*([{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const SPACE = /[ \t\r\n]*/y;

type Want = "value" | "value or ]" | "key" | "key or }" | ":" | ", or end";

/** Where a text stops being JSON: the line and the column, from 1; null where it is JSON. Browsers do not all tell. */
export function jsonError(words: string): { line: number; column: number } | null {
  const open: string[] = [];
  let want: Want = "value";
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.exec(words);
    const begin = SPACE.lastIndex;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(words)?.[1];
    if (token === undefined) {
      const whole = begin === words.length && open.length === 0 && want === ", or end";
      return whole ? null : placeOf(words, begin);
    }
    const next = after(want, token, open);
    if (next === null) return placeOf(words, begin);
    want = next;
    at = TOKEN.lastIndex;
  }
}

/** What may follow a token; null where the token itself may not be there. `open` are the brackets that are. */
function after(want: Want, token: string, open: string[]): Want | null {
  const closes = want === ", or end" || want === (token === "]" ? "value or ]" : "key or }");
  if (token === "]" || token === "}") return closes && open.pop() === (token === "]" ? "[" : "{") ? ", or end" : null;
  switch (want) {
    case "key":
    case "key or }":
      return token.startsWith('"') ? ":" : null;
    case ":":
      return token === ":" ? "value" : null;
    case ", or end":
      if (token !== "," || open.length === 0) return null;
      return open.at(-1) === "[" ? "value" : "key";
    default:
      if (token === "," || token === ":") return null;
      if (token !== "[" && token !== "{") return ", or end";
      open.push(token);
      return token === "[" ? "value or ]" : "key or }";
  }
}

function placeOf(words: string, position: number): { line: number; column: number } {
  const before = words.slice(0, position).split("\n");
  return { line: before.length, column: (before.at(-1) as string).length + 1 };
}
