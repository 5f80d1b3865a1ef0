"""Finds what the user does not want: "don't turn on the light" asks for no call, whatever tool its words name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rt_notebook.server.engines import chinese
from rt_notebook.server.engines.toolcalls import ENOUGH, Tool, score
from rt_notebook.server.engines.understood import is_chinese, simplified

_SEAM = re.compile(
    r"(?P<end>[.;!?。；！？]+\s*)"
    r"|(?P<but>[,，]?\s*\b(?:but|instead|then)\s+|[,，]?(?:但是?|而是?))"
    r"|(?P<joined>,?\s+(?:and|or|nor)\s+)"
    r"|(?P<comma>[,，]\s*)",
    re.IGNORECASE,
)
_AUXILIARY = r"(?:must|should|shall|may|need)(?: not|n't| never)"
_REFUSED = re.compile(
    r"^\W*(?:(?:no|ok|okay|please|oh|and|but|so|well|hey|hello|hi|tutor|now|then|also|wait|just|actually|sorry|i said"
    r"|i told you|to)\W+)*"
    rf"(?:(?:do not|don'?t|never)(?! (?:you|forget|hesitate|worry|mind)\b)|let'?s not|no need to"
    rf"|(?:can|could|would|will) you (?:please )?(?:not|never)|i(?: would|'d) rather (?:you )?(?:not|didn't|did not)"
    rf"|(?:you|we) {_AUXILIARY}|you (?:do not|don'?t) (?:have|need) to"
    rf"|(?:i|we) (?:do not|don'?t|never) (?:want|need)|(?:the|my|all)\b.{{1,60}}? {_AUXILIARY})\b",
    re.IGNORECASE,
)
_REFUSED_IN_CHINESE = re.compile(
    r"(?<![要能用想可必])(?:不要|不用|不必|不许|不准|不能|不想|不需要|无需|禁止)(?!紧)"
    r"|(?:^|[请你我您先都也万])[别別](?![的忘人])"
)
_QUOTED = re.compile(r"[\"“‘「][^\"”’」]{0,400}[\"”’」]")


def without_refused(utterance: str, tools: Sequence[Tool]) -> str:
    """Return an utterance without the clauses that say what not to do with one of the tools.

    "And" and "or" carry a refusal on, so that nothing is called that may have been meant by it too. What speaks of no
    tool stays: it may be the text of a message.
    """
    heard = _QUOTED.sub(lambda found: "“" + "x" * (len(found[0]) - 2) + "”", utterance.replace("’", "'"))
    kept: list[str] = []
    refused, begin, seam = False, 0, "end"
    for match in [*_SEAM.finditer(heard), None]:
        end = match.end() if match else len(heard)
        clause = heard[begin : match.start() if match else end]
        named = _named(clause, tools)
        carried = refused and (seam == "joined" or (seam == "comma" and not named))
        refused = carried or (named and is_refusal(clause))
        if not refused:
            kept.append(utterance[begin:end])
        begin, seam = end, (match.lastgroup or "") if match else ""
    return "".join(kept).strip()


def is_refusal(clause: str) -> bool:
    """Tell whether a clause says what not to do."""
    if is_chinese(clause):
        return bool(_REFUSED_IN_CHINESE.search(simplified(clause).strip().partition("搜索")[0]))
    return bool(_REFUSED.search(clause))


def _named(clause: str, tools: Sequence[Tool]) -> bool:
    words = chinese.in_english(clause) if is_chinese(clause) else clause
    return any(score(tool, words) >= ENOUGH for tool in tools)
