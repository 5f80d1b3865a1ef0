/** The languages that the panel speaks. */
export type Lang = "en" | "zh";

/** The same thing in each of them. */
export type Both<T> = Record<Lang, T>;

/** The language of a page, where nobody asked for another: Chinese pages and browsers get Chinese, all others English. */
export function langOf(asked: string, page: string): Lang {
  const name = asked === "auto" || asked === "" ? page : asked;
  return name.toLowerCase().startsWith("zh") ? "zh" : "en";
}
