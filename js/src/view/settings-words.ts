import type { Both } from "../lang.ts";
import type { Name, Wrong } from "../model/settings.ts";

interface Words {
  settings: string;
  closed: string;
  waiting: string;
  groups: Record<"assistant" | "turns" | "input" | "answers", string>;
  /** What a field is called, and what it does. */
  fields: Record<Name, [label: string, hint: string]>;
  /** What an option of a choice is called. */
  options: Record<string, string>;
  none: string;
  sent: string;
  effective: (value: string) => string;
  refused: (wanted: string, effective: string, why: string) => string;
  wrong: (wrong: Wrong) => string;
}

const WANTED_EN = {
  list: "tools are a list: [ … ]",
  object: "a tool is an object: { … }",
  type: 'type is "function"',
  name: "a function needs a name of letters, digits, _ and -, at most 64",
  "other name": "another tool has this name already",
  parameters: "parameters are a JSON schema: { … }",
};

const WANTED_ZH = {
  list: "tools 应为列表：[ … ]",
  object: "每个工具应为对象：{ … }",
  type: 'type 应为 "function"',
  name: "函数需要名称：字母、数字、_ 和 -，最多 64 个字符",
  "other name": "已有同名的工具",
  parameters: "parameters 应为 JSON schema：{ … }",
};

const bounded = ({ high }: { high: number }): boolean => high < Number.MAX_SAFE_INTEGER;

const en: Words = {
  settings: "Settings",
  closed: "The session is closed: start it to change its settings.",
  waiting: "The session has not told its settings yet.",
  groups: { assistant: "Assistant", turns: "Turn detection", input: "Input", answers: "Tools and answers" },
  fields: {
    instructions: ["Instructions", "What the model is told before everything else. Ctrl+Enter sends it at once."],
    output: ["Output", "Audio comes with its transcript; text alone is silent."],
    voice: ["Voice", "It stays once the model has spoken."],
    speed: ["Speed", "0.25 to 1.5, between answers only."],
    detection: ["Turn detection", "Server VAD listens for silence, Semantic VAD for a finished thought. Off: you commit."],
    threshold: ["Threshold", "0 to 1. Higher asks for clearer speech."],
    prefix: ["Prefix padding (ms)", "Sound kept from before speech was noticed."],
    silence: ["Silence duration (ms)", "Silence that ends a turn. Shorter answers sooner, and interrupts pauses."],
    idle: ["Idle timeout (ms)", "The model speaks up after so much silence. Empty: never."],
    eagerness: ["Eagerness", "How soon the model takes a pause for the end."],
    create: ["Create response", "Answer by itself at the end of a turn."],
    interrupt: ["Interrupt response", "Speech stops the answer that is being made."],
    transcription: ["Input transcription", "The model that writes down what you say. Empty: off."],
    language: ["Language", "Of what you say, such as en or zh. Empty: found out."],
    noise: ["Noise reduction", "Near field: headset. Far field: laptop or room."],
    tools: ["Tools", "A JSON list of functions that the model may call."],
    toolChoice: ["Tool choice", "Whether the model may, must or must not call a tool."],
    maxTokens: ["Max output tokens", "Per answer, 1 to 4096, or inf."],
    temperature: ["Temperature", "0.6 to 1.2. Higher varies more."],
  },
  options: {
    audio: "Audio",
    text: "Text",
    on: "On",
    off: "Off",
    server_vad: "Server VAD",
    semantic_vad: "Semantic VAD",
    near_field: "Near field",
    far_field: "Far field",
  },
  none: "nothing",
  sent: "On its way…",
  effective: (value) => `In effect: ${value}`,
  refused: (wanted, effective, why) => [`Not taken: ${wanted}`, `In effect: ${effective}`, why].filter(Boolean).join(" · "),
  wrong: (wrong) => {
    switch (wrong.kind) {
      case "missing":
        return "It needs a value. Not sent.";
      case "number":
        return `A number from ${wrong.low} to ${wrong.high}. Not sent.`;
      case "whole":
        return bounded(wrong)
          ? `A whole number from ${wrong.low} to ${wrong.high}. Not sent.`
          : `A whole number, ${wrong.low} or more. Not sent.`;
      case "json":
        return `No JSON at line ${wrong.line}, column ${wrong.column}. Not sent.`;
      case "tool":
        return `${[wrong.path, WANTED_EN[wrong.want]].filter(Boolean).join(": ")}. Not sent.`;
    }
  },
};

const zh: Words = {
  settings: "设置",
  closed: "会话已关闭：启动会话后才能更改设置。",
  waiting: "会话尚未报告其设置。",
  groups: { assistant: "助手", turns: "轮次检测", input: "输入", answers: "工具与回答" },
  fields: {
    instructions: ["指令", "模型最先读到的内容。Ctrl+Enter 立即发送。"],
    output: ["输出", "音频附带文字稿；仅文本则没有声音。"],
    voice: ["嗓音", "模型说过话之后就不能再改。"],
    speed: ["语速", "0.25 到 1.5，只能在两次回答之间更改。"],
    detection: ["轮次检测", "Server VAD 听静音，Semantic VAD 听意思是否说完。关闭：由你提交。"],
    threshold: ["阈值", "0 到 1。越高，要求语音越清晰。"],
    prefix: ["前置填充（毫秒）", "察觉语音之前保留的声音。"],
    silence: ["静音时长（毫秒）", "静音多久算一轮结束。越短回答越快，也更容易打断停顿。"],
    idle: ["空闲超时（毫秒）", "静默这么久后模型会主动开口。留空：从不。"],
    eagerness: ["积极程度", "模型多快把停顿当作结束。"],
    create: ["创建回答", "一轮结束后自动回答。"],
    interrupt: ["打断回答", "说话会停止正在生成的回答。"],
    transcription: ["输入转写", "把你的话写下来的模型。留空：关闭。"],
    language: ["语言", "你所说的语言，如 en 或 zh。留空：自动识别。"],
    noise: ["降噪", "近场：耳机。远场：笔记本电脑或房间。"],
    tools: ["工具", "模型可以调用的函数，JSON 列表。"],
    toolChoice: ["工具选择", "模型可以、必须或不得调用工具。"],
    maxTokens: ["最大输出 token 数", "每次回答，1 到 4096，或 inf。"],
    temperature: ["温度", "0.6 到 1.2。越高变化越多。"],
  },
  options: {
    audio: "音频",
    text: "文本",
    on: "开启",
    off: "关闭",
    server_vad: "Server VAD",
    semantic_vad: "Semantic VAD",
    near_field: "近场",
    far_field: "远场",
  },
  none: "无",
  sent: "发送中…",
  effective: (value) => `当前生效：${value}`,
  refused: (wanted, effective, why) => [`未被采纳：${wanted}`, `当前生效：${effective}`, why].filter(Boolean).join(" · "),
  wrong: (wrong) => {
    switch (wrong.kind) {
      case "missing":
        return "请填写。未发送。";
      case "number":
        return `请输入 ${wrong.low} 到 ${wrong.high} 之间的数。未发送。`;
      case "whole":
        return bounded(wrong) ? `请输入 ${wrong.low} 到 ${wrong.high} 之间的整数。未发送。` : `请输入不小于 ${wrong.low} 的整数。未发送。`;
      case "json":
        return `第 ${wrong.line} 行第 ${wrong.column} 列不是有效的 JSON。未发送。`;
      case "tool":
        return `${[wrong.path, WANTED_ZH[wrong.want]].filter(Boolean).join("：")}。未发送。`;
    }
  },
};

export const WORDS: Both<Words> = { en, zh };
