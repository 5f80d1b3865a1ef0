/** A frame as one run of bytes, as it travels over the relay: the twin of rt_notebook/widgets/frames.py. */
import type { Frame, Header } from "./channel.ts";

export function pack({ header, buffers }: Frame): ArrayBuffer {
  const sizes = buffers.map(({ byteLength }) => byteLength);
  const json = new TextEncoder().encode(JSON.stringify({ ...header, sizes }));
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 4 + json.length));
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = 4 + json.length;
  for (const buffer of buffers) {
    bytes.set(new Uint8Array(buffer), at);
    at += buffer.byteLength;
  }
  return bytes.buffer;
}

export function unpack(data: ArrayBuffer): Frame {
  let at = 4 + new DataView(data).getUint32(0, true);
  const json = new TextDecoder().decode(new Uint8Array(data, 4, at - 4));
  const { sizes, ...header } = JSON.parse(json) as Header & { sizes: number[] };
  const buffers = sizes.map((size) => data.slice(at, (at += size)));
  return { header, buffers };
}
