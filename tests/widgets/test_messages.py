from __future__ import annotations

import re
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from rt_notebook.widgets import messages

TWIN = Path(__file__).parent.parent.parent / "js" / "src" / "messages.ts"

# TypeScript's types in Python's words.
TYPES = {
    "string": "str",
    "number": "number",
    "boolean": "bool",
    "ArrayBuffer": "bytes",
    "string | null": "str | None",
    "number | null": "number | None",
    "Record<string, unknown>": "dict[str, Any]",
    "Row[]": "list[Row]",
    "number[]": "list[int]",
}


def typescript() -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """Read the twin: its interfaces' fields (name and ``?`` -> type) and its unions' members."""
    source = re.sub(r"/\*\*.*?\*/|//[^\n]*", "", TWIN.read_text(encoding="utf-8"), flags=re.DOTALL)
    interfaces = {
        name: {field: kind.strip() for field, kind in re.findall(r"(\w+\??):\s*([^;]+);", body)}
        for name, body in re.findall(r"export interface (\w+) \{(.*?)\n\}", source, flags=re.DOTALL)
    }
    unions = {
        name: [member.strip() for member in body.split("|") if member.strip()]
        for name, body in re.findall(r"export type (\w+) =(.*?);", source, flags=re.DOTALL)
    }
    return interfaces, unions


def python_type(hint: Any) -> str:
    """Return a type in the words of `TYPES`."""
    if get_origin(hint) is Literal:
        return " | ".join(f'"{value}"' for value in get_args(hint))
    if isinstance(hint, UnionType):
        return " | ".join(python_type(member) for member in get_args(hint))
    if hint in (int, float):
        return "number"
    if hint is type(None):
        return "None"
    if is_typeddict(hint) or hint in (str, bool, bytes):
        return hint.__name__  # type: ignore[no-any-return] # a type's name
    return re.sub(r"typing\.|rt_notebook\.(widgets\.messages|log\.rows)\.", "", str(hint))


INTERFACES, UNIONS = typescript()
TYPED_DICTS = {name: value for name, value in vars(messages).items() if is_typeddict(value)}


def test_both_sides_know_the_same_messages() -> None:
    assert list(TYPED_DICTS) == list(INTERFACES)
    for name in ("FromPage", "FromKernel"):
        assert [member.__name__ for member in get_args(getattr(messages, name))] == UNIONS[name]


@pytest.mark.parametrize("name", TYPED_DICTS)
def test_a_message_has_the_same_fields_on_both_sides(name: str) -> None:
    typed_dict = TYPED_DICTS[name]
    ours = {
        field + ("?" if get_origin(hint) is NotRequired else ""): python_type(
            get_args(hint)[0] if get_origin(hint) is NotRequired else hint
        )
        for field, hint in get_type_hints(typed_dict, include_extras=True).items()
    }
    theirs = {field: TYPES.get(kind, kind) for field, kind in INTERFACES[name].items()}
    assert ours == theirs


def test_every_type_is_used_once() -> None:
    types = [fields["type"] for fields in INTERFACES.values() if "type" in fields]
    assert len(types) == len(set(types)) == len(UNIONS["FromPage"]) + len(UNIONS["FromKernel"])
