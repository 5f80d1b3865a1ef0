"""What a docstring tells a model: the tool's description, and each parameter's."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Doc:
    """A docstring's description, and those of its parameters by name."""

    description: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    def over(self, other: Doc) -> Doc:
        """Return this with what only the other one tells."""
        return Doc(self.description or other.description, other.parameters | self.parameters)


def of(thing: Any) -> Doc:
    """Read the docstring of a function, or of a class; not the one that a dataclass without any makes of its fields."""
    text = thing.__doc__ if inspect.isclass(thing) else inspect.getdoc(thing)
    return parse(None if text and text.startswith(f"{thing.__name__}(") else text)


def parse(docstring: str | None) -> Doc:
    """Read a docstring in NumPy's, Google's, reST's or Epydoc's style; one in no style is all description."""
    if not docstring:
        return Doc()
    from docstring_parser import parse as read

    text = inspect.cleandoc(docstring)
    try:
        doc = read(text)
    except Exception:  # the parser trips over what is in no convention, not only with its own errors
        return Doc(text)
    parameters = {
        name.strip().lstrip("*"): _unwrapped(parameter.description)
        for parameter in doc.params
        if parameter.description
        for name in parameter.arg_name.split(",")  # NumPy's "x, y : float"
    }
    paragraphs = (doc.short_description, doc.long_description)
    return Doc("\n\n".join(paragraph.strip() for paragraph in paragraphs if paragraph), parameters)


def _unwrapped(text: str) -> str:
    """Return a parameter's description as one line: where an editor broke it means nothing."""
    return " ".join(text.split())
