"""What a tool returned, as the text and the pictures that a model gets."""

import base64
import dataclasses
import enum
import io
import itertools
import json
from collections import OrderedDict, deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.display import Image
from matplotlib import figure as matplotlib_figure
from PIL import Image as PillowImage
from pydantic import BaseModel, Field, field_serializer

from rt_notebook.session.pictures import MOST
from rt_notebook.session.plain import DEEPEST
from rt_notebook.session.results import LEAST, LIMIT, Output, output_of

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PNG_URL = "data:image/png;base64," + base64.b64encode(PNG).decode()
ENDLESS = 1 << 30
"""A limit that nothing here reaches."""


class Color(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    lat: float
    color: Color = Color.RED


class Stop(BaseModel):
    city: str = Field(serialization_alias="name")
    at: datetime
    icon: bytes = b""

    @field_serializer("city")
    def loud(self, city: str) -> str:
        return city.upper()


class Pair(NamedTuple):
    left: int
    right: Any


NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)

TEXTS: list[tuple[Any, str]] = [
    ("as it is", "as it is"),
    ('{"already": "JSON"}', '{"already": "JSON"}'),
    ("", ""),
    (None, "null"),
    (True, "true"),
    (3, "3"),
    (0.1, "0.1"),
    (Color.RED, "red"),
    (date(2026, 2, 3), "2026-02-03"),
    (Path("/tmp/x"), "/tmp/x"),
    (b"caf\xc3\xa9", "café"),
    (b"\xff\xfe\x00", "[3 bytes that are neither text nor a picture]"),
    ({"city": "Zürich", "天気": "☀"}, '{"city":"Zürich","天気":"☀"}'),
    ([float("nan"), float("inf"), -float("inf")], '["NaN","Infinity","-Infinity"]'),
    ({"b", "a", "c"}, '["a","b","c"]'),
    (frozenset(), "[]"),
    ((n * n for n in range(4)), "[0,1,4,9]"),
    (range(3), "[0,1,2]"),
    (deque([1, 2]), "[1,2]"),
    ({"a": 1}.keys(), '["a"]'),
    (map(str, [1, 2]), '["1","2"]'),
    (OrderedDict(b=1, a=2), '{"b":1,"a":2}'),
    (MappingProxyType({"a": 1}), '{"a":1}'),
    (
        {date(2026, 2, 3): 1, (1, 2): 2, None: 3, 4: 4, Color.RED: 5},
        '{"2026-02-03":1,"[1, 2]":2,"null":3,"4":4,"red":5}',
    ),
    (Point(1.5), '{"lat":1.5,"color":"red"}'),
    (Pair(1, Pair(2, None)), '{"left":1,"right":{"left":2,"right":null}}'),
    (Stop(city="Ulm", at=NOON), '{"name":"ULM","at":"2026-02-03T12:00:00Z","icon":""}'),
    ([Stop(city="Ulm", at=NOON, icon=b"\xff")][:0], "[]"),
    (
        {"d": Decimal("1.10"), "u": UUID(int=1), "t": timedelta(seconds=90)},
        '{"d":"1.10","u":"00000000-0000-0000-0000-000000000001","t":"PT1M30S"}',
    ),
    (np.float32(1.5), "1.5"),
    (np.int64(3), "3"),
    (np.bool_(True), "true"),
    (np.str_("a"), "a"),
    (np.array([[1, 2], [3, 4]]), "[[1,2],[3,4]]"),
    (np.array(5), "5"),
    (np.array([1, np.nan]), '[1.0,"NaN"]'),
    (np.datetime64("2026-02-03"), "2026-02-03"),
    (np.array(["2026-02-03T04:05"], "M8[ns]"), '["2026-02-03T04:05:00.000000000"]'),
    ({"mean": np.float64(0.5)}, '{"mean":0.5}'),
    (pd.Timestamp("2026-02-03"), "2026-02-03T00:00:00"),
    (pd.NaT, "null"),
    (pd.NA, "null"),
    (pd.Index([1, 2]), "[1,2]"),
    (pd.date_range("2026-02-03", periods=2), '["2026-02-03","2026-02-04"]'),
]


@pytest.mark.parametrize(("value", "text"), TEXTS, ids=lambda case: repr(case)[:40])
def test_a_value_becomes_text(value: Any, text: str) -> None:
    assert output_of(value) == Output(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_json_goes_out_once(value: Any) -> None:
    text = output_of(value, ENDLESS).text
    assert text == value if isinstance(value, str) else json.loads(text) == value


ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=2000)
LIMITS = st.integers(LEAST, 3000)


@given(ANY_TEXT, LIMITS)
def test_any_text_keeps_the_limit_and_says_so(value: str, limit: int) -> None:
    output = output_of(value, limit)
    whole = value.encode("utf-8", "replace")
    assert len(output.text.encode()) <= limit
    if len(whole) <= limit:
        assert output == Output(whole.decode())
    else:
        kept, note = output.text.rsplit("\n", 1)
        assert whole.decode().startswith(kept)
        assert f"the whole has {len(whole):,} bytes" in note
        assert output.truncated_from == len(whole)


