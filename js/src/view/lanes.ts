import type { Both, Lang } from "../lang.ts";
import type { Row } from "../messages.ts";
import { Axis } from "../model/axis.ts";
import { Lanes, type MarkKind } from "../model/lanes.ts";
import { h, region, setText } from "./dom.ts";
import { HEIGHT, INKS, type Inks, markAt, paint, place, type Placed } from "./paint.ts";

interface Words {
  sound: string;
  user: string;
  assistant: string;
  position: string;
  play: string;
  stop: string;
  closer: string;
  wider: string;
  follow: string;
  help: string;
  /** The help where there is no sound to be heard. */
  silent: string;
  seconds: (t: string) => string;
  /** Who is to be heard. */
  speaking: (who: string[]) => string;
  marks: Record<MarkKind, string>;
}

const WORDS: Both<Words> = {
  en: {
    sound: "Waveforms",
    user: "You",
    assistant: "Assistant",
    position: "Position in the sound",
    play: "Play from here",
    stop: "Stop playing",
    closer: "Zoom in",
    wider: "Zoom out",
    follow: "Follow",
    help: "Click to play from there, click a mark to see its event. Drag to scroll, Ctrl and wheel to zoom.",
    silent: "Click a mark to see its event. Drag to scroll, Ctrl and wheel to zoom.",
    seconds: (t) => `${t} s`,
    speaking: (who) => (who.length === 0 ? "silence" : `${who.join(" and ")} speaking`),
    marks: {
      speech: "speech",
      silence: "silence",
      commit: "commit",
      response: "response",
      done: "done",
      interruption: "interrupted",
      timeout: "idle timeout",
    },
  },
  zh: {
    sound: "波形",
    user: "你",
    assistant: "助手",
    position: "声音中的位置",
    play: "从这里播放",
    stop: "停止播放",
    closer: "放大",
    wider: "缩小",
    follow: "跟随",
    help: "点击即从该处播放，点击标记查看其事件。拖动可滚动，按住 Ctrl 并滚动滚轮可缩放。",
    silent: "点击标记查看其事件。拖动可滚动，按住 Ctrl 并滚动滚轮可缩放。",
    seconds: (t) => `${t} 秒`,
    speaking: (who) => (who.length === 0 ? "静音" : `${who.join("和")}在说话`),
    marks: {
      speech: "语音",
      silence: "静音",
      commit: "提交",
      response: "回答",
      done: "完成",
      interruption: "打断",
      timeout: "空闲超时",
    },
  },
};

export interface LanesActions {
  /**
   * What was said from `t` on is to be heard, seconds since connecting. While something is played, the time that it
   * was played from asks to stop it. Absent where there is no sound to be heard.
   */
  replay?: (t: number) => void;
  /** The row `index` of the log is to be seen. */
  pick: (index: number) => void;
}

/** CSS pixels that a pointer may move in a click. */
const STILL = 4;
const ZOOM = 1.5;

/** Seconds that a key moves the cursor by. */
const MOVES: Record<string, number> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowUp: 1,
  PageDown: -5,
  PageUp: 5,
  Home: -Infinity,
  End: Infinity,
};

/** Two lanes of sound on one axis of time, with what happened at which moment. */
export class LanesView {
  readonly element: HTMLElement;
  readonly #words;
  readonly #help: string;
  readonly #actions: LanesActions;
  readonly #axis = new Axis();
  readonly #canvas = h("canvas", { attributes: { "aria-hidden": "true" } });
  readonly #slider;
  readonly #inks = Object.fromEntries(INKS.map((ink) => [ink, h("i", { className: `rt-ink-${ink}` })]));
  readonly #readout = h("span", { className: "rt-readout" });
  readonly #play = h("button", { type: "button", className: "rt-small" });
  readonly #follow = h("button", { type: "button", className: "rt-small" });
  #lanes = new Lanes();
  #placed: Placed[] = [];
  #now = 0;
  /** The present when it was last drawn. */
  #painted = -Infinity;
  #cursor: number | null = null;
  #playing: number | null = null;
  /** Where the replay began. */
  #from: number | null = null;
  /** Where the pointer is, CSS pixels; what is under it changes also while it rests. */
  #pointer: { x: number; y: number } | null = null;
  #dirty = true;
  #scheduled = false;
  readonly #signal: AbortSignal;

