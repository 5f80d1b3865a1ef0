// The beta dialect with nothing but `ws`: connect, ask for a written response, print every event.

import WebSocket from "ws";

const url = `${process.env.REALTIME_URL}?model=gpt-4o-realtime-preview-2024-10-01`;
const headers = { Authorization: `Bearer ${process.env.OPENAI_API_KEY}`, "OpenAI-Beta": "realtime=v1" };
const ws = new WebSocket(url, { headers });

ws.on("open", () => {
  const response = { modalities: ["text"], instructions: "Please help the user." };
  ws.send(JSON.stringify({ type: "response.create", response }));
});

ws.on("message", (message) => {
  const event = JSON.parse(message.toString());
  console.log(JSON.stringify(event));
  if (["response.done", "error"].includes(event.type)) ws.close();
});
