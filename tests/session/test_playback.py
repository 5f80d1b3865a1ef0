"""The ledger of heard audio, with reports as data."""

from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.session.playback import Playback

SECOND = bytes(48_000)


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
    cut = [ledger.flushed(item, part, heard)[1] for item, part, heard in (("a", 0, 24_000), ("a", 1, 240), ("b", 0, 0))]
    ends = [event and (event["item_id"], event["content_index"], event["audio_end_ms"]) for event in cut]
    assert ends == [None, ("a", 1, 10), ("b", 0, 0)]


@given(st.lists(st.binary(max_size=200)), st.integers(0, 10**6))
def test_never_beyond_what_was_generated(pieces: list[bytes], heard: int) -> None:
    ledger = Playback()
    for piece in pieces:
        ledger.generated("a", 0, piece)
    generated_ms = sum(len(piece) // 2 for piece in pieces) / 24
    fields, truncate = ledger.flushed("a", 0, heard)
    assert fields["heard_ms"] <= fields["generated_ms"] == generated_ms
    assert truncate is None or truncate["audio_end_ms"] <= generated_ms
