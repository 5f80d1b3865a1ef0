import { expect, test } from "vitest";
import { Carrier, type FromCarrier, type MainPort, type ToCarrier } from "../src/carrier.ts";
import { Channel, type Message } from "../src/channel.ts";

/** A carrier with its main thread's end in the test's hands. */
function carrier(): { told: FromCarrier[]; tell: (message: ToCarrier) => void } {
  const told: FromCarrier[] = [];
  const port: MainPort = { postMessage: (message) => void told.push(message), onmessage: null };
  new Carrier(port);
  const tell = (data: ToCarrier): void => port.onmessage?.({ data } as MessageEvent<ToCarrier>);
  tell({ kind: "open" });
  return { told, tell };
}

const sent = (told: FromCarrier[]): unknown[] =>
  told.flatMap((message) => (message.kind === "comm" ? (message.frame.header.messages ?? []) : []));

/** The next message that comes out of a port. */
function next(port: MessagePort): Promise<unknown> {
  return new Promise((resolve) => (port.onmessage = ({ data }) => resolve(data)));
}

test("without a relay, messages are framed for the comm and frames from it are read", () => {
  const { told, tell } = carrier();
  tell({ kind: "send", message: { type: "say", text: "hello" } });
  expect(sent(told)).toEqual([{ type: "say", text: "hello" }]);
  tell({ kind: "comm", frame: new Channel().write([{ type: "problem", text: "no" }], 0) });
  expect(told.at(-1)).toEqual({ kind: "receive", message: { type: "problem", text: "no" } });
  tell({ kind: "close" });
});

test("sound goes straight to the playback worklet, and what was heard straight to the kernel", async () => {
  const { told, tell } = carrier();
  const { port1, port2 } = new MessageChannel();
  tell({ kind: "wire", wire: "playback", port: port2 });
  const sound: Message = { type: "audio", item_id: "i", content_index: 0, data: new Int16Array([1, 2]).buffer };
  const arriving = next(port1);
  tell({ kind: "comm", frame: new Channel().write([sound], 0) });
  expect(await arriving).toEqual(sound);
  expect(told.some(({ kind }) => kind === "receive")).toBe(false);
  port1.postMessage({ type: "playback.started", item_id: "i", content_index: 0 });
  await expect.poll(() => sent(told)).toEqual([{ type: "playback.started", item_id: "i", content_index: 0 }]);
  tell({ kind: "close" });
  port1.close();
});

test("the microphone's worklet learns from that of the loudspeaker that there is sound", async () => {
  const { told, tell } = carrier();
  const [playback, capture] = [new MessageChannel(), new MessageChannel()];
  tell({ kind: "wire", wire: "playback", port: playback.port2 });
  tell({ kind: "wire", wire: "capture", port: capture.port2 });
  const arriving = next(capture.port1);
  playback.port1.postMessage({ type: "sounding", on: true });
  expect(await arriving).toEqual({ type: "sounding", on: true });
  expect(sent(told)).toEqual([]);
  tell({ kind: "close" });
  playback.port1.close();
  capture.port1.close();
});

test("a view that the kernel has forgotten begins anew", () => {
  const { told, tell } = carrier();
  tell({ kind: "send", message: { type: "join" } });
  tell({ kind: "comm", frame: { header: { forgotten: true }, buffers: [] } });
  expect(told.at(-1)).toEqual({ kind: "forgotten" });
  tell({ kind: "open" });
  tell({ kind: "send", message: { type: "join" } });
  const last = told.at(-1) as Extract<FromCarrier, { kind: "comm" }>;
  expect(last.frame.header.n).toBe(0);
  tell({ kind: "close" });
});

test("why there is no relay is told", () => {
  const { told, tell } = carrier();
  tell({ kind: "relay", url: null, why: "an old server" });
  expect(told.at(-1)).toEqual({ kind: "way", way: "comm", why: "an old server" });
  tell({ kind: "close" });
});
