/** The panel: an anywidget module. */
import { langOf } from "./lang.ts";
import { Playground } from "./playground.ts";
import type { PanelModel } from "./traits.ts";

interface RenderArguments {
  model: PanelModel;
  el: HTMLElement;
  /** Aborted when the view goes; older frontends call the returned function instead. */
  signal?: AbortSignal;
}

export default {
  render({ model, el, signal }: RenderArguments): () => void {
    const gone = new AbortController();
    const close = (): void => gone.abort();
    signal?.addEventListener("abort", close, { once: true, signal: gone.signal });
    const lang = langOf(model.get("lang"), document.documentElement.lang || navigator.language);
    new Playground(model, el, lang, gone.signal);
    return close;
  },
};
