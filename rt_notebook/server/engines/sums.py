"""Sums of several steps, put into steps of two numbers each: times and divided before plus and minus."""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from rt_notebook.server.engines.numerals import numbers
from rt_notebook.server.engines.operations import is_numbers
from rt_notebook.server.engines.quantities import measured, quantities
from rt_notebook.server.engines.toolcalls import Tool

_OPERATORS = {
    "plus": "plus",
    "minus": "minus",
    "multiplied by": "multiplied by",
    "divided by": "divided by",
    "over": "divided by",
}
_GOES_ON = {
    "plus": "then add {}",
    "minus": "then subtract {}",
    "multiplied by": "then multiply by {}",
    "divided by": "then divide by {}",
}
_FROM_BEFORE = {"plus": "then add it to {}", "minus": "then subtract it from {}"}
# What names an operation itself is no plain chain: "multiply 3 plus 4 by 5".
_OPENING = re.compile(r"add|subtract|multipl|divid|sum|product|difference|quotient|[()\[\]]", re.IGNORECASE)


class _Term(NamedTuple):
    sign: str
    """``plus`` or ``minus``; empty for the first."""
    factors: list[tuple[str, str]]
    """Each with the operator before it, empty for the first."""


def in_steps(utterance: str) -> str:
    """Return an utterance with a chain such as "3 plus 4 times 5" as "4 times 5, then add it to 3".

    It stays as it is where it is no such chain, or where two products would have to be kept in mind at once.
    """
    text = measured(utterance)
    found = numbers(text)
    if len(found) < _FEWEST or _OPENING.search(text[: found[0].start]) or found[0].value < 0:
        return utterance
    terms = [_Term("", [("", text[found[0].start : found[0].end])])]
    for one, other in itertools.pairwise(found):
        between = text[one.end : other.start].strip().lower()
        operator = "minus" if other.value < 0 and not between else _OPERATORS.get(between)
        if operator is None or (other.value < 0 and between):
            return utterance
        said = re.sub(r"^(?:-|minus\s+|negative\s+)", "", text[other.start : other.end], flags=re.IGNORECASE)
        if operator in _FROM_BEFORE:
            terms.append(_Term(operator, [("", said)]))
        else:
            terms[-1].factors.append((operator, said))
    steps = _steps(terms)
    return f"{text[: found[0].start]}{', '.join(steps)}{text[found[-1].end :]}" if steps else utterance


def _steps(terms: list[_Term]) -> list[str]:
    products = [place for place, term in enumerate(terms) if len(term.factors) > 1]
    if len(products) > 1:
        return []
    if not products or not products[0]:
        (_, first), *factors = terms[0].factors
        flat = [*factors, *((term.sign, term.factors[0][1]) for term in terms[1:])]
        (operator, second), *rest = flat
        return [f"{first} {operator} {second}", *(_GOES_ON[sign].format(number) for sign, number in rest)]
    product = terms.pop(products[0])
    (_, first), (operator, second), *factors = product.factors
    return [
        f"{first} {operator} {second}",
        *(_GOES_ON[sign].format(number) for sign, number in factors),
        _FROM_BEFORE[product.sign].format(terms[0].factors[0][1]),
        *(_GOES_ON[term.sign].format(term.factors[0][1]) for term in terms[1:]),
    ]


def drops_numbers(tool: Tool, text: str, *, feeds: bool) -> bool:
    """Tell whether a tool for numbers alone has no place for all that are said, and for the result if it `feeds`."""
    if not tool.counts or any(is_numbers(each) for each in tool.parameters):
        return False
    places = sum(each.numeric for each in tool.parameters)
    return len(quantities(text)) + feeds > places


_FEWEST = 3  # numbers of a sum of several steps
