"""A session's recording: the same log, whatever becomes of the session."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from memory_server import ENDPOINT, MemoryServer, ScriptedServer
from pandas.testing import assert_frame_equal
from scripted import TOKEN, Scripted, serving

import rt_notebook as rt
from rt_notebook.session.providers import Headers, Secret
from rt_notebook.session.recording import source_of
from rt_notebook.session.runner import block
from rt_notebook.session.session import AsyncSession


def recorded(recorder: rt.Recorder) -> rt.Session:
    session = AsyncSession(ENDPOINT, {"output": "text"}, opener=MemoryServer(), record=recorder)
    block(session.open())
    return rt.Session(session)


def test_the_recording_is_the_sessions_log(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    session = recorded(rt.Recorder(path))
    session.ask("Good morning")
    session.close()
    first = len(rt.load(path))
    session.open()
    session.ask("Good evening")
    session.close()
    log = rt.load(path)
    assert 0 < first < len(log)
    assert_frame_equal(session.events.df, log.df)
    assert log.df["connection"].unique().tolist() == [1, 2]
    assert log.source is not None
    assert (log.source.model, log.source.dialect, log.source.url) == ("tutor", "ga", ENDPOINT.shown)


def test_a_session_goes_on_without_its_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = recorded(rt.Recorder(tmp_path / "x.jsonl"))

    def full(file: object, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rt_notebook.log.writing.write_all", full)
    with pytest.warns(UserWarning, match="No space left"):
        assert session.ask("Good morning").status == "completed"
    (row,) = session.events.filter("rt.recording.failed")
    assert "No space left" in row["error"]["message"]
    session.close()


def test_over_a_socket_and_no_token_in_it(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"

    async def scenario() -> None:
        async with serving(Scripted()) as url:
            async with rt.aconnect(url=url, api_key=TOKEN, output="text", record=path) as session:
                await session.ask(f"My key is {TOKEN}")
            assert_frame_equal(session.events.df.drop(columns="text"), rt.load(path).df.drop(columns="text"))
            with pytest.raises(rt.RecordingError, match="overwrite=True"):
                await rt.aconnect(url=url, api_key=TOKEN, record=path)
            with pytest.raises(rt.WrongKeyError):
                await rt.aconnect(url=url, api_key="wrong-wrong", record=tmp_path / "none.jsonl")

    asyncio.run(scenario())
    log = rt.load(path)
    assert not any(TOKEN.encode() in log.raw(i) for i in range(len(log)))
    assert not (tmp_path / "none.jsonl").exists()


def test_a_session_that_never_came_about_leaves_no_file(tmp_path: Path) -> None:
    async def scenario() -> None:
        with pytest.raises(rt.ConnectError):
            await rt.aconnect(url="ws://127.0.0.1:1/", record=tmp_path / "x.jsonl")

    asyncio.run(scenario())
    assert list(tmp_path.iterdir()) == []


def test_a_session_that_never_came_about_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("mine")

    def names() -> list[str]:
        return [entry.name for entry in tmp_path.iterdir()]

    async def scenario() -> None:
        async with serving(Scripted()) as url:
            for key in ("wrong-wrong", TOKEN):
                recorder = rt.Recorder(path, overwrite=True)
                try:
                    async with rt.aconnect(url=url, api_key=key, record=recorder):
                        assert names() == ["x.jsonl"]
                except rt.WrongKeyError:
                    assert path.read_text() == "mine"

    asyncio.run(scenario())
    assert len(rt.load(path)) > 2


def test_what_is_no_file_is_said_before_anything_connects() -> None:
    with pytest.raises(TypeError, match=r"lesson\.jsonl"):
        rt.aconnect(record=5)  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(rt.RecordingError, match=r"\.wav is not"):
        rt.aconnect(record="x.wav")


def test_what_a_server_repeats_is_hidden(tmp_path: Path) -> None:
    headers = Headers({"Authorization": Secret("Bearer abc/def-123"), "OpenAI-Beta": Secret("realtime=v1")})
    source = source_of(replace(ENDPOINT, url="ws://u:longpassword@h/x?model=tutor&ticket=0123456789", headers=headers))
    said = rb'{"m":"abc/def-123 abc\/def-123 longpassword 0123456789 realtime=v1 tutor"}'
    assert source.mask(said) == b'{"m":"%b %b %b %b realtime=v1 tutor"}' % (b"*" * 11, b"*" * 12, b"*" * 12, b"*" * 10)
    assert "0123456789" not in repr(source)


def test_a_log_without_a_recorder_knows_where_it_comes_from() -> None:
    with ScriptedServer().connect() as session:
        assert session.events.source is not None
        assert session.events.source.provider == "url"
