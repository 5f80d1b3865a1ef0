from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.log.columns import NO_INT, Column, Floats, Ints, Kinds, Shared, Sparse, SparseFloats, Strings

WORDS = st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "", "ä\x00"])), max_size=30)


def floats(values: list[float | None]) -> Floats:
    column = Floats()
    column.data.extend(float("nan") if value is None else value for value in values)
    return column


def ints(values: list[int | None]) -> Ints:
    column = Ints()
    column.data.extend(NO_INT if value is None else value for value in values)
    return column


def sparse_floats(values: list[float | None]) -> SparseFloats:
    column = SparseFloats()
    for index, value in enumerate(values):
        if value is not None:
            column.put(index, value)
    return column


def kinds(values: list[str | None]) -> Kinds:
    """Rows that have a value twice, the second time without its white space."""
    kinds = Kinds(lambda kind: (kind[0], kind[1] and kind[1].strip()))
    for value in values:
        kinds.data.append(kinds.coded[value, value])
    return kinds


def shared(values: list[str | None]) -> Shared:
    return kinds(values).column(0)


def strings(values: list[str | None]) -> Strings:
    column = Strings()
    column.data.extend(values)
    return column


def sparse(values: list[str | None]) -> Sparse:
    column = Sparse()
    for index, value in enumerate(values):
        if value is not None:
            column.put(index, value)
    return column


def holds(column: Column, values: list[Any]) -> None:
    assert [column[index] for index in range(len(values))] == values
    for start in range(len(values) + 1):
        for stop in range(start, len(values) + 1):
            assert column.values(start, stop) == values[start:stop]


@pytest.mark.parametrize("make", [floats, sparse_floats])
@given(values=st.lists(st.one_of(st.none(), st.floats(allow_nan=False)), max_size=8))
def test_floats(make: Any, values: list[float | None]) -> None:
    holds(make(values), values)


@given(st.lists(st.one_of(st.none(), st.integers(NO_INT + 1, 2**63 - 1)), max_size=8))
def test_ints(values: list[int | None]) -> None:
    holds(ints(values), values)


@pytest.mark.parametrize("make", [shared, strings, sparse])
@given(values=WORDS)
def test_strings(make: Any, values: list[str | None]) -> None:
    holds(make(values[:8]), values[:8])


def test_what_rows_share_is_kept_once() -> None:
    rows = kinds(["a", None, "b ", "a", "b "])
    assert rows.data.tolist() == [0, 1, 2, 0, 2]
    assert rows.known == [("a", "a"), (None, None), ("b ", "b")]  # cleaned when it first comes
    assert rows.column(1).each == ["a", None, "b"]
    assert rows.coded["b ", "b"] == 2  # what is clean already is the same
    assert len(rows.known) == 3


def test_rows_that_have_none_cost_nothing() -> None:
    column = sparse([None] * 1000 + ["x"])
    assert column.rows.tolist() == [1000]
    assert column[1000] == "x"
    assert column[999] is None
    assert column[1001] is None
