// The beta dialect with nothing but `ws`: the user writes, the assistant answers as it likes.

import WebSocket from "ws";

const url = `${process.env.REALTIME_URL}?model=gpt-4o-realtime-preview-2024-10-01`;
const headers = { Authorization: `Bearer ${process.env.OPENAI_API_KEY}`, "OpenAI-Beta": "realtime=v1" };
const ws = new WebSocket(url, { headers });

ws.on("open", () => {
  const item = { type: "message", role: "user", content: [{ type: "input_text", text: "Hello!" }] };
  ws.send(JSON.stringify({ type: "conversation.item.create", item }));
  ws.send(JSON.stringify({ type: "response.create" }));
});

ws.on("message", (message) => {
  const event = JSON.parse(message.toString());
  console.log(JSON.stringify(event));
  if (["response.done", "error"].includes(event.type)) ws.close();
});
