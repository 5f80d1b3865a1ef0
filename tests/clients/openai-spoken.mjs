// A spoken turn with the `openai` package, found by the server's turn detection. Usage: openai-spoken.mjs FILE, where
// the file holds PCM16 at 24 kHz with some silence at its end.

import { readFile } from "node:fs/promises";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { next, plain, print } from "./openai.mjs";

const CHUNK_BYTES = 4_800; // 100 ms

const connection = new OpenAIRealtimeWS({ model: "gpt-realtime", options: plain });
print(connection);

await next(connection, "session.created");
connection.send({
  type: "session.update",
  session: { type: "realtime", audio: { input: { transcription: { model: "whisper-1" } } } },
});
const pcm = await readFile(process.argv[2]);
for (let start = 0; start < pcm.length; start += CHUNK_BYTES) {
  const audio = pcm.subarray(start, start + CHUNK_BYTES).toString("base64");
  connection.send({ type: "input_audio_buffer.append", audio });
}
await next(connection, "response.done");
connection.close();
