import type { SendFile } from "./messages.ts";

/** Bytes of one piece, so that no frame keeps others waiting. */
const PIECE = 128 * 1024;

/** A file in pieces, in order; it is read piece by piece. An empty one is a piece too: the kernel says what it lacks. */
export async function* pieces(file: File): AsyncGenerator<SendFile> {
  let offset = 0;
  do {
    const data = await file.slice(offset, offset + PIECE).arrayBuffer();
    yield { type: "file", name: file.name, offset, size: file.size, data };
    offset += PIECE;
  } while (offset < file.size);
}
