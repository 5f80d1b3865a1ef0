"""Which response answers the speech, among those that others ask for: events as data."""

from rt_notebook.protocol.event import Event
from rt_notebook.session.speech import Turns

SPOKEN = ["speech_started", "speech_stopped", "committed"]


def event(name: str) -> Event:
    """Return an event: ``+id`` a created response, ``?`` a request for one, ``!`` its refusal, else of the buffer."""
    if name.startswith("+"):
        return Event({"type": "response.created", "response": {"id": name[1:]}})
    if name == "?":
        return Event({"type": "response.create"})
    if name == "!":
        return Event({"type": "error", "error": {"code": "conversation_already_has_active_response"}})
    return Event({"type": f"input_audio_buffer.{name}"})


def turns(*names: str) -> Turns:
    state = Turns()
    for name in names:
        state.apply(event(name))
    return state


def test_a_turn_is_answered_by_the_response_nobody_asked_for() -> None:
    assert not turns(*SPOKEN).answered
    state = turns(*SPOKEN, "+vad")
    assert (state.heard, state.answered, state.last) == (True, True, "vad")


def test_a_pause_makes_two_turns_and_the_last_counts() -> None:
    state = turns(*SPOKEN, "+one", *SPOKEN)
    assert not state.answered
    state = turns(*SPOKEN, "+one", *SPOKEN, "+two")
    assert (state.answered, state.last) == (True, "two")


def test_the_response_to_a_question_is_not_the_turn_s() -> None:
    state = turns("speech_started", "?", "+question", "speech_stopped", "committed")
    assert (state.heard, state.answered, state.last) == (True, False, None)


def test_a_refused_question_was_overtaken_by_the_turn() -> None:
    state = turns(*SPOKEN, "?", "+vad", "!")
    assert (state.answered, state.last) == (True, "vad")
    state = turns(*SPOKEN, "?", "!", "+vad")
    assert (state.answered, state.last) == (True, "vad")


def test_cleared_speech_was_none() -> None:
    assert not turns("speech_started", "cleared").heard
    assert turns("speech_started", "cleared", *SPOKEN).heard
