import { LABELS } from "../labels.ts";
import type { Info } from "../messages.ts";
import { duration } from "../model/format.ts";
import { h, region, setText } from "./dom.ts";

/** What the status line shows. */
export interface Status {
  /** Nothing is known before the kernel has answered. */
  info: Info | null;
  /** Another view has microphone and loudspeaker. */
  elsewhere: boolean;
  latency_ms: number | null;
  underruns: number;
  /** Frames and microphone chunks that never arrived. */
  lost: number;
}

export class StatusView {
  readonly element: HTMLElement;
  readonly #dot = h("span", { className: "rt-dot", attributes: { "aria-hidden": "true" } });
  readonly #session = h("span", { className: "rt-session" });
  readonly #latency = h("span", { title: LABELS.latencyHint });
  readonly #underruns = h("span", { title: LABELS.underrunsHint });
  readonly #lost = h("span", { className: "rt-bad", title: LABELS.lostHint });
  readonly #elsewhere = h("span");

  constructor() {
    const figures = h("span", { className: "rt-figures" }, this.#elsewhere, this.#latency, this.#underruns, this.#lost);
    this.element = region(LABELS.status, "rt-status", this.#dot, this.#session, figures);
  }

  show({ info, elsewhere, latency_ms, underruns, lost }: Status): void {
    this.element.dataset.state = info?.state ?? "waiting";
    const session = info === null ? [LABELS.connecting] : [info.provider, info.model, info.state];
    setText(this.#session, session.filter(Boolean).join(" · "));
    setText(this.#elsewhere, elsewhere ? LABELS.elsewhere : "");
    setText(this.#latency, latency_ms === null ? "" : `${LABELS.latency} ${duration(latency_ms)}`);
    setText(this.#underruns, underruns === 0 ? "" : `${LABELS.underruns} ${underruns}×`);
    setText(this.#lost, lost === 0 ? "" : `${LABELS.lost} ${lost}`);
  }
}