  constructor(lang: Lang, actions: LanesActions, signal: AbortSignal) {
    const words = (this.#words = WORDS[lang]);
    this.#help = actions.replay === undefined ? words.silent : words.help;
    this.#play.hidden = actions.replay === undefined;
    this.#actions = actions;
    this.#signal = signal;
    this.#slider = h(
      "div",
      { className: "rt-axis", tabIndex: 0, title: this.#help, attributes: { role: "slider", "aria-label": words.position } },
      this.#canvas,
      h("span", { className: "rt-lane-name rt-lane-user", attributes: { "aria-hidden": "true" } }, words.user),
      h("span", { className: "rt-lane-name rt-lane-assistant", attributes: { "aria-hidden": "true" } }, words.assistant),
    );
    const wider = h("button", { type: "button", className: "rt-small", title: words.wider, attributes: { "aria-label": words.wider } }, "−");
    const closer = h("button", { type: "button", className: "rt-small", title: words.closer, attributes: { "aria-label": words.closer } }, "+");
    this.#follow.textContent = words.follow;
    const buttons = h("span", { className: "rt-tools" }, this.#play, wider, closer, this.#follow);
    const head = h("div", { className: "rt-lanes-head" }, h("h3", {}, words.sound), this.#readout, buttons);
    const inks = h("span", { hidden: true }, ...Object.values(this.#inks));
    this.element = region(words.sound, "rt-lanes", head, this.#slider, inks);

    const listen = { signal };
    this.#play.addEventListener("click", () => this.toggle(), listen);
    this.#follow.addEventListener("click", () => this.#turn(() => (this.#axis.following = true)), listen);
    for (const [button, factor] of [[wider, ZOOM], [closer, 1 / ZOOM]] as const) {
      button.addEventListener("click", () => this.#zoom(factor), listen);
    }
    this.#slider.addEventListener("keydown", (event) => this.#key(event), listen);
    this.#slider.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    this.#slider.addEventListener("pointerdown", (event) => this.#press(event), listen);
    this.#slider.addEventListener("pointermove", (event) => this.#point(event), listen);
    this.#slider.addEventListener("pointerleave", () => this.#turn(() => (this.#pointer = null)), listen);
    const resized = new ResizeObserver(() => this.#turn(() => undefined));
    resized.observe(this.#slider);
    signal.addEventListener("abort", () => resized.disconnect(), { once: true });
    // What is painted keeps the colours of the theme it was painted in: the system's, JupyterLab's, VS Code's.
    const themed = new MutationObserver(() => this.#turn(() => undefined));
    themed.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
    signal.addEventListener("abort", () => themed.disconnect(), { once: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#turn(() => undefined), listen);
    this.#tell();
  }

  add(row: Row): void {
    if (this.#lanes.add(row)) this.#dirty = true;
  }

  /** Draws, where there is something new to be seen; `now` in seconds since connecting. Call it in each frame. */
  draw(now: number): void {
    this.#now = now;
    const { from, to, scale } = this.#axis;
    const moved = Math.abs(now - this.#painted) * scale >= 0.5;
    // The line of the present moves also where the axis stands.
    if (this.#axis.follow(now) || (moved && now >= from && this.#painted <= to)) this.#dirty = true;
    if (this.#dirty) this.#paint();
  }

  /** Brings a time into view and puts the cursor there. */
  reveal(t: number): void {
    this.#turn(() => {
      this.#cursor = t;
      this.#axis.reveal(t);
    });
  }

  /** Where the replay is; null where nothing is replayed. */
  playing(t: number | null): void {
    if (t === this.#playing) return;
    this.#turn(() => {
      if (this.#playing === null && t !== null) this.#from ??= t;
      if (t === null) {
        // The cursor stays where the replay came to.
        this.#cursor = this.#playing;
        this.#from = null;
      } else if (!this.#axis.following) this.#axis.reveal(t);
      this.#playing = t;
    });
  }

  /** Shows all there is, up to `end`: nothing more comes. */
  overview(end: number): void {
    this.#follow.hidden = true;
    this.#turn(() => {
      this.#cursor = 0;
      this.#axis.show(end);
    });
  }

  /** Plays from the cursor, or stops. */
  toggle(): void {
    this.#replay(this.#playing === null ? this.#here() : null);
  }

  /** Forgets everything. */
  clear(): void {
    this.#turn(() => {
      this.#lanes = new Lanes();
      this.#cursor = this.#playing = this.#from = null;
      this.#axis.following = true;
    });
  }

  /** Plays from `t`; null asks to stop. */
  #replay(t: number | null): void {
    const place = t ?? this.#from ?? this.#here();
    this.#from = place;
    this.#cursor = place;
    this.#actions.replay?.(place);
    this.#turn(() => undefined);
  }

  #here(): number {
    return this.#cursor ?? this.#now;
  }

  /** Does what changes the view, and shows it with the next frame, whoever draws it. */
  #turn(change: () => void): void {
    change();
    this.#dirty = true;
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      if (this.#signal.aborted) return;
      this.#axis.follow(this.#now);
      if (this.#dirty) this.#paint();
    });
  }

  /** Without `x`, zooms around the cursor, or the middle where that is out of sight. */
  #zoom(factor: number, x?: number): void {
    const { width } = this.#axis;
    const cursor = this.#axis.x(this.#playing ?? this.#here());
    const pivot = x ?? (cursor >= 0 && cursor <= width ? cursor : width / 2);
    this.#turn(() => this.#axis.zoom(factor, pivot, this.#now));
  }

  #key(event: KeyboardEvent): void {
    const move = MOVES[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (move !== undefined) {
      const t = Math.max(0, Math.min(Math.max(this.#now, this.#lanes.end), this.#here() + move));
      this.reveal(t);
    } else if (event.key === "Enter" || event.key === " ") this.toggle();
    else if (event.key === "+" || event.key === "=") this.#zoom(1 / ZOOM);
    else if (event.key === "-") this.#zoom(ZOOM);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A plain wheel scrolls the page, as everywhere in a notebook. */
  #wheel(event: WheelEvent): void {
    const across = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (event.ctrlKey || event.metaKey) this.#zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 200))), event.offsetX);
    else if (Math.abs(across) > Math.abs(event.deltaY) || event.shiftKey) this.#scroll(across);
    else return;
    event.preventDefault();
  }

  #scroll(pixels: number): void {
    this.#turn(() => this.#axis.scroll(pixels, Math.max(this.#now, this.#lanes.end)));
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const done = new AbortController();
    const listen = { signal: AbortSignal.any([done.signal, this.#signal]) };
    let last = event.clientX;
    let dragged = false;
    this.#slider.setPointerCapture(event.pointerId);
    this.#slider.addEventListener("pointermove", ({ clientX }) => {
      dragged ||= Math.abs(clientX - event.clientX) > STILL;
      if (!dragged) return;
      this.#scroll(last - clientX);
      last = clientX;
    }, listen);
    this.#slider.addEventListener("pointercancel", () => done.abort(), listen);
    this.#slider.addEventListener("pointerup", ({ offsetX, offsetY }) => {
      done.abort();
      if (!dragged) this.#click(offsetX, offsetY);
    }, listen);
  }

  #click(x: number, y: number): void {
    const mark = markAt(this.#placed, x, y);
    if (mark !== null) {
      this.#cursor = mark.t;
      this.#actions.pick(mark.index);
      this.#turn(() => undefined);
      return;
    }
    const near = (t: number | null): boolean => t !== null && Math.abs(this.#axis.x(t) - x) < 2 * STILL;
    const stops = this.#playing !== null && (near(this.#playing) || near(this.#from));
    this.#replay(stops ? null : Math.max(0, this.#axis.t(x)));
  }

  #point({ offsetX, offsetY, pointerType }: PointerEvent): void {
    if (pointerType === "touch") return;
    this.#turn(() => (this.#pointer = { x: offsetX, y: offsetY }));
  }

  #paint(): void {
    const width = this.#slider.clientWidth;
    // A panel that is not to be seen is drawn when it is.
    if (width === 0) return;
    this.#dirty = false;
    this.#painted = this.#now;
    this.#axis.width = width;
    this.#axis.follow(this.#now);
    const ratio = window.devicePixelRatio;
    const [across, down] = [Math.round(width * ratio), Math.round(HEIGHT * ratio)];
    if (this.#canvas.width !== across || this.#canvas.height !== down) {
      Object.assign(this.#canvas, { width: across, height: down });
      this.#canvas.style.height = `${HEIGHT}px`;
    }
    const to = this.#canvas.getContext("2d");
    if (to === null) return;
    to.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#placed = place(this.#lanes.marks, this.#axis);
    const hover = this.#pointer === null ? null : this.#axis.t(this.#pointer.x);
    const pointers = { now: this.#now, cursor: this.#cursor, playing: this.#playing, hover };
    const inks = Object.fromEntries(INKS.map((ink) => [ink, getComputedStyle(this.#inks[ink] as Element).color])) as Inks;
    paint(to, this.#lanes, this.#axis, pointers, this.#placed, inks, this.#words.marks);
    this.#tell();
  }

  /** Says in words what is to be seen. */
  #tell(): void {
    const words = this.#words;
    this.#follow.setAttribute("aria-pressed", String(this.#axis.following));
    setText(this.#play, this.#playing === null ? "▶" : "■");
    const action = this.#playing === null ? words.play : words.stop;
    if (this.#play.title !== action) {
      this.#play.title = action;
      this.#play.setAttribute("aria-label", action);
    }
    const place = this.#playing ?? this.#here();
    // A screen reader is told whole seconds of what plays, and nothing of the time that just goes by.
    const shown = this.#playing === null ? (this.#cursor ?? 0) : Math.floor(place);
    const attributes = {
      "aria-valuemin": "0",
      "aria-valuemax": String(Math.max(1, Math.ceil(Math.max(this.#now, this.#lanes.end)))),
      "aria-valuenow": shown.toFixed(1),
      "aria-valuetext": this.#describe(shown),
    };
    for (const [name, value] of Object.entries(attributes)) {
      if (this.#slider.getAttribute(name) !== value) this.#slider.setAttribute(name, value);
    }
    const pointer = this.#pointer;
    const mark = pointer === null ? null : markAt(this.#placed, pointer.x, pointer.y);
    const pointed = this.#playing ?? (pointer === null ? this.#cursor : this.#axis.t(pointer.x));
    const said = pointed === null || pointed < 0 ? this.#help : this.#describe(pointed);
    setText(this.#readout, mark === null ? said : `${words.marks[mark.kind]} · ${words.seconds(mark.t.toFixed(2))}`);
  }

  #describe(t: number): string {
    const { user, assistant } = this.#lanes.at(t);
    const who = [...(user ? [this.#words.user] : []), ...(assistant ? [this.#words.assistant] : [])];
    return `${this.#words.seconds(t.toFixed(1))}, ${this.#words.speaking(who)}`;
  }
}
