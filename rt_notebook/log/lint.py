"""Judging a log: breaches of the protocol's order and of good practice, each with rows, reason and cure.

Each connection is judged by itself, by the rules in `rt_notebook.log.rules`. What is merely unfinished where the log
ends is no breach, since the session may go on; of a log whose beginning is missing, nothing is said that depends on it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, overload

from rt_notebook.log.rules import buffer, calls, client, order, playback, responses, settings, sound
from rt_notebook.log.rules.evidence import Evidence, connections
from rt_notebook.log.rules.finding import RULES, SERVER_EVENTS, Finding, Rule, Severity

if TYPE_CHECKING:
    import pandas as pd

    from rt_notebook.log.eventlog import EventLog

__all__ = ["RULES", "Finding", "Findings", "lint"]

_MODULES = (order, responses, calls, buffer, sound, playback, settings, client)
"""Each puts its rules into `RULES`."""
_GRAVEST: tuple[Severity, ...] = ("error", "warning", "note")
_COLOURS = {"error": "#c62828", "warning": "#b26a00", "note": "#5f6b7a"}
_CODE = re.compile(r"`([^`]+)`")
_SHOWN_TEXT = 500
_MOST_SHOWN = 100


def lint(log: EventLog) -> Findings:
    """Judge a log.

    Parameters
    ----------
    log
        In either dialect, whole or cut, of a live or a past session.

    Returns
    -------
    Findings
        The gravest first, then by row. A correct session has no errors and no warnings.
    """
    found = [finding for evidence in connections(log) for finding in _judge(evidence)]
    found.sort(key=lambda finding: (_GRAVEST.index(finding.severity), finding.rows))
    return Findings(found, len(log))


def _judge(evidence: Evidence) -> Iterator[Finding]:
    explained: set[int] = set()
    for rule in RULES.values():
        for finding in rule.findings(evidence):
            explained.update(finding.rows)
            yield finding
    cure = "Read it: it names the field at fault (param). `rt.check(event)` says what is wrong with an event."
    # Last, since it is about what the others leave over.
    yield from Rule("server-error", "error", cure, SERVER_EVENTS, lambda each: client.errors(each, explained)).findings(
        evidence
    )


class Findings(Sequence[Finding]):
    """What `lint` found, the gravest first; a list that shows itself."""

    def __init__(self, findings: Iterable[Finding], events: int) -> None:
        self._findings = tuple(findings)
        self.events = events
        """How many events were judged."""

    @property
    def errors(self) -> list[Finding]:
        """What does not work."""
        return [finding for finding in self if finding.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        """What works badly, or by luck."""
        return [finding for finding in self if finding.severity == "warning"]

    @property
    def df(self) -> pd.DataFrame:
        """One row a finding: severity, rule, row (the first one, Int64), rows (a tuple), reason, cure, source."""
        import pandas as pd

        return pd.DataFrame(
            {
                "severity": pd.Categorical([finding.severity for finding in self], categories=list(_GRAVEST)),
                "rule": pd.array([finding.rule for finding in self], dtype="str"),
                "row": pd.array([finding.rows[0] for finding in self], dtype="Int64"),
                "rows": pd.Series([finding.rows for finding in self], dtype=object),
                "reason": pd.array([finding.reason for finding in self], dtype="str"),
                "cure": pd.array([finding.cure for finding in self], dtype="str"),
                "source": pd.array([finding.source for finding in self], dtype="str"),
            }
        )

    @overload
    def __getitem__(self, key: int) -> Finding: ...
    @overload
    def __getitem__(self, key: slice) -> Findings: ...
    def __getitem__(self, key: int | slice) -> Finding | Findings:
        return Findings(self._findings[key], self.events) if isinstance(key, slice) else self._findings[key]

    def __len__(self) -> int:
        return len(self._findings)

    def _counted(self) -> str:
        events = f"{self.events:,} event{'' if self.events == 1 else 's'}"
        if not self:
            return f"No findings in {events}."
        counts = Counter(finding.severity for finding in self)
        told = [f"{counts[each]} {each}{'s' if counts[each] > 1 else ''}" for each in _GRAVEST if counts[each]]
        return f"{', '.join(told)} in {events}."

    def __str__(self) -> str:
        return "\n".join([self._counted(), *map(str, self)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        if not self:
            return f"<p>{escape(self._counted())}</p>"
        rows = "".join(map(_row, self[:_MOST_SHOWN]))
        rest = (
            f"<p>and {len(self) - _MOST_SHOWN} more: <code>.df</code> has all.</p>" if len(self) > _MOST_SHOWN else ""
        )
        head = "".join(
            f"<th style='text-align:left'>{name}</th>" for name in ("", "Rows", "What happened", "What to do")
        )
        return (
            f"<p>{escape(self._counted())}</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{rest}"
        )


def _row(finding: Finding) -> str:
    reason = finding.reason if len(finding.reason) <= _SHOWN_TEXT else finding.reason[:_SHOWN_TEXT] + " ..."
    source = f" <a href='{escape(finding.source)}'>docs</a>" if finding.source else ""
    cure = _CODE.sub(r"<code>\1</code>", escape(finding.cure))
    cell = "<td style='text-align:left;vertical-align:top'>"
    return (
        f"<tr>{cell}<span style='color:{_COLOURS[finding.severity]}'><b>{finding.severity}</b></span><br>"
        f"<code>{escape(finding.rule)}</code></td>{cell}{escape(finding.rows_text)}</td>"
        f"{cell}{escape(reason)}</td>{cell}{cure}{source}</td></tr>"
    )
