"""A server that sends one long answer as fast as it is taken: 100 ms of audio and a word, in turns.

python -m benchmarks.receiving.stream EVENTS     prints its port
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from typing import Any

import orjson
from websockets.asyncio.server import ServerConnection, serve

from rt_notebook.protocol.event import encode_audio

SESSION = {"type": "realtime", "object": "realtime.session", "id": "sess_1", "model": "gpt-realtime"}
RESPONSE = {"object": "realtime.response", "id": "resp_1", "conversation_id": "conv_1", "output": []}
ITEM = {"id": "item_1", "object": "realtime.item", "type": "message", "role": "assistant", "content": []}
PLACE = {"response_id": "resp_1", "item_id": "item_1", "output_index": 0, "content_index": 0}


def answer(events: int) -> Iterator[dict[str, Any]]:
    """Yield the events of an answer, about `events` of them deltas."""
    yield {"type": "response.created", "response": RESPONSE | {"status": "in_progress"}}
    yield {"type": "response.output_item.added", "response_id": "resp_1", "output_index": 0, "item": ITEM}
    for _ in range(events // 2):
        yield {"type": "response.output_audio.delta", **PLACE, "delta": encode_audio(os.urandom(4800))}
        yield {"type": "response.output_audio_transcript.delta", **PLACE, "delta": "hello "}
    yield {"type": "response.done", "response": RESPONSE | {"status": "completed"}}


def encoded(events: int) -> list[bytes]:
    """Return the answer as it goes over the wire."""
    return [orjson.dumps({"event_id": f"event_{n:016}"} | event) for n, event in enumerate(answer(events))]


async def main() -> None:
    """Serve until killed."""
    messages = encoded(int(sys.argv[1]))

    async def talk(connection: ServerConnection) -> None:
        await connection.send(orjson.dumps({"type": "session.created", "event_id": "e", "session": SESSION}), text=True)
        async for message in connection:
            type_ = orjson.loads(message)["type"]
            if type_ == "session.update":
                told = {"type": "session.updated", "event_id": "e", "session": SESSION}
                await connection.send(orjson.dumps(told), text=True)
            elif type_ == "response.create":
                for each in messages:
                    await connection.send(each, text=True)

    async with serve(talk, "127.0.0.1", 0, compression=None, max_size=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
