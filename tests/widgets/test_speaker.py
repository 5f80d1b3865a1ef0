from __future__ import annotations

from typing import Any

import pytest

from rt_notebook.protocol.event import Event
from rt_notebook.widgets.speaker import Part, Sound, Speaker

A = Part("item_a", 0)
B = Part("item_b", 0)


def server(type: str, **fields: Any) -> Event:
    return Event({"type": type, **fields})


def created(response: str) -> Event:
    return server("response.created", response={"id": response})


def done(response: str) -> Event:
    return server("response.done", response={"id": response, "status": "completed"})


def delta(response: str, part: Part, pcm: bytes = b"\1\0") -> Event:
    event = server("response.output_audio.delta", response_id=response, **part._asdict())
    event.sound = pcm
    return event


def audio_done(response: str, part: Part) -> Event:
    return server("response.output_audio.done", response_id=response, **part._asdict())


def settings(**turn_detection: Any) -> Event:
    return server("session.updated", session={"audio": {"input": {"turn_detection": turn_detection}}})


SPEECH = server("input_audio_buffer.speech_started", item_id="item_u")


@pytest.fixture
def speaker() -> Speaker:
    """A speaker that a view owns, in the middle of a response's first part."""
    speaker = Speaker()
    speaker.give_to("view")
    hear(speaker, created("r"), delta("r", A))
    return speaker


def hear(speaker: Speaker, *events: Event) -> list[Sound]:
    return [sound for event in events for _, sound in speaker.hear(event)]


def types(sounds: list[Sound]) -> list[str]:
    return [sound["type"] for sound in sounds]


def test_sound_goes_out_with_its_part() -> None:
    speaker = Speaker()
    speaker.give_to("view")
    assert hear(speaker, created("r"), delta("r", A, b"\1\0\2\0"), audio_done("r", A)) == [
        {"type": "audio", "item_id": "item_a", "content_index": 0, "data": b"\1\0\2\0"},
        {"type": "audio.end", "item_id": "item_a", "content_index": 0},
    ]


def test_without_an_owner_nothing_is_played_nor_taken_up_in_the_middle() -> None:
    speaker = Speaker()
    assert hear(speaker, created("r"), delta("r", A)) == []
    speaker.give_to("view")
    assert hear(speaker, delta("r", A), done("r")) == []
    assert types(hear(speaker, created("s"), delta("s", B))) == ["audio"]


def test_the_response_ends_what_its_parts_left_open(speaker: Speaker) -> None:
    assert types(hear(speaker, done("r"))) == ["audio.end"]
    assert hear(speaker, done("r")) == []


def test_what_came_before_the_connection_broke_is_heard_to_its_end(speaker: Speaker) -> None:
    assert types(hear(speaker, server("rt.connection.lost"))) == ["audio.end"]


def test_who_closes_the_session_wants_silence(speaker: Speaker) -> None:
    assert types(hear(speaker, server("rt.connection.closed"))) == ["flush"]
    assert types(hear(speaker, created("s"), delta("s", B))) == ["audio"]


@pytest.mark.parametrize(
    "event", [SPEECH, Event({"type": "response.cancel"}, direction="client"), server("rt.playback.stop")]
)
def test_an_interruption_silences_for_good(speaker: Speaker, event: Event) -> None:
    assert types(hear(speaker, event)) == ["flush"]
    assert hear(speaker, delta("r", A), audio_done("r", A), delta("r", B), done("r")) == []
    assert types(hear(speaker, created("s"), delta("s", B))) == ["audio"]


def test_a_response_without_sound_yet_is_silenced_too() -> None:
    speaker = Speaker()
    speaker.give_to("view")
    assert hear(speaker, created("r"), SPEECH, delta("r", A), done("r")) == []


def test_what_is_still_playing_after_its_response_is_silenced(speaker: Speaker) -> None:
    hear(speaker, audio_done("r", A), done("r"))
    assert types(hear(speaker, SPEECH)) == ["flush"]


