"""Where a Whisper model for CTranslate2 lies, and whether the folder holds all of it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from rt_notebook.errors import EngineError

_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")  # newer and older converters


def find_model(name: str) -> Path:
    """Return the folder of a model, given as its path or as the import name of an installed package that holds one.

    Raises `EngineError` where there is no such folder, or where files are missing in it.
    """
    path = Path(name).expanduser()
    folder = path if path.is_dir() else _in_package(name)
    if folder is None:
        what = "is a file" if path.is_file() else "is neither a folder nor an installed package that holds a model"
        raise EngineError(
            "whisper", f"cannot hear with {name!r}: that {what}. Give the folder of a Whisper model for CTranslate2."
        )
    missing = [file for file in _NEEDED if not (folder / file).is_file()]
    if not any((folder / file).is_file() for file in _VOCABULARIES):
        missing.append(" or ".join(_VOCABULARIES))
    if missing:
        raise EngineError(
            "whisper",
            f"cannot hear with {folder}: it has no {', no '.join(missing)}. A Whisper model for CTranslate2 (such as "
            "those that faster-whisper uses) is needed; ct2-transformers-converter makes one of others.",
        )
    return folder


def _in_package(name: str) -> Path | None:
    spec = find_spec(name) if name.isidentifier() else None
    places = spec.submodule_search_locations if spec is not None else None
    for place in places or ():
        for file in sorted(Path(place).rglob("model.bin")):
            return file.parent
    return None
