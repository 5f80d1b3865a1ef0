"""The static summary of real sessions against the server in memory."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from memory_server import ENDPOINT, MemoryServer, connect_in_memory

import rt_notebook as rt
from rt_notebook.protocol.conversation import Conversation
from rt_notebook.session.blocking import Session
from rt_notebook.session.providers import Endpoint, Headers, Secret
from rt_notebook.session.runner import block
from rt_notebook.session.session import AsyncSession
from rt_notebook.session.settings import Settings
from rt_notebook.widgets.summary import LONGEST, summary_html


class Reader(HTMLParser):
    """Reads HTML as a browser would: its text by paragraph, its elements, what does not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.paragraphs: list[str] = []
        self.struck = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.open.append(tag)
        if tag in ("p", "div"):
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.paragraphs[-1] += data
        if "s" in self.open:
            self.struck += data


def read(session: rt.Session, *earlier: Conversation) -> Reader:
    return Reader(summary_html(session._session, earlier))


def test_a_conversation_reads_as_what_was_said() -> None:
    with connect_in_memory(output="text") as session:
        assert read(session).paragraphs[1:] == ["Nothing has been said yet."]
        session.add("Be kind.", role="system")
        session.ask("Good morning")
        session.ask("call weather")
        call = session.responses[-1].calls[0]
        output = {"type": "function_call_output", "call_id": call.call_id, "output": '{"sky": "grey"}'}
        session.send({"type": "conversation.item.create", "item": output})
        session.wait("conversation.item.added")
        title, *turns = read(session).paragraphs
    assert re.fullmatch(r"Realtime conversation url, tutor, \d{4}-\d\d-\d\d \d\d:\d\d UTC\. As it was saved: .*", title)
    assert turns == [
        "System: Be kind.",
        "You: Good morning",
        "Assistant: You said: Good morning ",
        "You: call weather",
        "Tool call: weather({})",
        'Result of weather: {"sky": "grey"}',
    ]


def test_what_is_said_is_text_and_never_html() -> None:
    with connect_in_memory(output="text") as session:
        evil = "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;'\""
        session.ask(evil)
        reader = read(session)
    assert reader.paragraphs[1:] == [f"You: {evil}", f"Assistant: You said: {evil} "]
    assert reader.tags <= {"div", "b", "span", "time", "p"}


def test_the_unheard_part_of_an_interrupted_answer_is_struck_through() -> None:
    with connect_in_memory() as session:
        session.ask("one two three four")
        item = session.items[-1]
        session.truncate(item, 100)
        reader = read(session)
    assert item.words == "You said: one two three four "
    assert reader.paragraphs[-1] == f"Assistant: {item.words}"
    assert reader.struck == " one two three four "


def test_sound_that_nobody_wrote_down_is_told_by_its_length() -> None:
    with connect_in_memory(transcription=None, output="text") as session:
        session.ask(audio=bytes(48_000))
        assert read(session).paragraphs[1] == "You: 1.0 s of sound, not transcribed"


def test_a_long_conversation_says_what_it_leaves_out() -> None:
    with connect_in_memory(output="text") as session:
        for number in range(205):
            session.send({"type": "conversation.item.create", "item": message(f"number {number}")})
        session.ask("x" * 10_000)
        html = summary_html(session._session)
        turns = read(session).paragraphs
    assert turns[1] == "The first 7 items are left out here."
    assert turns[2] == "You: number 7"
    assert len(turns) == 202
    assert turns[-2] == "You: " + "x" * LONGEST + "…"
    assert len(html) < 60_000


def message(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def test_earlier_connections_stand_above_a_line() -> None:
    with connect_in_memory(output="text") as session:
        session.ask("Good morning")
        first = session.conversation
        session.close()
        session.open()
        session.ask("Good night")
        assert read(session, first).paragraphs[1:] == [
            "You: Good morning",
            "Assistant: You said: Good morning ",
            "New session: it remembers nothing of what stands above.",
            "You: Good night",
            "Assistant: You said: Good night ",
        ]


def test_no_key_no_token_no_address_and_no_sound() -> None:
    key = "sk-proj-0123456789abcdef"
    headers = Headers({"Authorization": Secret(f"Bearer {key}")})
    endpoint = Endpoint("url", f"memory://user:{key}@server?token={key}", "tutor", headers)
    asynchronous = AsyncSession(endpoint, Settings(output="text"), opener=MemoryServer())
    block(asynchronous.open())
    with Session(asynchronous) as session:
        session.ask(f"My key is {key}")
        session.ask(audio=b"\1\2" * 24_000)
        html = summary_html(asynchronous)
    assert key not in html
    assert "My key is &lt;secret&gt;" in html
    assert "memory:" not in html
    assert "AQIBAgEC" not in html


def test_it_has_no_colours_of_its_own() -> None:
    with connect_in_memory(output="text") as session:
        session.ask("Good morning")
        html = summary_html(session._session)
    for style in re.findall(r"style='([^']*)'", html):
        assert {rule.split(":")[0].strip() for rule in style.split(";")} <= {
            *("margin", "white-space", "overflow-wrap", "opacity"),
        }
    assert "class=" not in html
    assert ENDPOINT.url not in html
