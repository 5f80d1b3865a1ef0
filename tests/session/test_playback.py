"""The ledger of heard audio, with reports as data."""

from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.session.playback import Playback

SECOND = 24_000


def test_an_interruption_is_cut_where_it_was_heard() -> None:
    ledger = Playback()
    ledger.generated("a", 0, SECOND)
    assert ledger.started("a", 0) == {"item_id": "a", "content_index": 0, "heard_ms": 0.0, "generated_ms": 1000.0}
    sounding = [ledger.sounding]
    fields, truncate = ledger.flushed("a", 0, 6_012)
    assert fields == {"item_id": "a", "content_index": 0, "heard_ms": 250.5, "generated_ms": 1000.0}
    assert truncate == {
        "type": "conversation.item.truncate",
        "item_id": "a",
        "content_index": 0,
        "audio_end_ms": 250,
    }
    assert [*sounding, ledger.sounding] == [True, False]
    assert ledger.flushed("a", 0, 6_012)[1] is None  # once is enough


def test_nothing_is_cut_that_was_heard_to_its_end() -> None:
    ledger = Playback()
    ledger.generated("a", 0, SECOND)
    ledger.started("a", 0)
    assert ledger.finished("a", 0, 24_000)["heard_ms"] == 1000.0
    assert not ledger.sounding
    assert ledger.flushed("a", 0, 24_000)[1] is None


def test_parts_and_items_are_counted_apart() -> None:
    ledger = Playback()
    ledger.generated("a", 0, SECOND)
    ledger.generated("a", 1, SECOND)
    ledger.generated("b", 0, SECOND)
    ledger.completed("a", 0)
    cut = [ledger.flushed(item, part, heard)[1] for item, part, heard in (("a", 0, 24_000), ("a", 1, 240), ("b", 0, 0))]
    ends = [event and (event["item_id"], event["content_index"], event["audio_end_ms"]) for event in cut]
    assert ends == [None, ("a", 1, 10), ("b", 0, 0)]


def test_what_was_heard_so_far_of_an_answer_that_went_on_is_cut() -> None:
    # The server still sends the rest of it, which nobody will hear.
    ledger = Playback()
    ledger.generated("a", 0, SECOND)
    truncate = ledger.flushed("a", 0, 24_000)[1]
    assert truncate is not None
    assert truncate["audio_end_ms"] == 1_000


def test_a_second_interruption_cuts_only_what_came_since_the_first() -> None:
    ledger = Playback()
    for item in ("a", "b"):
        ledger.generated(item, 0, SECOND)
    cut = [ledger.flushed(item, 0, heard)[1] for item, heard in (("a", 4_800), ("a", 4_800), ("b", 0))]
    assert [event and event["audio_end_ms"] for event in cut] == [200, None, 0]


def test_sound_that_is_queued_counts_as_heard_soon() -> None:
    ledger = Playback()
    ledger.queued("a", 0)
    assert ledger.sounding
    ledger.finished("a", 0, 0)
    assert not ledger.sounding


def test_a_loudspeaker_that_went_away_leaves_nothing_sounding_and_cuts_nothing() -> None:
    ledger = Playback()
    ledger.generated("a", 0, SECOND)
    ledger.started("a", 0)
    assert ledger.lost("a", 0) == {"item_id": "a", "content_index": 0, "heard_ms": None, "generated_ms": 1000.0}
    assert not ledger.sounding


@given(st.lists(st.binary(max_size=200)), st.integers(0, 10**6))
def test_never_beyond_what_was_generated(pieces: list[bytes], heard: int) -> None:
    ledger = Playback()
    for piece in pieces:
        ledger.generated("a", 0, len(piece) // 2)
    generated_ms = sum(len(piece) // 2 for piece in pieces) / 24
    fields, truncate = ledger.flushed("a", 0, heard)
    assert fields["heard_ms"] <= fields["generated_ms"] == generated_ms
    assert truncate is None or truncate["audio_end_ms"] <= generated_ms
