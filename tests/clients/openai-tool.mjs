// A function call with the `openai` package, and the answer that its result leads to.

import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { next, plain, print } from "./openai.mjs";

const tools = {
  get_weather: ({ city }) => ({ city, weather: "sunny" }),
};

const connection = new OpenAIRealtimeWS({ model: "gpt-realtime", options: plain });
print(connection);

await next(connection, "session.created");
connection.send({
  type: "session.update",
  session: {
    type: "realtime",
    tools: [
      {
        type: "function",
        name: "get_weather",
        description: "Get the weather in a city.",
        parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      },
    ],
  },
});
connection.send({
  type: "conversation.item.create",
  item: { type: "message", role: "user", content: [{ type: "input_text", text: "What is the weather in Paris?" }] },
});
connection.send({ type: "response.create" });
const { response } = await next(connection, "response.done");
for (const item of response.output.filter(({ type }) => type === "function_call")) {
  const output = JSON.stringify(tools[item.name](JSON.parse(item.arguments)));
  connection.send({
    type: "conversation.item.create",
    item: { type: "function_call_output", call_id: item.call_id, output },
  });
}
connection.send({ type: "response.create" });
await next(connection, "response.done");
connection.close();
