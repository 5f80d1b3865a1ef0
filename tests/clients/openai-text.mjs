// A written turn with the `openai` package.

import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { next, plain, print } from "./openai.mjs";

const connection = new OpenAIRealtimeWS({ model: "gpt-realtime", options: plain });
print(connection);

await next(connection, "session.created");
connection.send({ type: "session.update", session: { type: "realtime", output_modalities: ["text"] } });
connection.send({
  type: "conversation.item.create",
  item: { type: "message", role: "user", content: [{ type: "input_text", text: "What is the Realtime API?" }] },
});
connection.send({ type: "response.create" });
await next(connection, "response.done");
connection.close();
