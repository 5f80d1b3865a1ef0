/** The page that `log.to_html` writes: it finds its data in itself. */
import { fromBase64, type Piece } from "./audio/tape.ts";
import { langOf } from "./lang.ts";
import { type About, type Kept, Recorded } from "./recorded.ts";

interface Sound {
  from: number;
  seconds: number;
  mp3: string;
}

/** The texts of this page's data under a name; each is forgotten when it is taken. */
function* data(name: string): Generator<string> {
  for (const element of document.querySelectorAll(`script.${name}`)) {
    yield element.textContent;
    element.remove();
  }
}

const lang = langOf("auto", navigator.language);
document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
const [about] = [...data("rt-about")].map((json) => JSON.parse(json) as About);
const pieces = [...data("rt-sound")].map((json): Piece => {
  const { from, seconds, mp3 } = JSON.parse(json) as Sound;
  return { from, seconds, file: () => fromBase64(mp3) };
});
const element = document.getElementById("rt-page");
if (about !== undefined && element !== null) {
  const page = new Recorded(element, lang, about, pieces, new AbortController().signal);
  void page.load((function* () {
    for (const json of data("rt-rows")) yield JSON.parse(json) as Kept[];
  })());
}