@given(JSON, LIMITS)
def test_any_json_keeps_the_limit(value: Any, limit: int) -> None:
    output = output_of([value, value, value], limit)
    assert len(output.text.encode()) <= limit
    assert (output.truncated_from is not None) == (output.text != output_of([value, value, value], ENDLESS).text)


@given(st.lists(st.tuples(ANY_TEXT, st.none() | st.floats(), st.integers()), max_size=30), LIMITS)
def test_any_table_keeps_the_limit(rows: list[tuple[Any, ...]], limit: int) -> None:
    output = output_of(pd.DataFrame(rows, columns=["a", "b", "c"], dtype=object), limit)
    assert len(output.text.encode()) <= limit


def test_a_megabyte_of_text_is_cut() -> None:
    output = output_of("é" * 500_000)
    assert len(output.text.encode()) in (LIMIT, LIMIT - 1)
    assert output.text.endswith("é\n[cut here: the whole has 1,000,000 bytes; ask for less, or for a part of it]")
    assert output.truncated_from == 1_000_000


def test_an_endless_generator_ends() -> None:
    output = output_of({"numbers": itertools.count()})
    assert output.text.startswith('{"numbers":[0,1,2,')
    assert "the whole has more than" in output.text
    assert len(output.text.encode()) == LIMIT


def test_an_array_larger_than_memory_would_like_is_not_turned_into_a_list() -> None:
    output = output_of(np.broadcast_to(np.int8(7), (10**6, 10**6)))
    assert output.text.startswith("[[7,7,7")
    assert len(output.text.encode()) == LIMIT


def test_a_limit_leaves_room_for_the_note() -> None:
    with pytest.raises(ValueError, match="limit is 10 bytes; it is at least 256"):
        output_of("", 10)


def test_an_output_is_only_held_to_the_limit() -> None:
    output = Output("text", (PNG_URL,), 9)
    assert output_of(output) == output
    cut = output_of(Output("x" * 1000, (PNG_URL,)), 300)
    assert (len(cut.text), cut.images, cut.truncated_from) == (300, (PNG_URL,), 1000)


# -- what cannot be told ------------------------------------------------------------------------------------------


def test_what_has_no_form_says_where_and_what() -> None:
    for value, message in (
        ({"a": [1, object()]}, r"the result\.a\[1\] is object, which has no form as JSON"),
        (Point(object()), r"the result\.lat is object"),  # type: ignore[arg-type] # it is wrong on purpose
        (test_what_has_no_form_says_where_and_what, "the result is function"),
        (Point, "the result is type"),
        ({1: object()}, r"the result\.1 is object"),
        ({object(): 1}, "a key of the result is object"),
    ):
        with pytest.raises(TypeError, match=message):
            output_of(value)


def test_a_coroutine_is_no_result() -> None:
    async def later() -> int:
        return 1

    coroutine = later()
    with pytest.raises(TypeError, match="the result is coroutine"):
        output_of(coroutine)
    coroutine.close()


def test_what_contains_itself_is_refused() -> None:
    circle: dict[str, Any] = {"a": {}}
    circle["a"]["b"] = [circle]
    with pytest.raises(ValueError, match=r"the result\.a\.b\[0\] contains itself"):
        output_of(circle)
    twice = [1]
    assert output_of([twice, twice]) == Output("[[1],[1]]")


def test_what_is_nested_too_deep_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(DEEPEST - 1):
        deep = [deep]
    assert output_of(deep).text == "[" * DEEPEST + "]" * DEEPEST
    with pytest.raises(ValueError, match="nested more than 200 levels deep"):
        output_of([deep])


def test_a_generators_own_error_comes_through() -> None:
    def rows() -> Iterator[int]:
        yield 1
        raise LookupError("the table is gone")

    with pytest.raises(LookupError, match="the table is gone"):
        output_of(rows())


# -- tables -------------------------------------------------------------------------------------------------------

FRAME = pd.DataFrame({"city": ["Ulm, Donau", 'the "big" one'], "people": [126_000, np.nan]})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (FRAME, 'city,people\n"Ulm, Donau",126000.0\n"the ""big"" one",'),
        (FRAME.set_index("city"), 'city,people\n"Ulm, Donau",126000.0\n"the ""big"" one",'),
        (
            FRAME.set_index(["city", "people"]).assign(x=1),
            'city,people,x\n"Ulm, Donau",126000.0,1\n"the ""big"" one",,1',
        ),
        (FRAME.tail(1), ',city,people\n1,"the ""big"" one",'),
        (FRAME.head(0), "city,people"),
        (FRAME["people"], 'people\n126000.0\n""'),
        (pd.Series({"a": 1, "b": 2}), ",0\na,1\nb,2"),
        (pd.DataFrame({("a", "b"): [pd.NA], ("a", "c"): [pd.NaT]}), "a.b,a.c\n,"),
        (
            pd.DataFrame({"when": [pd.Timestamp("2026-02-03")], "what": [{"a": ["ü"]}]}),
            'when,what\n2026-02-03T00:00:00,"{""a"": [""ü""]}"',
        ),
        (pl.DataFrame({"a": [1, None], "b": [[1, 2], []]}), 'a,b\n1,"[1, 2]"\n,[]'),
        (pl.Series("a", [1.5, None]), 'a\n1.5\n""'),
    ],
    ids=range(11),
)
def test_a_table_becomes_csv(value: Any, text: str) -> None:
    assert output_of(value) == Output(text)


