"""The page that a log is written as: what is in the file. (tests/browser/test_page.py opens it.)"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson import lesson

from rt_notebook.log import tracks
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.views import page
from rt_notebook.protocol.event import encode_audio

KEY = "sk-" + "proj-" + "abcdefghijklmnop1234567890"


def put(log: EventLog, event: dict[str, Any], raw: bytes | None = None, **more: Any) -> None:
    log.append("server", orjson.dumps(event) if raw is None else raw, event, **more)


def data(path: Path, name: str) -> list[Any]:
    """Return the page's data under a name, as a browser's HTML parser finds it."""
    scripts = re.findall(
        rf'<script type="application/json" class="{name}">(.*?)</script', path.read_text("utf-8"), re.DOTALL
    )
    return [json.loads(script) for script in scripts]


def rows(path: Path) -> list[Any]:
    return [row for piece in data(path, "rt-rows") for row in piece]


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_a_page_has_every_row_of_a_lesson(dialect: Any, tmp_path: Path) -> None:
    log = lesson(dialect)
    path = log.to_html(tmp_path / "lesson.html", audio=False)
    assert path == tmp_path / "lesson.html"
    kept = rows(path)
    assert [row[0] for row in kept] == log.columns()["t"]
    assert [("client", "server", "local")[row[1]] for row in kept] == log.columns()["direction"]
    assert [row[4]["type"] for row in kept] == log.columns()["type"]
    assert all("levels" in row or row[3] == 0 or max(row[3]) <= 100 for row in kept)
    assert any(len(row) == 6 for row in kept) == (dialect == "beta")
    shown = {row[5]["type"] if len(row) == 6 else row[4]["type"] for row in kept}
    assert {"response.output_audio.delta", "conversation.item.added"} <= shown
    (about,) = data(path, "rt-about")
    assert about == {
        "title": None,
        "started": f"{log.started:%Y-%m-%dT%H:%M:%SZ}",
        "rows": len(log),
        "seconds": log.columns()["t"][-1],
    }
    assert list(tmp_path.iterdir()) == [path]


def test_the_sound_is_what_was_said_and_heard_user_left_assistant_right(tmp_path: Path) -> None:
    log = lesson("ga")
    (sound,) = data(log.to_html(tmp_path / "lesson.html"), "rt-sound")
    samples, rate = soundfile.read(io.BytesIO(base64.b64decode(sound["mp3"])), dtype="float32", always_2d=True)
    user, assistant = tracks.between(log, 0, sound["seconds"])
    assert (sound["from"], rate, samples.shape) == (0, 24_000, (len(user), 2))
    for heard, meant in ((samples[:, 0], user), (samples[:, 1], assistant)):
        assert np.corrcoef(heard, meant)[0, 1] > 0.9


def test_a_long_log_s_sound_comes_in_pieces_and_silence_takes_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PIECE", 1)
    monkeypatch.setattr(page, "_BLOCK", 3)
    log = EventLog()
    tone = (np.sin(np.arange(24_000) / 9) * 9000).astype("<i2").tobytes()
    for t, item in ((0.5, "a"), (7.25, "b")):
        put(log, {"type": "response.output_audio.delta", "item_id": item, "delta": encode_audio(tone)}, t=t)
    pieces = data(log.to_html(tmp_path / "long.html"), "rt-sound")
    assert [(piece["from"], piece["seconds"]) for piece in pieces] == [(0, 1), (1, 0.5), (7, 1), (8, 0.25)]


def test_the_page_runs_its_own_script_alone_and_reaches_no_network(tmp_path: Path) -> None:
    html = lesson("ga").to_html(tmp_path / "lesson.html").read_text("utf-8")
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    (script,) = re.findall(r'<script type="module">(.*?)</script>', html, re.DOTALL)
    (style,) = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (script, style)]
    assert policy[1] == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"<(link|img|iframe|audio|video|object|embed)\b|\son\w+=", html.replace(script, ""))
    assert not re.search(r"\beval\(|new Function|import\(", script)
    assert "@import" not in style


class Tags(HTMLParser):
    """The elements that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)


@pytest.mark.parametrize("words", ["</script><script>alert(1)</script>", "<!--<script>", "a\u2028b\u2029c", "]]>&amp;"])
def test_no_text_breaks_out_of_its_place(words: str, tmp_path: Path) -> None:
    def written(said: str) -> Path:
        log = EventLog()
        put(log, {"type": "response.output_text.done", "text": said, said: said})
        return log.to_html(tmp_path / "said.html", title=said)

    plain = Tags(written("plain").read_text("utf-8"))
    path = written(words)
    assert rows(path)[0][4] == {"type": "response.output_text.done", "text": words, words: words}
    html = path.read_text("utf-8")
    assert Tags(html).seen == plain.seen
    embedded = re.findall('<script type="application/json".*?</script', html, re.DOTALL)
    assert not re.search("[\u2028\u2029]", "".join(embedded))


def test_no_key_is_in_a_page(tmp_path: Path) -> None:
    log = EventLog()
    tool = {
        "type": "mcp",
        "server_url": "https://mcp.test",
        "authorization": "hunter2",
        "headers": {"X-Team": "hunter3"},
    }
    put(log, {"type": "session.updated", "session": {"tools": [tool], "client_secret": {"value": "hunter4"}}})
    put(log, {"type": "response.text.done", "text": f"It is {KEY}"})  # beta: the event is there twice
    put(log, {"type": "rt.unreadable"}, raw=f"Authorization: Bearer {KEY}".encode())
    html = log.to_html(tmp_path / "keys.html", title=f"Why {KEY} fails").read_text("utf-8")
    assert not re.search(f"hunter|{KEY}", html)
    assert "It is \\u003csecret>" in html


def test_sound_is_told_by_its_duration(tmp_path: Path) -> None:
    log = EventLog()
    sound = encode_audio(bytes(4_800))
    put(log, {"type": "response.output_audio.delta", "delta": sound})
    ((*facts, wire),) = rows(log.to_html(tmp_path / "sound.html"))
    assert wire["delta"] == "<100 ms of PCM16>"
    assert facts[2:] == [100, [0, 0, 0, 0, 0]]


def test_an_empty_log_is_a_page_too(tmp_path: Path) -> None:
    path = EventLog().to_html(str(tmp_path / "empty.html"))
    assert (rows(path), data(path, "rt-sound")) == ([], [])
    assert data(path, "rt-about")[0]["seconds"] == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["type", "item", "session", "response", "audio", "delta", "error", "item_id", "headers", "content"]
)
TYPES = st.sampled_from(
    ["session.created", "response.audio.delta", "conversation.item.create", "rt.playback.started", "error", "?"]
)


@settings(max_examples=40)
@given(st.lists(st.dictionaries(NAMES, JSON | TYPES, max_size=5), max_size=5))
def test_whatever_a_log_holds_it_can_be_written(tmp_path_factory: pytest.TempPathFactory, events: list[Any]) -> None:
    log = EventLog()
    for event in events:
        put(log, event)
    path = log.to_html(tmp_path_factory.getbasetemp() / "garbage.html")
    assert len(rows(path)) == len(events)


def test_a_page_that_cannot_be_written_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lesson.html"
    path.write_text("the one before")
    monkeypatch.setattr(soundfile, "available_formats", lambda: {"WAV": "WAV"})
    with pytest.raises(ValueError, match=r"cannot write MP3.*audio=False"):
        lesson("ga").to_html(path)
    assert (path.read_text(), list(tmp_path.iterdir())) == ("the one before", [path])
