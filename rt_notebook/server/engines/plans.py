"""What an utterance asks of the tools: one call, several at once, or one after the other.

An utterance is cut at its seams ("and", "then", commas, sentences). A piece that speaks of a tool is a step. One that
does not goes on with the step before it: it gives an argument that was open, or asks for the same with another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from rt_notebook.server.engines import operations, phrases
from rt_notebook.server.engines.arguments import Filled, Missing, fill, put
from rt_notebook.server.engines.numerals import numbers
from rt_notebook.server.engines.quantities import measured, whole_durations
from rt_notebook.server.engines.schemas import Parameter
from rt_notebook.server.engines.sums import drops_numbers, in_steps
from rt_notebook.server.engines.talk import Made
from rt_notebook.server.engines.telling import number_of, value_of
from rt_notebook.server.engines.toolcalls import ENOUGH, REFERENCE, Heard, Tool, best, score
from rt_notebook.server.engines.words import LITTLE, spaced, tokens

LONGEST = 2000
"""Characters of an utterance that are searched for tools: nobody asks for one in more."""
_MOST_STEPS = 20

_SEAM = re.compile(
    r"(?P<then>[,;.!?]*\s+(?:and\s+)?(?:then|after that|afterwards|finally|next)\b,?\s+)"
    r"|(?P<sentence>[;.!?]+\s+(?:also,?\s+|and\s+)?)"
    r"|(?P<and>,?\s+(?:and(?: also)?|as well as|plus also)\s+)"
    r"|(?P<comma>,\s+)",
    re.IGNORECASE,
)
_WITHOUT_QUOTES = re.compile('["“”‘]')
# "Multiply the sum of two and three by four" does the inner sum first.
_NESTED = re.compile(
    r"^(?P<head>\w+) (?P<inner>the (?:sum|product|difference|quotient) of [\w.-]{1,20} and [\w.-]{1,20})"
    r"(?P<rest>\W.*)$",
    re.IGNORECASE | re.DOTALL,
)
# Numbers that sound like other words, where only a number makes sense: "multiply by for", "add to and three".
_NUMBERS_LIKE = {"to": "two", "too": "two", "for": "four", "won": "one", "ate": "eight"}
_MISHEARD = re.compile(
    r"(?<=\bby )(?:to|too|for|won|ate)\b(?=\W*(?:$|[,;.!?]|(?:and|then|plus|minus|times)\b))"
    r"|(?<=\badd )(?:to|too|for|won|ate)\b(?=,? and\b)"
    r"|(?<=\b(?:plus) )(?:to|too|for|won|ate)\b(?=\W*(?:$|[,;.!?]|(?:and|then|plus|minus|times)\b))",
    re.IGNORECASE,
)
_PLACES = frozenset(tokens("city location place town address region country timezone zone where"))
_THERE = re.compile(r"\b(?:there|here|same|it|that|this)\b", re.IGNORECASE)
_FRAGMENT = re.compile(rf"^(?:{'|'.join(phrases.PREPOSITIONS)}|and|also|what about|how about|make it)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """One call to make."""

    heard: Heard
    text: str
    """The words it was read from."""
    filled: Filled
    waits: bool = False
    """Whether it is to come after the step before it."""
    feeds: bool = False
    """Whether it needs what the step before it gives."""

    @property
    def tool(self) -> Tool:
        """The tool to call."""
        return self.heard.tool

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What must be asked for, before anything is called: not what the step before it gives."""
        if not self.feeds:
            return self.filled.missing
        return self.filled.missing[1:] if self.tool.counts else ()

    def after(self, made: Made) -> Step:
        """Return the step with what a call gave; as it was where that is no number and the step needs one."""
        result = number_of(made) if self.tool.counts else value_of(made)
        return self if result is None else self._fed(result)

    def _fed(self, result: str) -> Step:
        """Return the step with `result` (a number, or any text) in the place of "it", or before everything."""
        number = re.fullmatch(r"-?\d+(?:\.\d+)?", result)
        words = result if number else f"“{_WITHOUT_QUOTES.sub('', result)}”"
        text, replaced = REFERENCE.subn(lambda _: words, self.text, count=1)
        text = text if replaced else f"{words}, {self.text}"
        filled = fill(self.tool.parameters, text, self.heard.words)
        if self.tool.counts:  # a number may have been asked for, and is in no text
            values = {**self.filled.values, **filled.values}
            filled = Filled(values, tuple(each for each in filled.missing if each.path[0] not in values))
        return replace(self, text=text, filled=filled)

    def given(self, path: tuple[str, ...], value: Any) -> Step:
        """Return the step with one more argument."""
        values = _copied(self.filled.values)
        put(values, path, value)
        return replace(self, filled=Filled(values, tuple(m for m in self.filled.missing if m.path != path)))


