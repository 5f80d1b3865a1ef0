import type { Both, Lang } from "../lang.ts";
import { h, Labels, region, setText, setTitle } from "./dom.ts";
import { type Meter, meter } from "./meter.ts";
import { type SoundActions, SoundMenu, type SoundState } from "./sound.ts";

/** What the controls depend on. */
export interface ControlState {
  /** The session: nothing known yet, no kernel left, its connection closed or open. */
  session: "waiting" | "gone" | "closed" | "open";
  /** This view has microphone and loudspeaker. */
  mine: boolean;
  /** Another view has. */
  elsewhere: boolean;
  talking: boolean;
  held: boolean;
  muted: boolean;
  /** An answer is made or heard. */
  answering: boolean;
  sound: SoundState;
}

/** What a person can ask for. */
export interface Actions extends SoundActions {
  start: () => void;
  end: () => void;
  talk: () => void;
  hush: () => void;
  mute: (on: boolean) => void;
  interrupt: () => void;
  say: (text: string) => void;
  files: (files: File[]) => void;
}

/** What the line below the controls tells: why some of them are off, or what to do next. */
type Hint = "waiting" | "gone" | "closed" | "elsewhere" | "open" | "ready" | "muted" | "half" | "held" | "talking";

const WORDS: Both<
  Record<
    | "controls" | "startSession" | "endSession" | "startTalking" | "stopTalking" | "hold" | "mute" | "stopAnswer"
    | "message" | "placeholder" | "send" | "file" | "microphone" | "loudspeaker" | "in" | "out" | "noAnswer" | "notRecording",
    string
  > & { hints: Record<Hint, string> }
> = {
  en: {
    controls: "Controls",
    startSession: "Start session",
    endSession: "End session",
    startTalking: "Start talking",
    stopTalking: "Stop talking",
    hold: "Hold to talk",
    mute: "Mute",
    stopAnswer: "Stop answer",
    message: "Message",
    placeholder: "Type a message…",
    send: "Send",
    file: "Send a file",
    microphone: "Microphone level",
    loudspeaker: "Loudspeaker level",
    in: "Mic",
    out: "Speaker",
    noAnswer: "No answer is being made or heard.",
    notRecording: "The microphone is off.",
    hints: {
      waiting: "The kernel has not answered yet.",
      gone: "The kernel is gone. Run the notebook's cells again and use the new panel.",
      closed: "The session is closed. Start session opens it again.",
      elsewhere: "Another view has microphone and loudspeaker. Start session takes them here.",
      open: "Start session to hear answers here. Messages and files work without.",
      ready: "Start talking, or hold the button or Space to talk.",
      muted: "Muted: silence is sent.",
      half: "Half duplex: the microphone waits for the end of the answer.",
      held: "Talking: release to end your turn.",
      talking: "The microphone is on.",
    },
  },
  zh: {
    controls: "控制",
    startSession: "开始会话",
    endSession: "结束会话",
    startTalking: "开始说话",
    stopTalking: "停止说话",
    hold: "按住说话",
    mute: "静音",
    stopAnswer: "停止回答",
    message: "消息",
    placeholder: "输入消息…",
    send: "发送",
    file: "发送文件",
    microphone: "麦克风音量",
    loudspeaker: "扬声器音量",
    in: "麦克风",
    out: "扬声器",
    noAnswer: "当前没有正在生成或播放的回答。",
    notRecording: "麦克风已关闭。",
    hints: {
      waiting: "内核还没有应答。",
      gone: "内核已不存在。请重新运行笔记本的单元格，并使用新的面板。",
      closed: "会话已关闭。点击“开始会话”重新打开。",
      elsewhere: "另一个视图正在使用麦克风和扬声器。点击“开始会话”可转到这里。",
      open: "点击“开始会话”在这里收听回答。消息和文件无需如此。",
      ready: "点击“开始说话”，或按住按钮或空格键说话。",
      muted: "已静音：发送的是静音。",
      half: "半双工：麦克风等待回答结束。",
      held: "正在说话：松开即结束发言。",
      talking: "麦克风已打开。",
    },
  },
};

/** The hint for a state: the first that applies. */
const HINTS: [hint: Hint, applies: (state: ControlState) => boolean][] = [
  ["waiting", ({ session }) => session === "waiting"],
  ["gone", ({ session }) => session === "gone"],
  ["closed", ({ session }) => session === "closed"],
  ["muted", ({ muted, talking, held }) => muted && (talking || held)],
  ["held", ({ held }) => held],
  ["half", ({ talking, answering, sound }) => talking && answering && sound.halfDuplex],
  ["talking", ({ talking }) => talking],
  ["elsewhere", ({ elsewhere }) => elsewhere],
  ["ready", ({ mine }) => mine],
  ["open", () => true],
];

