"""Numbers are understood however they are said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.server.engines.numerals import numbers

UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def spoken(value: int) -> str:
    """Return a number below ten thousand in words."""
    units, tens = UNITS.split(" "), TENS.split(" ")
    if value < 20:
        return units[value]
    if value < 100:
        return tens[value // 10 - 2] + (f"-{units[value % 10]}" if value % 10 else "")
    scale, name, glue = (100, "hundred", " and ") if value < 1000 else (1000, "thousand", " ")
    rest = glue + spoken(value % scale) if value % scale else ""
    return f"{spoken(value // scale)} {name}{rest}"


@given(st.integers(0, 9999))
def test_numbers_in_words(value: int) -> None:
    assert [number.value for number in numbers(f"Make it {spoken(value)}, please.")] == [value]


@given(st.integers(-10_000, 10_000).map(lambda value: value / 8))
def test_numbers_in_digits(value: float) -> None:
    assert [number.value for number in numbers(f"Make it {value:,}.")] == [value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("set it to point seven", [0.7]),
        ("zero point two five", [0.25]),
        ("six times seven", [6, 7]),
        ("one two three", [1, 2, 3]),
        ("twenty twenty", [20, 20]),
        ("ten minus five", [10, -5]),
        ("by minus 2", [-2]),
        ("a hundred and a thousand, or one million", [100, 1000, 1_000_000]),
        ("from 3 to 4", [3, 4]),
        ("the point is, and a v2.5, a hundredth", []),
        ("", []),
    ],
)
def test_ways_of_saying_numbers(text: str, expected: list[float]) -> None:
    assert [number.value for number in numbers(text)] == expected


def test_where_a_number_begins() -> None:
    text = "from three to twenty-one or 5"
    assert [text[number.start :].split()[0] for number in numbers(text)] == ["three", "twenty-one", "5"]
