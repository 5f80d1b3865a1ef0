// The beta dialect with nothing but `ws`: the user's message is a recording. Usage: ws-audio.mjs FILE, a WAV file with
// 16 bits a sample at 24 kHz.

import { readFile } from "node:fs/promises";
import WebSocket from "ws";

const PIECE_BYTES = 32 * 1024;

/** Decode a WAV file; return one array of float samples for each channel. */
function decode(wav) {
  const channels = Array.from({ length: wav.readUInt16LE(22) }, () => []);
  const start = wav.indexOf("data") + 8;
  for (let at = start; at + 1 < wav.length; at += 2) {
    channels[((at - start) / 2) % channels.length].push(wav.readInt16LE(at) / 0x8000);
  }
  return channels.map((samples) => Float32Array.from(samples));
}

/** Return float samples as 16-bit little-endian PCM. What is beyond full scale is clipped. */
function pcm16(samples) {
  const view = new DataView(new ArrayBuffer(samples.length * 2));
  samples.forEach((sample, index) => {
    const clipped = Math.min(1, Math.max(-1, sample));
    view.setInt16(index * 2, clipped < 0 ? clipped * 0x8000 : clipped * 0x7fff, true);
  });
  return new Uint8Array(view.buffer);
}

/** Return bytes in Base64, taken piece by piece: a function takes only so many arguments. */
function base64(bytes) {
  let binary = "";
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(start, start + PIECE_BYTES));
  }
  return btoa(binary);
}

const [mono] = decode(await readFile(process.argv[2]));
const url = `${process.env.REALTIME_URL}?model=gpt-4o-realtime-preview-2024-10-01`;
const headers = { Authorization: `Bearer ${process.env.OPENAI_API_KEY}`, "OpenAI-Beta": "realtime=v1" };
const ws = new WebSocket(url, { headers });

ws.on("open", () => {
  const content = [{ type: "input_audio", audio: base64(pcm16(mono)) }];
  ws.send(JSON.stringify({ type: "conversation.item.create", item: { type: "message", role: "user", content } }));
  ws.send(JSON.stringify({ type: "response.create" }));
});

ws.on("message", (message) => {
  const event = JSON.parse(message.toString());
  console.log(JSON.stringify(event));
  if (["response.done", "error"].includes(event.type)) ws.close();
});
