import { describe, expect, test } from "vitest";
import { CommLink, type CommModel, type Frame, Frames } from "../src/link.ts";
import type { FromKernel } from "../src/messages.ts";

const flush = { type: "flush" };

describe("frames", () => {
  test("bytes travel beside the JSON", () => {
    const data = Int16Array.of(1, 2).buffer;
    const { frame, buffers } = new Frames().write("v", { type: "microphone", sample: 960, data });
    expect(frame).toEqual({ frame: 0, view: "v", messages: [{ type: "microphone", sample: 960, data: 0 }] });
    expect(buffers).toEqual([data]);
  });

  test("and find back into their messages", () => {
    const [a, b] = [new ArrayBuffer(2), new ArrayBuffer(4)];
    const messages = [{ type: "audio", data: 1 }, flush, { type: "audio", data: 0 }];
    expect(new Frames().read({ frame: 0, messages }, [a, b])).toEqual([
      { type: "audio", data: b },
      flush,
      { type: "audio", data: a },
    ]);
  });

  test("missing frames are counted, from the first one seen on", () => {
    const frames = new Frames();
    for (const frame of [40, 41, 44, 45]) frames.read({ frame, messages: [] }, []);
    expect(frames.lost).toBe(2);
  });

  test("frames are numbered", () => {
    const frames = new Frames();
    expect([0, 1, 2].map(() => frames.write("v", { type: "join" }).frame.frame)).toEqual([0, 1, 2]);
  });
});

class FakeModel implements CommModel {
  sent: unknown[] = [];
  listeners = new Map<(content: unknown, buffers: DataView[]) => void, string>();

  alive = true;

  send(content: unknown): void {
    if (!this.alive) throw new Error("Cannot send");
    this.sent.push(content);
  }

  on(name: string, callback: (content: unknown, buffers: DataView[]) => void): void {
    this.listeners.set(callback, name);
  }

  off(_name: string, callback: (content: unknown, buffers: DataView[]) => void): void {
    this.listeners.delete(callback);
  }

  fire(name: string, content?: unknown, buffers: DataView[] = []): void {
    for (const [listener, of] of this.listeners) if (of === name) listener(content, buffers);
  }
}

describe("the comm", () => {
  test("a buffer at an odd offset of a larger message is read right", () => {
    const model = new FakeModel();
    const received: FromKernel[] = [];
    new CommLink(model, (message) => received.push(message), () => {}, new AbortController().signal);
    const whole = Uint8Array.of(9, 1, 0, 2, 0, 9);
    const frame: Frame = { frame: 0, messages: [{ type: "audio", item_id: "i", content_index: 0, data: 0 }] };
    model.fire("msg:custom", frame, [new DataView(whole.buffer, 1, 4)]);
    const [audio] = received;
    expect(audio?.type === "audio" && [...new Int16Array(audio.data)]).toEqual([1, 2]);
  });

  test("an aborted signal leaves no listener", () => {
    const model = new FakeModel();
    const gone = new AbortController();
    const link = new CommLink(model, () => {}, () => {}, gone.signal);
    link.send({ type: "join" });
    expect(model.sent).toEqual([{ frame: 0, view: link.view, messages: [{ type: "join" }] }]);
    expect(model.listeners.size).toBe(2);
    gone.abort();
    expect(model.listeners.size).toBe(0);
  });

  test("a comm that is cut off from its kernel is told, one that is brought back joins again", () => {
    const model = new FakeModel();
    let gone = 0;
    new CommLink(model, () => {}, () => (gone += 1), new AbortController().signal);
    model.fire("comm_live_update");
    expect([gone, model.sent.length]).toEqual([0, 1]);
    model.alive = false;
    model.fire("comm_live_update");
    expect([gone, model.sent.length]).toEqual([1, 1]);
  });
});