export class ControlsView {
  readonly element: HTMLElement;
  /** The button that is held to talk. */
  readonly hold: HTMLButtonElement;
  readonly #lang: Lang;
  readonly #sessionLabel: Labels;
  readonly #talkLabel: Labels;
  readonly #session: HTMLButtonElement;
  readonly #talk: HTMLButtonElement;
  readonly #mute: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #send: HTMLButtonElement;
  readonly #file: HTMLButtonElement;
  readonly #message: HTMLInputElement;
  readonly #hint = h("p", { className: "rt-prompt" });
  readonly #menu: SoundMenu;
  readonly #microphone: Meter;
  readonly #loudspeaker: Meter;
  #state: ControlState | null = null;

  constructor(lang: Lang, actions: Actions, signal: AbortSignal) {
    const words = WORDS[lang];
    const button = (content: Node | string, act: () => void): HTMLButtonElement => {
      const element = h("button", { type: "button" }, content);
      element.addEventListener("click", act, { signal });
      return element;
    };
    const picker = h("input", { type: "file", accept: "audio/*", hidden: true, multiple: true });
    this.#lang = lang;
    this.#sessionLabel = new Labels(words.startSession, words.endSession);
    this.#talkLabel = new Labels(words.startTalking, words.stopTalking);
    this.#session = button(this.#sessionLabel.element, () => (this.#running ? actions.end() : actions.start()));
    this.#talk = button(this.#talkLabel.element, () => (this.#state?.talking ? actions.hush() : actions.talk()));
    this.hold = button(words.hold, () => undefined);
    this.hold.classList.add("rt-hold");
    this.#mute = button(words.mute, () => actions.mute(!this.#state?.muted));
    this.#stop = button(words.stopAnswer, actions.interrupt);
    this.#file = button(words.file, () => picker.click());
    this.#send = h("button", { type: "submit" }, words.send);
    this.#message = h("input", { type: "text", autocomplete: "off", placeholder: words.placeholder });
    this.#message.setAttribute("aria-label", words.message);
    this.#menu = new SoundMenu(lang, actions, signal);
    this.#microphone = meter(words.microphone, words.in);
    this.#loudspeaker = meter(words.loudspeaker, words.out);
    const levels = h("span", { className: "rt-levels" }, this.#microphone.element, this.#loudspeaker.element);
    const form = h("form", { className: "rt-say" }, this.#message, this.#send);
    const row = h(
      "div",
      { className: "rt-row rt-buttons" },
      ...[this.#session, this.#talk, this.hold, this.#mute, this.#stop, levels, this.#menu.button],
    );
    const write = h("div", { className: "rt-row" }, form, this.#file, picker);
    this.element = region(words.controls, "rt-controls", row, this.#menu.sheet, write, this.#hint);
    picker.addEventListener(
      "change",
      () => {
        actions.files([...(picker.files ?? [])]);
        // The same file may be chosen once more.
        picker.value = "";
      },
      { signal },
    );
    this.#listen(form, actions, signal);
  }

  #listen(form: HTMLFormElement, actions: Actions, signal: AbortSignal): void {
    form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        const words = this.#message.value.trim();
        if (words === "" || this.#send.disabled) return;
        this.#message.value = "";
        actions.say(words);
      },
      { signal },
    );
    // JupyterLab keeps Enter from submitting a form by itself; a word that is being composed keeps its own Enter.
    this.#message.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        form.requestSubmit();
      },
      { signal },
    );
  }

  get #running(): boolean {
    return this.#state !== null && this.#state.session === "open" && this.#state.mine;
  }

  show(state: ControlState): void {
    const words = WORDS[this.#lang];
    this.#state = state;
    const { talking, held, muted, answering, sound } = state;
    const open = state.session === "open";
    const hint = words.hints[HINTS.find(([, applies]) => applies(state))?.[0] ?? "open"];
    setText(this.#hint, hint);
    this.#sessionLabel.show(this.#running ? 1 : 0);
    this.#session.classList.toggle("rt-primary", !this.#running);
    this.#talkLabel.show(talking ? 1 : 0);
    this.#talk.classList.toggle("rt-on", talking);
    this.#talk.classList.toggle("rt-primary", this.#running && !talking);
    this.hold.classList.toggle("rt-on", held);
    this.#mute.classList.toggle("rt-on", muted);
    this.#mute.setAttribute("aria-pressed", String(muted));
    const closed = open ? "" : hint;
    this.#disable(this.#session, state.session === "waiting" || state.session === "gone" ? hint : "");
    for (const control of [this.#talk, this.hold, this.#send, this.#file, this.#message]) this.#disable(control, closed);
    this.#disable(this.#mute, closed || (talking || held || muted ? "" : words.notRecording));
    this.#disable(this.#stop, closed || (answering ? "" : words.noAnswer));
    this.#menu.show(sound);
  }

  /** Shows the levels (0 to 1) that are given. */
  level({ microphone, loudspeaker }: { microphone?: number; loudspeaker?: number }): void {
    if (microphone !== undefined) this.#microphone.show(microphone);
    if (loudspeaker !== undefined) this.#loudspeaker.show(loudspeaker);
  }

  /** Switches a control off for a reason, or on where there is none. */
  #disable(control: HTMLButtonElement | HTMLInputElement, reason: string): void {
    control.disabled = reason !== "";
    setTitle(control, reason);
  }
}