def steps(utterance: str, tools: Sequence[Tool], *, must: bool = False) -> list[Step]:
    """Return the calls that an utterance asks for; with `must`, one at least where there are tools."""
    utterance = " ".join(
        whole_durations(utterance[:LONGEST]).split()
    )  # no run of white space to search again and again
    utterance = _NESTED.sub(r"\g<inner>, then \g<head> it\g<rest>", utterance)
    if any(tool.operation for tool in tools):
        utterance = _MISHEARD.sub(lambda match: _NUMBERS_LIKE[match[0].lower()], utterance)
    if (heard := best(tools, utterance)) and heard.tool.counts:
        utterance = in_steps(utterance)
    found: list[Step] = []
    opening: list[str] = []
    for piece in _pieces(utterance):
        heard = best(tools, piece.text)
        if heard is not None and heard.score >= ENOUGH and len(found) < _MOST_STEPS:
            _begin(found, piece, heard, opening)
            opening = []
        elif found:
            _go_on(found, piece)
        else:
            opening.append(piece.text)
    if not found and (whole := best(tools, utterance)) and (must or whole.score >= ENOUGH):
        found = [Step(whole, utterance, fill(whole.tool.parameters, utterance, whole.words))]
    return [_borrowed(step, [other.filled.values for other in found]) for step in found]


def unserved(utterance: str, tools: Sequence[Tool], steps: Sequence[Step]) -> str | None:
    """Return the operation, by its token, that a sum of several steps needs and no tool does; None for none."""
    offered = {tool.operation for tool in tools}
    if not any(step.tool.operation for step in steps):
        return None
    for piece in _pieces(utterance[:LONGEST]):
        wanted = operations.asked(tokens(measured(piece.text))) if numbers(piece.text) else set()
        if lacking := wanted - offered:
            return lacking.pop()
    return None


def is_too_much(steps: Sequence[Step]) -> bool:
    """Tell whether a step would leave out a number that was said."""
    return any(drops_numbers(step.tool, step.text, feeds=step.feeds) for step in steps)


def again(tool: Tool, last: Made, utterance: str) -> list[Step]:
    """Return the call of before with what a fragment such as "and in Berlin and Rome?" changes; none for no change.

    With a tool that calculates, the fragment goes on with the result of before: "and 7?".
    """
    heard = Heard(tool, ENOUGH, frozenset())
    if tool.counts:
        step = Step(heard, utterance, fill(tool.parameters, utterance)).after(last)
        return [] if step.filled.missing else [step]
    found: list[Step] = []
    for piece in _pieces(utterance):
        if found:
            _go_on(found, piece)
        else:
            changed = _fragment(tool, last.arguments, piece.text)
            if any(last.arguments.get(name) != value for name, value in changed.items()):
                found.append(repeated(tool, {**last.arguments, **changed}))
    return found


def repeated(tool: Tool, arguments: dict[str, Any]) -> Step:
    """Return a call with just these arguments."""
    return Step(Heard(tool, ENOUGH, frozenset()), "", Filled(arguments, ()))


def borrow(step: Step, earlier: Sequence[dict[str, Any]]) -> Step:
    """Return the step with what "there" or "the same" refers to, from arguments of earlier calls."""
    return _borrowed(step, earlier) if _THERE.search(step.text) else step


