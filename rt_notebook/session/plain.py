"""Values as JSON holds them: what `json.dumps` takes as it is.

Libraries that a value may come from are not imported: what it can do tells what it is.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from enum import Enum
from typing import Any

from rt_notebook.session.pictures import picture
from rt_notebook.session.tables import table, text_of

MOST = 100_000
"""Most values that are read of a result: more than any model is shown, and read in a tenth of a second."""
DEEPEST = 200
"""How many levels of containers a result may have."""


class Plain:
    """Turns one result into what JSON holds.

    Pictures go to `images` and leave a note where they were, a table becomes CSV of at most `limit` bytes. `cut` is
    about how many bytes a table would have had, `more` whether there were more values than were read.
    """

    def __init__(self, limit: int) -> None:
        self.images: list[str] = []
        self.cut: int | None = None
        self.more = False
        self._limit = limit
        self._left = MOST
        self._within: list[int] = []

    def of(self, value: Any, path: str = "the result") -> Any:
        """Return a value as JSON holds it: `path` is where it was, for the errors.

        Raises
        ------
        TypeError
            JSON has no form for it.
        ValueError
            It contains itself, or is nested too deep.
        """
        self._left -= 1
        if value is None or type(value) in (bool, int, str):
            return value
        if isinstance(value, Enum):
            return self.of(value.value, path)
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else _NOT_FINITE[str(float(value))]
        if isinstance(value, bytes | bytearray | memoryview):
            return self._image(value) or _decoded(bytes(value))
        if id(value) in self._within:
            raise ValueError(f"{path} contains itself, which JSON cannot tell.")
        if len(self._within) == DEEPEST:
            raise ValueError(f"the result is nested more than {DEEPEST} levels deep.")
        self._within.append(id(value))
        try:
            return self._container(value, path)
        finally:
            self._within.pop()

    def _container(self, value: Any, path: str) -> Any:
        for fields in (_fields(value), value):
            if isinstance(fields, Mapping):
                return self._object(fields, path)
        if isinstance(value, Set):
            value = sorted(value, key=str)  # the same set reads the same each time
        if isinstance(value, list | tuple | range):
            return self._array(value, path)
        return self._foreign(value, path)

    def _foreign(self, value: Any, path: str) -> Any:
        # Within JSON the lines of a table get longer, and it is not alone.
        limit = self._limit if len(self._within) == 1 else self._limit // 2
        rows = table(value, limit)
        if rows is not None:
            text, whole = text_of(rows, self._cell, limit)
            self.cut = self.cut or whole
            return text
        image = self._image(value)
        if image is not None:
            return image
        if hasattr(type(value), "tolist"):  # NumPy's scalars and arrays, and what is like them
            return self._numbers(value, path)
        if isinstance(value, Collection | Iterator):
            return self._array(value, path)
        return _leaf(value, path)

    def _object(self, fields: Mapping[Any, Any], path: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in fields.items():
            if self._left <= 0:
                self.more = True
                break
            name = self._key(key, path)
            made[name] = self.of(value, f"{path}.{name}")
        return made

    def _array(self, values: Iterable[Any], path: str) -> list[Any]:
        made: list[Any] = []
        for number, value in enumerate(values):
            if self._left <= 0:
                self.more = True
                break
            made.append(self.of(value, f"{path}[{number}]"))
        return made

    def _key(self, key: Any, path: str) -> str:
        plain = self.of(key, f"a key of {path}")
        return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)

    def _cell(self, value: Any) -> Any:
        if isinstance(value, float) and math.isnan(value):
            return ""  # what a table calls missing
        plain = self.of(value, "a cell of the table")
        return json.dumps(plain, ensure_ascii=False) if isinstance(plain, dict | list) else plain

    def _numbers(self, array: Any, path: str) -> Any:
        if getattr(getattr(array, "dtype", None), "kind", "") in ("M", "m"):  # dates would become nanoseconds
            array = array.astype(str)
        shape = getattr(array, "shape", ())
        if math.prod(shape) > MOST:
            self.more = True
            array = array[: self._left + 1]
            return self._array(array if len(shape) > 1 else array.tolist(), path)
        return self.of(array.tolist(), path)

    def _image(self, value: Any) -> str | None:
        image = picture(value)
        if image is None:
            return None
        self.images.append(image)
        return f"[picture {len(self.images)}: {image[5 : image.index(';')]}]"


_NOT_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
"""Numbers that JSON does not have, as texts: null would tell that there is none."""


def _fields(value: Any) -> Any:
    """Return a model, dataclass or named tuple as a mapping, None where the value is none."""
    if isinstance(value, type):
        return None
    if hasattr(value, "model_dump"):
        return value.model_dump(by_alias=True)
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return value._asdict() if isinstance(value, tuple) and hasattr(value, "_asdict") else None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return f"[{len(data):,} bytes that are neither text nor a picture]"


def _leaf(value: Any, path: str) -> Any:
    """Return dates, UUIDs, paths and whatever else Pydantic knows as JSON."""
    from pydantic_core import to_jsonable_python

    if type(value).__name__ in ("NaTType", "NAType"):  # pandas has nothing there
        return None
    try:
        return to_jsonable_python(value)
    except Exception as error:
        raise TypeError(
            f"{path} is {type(value).__name__}, which has no form as JSON. Return text, numbers, lists, dicts, "
            "dataclasses, Pydantic models, tables or pictures."
        ) from error