def test_a_large_table_shows_its_first_rows_and_says_which() -> None:
    frame = pd.DataFrame({"number": np.arange(100_000), "square": np.arange(100_000.0) ** 2, "name": "Zürich"})
    output = output_of(frame)
    text, note = output.text.rsplit("\n", 1)
    shown = pd.read_csv(io.StringIO(text))
    pd.testing.assert_frame_equal(shown, frame.head(len(shown)), check_dtype=False)
    assert note == f"[rows 1 to {len(shown):,} of 100,000; ask for fewer, or for a summary, to see others]"
    assert LIMIT - 100 < len(output.text.encode()) <= LIMIT
    whole = len(frame.to_csv(index=False).encode())
    assert output.truncated_from == pytest.approx(whole, rel=0.3)


def test_a_large_table_among_other_things_leaves_them_room() -> None:
    output = output_of({"table": pd.DataFrame({"number": np.arange(100_000)}), "source": "census"})
    told = json.loads(output.text)
    assert told["source"] == "census"
    assert "of 100,000; ask for fewer" in told["table"]
    assert output.truncated_from is not None


def test_a_row_that_is_too_long_is_cut_like_a_text() -> None:
    output = output_of(pd.DataFrame({"a": ["x" * 50_000, "y"]}))
    assert len(output.text) == LIMIT
    assert output.text.startswith("a\nxxx")
    assert "cut here" in output.text


# -- pictures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_the_bytes_of_a_picture_are_a_picture(kind: Any) -> None:
    assert output_of(kind(PNG)) == Output("[picture 1: image/png]", (PNG_URL,))


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"\xff\xd8\xff\xe0", "jpeg"), (b"GIF89a", "gif"), (b"GIF87a", "gif"), (b"RIFF....WEBPVP8 ", "webp")],
)
def test_every_kind_that_the_api_takes_is_known(start: bytes, kind: str) -> None:
    (image,) = output_of(start + b"rest").images
    assert image == f"data:image/{kind};base64,{base64.b64encode(start + b'rest').decode()}"


def test_pictures_among_other_things_leave_a_note() -> None:
    output = output_of({"title": "Sales", "charts": [PNG, Image(PNG)], "sound": b"RIFF....WAVE\xff"})
    assert output.images == (PNG_URL, PNG_URL)
    assert json.loads(output.text) == {
        "title": "Sales",
        "charts": ["[picture 1: image/png]", "[picture 2: image/png]"],
        "sound": "[13 bytes that are neither text nor a picture]",
    }


def test_a_picture_that_no_event_could_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="a picture of 8,388,609 bytes is too large"):
        output_of(PNG + bytes(MOST + 1 - len(PNG)))


class Figure:
    """Saves itself as Matplotlib's figures do."""

    def savefig(self, file: io.BytesIO, *, format: str) -> None:
        assert format == "png"
        file.write(PNG)


class Axes:
    def get_xlim(self) -> tuple[float, float]:
        return 0, 1

    def get_figure(self) -> Figure:
        return Figure()


class Shown:
    """Shows itself in Jupyter."""

    def _repr_png_(self) -> tuple[str, dict[str, Any]]:
        return base64.b64encode(PNG).decode(), {"width": 1}


class Unshown:
    def _repr_png_(self) -> None:
        return None


def test_a_picture_is_known_by_what_it_can_do() -> None:
    for value in (Figure(), Axes(), Shown(), Image(PNG)):
        assert output_of(value) == Output("[picture 1: image/png]", (PNG_URL,))
    with pytest.raises(TypeError, match="the result is Unshown"):
        output_of(Unshown())


def test_pillows_images_are_pictures() -> None:
    def sent(image: Any) -> Any:
        (url,) = output_of(image).images
        return PillowImage.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))

    small = sent(PillowImage.new("RGBA", (4, 3), "red"))
    assert (small.size, small.mode, small.format) == ((4, 3), "RGBA", "PNG")
    assert sent(PillowImage.new("CMYK", (4, 3))).mode == "RGB"
    large = PillowImage.new("L", (5000, 100))
    assert sent(large).size == (2048, 41)
    assert large.size == (5000, 100)
    noise = np.random.default_rng(0).integers(0, 255, (2000, 2000, 4), np.uint8)
    assert sent(PillowImage.fromarray(noise)).format == "JPEG"


def test_matplotlibs_figures_are_pictures() -> None:
    axes = matplotlib_figure.Figure().add_subplot()
    axes.plot([1, 2, 3])
    for value in (axes, axes.figure):
        (url,) = output_of(value).images
        assert base64.b64decode(url.partition(",")[2]).startswith(b"\x89PNG")