class _Piece(NamedTuple):
    text: str
    seam: str
    """Of what kind the seam before it is; empty for the first piece."""
    last: bool
    """Whether a list, if it is one, ends here."""


def _pieces(utterance: str) -> Iterator[_Piece]:
    counted = [(number.start, number.end) for number in numbers(utterance)]
    begin, seam = 0, ""
    ends = any(match.lastgroup == "and" for match in _SEAM.finditer(utterance))
    for match in _SEAM.finditer(utterance):
        if any(start < match.start() < end for start, end in counted):
            continue  # the "and" of "a hundred and five"
        if text := utterance[begin : match.start()].strip():
            yield _Piece(text, seam, ends)
        begin, seam = match.end(), match.lastgroup or ""
    if text := utterance[begin:].strip():
        yield _Piece(text, seam, ends)


def _begin(found: list[Step], piece: _Piece, heard: Heard, opening: Sequence[str]) -> None:
    """Add a step, unless the piece says more about the last one."""
    text = piece.text
    filled = fill(heard.tool.parameters, text, heard.words)
    if opening:
        longer = f"{', '.join(opening)}, {text}"
        whole = fill(heard.tool.parameters, longer, heard.words)
        speaks = any(score(heard.tool, part) > 0 for part in opening) and {*whole.values} > {*filled.values}
        if len(whole.missing) < len(filled.missing) or _more_in_lists(filled, whole) or speaks:
            text, filled = longer, whole
    last = found[-1] if found else None
    if last and last.tool.name == heard.tool.name and piece.seam != "then" and _agree(last, filled):
        found[-1] = _merged(last, piece, heard.words)
        return
    refers = bool(last and REFERENCE.search(text))
    open_numbers = bool(filled.missing) and heard.tool.counts
    feeds = bool(last) and (
        (bool(filled.missing) and (refers or piece.seam == "then" or open_numbers))
        or (refers and not heard.tool.asks and _takes_text(heard.tool))
    )
    found.append(Step(heard, text, filled, waits=feeds or (bool(last) and piece.seam == "then"), feeds=feeds))


def _go_on(found: list[Step], piece: _Piece) -> None:
    """Let a piece that names no tool complete the last step, or ask for the same with something else."""
    last = found[-1]
    if piece.seam == "sentence" and not _FRAGMENT.search(piece.text):
        return
    merged = _merged(last, piece)
    too_many = last.feeds and drops_numbers(last.tool, merged.text, feeds=True)
    if not too_many and (len(merged.filled.missing) < len(last.filled.missing) or _grows(last, merged)):
        found[-1] = merged
        return
    if piece.seam == "comma" and not piece.last and not _FRAGMENT.search(piece.text):
        found[-1] = _with_suffix(last, piece.text)
        return
    changed = _fragment(last.tool, last.filled.values, piece.text)
    if not changed:
        return
    if all(last.filled.values.get(name, value) == value for name, value in changed.items()):
        found[-1] = replace(last, text=merged.text, filled=Filled({**last.filled.values, **changed}, last.missing))
    elif last.tool.counts:
        filled = fill(last.tool.parameters, piece.text, last.heard.words)
        found.append(Step(last.heard, piece.text, filled, waits=True, feeds=True))
    elif len(found) < _MOST_STEPS:
        filled = Filled({**last.filled.values, **changed}, last.filled.missing)
        new = {name: value for name, value in changed.items() if name not in last.filled.values}
        for place, step in enumerate(found):  # "in Paris and in Rome, in Celsius" means both
            if step.tool.name == last.tool.name:
                found[place] = replace(
                    step,
                    filled=Filled(
                        {**step.filled.values, **{k: v for k, v in new.items() if k not in step.filled.values}},
                        step.filled.missing,
                    ),
                )
        found.append(Step(last.heard, piece.text, filled, waits=piece.seam == "then"))


