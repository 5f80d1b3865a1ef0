r"""Scripts for the engine `scripted`: what is heard, and what is answered on which cue.

A script is a TOML or JSON file. Of its keys, all optional, `hear` lists the utterances that are heard, in order;
`ms_per_word` says how long a spoken word lasts; each `cue` has a regular expression and the steps of the answer:

    hear = ["What is the weather in Paris?"]

    [[cue]]
    when = 'weather in (?P<city>\w+)'                    # searched for in what the user said last
    do = [{ call = "get_weather", arguments = { city = "{city}" } }]

    [[cue]]
    output = "rain"                                     # searched for in the output of a function call
    do = [{ wait = 0.5 }, { say = "Take an umbrella." }]

The first cue that fits is played; case is ignored. Named groups can be used in what is said and in arguments. The steps
are ``say`` (text), ``call`` (a function, with ``arguments``), ``wait`` (seconds) and ``fail`` (a message).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rt_notebook.errors import EngineError

MS_PER_WORD = 200


@dataclass(frozen=True, slots=True)
class Say:
    """Say this."""

    text: str


@dataclass(frozen=True, slots=True)
class Make:
    """Call this function."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Fail:
    """Break, with this message."""

    message: str


Step = Say | Make | Wait | Fail


@dataclass(frozen=True, slots=True)
class Cue:
    """An answer, and what it is for."""

    pattern: re.Pattern[str]
    of_output: bool
    """Whether the pattern is for the output of a function call, not for what the user said."""
    steps: tuple[Step, ...]

    def filled(self, match: re.Match[str]) -> list[Step]:
        """Return the steps with the named groups of a match in place."""
        found = match.groupdict("")
        return [_fill_step(step, found) for step in self.steps]


@dataclass(frozen=True, slots=True)
class Script:
    """All that a script says."""

    hear: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()
    ms_per_word: float = MS_PER_WORD


def read_script(path: str) -> Script:
    """Return the script in a file. Raises `EngineError` with file and entry where something in it is wrong."""
    try:
        text = Path(path).read_text("utf-8")
        raw = json.loads(text) if Path(path).suffix.lower() == ".json" else tomllib.loads(text)
        return _script(raw)
    except OSError as error:
        raise EngineError("scripted", f"cannot read its script {path}: {error.strerror}.") from None
    except _WrongError as error:
        raise EngineError("scripted", f"cannot use its script {path}: {error}") from None
    except ValueError as error:  # also for text that is no TOML, JSON or UTF-8
        raise EngineError("scripted", f"cannot use its script {path}, which is no valid file: {error}.") from None


class _WrongError(Exception):
    """An entry that is not as it must be; the text names it."""


def _script(raw: Any) -> Script:
    raw = _table(raw, "The script", {"hear", "cue", "ms_per_word"})
    hear = _list(raw.get("hear", []), "hear")
    for place, utterance in enumerate(hear, 1):
        _expect(isinstance(utterance, str), f"hear, entry {place}", "text", utterance)
    cues = [_cue(cue, f"Cue {place}") for place, cue in enumerate(_list(raw.get("cue", []), "cue"), 1)]
    return Script(tuple(hear), tuple(cues), _number(raw.get("ms_per_word", MS_PER_WORD), "ms_per_word", least=1))


def _cue(raw: Any, where: str) -> Cue:
    raw = _table(raw, where, {"when", "output", "do"})
    kinds = raw.keys() & {"when", "output"}
    if len(kinds) != 1:
        raise _WrongError(
            f"{where} needs either 'when', for what the user said, or 'output', for a function call's output."
        )
    [kind] = kinds
    _expect(isinstance(raw[kind], str), f"{where}, {kind}", "a regular expression", raw[kind])
    try:
        pattern = re.compile(raw[kind], re.IGNORECASE)
    except re.error as error:
        raise _WrongError(f"{where}, {kind}: {raw[kind]!r} is no regular expression: {error}.") from None
    steps = _list(raw.get("do", []), f"{where}, do")
    return Cue(pattern, kind == "output", tuple(_step(step, f"{where}, step {n}") for n, step in enumerate(steps, 1)))


def _step(raw: Any, where: str) -> Step:
    raw = _table(raw, where, {*_STEPS, "arguments"})
    kinds = raw.keys() & _STEPS.keys()
    if len(kinds) != 1:
        raise _WrongError(f"{where} needs one of {', '.join(_STEPS)}; it has {', '.join(sorted(kinds)) or 'none'}.")
    [kind] = kinds
    if "arguments" in raw and kind != "call":
        raise _WrongError(f"{where} has 'arguments' but no 'call'.")
    return _STEPS[kind](raw, where)


def _text(raw: dict[str, Any], kind: str, where: str) -> str:
    _expect(isinstance(raw[kind], str), f"{where}, {kind}", "text", raw[kind])
    text: str = raw[kind]
    return text


def _make(raw: dict[str, Any], where: str) -> Make:
    arguments = _table(raw.get("arguments", {}), f"{where}, arguments", None)
    try:
        json.dumps(arguments)
    except TypeError as error:  # TOML has dates, JSON has none
        raise _WrongError(f"{where}, arguments cannot be JSON: {error}.") from None
    return Make(_text(raw, "call", where), arguments)


_STEPS: dict[str, Callable[[dict[str, Any], str], Step]] = {
    "say": lambda raw, where: Say(_text(raw, "say", where)),
    "call": _make,
    "wait": lambda raw, where: Wait(_number(raw["wait"], f"{where}, wait")),
    "fail": lambda raw, where: Fail(_text(raw, "fail", where)),
}


def _table(raw: Any, where: str, known: set[str] | None) -> dict[str, Any]:
    """Return a table whose keys are among the known ones; None for whatever keys."""
    _expect(isinstance(raw, dict), where, "a table", raw)
    if known is not None and (unknown := sorted(raw.keys() - known)):
        raise _WrongError(f"{where} has the unknown key {unknown[0]!r}; it takes {', '.join(sorted(known))}.")
    table: dict[str, Any] = raw
    return table


def _list(raw: Any, where: str) -> list[Any]:
    _expect(isinstance(raw, list), where, "a list", raw)
    entries: list[Any] = raw
    return entries


def _number(raw: Any, where: str, least: float = 0) -> float:
    fits = isinstance(raw, int | float) and not isinstance(raw, bool) and least <= raw < float("inf")
    _expect(fits, where, f"a number from {least:g}", raw)
    return float(raw)


def _expect(fits: bool, where: str, what: str, got: Any) -> None:
    if not fits:
        raise _WrongError(f"{where} must be {what}, not {got!r}.")


def _fill_step(step: Step, found: Mapping[str, str]) -> Step:
    match step:
        case Say(text):
            return Say(_fill(text, found))
        case Make(name, arguments):
            return Make(name, _fill(arguments, found))
    return step


def _fill(value: Any, found: Mapping[str, str]) -> Any:
    """Return `value` with ``{name}`` replaced by what was found under each name, in all texts in it."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda place: found.get(place[1], place[0]), value)
    if isinstance(value, dict):
        return {key: _fill(each, found) for key, each in value.items()}
    if isinstance(value, list):
        return [_fill(each, found) for each in value]
    return value
