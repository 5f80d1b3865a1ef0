"""What the panel says of an event type is what the catalog says, and no type is forgotten in either language."""

from __future__ import annotations

import re
from pathlib import Path

from rt_notebook.protocol.catalog import CATALOG

SOURCE = (Path(__file__).parents[2] / "js" / "src" / "model" / "meanings.ts").read_text("utf-8")
SHOWN = {name: event.meaning for name, event in CATALOG.items() if event.ga or event.direction == "local"}
"""The page sees GA's names only."""


def lines(lang: str) -> dict[str, str]:
    """Read one language's table: event type -> its line."""
    table = re.search(rf"^  {lang}: \{{\n(.*?)^  \}},", SOURCE, re.DOTALL | re.MULTILINE)
    assert table is not None
    return dict(re.findall(r'^    "?([\w.]+)"?:\s+"([^"]*)",', table[1], re.MULTILINE))


def test_the_english_lines_are_the_catalogs() -> None:
    assert lines("en") == SHOWN


def test_every_type_has_a_chinese_line() -> None:
    chinese = lines("zh")
    assert chinese.keys() == SHOWN.keys()
    assert all(re.search(r"[\u4e00-\u9fff]", line) for line in chinese.values())
