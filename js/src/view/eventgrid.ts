import type { Both, Lang } from "../lang.ts";
import { h } from "./dom.ts";

const COLUMNS: Both<[t: string, direction: string, type: string, detail: string]> = {
  en: ["t (s)", "Direction", "Type", "Detail"],
  zh: ["t（秒）", "方向", "类型", "详情"],
};

/** Returns the table of events with its heads, without rows; of `many` several rows can be chosen. */
export function eventGrid(lang: Lang, title: string, many: boolean): HTMLElement {
  const heads = COLUMNS[lang].map((name) => h("div", { attributes: { role: "columnheader" } }, name));
  const grid = h(
    "div",
    { className: "rt-grid", tabIndex: 0, attributes: { role: "treegrid", "aria-label": title } },
    h("div", { className: "rt-heads", attributes: { role: "row", "aria-rowindex": "1" } }, ...heads),
  );
  if (many) grid.ariaMultiSelectable = "true";
  return grid;
}
