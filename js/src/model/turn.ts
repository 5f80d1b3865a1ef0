import type { Row } from "../messages.ts";
import { field, text } from "./events.ts";

/** What ends the user's turn: the clock starts (seconds since connecting). */
function ends({ direction, event }: Row): boolean {
  const type = text(event.type);
  return (
    type === "input_audio_buffer.speech_stopped" ||
    (direction === "client" && type === "conversation.item.create" && field(event.item, "role") === "user")
  );
}

/** What the user perceives first of the answer: sound, or text where the answer is text. */
const BEGINNINGS = new Set(["rt.playback.started", "response.output_text.delta"]);

/** Measures how long the answer took: from the turn's end to the first of it that can be heard or read. */
export class TurnClock {
  /** Of the last answered turn, ms. */
  latency_ms: number | null = null;
  #since: number | null = null;

  add(row: Row): void {
    if (ends(row)) {
      this.#since = row.t;
    } else if (this.#since !== null && BEGINNINGS.has(text(row.event.type))) {
      this.latency_ms = (row.t - this.#since) * 1000;
      this.#since = null;
    }
  }
}
