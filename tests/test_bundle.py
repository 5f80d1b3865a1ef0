"""The committed bundles are those of the committed sources. Needs no Node."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def source_hash(root: Path) -> str:
    """Return the hash that js/build.mjs writes into the banner."""
    paths = {path.relative_to(root).as_posix(): path for path in (root / "src").rglob("*") if path.is_file()}
    paths |= {name: root / name for name in ("build.mjs", "threads.mjs")}
    digest = hashlib.sha256()
    for name in sorted(paths):
        digest.update(f"{name}\0".encode() + paths[name].read_bytes() + b"\0")
    return digest.hexdigest()


@pytest.mark.parametrize(
    "bundle", [f"{name}.{kind}" for name in ("panel", "inspector", "page") for kind in ("js", "css")]
)
def test_bundle_is_built_from_the_sources(bundle: str) -> None:
    first_line, *rest = (ROOT / "rt_notebook" / "static" / bundle).read_text(encoding="utf-8").split("\n")
    banner = re.fullmatch(r"/\* Built from js/src; source-hash: ([0-9a-f]{64}) \*/", first_line)
    assert banner is not None, f"{bundle} does not begin with the banner of js/build.mjs"
    assert banner[1] == source_hash(ROOT / "js"), "The bundle is stale: run `npm run build` in js/"
    assert len(rest) > 50


def test_bundle_has_no_path_of_the_machine_that_built_it() -> None:
    for bundle in (ROOT / "rt_notebook" / "static").iterdir():
        assert str(ROOT) not in bundle.read_text(encoding="utf-8")
