"""What a rule is and what it finds; the table of all rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rt_notebook.log.secrets import redacted_text

if TYPE_CHECKING:
    from rt_notebook.log.rules.evidence import Evidence

Severity = Literal["error", "warning", "note"]

DOCS = "https://platform.openai.com/docs/guides/"
CONVERSATIONS = DOCS + "realtime-conversations"
VAD = DOCS + "realtime-vad"
CLIENT_EVENTS = "https://platform.openai.com/docs/api-reference/realtime-client-events/"
SERVER_EVENTS = "https://platform.openai.com/docs/api-reference/realtime-server-events/"


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach of the protocol's order or of good practice."""

    rule: str
    """Its name, such as ``response-while-active``."""
    severity: Severity
    """``"error"``: it does not work. ``"warning"``: it works badly, or by luck. ``"note"``: it could be better."""
    rows: tuple[int, ...]
    """Positions in the log, ascending."""
    reason: str
    """What happened, with ids and numbers."""
    cure: str
    """What to do next."""
    source: str | None = None
    """Where the API documents it."""

    @property
    def rows_text(self) -> str:
        """The rows in words."""
        shown = ", ".join(map(str, self.rows[:3]))
        return f"{shown} and {len(self.rows) - 3} more" if len(self.rows) > 3 else shown

    def __str__(self) -> str:
        rows = "row" if len(self.rows) == 1 else "rows"
        return f"{self.severity}: {self.rule} ({rows} {self.rows_text}): {self.reason}\n  -> {self.cure}"


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule finds, where it finds something; severity and cure are the rule's unless it says otherwise."""

    rows: Sequence[int]
    reason: str
    cure: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. It looks at one connection at a time."""

    id: str
    severity: Severity
    cure: str
    source: str | None
    find: Callable[[Evidence], Iterator[Hit]]

    def findings(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield what it finds in a connection."""
        for hit in self.find(evidence):
            rows = tuple(sorted(set(hit.rows)))
            # A server may repeat the key that it was given, and findings are shown around.
            reason = redacted_text(hit.reason) + "."
            yield Finding(self.id, hit.severity or self.severity, rows, reason, hit.cure or self.cure, self.source)


RULES: dict[str, Rule] = {}
"""By id, in the order in which they are tried."""


def rule(
    id: str, severity: Severity, cure: str, source: str | None = None
) -> Callable[[Callable[[Evidence], Iterator[Hit]]], Callable[[Evidence], Iterator[Hit]]]:
    """Put a function into the table."""

    def register(find: Callable[[Evidence], Iterator[Hit]]) -> Callable[[Evidence], Iterator[Hit]]:
        RULES[id] = Rule(id, severity, cure, source, find)
        return find

    return register
