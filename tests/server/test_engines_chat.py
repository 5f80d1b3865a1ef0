"""The chat engine against a real endpoint: what it streams, how it ends, and what it says when something is wrong."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import socket
import socketserver
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from chat_endpoint import Asked, Endpoint, Reply, endpoint
from scripted import Scripted, connected, serving

from rt_notebook.errors import EngineError, IncompleteAnswerError
from rt_notebook.server.engine import Call, Message, Prompt, Text
from rt_notebook.server.engines.chat import Chat
from rt_notebook.server.registry import load_engine
from rt_notebook.server.toolbox import Toolbox

Make = Callable[..., Chat]

HELLO = Prompt([Message("user", "Hello")])
WEATHER = {"type": "function", "name": "weather", "description": "", "parameters": {"type": "object"}}
KEY = "sk-!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \"0"
SOON = 1.0
"""Seconds within which what happens at once has happened, on a busy machine."""


@pytest.fixture
def server() -> Iterator[Endpoint]:
    with endpoint() as server:
        yield server


@pytest.fixture
def engine() -> Iterator[Make]:
    """Return a function that makes engines, which are closed after the test."""
    with contextlib.ExitStack() as stack:
        yield lambda url, model="small", **options: stack.enter_context(
            contextlib.closing(load_engine("chat", url=url, model=model, **options))
        )


@pytest.fixture
def chat(server: Endpoint, engine: Make) -> Chat:
    return engine(server.url)


def joined(pieces: list[Text | Call]) -> str:
    return "".join(piece.delta for piece in pieces if isinstance(piece, Text))


def failure(chat: Chat, prompt: Prompt = HELLO) -> str:
    """Return the message of the failure that an answer ends with."""
    with pytest.raises(EngineError) as caught:
        list(chat.respond(prompt))
    assert "The engine 'chat' got no whole answer of 'small' from http" in str(caught.value)
    return str(caught.value)


# What goes there and comes back.


def test_text_arrives_while_the_endpoint_still_writes(server: Endpoint, chat: Chat) -> None:
    heard = threading.Event()

    async def play(asked: Asked, reply: Reply) -> None:
        await reply.chunk(role="assistant", content="")
        await reply.chunk(content="Wait ")
        assert await asyncio.to_thread(heard.wait, 10)
        await reply.chunk(content="for it.")
        await reply.done()

    server.play = play
    answer = chat.respond(HELLO)
    assert next(answer) == Text("Wait ")
    heard.set()
    assert list(answer) == [Text("for it.")]
    assert list(answer) == []  # ended is ended


def test_the_endpoint_is_asked_as_the_session_says(server: Endpoint, engine: Make) -> None:
    chat = engine(f"{server.url}/chat/completions", key="secret")
    messages = [Message("user", "Look!", images=["data:image/png;base64,AAAA"])]
    prompt = Prompt(messages, "Be brief.", [WEATHER], "required", False, 50, 0.7)
    assert joined(list(chat.respond(prompt))) == "Hello."
    [asked] = server.asked
    assert (asked.path, asked.headers["authorization"]) == ("/v1/chat/completions", "Bearer secret")
    assert asked.body["messages"][1]["content"][1] == {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64,AAAA"},
    }
    del asked.body["messages"]
    assert asked.body == {
        "model": "small",
        "stream": True,
        "max_tokens": 50,
        "temperature": 0.7,
        "tools": [
            {
                "type": "function",
                "function": {"name": "weather", "description": "", "parameters": {"type": "object"}},
            }
        ],
        "tool_choice": "required",
        "parallel_tool_calls": False,
    }


def test_what_is_not_set_is_not_sent(server: Endpoint, chat: Chat) -> None:
    list(chat.respond(HELLO))
    assert server.asked[0].body == {
        "model": "small",
        "stream": True,
        "messages": [{"role": "user", "content": "Hello"}],
    }
    assert "authorization" not in server.asked[0].headers


def test_several_calls_come_after_the_text(server: Endpoint, chat: Chat) -> None:
    async def play(asked: Asked, reply: Reply) -> None:
        await reply.chunk(role="assistant", content=None)
        await reply.chunk(content="Let me see.")
        for index, city in enumerate(("Paris", "Rome")):
            function: dict[str, str] = {"name": "weather", "arguments": ""}
            await reply.chunk(tool_calls=[{"index": index, "id": f"call_{index}", "function": function}])
            for part in ('{"city":', f'"{city}"}}'):
                await reply.chunk(tool_calls=[{"index": index, "function": {"arguments": part}}])
        await reply.done("tool_calls")

    server.play = play
    calls = [Call("weather", '{"city":"Paris"}'), Call("weather", '{"city":"Rome"}')]
    assert list(chat.respond(HELLO)) == [Text("Let me see."), *calls]
    assert list(chat.respond(Prompt(HELLO.messages, parallel_tool_calls=False))) == [Text("Let me see."), calls[0]]


def test_thoughts_are_not_spoken(server: Endpoint, chat: Chat) -> None:
    async def play(asked: Asked, reply: Reply) -> None:
        await reply.chunk(reasoning_content="The user greets me.", content=None)
        await reply.chunk(reasoning="So do I.")
        await reply.say("<thi", "nk>Hm. </th", "ink>\n\n", "Good ", "day <think>.")

    server.play = play
    assert joined(list(chat.respond(HELLO))) == "Good day <think>."


def test_twenty_answers_at_a_time(server: Endpoint, chat: Chat) -> None:
    together = threading.Barrier(20)

    async def play(asked: Asked, reply: Reply) -> None:
        await asyncio.get_running_loop().run_in_executor(waiting, together.wait, 20)
        await reply.say("You said ", asked.body["messages"][0]["content"])

    server.play = play
    prompts = [Prompt([Message("user", str(number))]) for number in range(20)]
    with ThreadPoolExecutor(20) as waiting, ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda prompt: joined(list(chat.respond(prompt))), prompts))
    assert answers == [f"You said {number}" for number in range(20)]


def test_a_connection_is_kept_for_the_next_turn(server: Endpoint, chat: Chat) -> None:
    for _ in range(3):
        assert joined(list(chat.respond(HELLO))) == "Hello."
    assert server.connections == 1


def test_a_kept_connection_that_closes_as_it_is_used_costs_no_answer(server: Endpoint, chat: Chat) -> None:
    async def play(asked: Asked, reply: Reply) -> None:
        if len(server.asked) == 2:
            reply.hang_up()
        else:
            await reply.say("Hello.")

    server.play = play
    assert [joined(list(chat.respond(HELLO))) for _ in range(2)] == ["Hello.", "Hello."]
    assert len(server.asked) == 3


def test_a_slow_reader_holds_the_endpoint_back(server: Endpoint, chat: Chat) -> None:
    sent = 0

    async def play(asked: Asked, reply: Reply) -> None:
        nonlocal sent
        while True:
            await reply.chunk(content="x" * 10_000)
            sent += 1

    server.play = play
    answer = chat.respond(HELLO)
    next(answer)
    before = -1
    while before < sent < 2_000:
        before = sent
        time.sleep(0.5)
    assert sent < 2_000  # what was taken, and what the sockets hold: 4 MB each at most
    answer.cancel()


# Cancelling.


@pytest.mark.parametrize("begun", [False, True], ids=["before the first byte", "in the middle"])
def test_cancelling_closes_the_connection_at_once(server: Endpoint, chat: Chat, begun: bool) -> None:
    asked_for, gone = threading.Event(), threading.Event()

    async def play(asked: Asked, reply: Reply) -> None:
        if begun:
            await reply.chunk(content="One, ")
        asked_for.set()
        await reply.gone()
        gone.set()

    server.play = play
    answer = chat.respond(HELLO)
    if begun:
        assert next(answer) == Text("One, ")
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(list, answer)
        assert asked_for.wait(10)
        started = time.monotonic()
        answer.cancel()
        assert gone.wait(SOON)
        assert reading.result(SOON) == []
        assert time.monotonic() - started < SOON
    answer.cancel()  # once more does no harm
    assert list(answer) == []


def test_an_answer_that_nobody_reads_any_more_is_cancelled(server: Endpoint, chat: Chat) -> None:
    gone = threading.Event()

    async def play(asked: Asked, reply: Reply) -> None:
        await reply.chunk(content="One, ")
        await reply.gone()
        gone.set()

    server.play = play
    for _ in chat.respond(HELLO):
        break
    gc.collect()
    assert gone.wait(SOON)


def test_after_a_cancelled_answer_comes_the_next(server: Endpoint, chat: Chat) -> None:
    for _ in range(3):
        chat.respond(HELLO).cancel()
    assert joined(list(chat.respond(HELLO))) == "Hello."


# Endings that are no failure of the endpoint.


@pytest.mark.parametrize(("finish", "reason"), [("length", "max_output_tokens"), ("content_filter", "content_filter")])
def test_an_early_end_is_told_after_the_text(server: Endpoint, chat: Chat, finish: str, reason: str) -> None:
    async def play(asked: Asked, reply: Reply) -> None:
        await reply.chunk(content="Once upon")
        await reply.chunk(tool_calls=[{"index": 0, "function": {"name": "weather", "arguments": '{"ci'}}])
        await reply.done(finish)

    server.play = play
    answer = chat.respond(HELLO)
    assert next(answer) == Text("Once upon")
    with pytest.raises(IncompleteAnswerError) as caught:
        list(answer)
    assert caught.value.reason == reason


def test_after_the_finish_reason_nothing_can_go_wrong(server: Endpoint, engine: Make) -> None:
    async def play(asked: Asked, reply: Reply) -> None:
        await reply.chunk(content="All there.", finish="stop")
        await reply.gone()

    server.play = play
    assert joined(list(engine(server.url, timeout=0.3).respond(HELLO))) == "All there."


# Failures.


def told(error: Any) -> str:
    return json.dumps({"error": error})


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, told({"message": "Incorrect API key"}), ["401", "Incorrect API key", "--chat-key"]),
        (404, told({"message": "model 'small' not found"}), ["404", "'small' not found", "--chat-model", "/v1"]),
        (404, '{"detail": "Not Found"}', ["404", "Not Found", "--chat-url"]),
        (400, told("does not support tools"), ["400", "does not support tools", "tools"]),
        (429, told({"message": "Quota exceeded"}), ["429", "Quota exceeded", "wait"]),
        (500, "<html>\n <b>Oops</b>" + "x" * 1000, ["500", "Oops", "...", "log"]),
        (503, "", ["503", "no reason given"]),
    ],
)
def test_a_refusal_is_told_with_its_cure(
    server: Endpoint, chat: Chat, status: int, body: str, expected: list[str]
) -> None:
    server.play = lambda asked, reply: reply.plain(status, body, extra="Retry-After: 30\r\n")
    message = failure(chat)
    assert [part for part in [*expected, server.url, "'small'"] if part not in message] == []
    assert len(message) < 700
    assert len(server.asked) == 1


def test_an_endpoint_that_is_down(engine: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    message = failure(engine(f"http://127.0.0.1:{port}/v1"))
    assert "cannot be reached" in message
    assert "that the server runs" in message


def test_a_host_that_does_not_exist(engine: Make) -> None:
    assert "its host name cannot be found" in failure(engine("http://no-such-host.invalid/v1"))


def test_https_where_there_is_none(engine: Make) -> None:
    class Plain(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1000)
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Plain) as plain:
        threading.Thread(target=plain.serve_forever).start()
        message = failure(engine(f"https://127.0.0.1:{plain.server_address[1]}/v1"))
        plain.shutdown()
    assert "offers no connection that can be trusted" in message
    assert "Check https in --chat-url" in message


@pytest.mark.parametrize("begun", [False, True], ids=["first byte", "next chunk"])
def test_an_endpoint_that_hangs(server: Endpoint, engine: Make, begun: bool) -> None:
    async def play(asked: Asked, reply: Reply) -> None:
        if begun:
            await reply.chunk(content="One, ")
        for _ in range(20):
            await asyncio.sleep(0.05)
            if begun:
                await reply.piece(": a comment is no chunk\n\n")
        await reply.gone()

    server.play = play
    started = time.monotonic()
    message = failure(engine(server.url, timeout=0.3))
    assert "sent nothing for 0.3 s" in message
    assert "timeout" in message
    assert time.monotonic() - started < 0.3 + SOON


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("data: {nonsense}\n\n", "no JSON"),
        ("data: 42\n\n", "'42' in place of a chunk"),
        ("<html>Please log in</html>", "an answer without an end (text/event-stream)"),
        (f"data: {told({'message': 'out of memory'})}\n\n", "in the middle of the answer: out of memory"),
        ('data: {"choices": [{"delta": {"content": "Once"}}]}\n\ndata: [DONE]\n\n', "an answer without an end"),
    ],
)
def test_a_stream_that_makes_no_sense(server: Endpoint, chat: Chat, data: str, expected: str) -> None:
    async def play(asked: Asked, reply: Reply) -> None:
        await reply.piece(data)
        await reply.raw(b"0\r\n\r\n")

    server.play = play
    assert expected in failure(chat)


def test_an_answer_that_is_no_stream(server: Endpoint, chat: Chat) -> None:
    server.play = lambda asked, reply: reply.plain(200, '{"choices": [{"message": {"content": "Hi"}}]}')
    assert "an answer without an end (application/json)" in failure(chat)


def test_a_connection_that_breaks_in_the_middle(server: Endpoint, chat: Chat) -> None:
    async def play(asked: Asked, reply: Reply) -> None:
        await reply.chunk(content="Once")
        reply.hang_up()

    server.play = play
    answer = chat.respond(HELLO)
    assert next(answer) == Text("Once")
    with pytest.raises(EngineError, match="broke off the connection"):
        next(answer)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ({"name": "weather", "arguments": '{"city": '}, "whose arguments are no JSON"),
        ({"arguments": "{}"}, "a function call without a name"),
    ],
)
def test_calls_that_nobody_can_make(server: Endpoint, chat: Chat, call: dict[str, str], expected: str) -> None:
    async def play(asked: Asked, reply: Reply) -> None:
        await reply.chunk(tool_calls=[{"index": 0, "function": call}])
        await reply.done()

    server.play = play
    assert expected in failure(chat)


# The key.


def test_a_key_with_odd_characters_arrives_whole_and_is_never_shown(server: Endpoint, engine: Make) -> None:
    server.play = lambda asked, reply: reply.plain(401, told({"message": f"Wrong key: {KEY}"}))
    chat = engine(server.url, key=f" {KEY}\n")
    with pytest.raises(EngineError) as caught:
        list(chat.respond(HELLO))
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert "Wrong key: [the key]" in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value)) + repr(chat)
    assert KEY not in shown


@pytest.mark.parametrize("key", ["sk-one\nsk-two", "sk-\x00", "schlüssel", "“sk-quoted”"])
def test_a_key_that_no_header_can_carry_is_refused_unshown(key: str) -> None:
    with pytest.raises(EngineError, match="no HTTP header can carry") as caught:
        Chat("http://localhost/v1", "m", key)
    assert key not in str(caught.value)


def test_the_environment_s_key_goes_to_its_own_host_only(
    server: Endpoint, engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "from-environment")
    list(engine(server.url).respond(HELLO))
    assert "authorization" not in server.asked[0].headers
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    list(engine(server.url).respond(HELLO))
    assert server.asked[1].headers["authorization"] == "Bearer from-environment"
    list(engine(server.url, key="given").respond(HELLO))
    assert server.asked[2].headers["authorization"] == "Bearer given"


@pytest.mark.parametrize(
    "url", ["", "localhost:11434/v1", "ftp://host", "http://", "http://host:port/v1", "http://[::"]
)
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(EngineError, match="needs a base URL"):
        Chat(url, "m")


@pytest.mark.parametrize("url", ["http://user:secret@host/v1", "http://host/v1?key=secret", "http://host/v1#secret"])
def test_a_url_that_holds_a_secret_is_refused_unshown(url: str) -> None:
    with pytest.raises(EngineError, match="base URL alone") as caught:
        Chat(url, "m")
    assert "secret" not in str(caught.value)


# In the server.


def test_a_session_is_told_what_comes_and_what_fails(server: Endpoint, chat: Chat) -> None:
    async def scenario() -> None:
        role = {"chat": chat}
        engines = Toolbox(
            lambda name: role.get(name, Scripted()), activity="", hearing="", thinking="chat", speaking=""
        )
        async with serving(engines) as url, connected(url) as client:

            async def ask(text: str) -> dict[str, Any]:
                item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
                await client.send("conversation.item.create", item=item)
                await client.send("response.create")
                response: dict[str, Any] = (await client.until("response.done"))[-1]["response"]
                return response

            spoken = await ask("Hi")
            assert (spoken["status"], spoken["output"][0]["content"][0]["transcript"]) == ("completed", "Hello.")
            server.play = lambda asked, reply: reply.plain(429, told({"message": "Quota exceeded"}))
            failed = await ask("And now?")
            assert failed["status"] == "failed"
            assert "Quota exceeded" in failed["status_details"]["error"]["message"]
            assert [message["content"] for message in server.asked[1].body["messages"][-3:]] == [
                "Hi",
                "Hello.",
                "And now?",
            ]

    asyncio.run(scenario())
