import type { Both, Lang } from "../lang.ts";
import type { Info } from "../messages.ts";
import { duration, timer, usd } from "../model/format.ts";
import { h, region, setText, setTitle } from "./dom.ts";

const WORDS: Both<{
  status: string;
  states: Record<string, string>;
  offline: string;
  waiting: string;
  elapsed: string;
  left: (time: string) => string;
  leftHint: string;
  latency: (time: string) => string;
  latencyHint: string;
  voice: (time: string) => string;
  voiceHint: (time: string) => string;
  cost: string;
  free: string;
  ways: { relay: string; comm: string };
  relayHint: string;
  late: (count: number, concealed: string) => string;
  lateHint: string;
  lost: (count: number) => string;
  lostHint: string;
  elsewhere: string;
  delayed: (kernel: string) => string;
}> = {
  en: {
    status: "Status",
    states: { open: "open", closed: "closed" },
    offline: "no kernel",
    waiting: "waiting for the kernel",
    elapsed: "How long the session has been open",
    left: (time) => `${time} left`,
    leftHint: "The server ends the session then",
    latency: (time) => `answer after ${time}`,
    latencyHint: "From the end of your turn to the first of the answer that you could hear or read",
    voice: (time) => `voice to voice ${time}`,
    voiceHint: (time) => `From the end of your voice to the first sound of the answer; ${time} of it after the server took the turn`,
    cost: "What the session has cost so far, by the list prices",
    free: "free",
    ways: { relay: "relay", comm: "comm" },
    relayHint: "Page and kernel talk through the relay of the Jupyter server: running cells hold up nothing",
    late: (count, concealed) => `late sound ${count}× (${concealed})`,
    lateHint: "How often the sound came too late to play without a gap, and how much silence filled the gaps",
    lost: (count) => `lost ${count}`,
    lostHint: "Messages and pieces of sound between page and kernel that never arrived",
    elsewhere: "sound in another view",
    delayed: (kernel) =>
      `A cell is running. Your voice and interrupting wait until it ends, because this kernel (${kernel}) reads widget messages between cells only. ` +
      "Use ipykernel 7 or newer, or install rt_notebook where the Jupyter server runs, so that the relay starts.",
  },
  zh: {
    status: "状态",
    states: { open: "已连接", closed: "已关闭" },
    offline: "没有内核",
    waiting: "正在等待内核",
    elapsed: "会话已持续的时间",
    left: (time) => `剩余 ${time}`,
    leftHint: "到时服务器会结束会话",
    latency: (time) => `${time} 后回答`,
    latencyHint: "从你说完到听见或看见回答开头的时间",
    voice: (time) => `语音到语音 ${time}`,
    voiceHint: (time) => `从你的声音结束到听见回答开头的时间；其中 ${time} 在服务器判定轮次结束之后`,
    cost: "会话至今的费用（按公开价格计算）",
    free: "免费",
    ways: { relay: "中继", comm: "comm" },
    relayHint: "页面与内核通过 Jupyter 服务器的中继通信，正在运行的单元格不会造成延迟",
    late: (count, concealed) => `声音迟到 ${count} 次（${concealed}）`,
    lateHint: "声音来得太晚、播放出现间隙的次数，以及用静音填补的总时长",
    lost: (count) => `丢失 ${count}`,
    lostHint: "页面与内核之间未能送达的消息和声音片段",
    elsewhere: "声音在另一个视图中",
    delayed: (kernel) =>
      `单元格正在运行。你说的话和打断要等它结束，因为这个内核（${kernel}）只在单元格之间读取控件消息。` +
      "请使用 ipykernel 7 或更新版本，或在 Jupyter 服务器所在的环境中安装 rt_notebook，以启用中继。",
  },
};

/** Seconds before the session's end from which the time left is a warning. */
const SOON = 300;

