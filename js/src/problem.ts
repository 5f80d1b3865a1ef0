import type { Both, Lang } from "./lang.ts";
import type { Row } from "./messages.ts";
import { field, text } from "./model/events.ts";

/** What happened, and the cure; either language's words. */
export interface Words {
  what: string;
  cure: string;
}

/** Something that a person can do something about. As an error its message is the English one. */
export class Problem extends Error {
  constructor(readonly words: Both<Words>) {
    super(words.en.what);
  }

  /** What the API, the kernel or the browser said: it stays in its own language. */
  static said(what: string, cure: Both<string> = { en: "", zh: "" }): Problem {
    return new Problem({ en: { what, cure: cure.en }, zh: { what, cure: cure.zh } });
  }

  in(lang: Lang): Words {
    return this.words[lang];
  }
}

/** The four texts of a problem. */
function problem(en: [what: string, cure: string], zh: [what: string, cure: string]): Problem {
  return new Problem({ en: { what: en[0], cure: en[1] }, zh: { what: zh[0], cure: zh[1] } });
}

export const NO_MICROPHONE = problem(
  ["No microphone was found.", "Plug one in and press Start talking again, or type a message."],
  ["没有找到麦克风。", "请接上麦克风，再点“开始说话”；也可以输入文字。"],
);

export const DENIED = problem(
  [
    "The browser does not allow the microphone here.",
    "Click the icon left of the address, allow the microphone, and press Start talking again. VS Code's notebook pages never allow it: type a message instead.",
  ],
  [
    "浏览器不允许此页面使用麦克风。",
    "请点地址栏左侧的图标，允许使用麦克风，再点“开始说话”。VS Code 的笔记本页面始终不允许：请改用文字。",
  ],
);

const BUSY_MICROPHONE = problem(
  ["The microphone cannot be read.", "Another program may hold it: close that program and press Start talking again."],
  ["无法读取麦克风。", "可能有别的程序正在占用：请关闭该程序，再点“开始说话”。"],
);

export const OTHER_RATE = problem(
  [
    "This browser gives the microphone's sound at no rate that its own sound can run at.",
    "Choose another microphone under Sound, use a current Chrome, Edge, Firefox or Safari, or type a message.",
  ],
  ["此浏览器的声音无法以麦克风的采样率运行。", "请在“声音”中换一个麦克风，或使用新版 Chrome、Edge、Firefox 或 Safari，也可以输入文字。"],
);

/** What the names of the browser's media errors mean to a person. */
const MEDIA: Record<string, Problem> = {
  NotAllowedError: DENIED,
  SecurityError: DENIED,
  NotFoundError: NO_MICROPHONE,
  NotReadableError: BUSY_MICROPHONE,
  AbortError: problem(
    ["The microphone could not be started.", "Press Start talking again; if that does not help, plug it in anew or type a message."],
    ["麦克风没能启动。", "请再点“开始说话”；如果不行，请重新插拔麦克风，或输入文字。"],
  ),
  OverconstrainedError: problem(
    ["No microphone can do what was asked of it.", "Choose another microphone under Sound and press Start talking again."],
    ["没有麦克风符合所要求的设置。", "请在“声音”中换一个麦克风，再点“开始说话”。"],
  ),
  NotSupportedError: OTHER_RATE,
};

const FRESH_PANEL = { en: "Run the cell again to get a fresh panel.", zh: "请重新运行该单元格，以得到新的面板。" };

/** Tells a problem in words, whatever was thrown. */
export function explain(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const known = error instanceof DOMException ? MEDIA[error.name] : undefined;
  return known ?? Problem.said(error instanceof Error ? error.message : String(error), FRESH_PANEL);
}

export const NO_SECURE_CONTEXT = problem(
  [
    "The browser gives microphone and loudspeaker to secure pages only, and this page is not one.",
    "Open Jupyter as http://localhost:… or over https, or go on in writing.",
  ],
  ["浏览器只让安全的页面使用麦克风和扬声器，而此页面不是。", "请用 http://localhost:… 或 https 打开 Jupyter，也可以继续用文字。"],
);

