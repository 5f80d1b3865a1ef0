import type { Row } from "../messages.ts";
import { field, text } from "./events.ts";
import { SoundClock } from "./soundclock.ts";

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

/**
 * Measures how long the answer took, to the first of it that can be heard or read: from the turn's end, as the server
 * took it, and from the end of the user's voice, which is earlier by the silence that turn detection waits for.
 */
export class TurnClock {
  /** Of the last answered turn, ms, from where the turn was taken. */
  latency_ms: number | null = null;
  /** The same from the end of the user's voice; null where the turn was typed, or nobody told when that was. */
  voice_ms: number | null = null;
  #since: number | null = null;
  #voiceEnd: number | null = null;
  readonly #sound = new SoundClock();
  #silence_ms: number | null = 0;

  add(row: Row): void {
    const { t, event } = row;
    const type = text(event.type);
    if (type === "input_audio_buffer.append") {
      this.#sound.append(t, row.audio_ms ?? 0);
    } else if (type === "rt.connection.opened") {
      this.#sound.restart();
    } else if (type === "session.created" || type === "session.updated") {
      const detection = field(field(field(event.session, "audio"), "input"), "turn_detection");
      const silence = field(detection, "silence_duration_ms");
      // Semantic VAD waits longer or shorter as the words sound, and tells nobody.
      this.#silence_ms = typeof silence !== "number" && field(detection, "type") === "semantic_vad" ? null : Number(silence ?? 0);
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
    if (typeof audio_end_ms !== "number" || this.#silence_ms === null) return null;
    return this.#sound.endOf(audio_end_ms - this.#silence_ms, now);
  }
}
