/** The event inspector as a widget of its own: an anywidget module. */
import { Inspection, type InspectorModel } from "./inspection.ts";
import { langOf } from "./lang.ts";

interface RenderArguments {
  model: InspectorModel;
  el: HTMLElement;
  /** Aborted when the view goes; older frontends call the returned function instead. */
  signal?: AbortSignal;
}

export default {
  render({ model, el, signal }: RenderArguments): () => void {
    const gone = new AbortController();
    const close = (): void => gone.abort();
    signal?.addEventListener("abort", close, { once: true, signal: gone.signal });
    new Inspection(model, el, langOf(model.get("lang"), document.documentElement.lang || navigator.language), gone.signal);
    return close;
  },
};
