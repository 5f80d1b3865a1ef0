import type { Row } from "./messages.ts";
import { field, text } from "./model/events.ts";

/** Something that a person can do something about: what happened, and the cure. */
export class Problem extends Error {
  constructor(
    what: string,
    readonly cure: string,
  ) {
    super(what);
  }
}

/** What the names of the browser's media errors mean to a person. */
const MEDIA: Record<string, [what: string, cure: string]> = {
  NotAllowedError: [
    "The browser does not allow the microphone here.",
    "Click the icon left of the address, allow the microphone, and press Start talking again. VS Code's notebook pages never allow it: type a message instead.",
  ],
  NotFoundError: [
    "No microphone was found.",
    "Plug one in and press Start talking again, or type a message.",
  ],
  NotReadableError: [
    "The microphone cannot be read.",
    "Another program may hold it: close that program and press Start talking again.",
  ],
  NotSupportedError: [
    "This browser cannot record at 24 kHz from this microphone.",
    "Use Chrome, Edge or another Chromium browser, or type a message.",
  ],
};

/** Tells a problem in words, whatever was thrown. */
export function explain(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const known = error instanceof DOMException ? MEDIA[error.name] : undefined;
  if (known !== undefined) return new Problem(...known);
  return new Problem(error instanceof Error ? error.message : String(error), "Run the cell again to get a fresh panel.");
}

export const NO_SECURE_CONTEXT = new Problem(
  "The browser gives microphone and loudspeaker to secure pages only, and this page is not one.",
  "Open Jupyter as http://localhost:… or over https, or go on in writing.",
);

export const WRONG_RATE = new Problem(
  "This browser cannot run sound at 24 kHz.",
  "Use a current Chrome, Edge, Firefox or Safari, or type a message.",
);

export const NO_KERNEL = new Problem(
  "The kernel cannot be reached.",
  "Start the kernel and run the notebook's cells again, then use the new panel.",
);

export const SILENT_KERNEL = new Problem(
  "The kernel does not answer.",
  "If a cell is running, wait or stop it. If the kernel was restarted, run the notebook's cells again and use the new panel.",
);

export const UNPLUGGED = new Problem(
  "The microphone is gone.",
  "Plug it in again, or choose another one in the browser, and press Start talking.",
);

type Fields = Record<string, unknown>;

/** Events that tell of trouble: where they keep the words, and what the person can do. */
const TROUBLE: Record<string, [words: (event: Fields) => unknown, cure: string]> = {
  error: [({ error }) => field(error, "message"), ""],
  "rt.page.failed": [({ error }) => field(error, "message"), ""],
  "rt.connection.lost": [({ error }) => field(error, "message"), "Press Start session to open it again."],
  "response.done": [({ response }) => field(field(field(response, "status_details"), "error"), "message"), ""],
};

/** The problem that an event tells the person of, if it does. */
export function problemOf({ event }: Row): Problem | null {
  const trouble = TROUBLE[text(event.type)];
  const words = trouble === undefined ? "" : text(trouble[0](event));
  return trouble === undefined || words === "" ? null : new Problem(words, trouble[1]);
}
