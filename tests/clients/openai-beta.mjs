// A spoken answer to a written question in the beta dialect, with the `openai` package's namespace for it.

import { OpenAIRealtimeWS } from "openai/beta/realtime/ws";
import { next, plain, print } from "./openai.mjs";

const connection = new OpenAIRealtimeWS({ model: "gpt-4o-realtime-preview-2024-10-01", options: plain });
print(connection);

await next(connection, "session.created");
connection.send({
  type: "session.update",
  session: { modalities: ["text", "audio"], voice: "alloy", temperature: 0.7, max_response_output_tokens: 500 },
});
connection.send({
  type: "conversation.item.create",
  item: { type: "message", role: "user", content: [{ type: "input_text", text: "What is a session?" }] },
});
connection.send({ type: "response.create" });
await next(connection, "response.done");
connection.close();