def test_what_was_heard_needs_no_silencing(speaker: Speaker) -> None:
    hear(speaker, audio_done("r", A), done("r"))
    speaker.heard(A)
    assert hear(speaker, SPEECH) == []


def test_speech_does_not_interrupt_where_that_is_switched_off(speaker: Speaker) -> None:
    hear(speaker, settings(type="server_vad", interrupt_response=False))
    assert hear(speaker, SPEECH) == []
    hear(speaker, settings(type="server_vad", interrupt_response=True))
    assert types(hear(speaker, SPEECH)) == ["flush"]


def test_turn_detection_is_what_the_server_reports_last() -> None:
    speaker = Speaker()
    hear(speaker, settings(type="server_vad", threshold=0.5))
    assert speaker.turn_detection == {"type": "server_vad", "threshold": 0.5}
    hear(speaker, server("session.updated", session={"audio": {"input": {"turn_detection": None}}}))
    assert speaker.turn_detection is None


def test_a_new_owner_hears_the_next_response_only(speaker: Speaker) -> None:
    assert speaker.give_to("other") == [("view", {"type": "flush"})]
    assert hear(speaker, delta("r", A), done("r")) == []
    hear(speaker, created("s"), delta("s", B))
    assert speaker.plays("view", A)
    assert speaker.plays("other", B)
    assert not speaker.plays("view", B)


def test_sound_goes_to_the_view_that_plays_it() -> None:
    speaker = Speaker()
    speaker.give_to("view")
    hear(speaker, created("r"))
    assert [view for view, _ in [*speaker.hear(delta("r", A)), *speaker.hear(audio_done("r", A))]] == ["view", "view"]
    hear(speaker, done("r"))
    speaker.give_to("other")
    hear(speaker, created("s"))
    assert [view for view, _ in speaker.hear(delta("s", B))] == ["other"]
    # The first view still owes its report: only the other one has to be told.
    assert speaker.hear(SPEECH) == [("other", {"type": "flush"})]


def test_two_interruptions_in_a_row_flush_once_and_what_came_between_them_again(speaker: Speaker) -> None:
    assert types(hear(speaker, SPEECH)) == ["flush"]
    assert hear(speaker, SPEECH, Event({"type": "response.cancel"}, direction="client"), done("r")) == []
    assert types(hear(speaker, created("s"), delta("s", B), SPEECH)) == ["audio", "flush"]
    speaker.heard(A)
    speaker.heard(B)
    assert hear(speaker, SPEECH) == []


def test_several_queued_items_are_all_owed_a_report(speaker: Speaker) -> None:
    hear(speaker, audio_done("r", A), delta("r", B), done("r"))
    assert types(hear(speaker, SPEECH)) == ["flush"]
    assert speaker.plays("view", A)
    assert speaker.plays("view", B)


def test_a_view_that_is_gone_plays_nothing_and_owes_nothing(speaker: Speaker) -> None:
    assert speaker.abandon("other") == []
    assert speaker.abandon("view") == [A]
    assert not speaker.plays("view", A)
    assert hear(speaker, SPEECH, delta("r", A), audio_done("r", A)) == []
    assert speaker.give_to("other") == []
    assert types(hear(speaker, done("r"), created("s"), delta("s", B))) == ["audio"]


def test_the_same_owner_again_changes_nothing(speaker: Speaker) -> None:
    assert speaker.give_to("view") == []
    assert types(hear(speaker, delta("r", A))) == ["audio"]


def test_a_sample_cut_in_two_is_joined(speaker: Speaker) -> None:
    sounds = hear(speaker, delta("r", A, b"\1\0\2"), delta("r", A, b"\0\3\0"))
    assert [sound["data"] for sound in sounds if sound["type"] == "audio"] == [b"\1\0", b"\2\0\3\0"]


def test_telephone_codecs_are_not_played() -> None:
    speaker = Speaker()
    speaker.give_to("view")
    output = {"format": {"type": "audio/pcmu"}}
    assert hear(speaker, server("session.created", session={"audio": {"output": output}}), created("r")) == []
    assert hear(speaker, delta("r", A)) == []
