"""Docstrings in the three conventions, and in none."""

import dataclasses
from typing import NamedTuple

import docstring_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.session.docstrings import Doc, of, parse

NUMPY = """Find a train.

    The next one that still has seats.

    Parameters
    ----------
    start, goal : str
        A city,
        in English.
    *via
        Cities between.
    when : datetime
        In local time: not before now.

    Returns
    -------
    dict
        The train.

    Examples
    --------
    >>> find("Paris", "Berlin")
    """

GOOGLE = """Find a train.

    The next one that still has seats.

    Args:
        start (str): A city,
            in English.
        goal (str): A city, in English.
        *via: Cities between.
        when: In local time: not before now.

    Returns:
        dict: The train.

    Raises:
        LookupError: There is none.
    """

REST = """Find a train.

    The next one that still has seats.

    :param start: A city,
        in English.
    :param str goal: A city, in English.
    :param via: Cities between.
    :param when: In local time: not before now.
    :type when: datetime
    :returns: The train.
    """


@pytest.mark.parametrize("text", [NUMPY, GOOGLE, REST], ids=["numpy", "google", "rest"])
def test_every_convention_tells_the_same(text: str) -> None:
    doc = parse(text)
    assert doc.description == "Find a train.\n\nThe next one that still has seats."
    assert {name.partition(" ")[0]: told for name, told in doc.parameters.items()} == {
        "start": "A city, in English.",
        "goal": "A city, in English.",
        "via": "Cities between.",
        "when": "In local time: not before now.",
    }


@pytest.mark.parametrize("text", [NUMPY, GOOGLE, REST], ids=["numpy", "google", "rest"])
def test_names_are_the_parameters_own(text: str) -> None:
    assert set(parse(text).parameters) == {"start", "goal", "via", "when"}


@pytest.mark.parametrize(
    ("text", "description"),
    [
        (None, ""),
        ("", ""),
        ("   \n  ", ""),
        ("Just this.", "Just this."),
        ("Odd: colons, :colons: and --- lines\n---", "Odd: colons, :colons: and --- lines\n\n---"),
        ("天気を調べる。", "天気を調べる。"),
        ("One summary\nin two lines.", "One summary\nin two lines."),
    ],
)
def test_a_docstring_in_no_convention_is_all_description(text: str | None, description: str) -> None:
    doc = parse(text)
    assert doc.parameters == {}
    assert doc.description.split() == description.split()


def test_what_the_parser_gives_up_on_is_kept_as_it_is() -> None:
    text = "Look.\n\n: :param city"
    with pytest.raises(IndexError):
        docstring_parser.parse(text)
    assert parse(text) == Doc(text)


@given(st.lists(st.sampled_from([":param", ":", " ", "\n", "x", "Args:", "Parameters", "---", "@param", "("])))
def test_no_docstring_keeps_a_tool_from_being_made(parts: list[str]) -> None:
    parse("".join(parts))


def test_a_dataclass_without_a_docstring_tells_nothing() -> None:
    @dataclasses.dataclass
    class Point:
        x: float

    class Pair(NamedTuple):
        x: float

    class Told:
        """A place."""

    assert of(Point) == Doc()
    assert of(Pair) == Doc()
    assert of(Told) == Doc("A place.")


def test_a_method_tells_what_the_one_it_overrides_told() -> None:
    class Base:
        def look(self) -> None:
            """Look around."""

    class Derived(Base):
        def look(self) -> None:
            pass

    assert of(Derived().look).description == "Look around."


def test_the_nearer_docstring_wins_and_the_other_fills_in() -> None:
    near, far = Doc("", {"a": "near"}), Doc("Far.", {"a": "far", "b": "far"})
    assert near.over(far) == Doc("Far.", {"a": "near", "b": "far"})
