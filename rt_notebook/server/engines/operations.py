"""The four operations of arithmetic, however a function or a user names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rt_notebook.server.engines.schemas import Parameter
from rt_notebook.server.engines.words import spaced, tokens

_NAMES = {
    "add": "add plus sum total addition",
    "subtract": "subtract sub minus difference less subtraction",
    "multiply": "multiply mul mult multiplied times product multiplication",
    "divide": "divide div divided over quotient division",
}
NAMES = {tokens(operation)[0]: frozenset(tokens(names)) for operation, names in _NAMES.items()}
"""The tokens that name an operation, by the token of its plainest name."""
SIGNS = dict(zip(NAMES, ("plus", "minus", "times", "divided by"), strict=True))
"""How each is said between two numbers."""
_OPERATIONS = {name: operation for operation, names in NAMES.items() for name in names}
_MEANT = dict(zip(NAMES, _NAMES, strict=True))

# What a function's name may say beside its operation, and what the parameters of a mere calculation are called.
_BESIDE = frozenset(
    tokens(
        "number integer int float value two a b x y and of the calculate compute calculator calc math do get make find"
    )
)
_VAGUE = frozenset(tokens("over less total"))
_OPERAND = re.compile(
    r"(?:[a-z]|(?:n|x|y|num|number|val|value|arg|operand|term|addend|factor|int|integer)s?\d*"
    r"|first|second|left|right|lhs|rhs|one|two)"
)


def operations(words: Iterable[str]) -> set[str]:
    """Return the operations that tokens name, each by its plainest name's token."""
    return {_OPERATIONS[word] for word in words if word in _OPERATIONS}


def asked(words: Iterable[str]) -> set[str]:
    """Return the operations that tokens ask for, without those of words that mean many things ("over there")."""
    return operations(word for word in words if word not in _VAGUE)


def infinitive(operation: str) -> str:
    """Return an operation as one says what a function can do: "divide"."""
    return _MEANT[operation]


def of_function(words: Sequence[str], parameters: Sequence[Parameter]) -> str | None:
    """Return the operation that a function does, told from the tokens of its name and from its parameters.

    None where it is no mere calculation: ``add_to_cart(product, quantity)`` adds no two numbers.
    """
    named = operations(words)
    numbers = [each for each in parameters if each.numeric]
    listed = [each for each in parameters if is_numbers(each)]
    if len(named) != 1 or not (len(numbers) > 1 or listed) or len(numbers) + len(listed) < len(parameters):
        return None
    plain = all(word in _BESIDE or word in _OPERATIONS for word in words)
    operands = all(_OPERAND.fullmatch(word) for each in parameters for word in spaced(each.name).split())
    return named.pop() if plain or operands else None


def is_numbers(parameter: Parameter) -> bool:
    """Tell whether a parameter is a list of numbers."""
    return parameter.kind == "array" and parameter.items is not None and parameter.items.numeric