/** What the status line shows. */
export interface Status {
  /** Nothing is known before the kernel has answered. */
  info: Info | null;
  /** There is no kernel. */
  gone: boolean;
  /** Another view has microphone and loudspeaker. */
  elsewhere: boolean;
  /** How long the session has been open, and how long it may go on, s. */
  elapsed: number | null;
  left: number | null;
  latency_ms: number | null;
  voice_ms: number | null;
  way: "relay" | "comm" | null;
  /** Why it is not the better way. */
  why: string;
  /** What is said waits for the cell that is running. */
  waits: boolean;
  /** How often the loudspeaker ran dry, and the silence it played instead. */
  underruns: number;
  concealed_ms: number;
  /** Frames and microphone chunks that never arrived. */
  lost: number;
}

export class StatusView {
  readonly element: HTMLElement;
  readonly #lang: Lang;
  readonly #dot = h("span", { className: "rt-dot", attributes: { "aria-hidden": "true" } });
  readonly #session = h("span", { className: "rt-session" });
  readonly #elapsed = h("span");
  readonly #left = h("span");
  readonly #latency = h("span");
  readonly #cost = h("span");
  readonly #elsewhere = h("span");
  readonly #way = h("span");
  readonly #why = h("span", { className: "rt-spoken" });
  readonly #late = h("span", { className: "rt-warn" });
  readonly #lost = h("span", { className: "rt-bad" });
  readonly #delayed = h("p", { className: "rt-delayed", hidden: true });

  constructor(lang: Lang) {
    const words = WORDS[lang];
    this.#lang = lang;
    this.#elapsed.title = words.elapsed;
    this.#left.title = words.leftHint;
    this.#cost.title = words.cost;
    this.#late.title = words.lateHint;
    this.#lost.title = words.lostHint;
    const figures = h(
      "span",
      { className: "rt-figures" },
      ...[this.#elapsed, this.#left, this.#latency, this.#cost, this.#elsewhere, this.#late, this.#lost, this.#way, this.#why],
    );
    const line = h("div", { className: "rt-line" }, this.#dot, this.#session, figures);
    this.element = region(words.status, "rt-status", line, this.#delayed);
  }

  show(status: Status): void {
    const words = WORDS[this.#lang];
    const { info, gone, elapsed, left, latency_ms, voice_ms, why, waits, underruns, concealed_ms, lost } = status;
    // The way to nobody is none.
    const way = gone ? null : status.way;
    this.element.dataset.state = gone ? "gone" : (info?.state ?? "waiting");
    const state = gone ? words.offline : info === null ? words.waiting : (words.states[info.state ?? ""] ?? info.state);
    setText(this.#session, [info?.provider, info?.model, state].filter(Boolean).join(" · "));
    setText(this.#elapsed, elapsed === null ? "" : timer(elapsed));
    setText(this.#left, left === null ? "" : words.left(timer(left)));
    this.#left.classList.toggle("rt-warn", left !== null && left < SOON);
    const after = latency_ms === null ? "" : duration(latency_ms);
    setText(this.#latency, voice_ms !== null ? words.voice(duration(voice_ms)) : after && words.latency(after));
    this.#latency.title = voice_ms !== null ? words.voiceHint(after) : words.latencyHint;
    setText(this.#cost, this.#costOf(info));
    setText(this.#elsewhere, status.elsewhere ? words.elsewhere : "");
    setText(this.#late, underruns === 0 ? "" : words.late(underruns, duration(concealed_ms)));
    setText(this.#lost, lost === 0 ? "" : words.lost(lost));
    setText(this.#way, way === null ? "" : words.ways[way]);
    const reason = way === "relay" ? words.relayHint : why;
    setTitle(this.#way, reason);
    setText(this.#why, way === null ? "" : reason);
    this.#delayed.hidden = !waits;
    setText(this.#delayed, waits ? words.delayed(`ipykernel ${info?.kernel ?? ""}`.trim()) : "");
  }

  #costOf(info: Info | null): string {
    if (info?.provider === "local") return WORDS[this.#lang].free;
    return info?.cost_usd == null ? "" : usd(info.cost_usd);
  }
}