def _with_suffix(step: Step, text: str) -> Step:
    """Return the step with what a comma adds to a name: "Paris, France"."""
    slot = _slot(step.tool, step.filled.values)
    name = step.filled.values.get(slot) if slot else None
    named = phrases.trimmed(text)
    if slot and isinstance(name, str) and step.text.endswith(name) and named[:1].isupper() and named.count(" ") < 2:
        return step.given((slot,), f"{name}, {named}")
    return step


def _merged(step: Step, piece: _Piece, words: frozenset[str] = frozenset()) -> Step:
    glue = {"and": " and ", "then": " and "}.get(piece.seam, ", ")
    text = f"{step.text}{glue}{piece.text}"
    heard = step.heard._replace(words=step.heard.words | words)
    filled = fill(step.tool.parameters, text, heard.words)
    values = {**filled.values, **step.filled.values} if words else filled.values
    return replace(step, heard=heard, text=text, filled=Filled(values, filled.missing))


def _grows(step: Step, merged: Step) -> bool:
    """Tell whether a list or a text that ends the step goes on in the piece."""
    for each in step.tool.parameters:
        before, after = step.filled.values.get(each.name), merged.filled.values.get(each.name)
        if before is None or before == after:
            continue
        if isinstance(before, list) or (isinstance(before, str) and isinstance(after, str) and _longer(before, after)):
            return True
    return False


def _longer(before: str, after: str) -> bool:
    return len(after) > len(before) and after.startswith(before)


def _more_in_lists(before: Filled, after: Filled) -> bool:
    return any(
        isinstance(value, list) and isinstance(longer := after.values.get(name), list) and len(longer) > len(value)
        for name, value in before.values.items()
    )


def _agree(step: Step, filled: Filled) -> bool:
    before = step.filled.values
    return all(before.get(name, value) == value for name, value in filled.values.items())


def _takes_text(tool: Tool) -> bool:
    return any(each.kind == "string" and each.required for each in tool.parameters)


def _fragment(tool: Tool, arguments: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the arguments that a few words without a verb speak of."""
    optional = [replace(each, required=False) for each in tool.parameters if each.kind != "object"]
    values = fill(optional, text).values
    exact = [name for name, value in values.items() if not isinstance(value, str) or _parameter(tool, name).values]
    taken = {*tokens(" ".join(str(values[name]) for name in exact)), *tokens(phrases.point_in_time(text) or "")}
    for name, value in list(values.items()):
        if name not in exact and not _is_time(name) and {*tokens(str(value))} <= taken | LITTLE:
            del values[name]
    slot = _slot(tool, arguments)
    words = phrases.first_phrase(phrases.bare(text))
    said = {*tokens(words)} - LITTLE - phrases.POLITE
    if slot and slot not in values and said - taken and len(words.split()) <= _LONGEST_FRAGMENT and not numbers(words):
        values[slot] = words
    return values


_LONGEST_FRAGMENT = 4


def _slot(tool: Tool, arguments: dict[str, Any]) -> str | None:
    """Return the string that a name without a preposition means: the first required one, else the first given."""
    strings = [each for each in tool.parameters if each.kind == "string" and not _is_time(each.name)]
    required = [each.name for each in strings if each.required]
    return next(iter(required), None) or next((each.name for each in strings if each.name in arguments), None)


def _is_time(name: str) -> bool:
    return not {"dat", "date", "day", "when", "tim", "time"}.isdisjoint(tokens(spaced(name)))


def _parameter(tool: Tool, name: str) -> Parameter:
    return next(each for each in tool.parameters if each.name == name)


def _borrowed(step: Step, others: Sequence[dict[str, Any]]) -> Step:
    """Return the step with what is missing taken from calls that have an argument of the same name, or a place too."""
    for path, parameter in step.missing:
        words = {*tokens(spaced(parameter.name))}
        for values in others:
            for name, value in values.items():
                alike = name == parameter.name and not parameter.numeric
                places = not _PLACES.isdisjoint(words) and not _PLACES.isdisjoint(tokens(spaced(name)))
                if (alike or places) and isinstance(value, str) and parameter.kind == "string":
                    return step.given(path, value)
    return step


def _copied(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _copied(value) if isinstance(value, dict) else value for name, value in values.items()}
