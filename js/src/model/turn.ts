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

/** Sound that was sent: up to `ms` on the server's clock of sound, at `t` seconds since connecting. */
interface Sent {
  t: number;
  ms: number;
}

/** Chunks remembered: more than a minute of them, and no turn that is of interest ends earlier. */
const MOST_SENT = 2_000;

/**
 * Measures how long the answer took, to the first of it that can be heard or read: from the turn's end, as the server
 * took it, and from the end of the user's voice, which is earlier by the silence that turn detection waits for.
 */
export class TurnClock {
  /** Of the last answered turn, ms, from where the turn was taken. */
  latency_ms: number | null = null;
  /** The same from the end of the user's voice; null where the turn was typed. */
  voice_ms: number | null = null;
  #since: number | null = null;
  #voiceEnd: number | null = null;
  #sent: Sent[] = [];
  #silence_ms = 0;

  add(row: Row): void {
    const { t, event } = row;
    const type = text(event.type);
    if (type === "input_audio_buffer.append") {
      this.#sent.push({ t, ms: (this.#sent.at(-1)?.ms ?? 0) + (row.audio_ms ?? 0) });
      if (this.#sent.length > 2 * MOST_SENT) this.#sent = this.#sent.slice(-MOST_SENT);
    } else if (type === "rt.connection.opened") {
      this.#sent = [];
    } else if (type === "session.created" || type === "session.updated") {
      const detection = field(field(field(event.session, "audio"), "input"), "turn_detection");
      this.#silence_ms = Number(field(detection, "silence_duration_ms") ?? 0);
    } else if (ends(row)) {
      this.#since = t;
      this.#voiceEnd = type === "input_audio_buffer.speech_stopped" ? this.#heardAt(event.audio_end_ms, t) : null;
    } else if (this.#since !== null && BEGINNINGS.has(type)) {
      this.latency_ms = (t - this.#since) * 1000;
      this.voice_ms = this.#voiceEnd === null ? null : (t - this.#voiceEnd) * 1000;
      this.#since = null;
    }
  }

  /**
   * When the voice ended that the server reports as `audio_end_ms`, which includes the silence that it waited for
   * (https://platform.openai.com/docs/api-reference/realtime-server-events/input_audio_buffer/speech_stopped).
   */
  #heardAt(audio_end_ms: unknown, now: number): number | null {
    if (typeof audio_end_ms !== "number") return null;
    const ms = audio_end_ms - this.#silence_ms;
    const chunk = this.#sent.find((sent) => sent.ms >= ms);
    return chunk === undefined ? null : Math.min(now, chunk.t - (chunk.ms - ms) / 1000);
  }
}