export const NO_GET_USER_MEDIA = problem(
  ["This browser gives no page a microphone.", "Use a current Chrome, Edge, Firefox or Safari, or type a message."],
  ["此浏览器不向页面提供麦克风。", "请使用新版 Chrome、Edge、Firefox 或 Safari，也可以输入文字。"],
);

export const NO_SOUND = problem(
  ["This browser cannot run sound in this page.", "Use a current Chrome, Edge, Firefox or Safari, or type a message."],
  ["此浏览器无法在此页面运行声音。", "请使用新版 Chrome、Edge、Firefox 或 Safari，也可以输入文字。"],
);

export const NO_WORKLETS = problem(
  [
    "This page does not let the code in that plays and records.",
    "Its Content-Security-Policy has to allow scripts from blob: addresses. Open the notebook in JupyterLab or Notebook, or type a message.",
  ],
  ["此页面不允许加载播放和录音所需的代码。", "其 Content-Security-Policy 须允许来自 blob: 地址的脚本。请在 JupyterLab 或 Notebook 中打开笔记本，也可以输入文字。"],
);

export const PAUSED = problem(
  ["Sound is paused; click Start talking.", "A call, sleep or the browser itself has paused it."],
  ["声音已暂停；请点“开始说话”。", "来电、休眠或浏览器本身暂停了它。"],
);

export const HANDED_OVER = problem(
  ["The session's sound came over to this view, which cannot play it by itself.", "Press Start session to hear it here."],
  ["会话的声音已转到此视图，但它不能自行播放。", "请点“开始会话”，在这里收听。"],
);

export const UNPLUGGED = problem(
  ["The microphone is gone.", "Plug it in again, or choose another one under Sound, and press Start talking."],
  ["麦克风已断开。", "请重新接上，或在“声音”中换一个，再点“开始说话”。"],
);

export const OTHER_MICROPHONE = problem(
  ["The microphone is gone; the default one is heard instead.", "Choose another one under Sound if it is the wrong one."],
  ["麦克风已断开，现在改用默认麦克风。", "如果不合适，请在“声音”中换一个。"],
);

export const OTHER_LOUDSPEAKER = problem(
  [
    "The chosen loudspeaker cannot be used; the default one is used instead.",
    "Plug it in again, or choose another one under Sound.",
  ],
  ["所选的扬声器无法使用，现在改用默认扬声器。", "请重新接上，或在“声音”中换一个。"],
);

export const NO_KERNEL = problem(
  ["The kernel cannot be reached.", "Start the kernel and run the notebook's cells again, then use the new panel."],
  ["无法连接内核。", "请启动内核，重新运行笔记本的单元格，然后使用新的面板。"],
);

export const SILENT_KERNEL = problem(
  [
    "The kernel does not answer.",
    "If a cell is running, wait or stop it. If the kernel was restarted, run the notebook's cells again and use the new panel.",
  ],
  ["内核没有应答。", "如果有单元格正在运行，请等待或停止它。如果内核重启过，请重新运行笔记本的单元格，并使用新的面板。"],
);

type Fields = Record<string, unknown>;

const OPEN_AGAIN = { en: "Press Start session to open it again.", zh: "请点“开始会话”重新打开。" };

/** Events that tell of trouble: where they keep the words, and what the person can do. */
const TROUBLE: Record<string, { words: (event: Fields) => unknown; cure?: Both<string> }> = {
  error: { words: ({ error }) => field(error, "message") },
  "rt.page.failed": { words: ({ error }) => field(error, "message") },
  "rt.connection.lost": { words: ({ error }) => field(error, "message"), cure: OPEN_AGAIN },
  "response.done": { words: ({ response }) => field(field(field(response, "status_details"), "error"), "message") },
};

/** The problem that an event tells the person of, if it does; the words are the API's own. */
export function problemOf({ event }: Row): Problem | null {
  const trouble = TROUBLE[text(event.type)];
  const words = text(trouble?.words(event));
  return words === "" ? null : Problem.said(words, trouble?.cure);
}
