from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.log.columns import NO_FLOAT, NO_INT, Codes, Column, Floats, Ints, Sparse, Strings

WORDS = st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "", "ä\x00"])), max_size=30)


def floats(values: list[float | None]) -> Floats:
    column = Floats()
    column.data.extend(NO_FLOAT if value is None else value for value in values)
    return column


def ints(values: list[int | None]) -> Ints:
    column = Ints()
    column.data.extend(NO_INT if value is None else value for value in values)
    return column


def codes(values: list[str | None]) -> Codes:
    column = Codes()
    for value in values:
        column.data.append(column.coded[value])
    return column


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


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False)), max_size=8))
def test_floats(values: list[float | None]) -> None:
    holds(floats(values), values)


@given(st.lists(st.one_of(st.none(), st.integers(NO_INT + 1, 2**63 - 1)), max_size=8))
def test_ints(values: list[int | None]) -> None:
    holds(ints(values), values)


@pytest.mark.parametrize("make", [codes, strings, sparse])
@given(values=WORDS)
def test_strings(make: Any, values: list[str | None]) -> None:
    holds(make(values[:8]), values[:8])


def test_each_code_is_given_once() -> None:
    column = codes(["a", None, "b", "a"])
    assert column.data.tolist() == [0, -1, 1, 0]
    assert column.names == ["a", "b"]
    assert (column.code_of("b"), column.code_of("c")) == (1, None)
    assert column.names == ["a", "b"]  # asking gives none


def test_rows_that_have_none_cost_nothing() -> None:
    column = sparse([None] * 1000 + ["x"])
    assert column.rows.tolist() == [1000]
    assert column[1000] == "x"
    assert column[999] is None
    assert column[1001] is None
