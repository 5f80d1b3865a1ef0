"""Engines are found by name, whoever registered them."""

import importlib
import importlib.metadata
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rt_notebook.errors import EngineError, RealtimeError
from rt_notebook.server.engines.tutor import Tutor
from rt_notebook.server.registry import load_engine

Install = Callable[[str, str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that installs a package with one module and one engine."""

    def install(package: str, entry: str, code: str) -> None:
        module = package.replace("-", "_")
        (tmp_path / f"{module}.py").write_text(code)
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[rt_notebook.engines]\n{entry}\n")

    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    return install


def test_the_built_in_engines_are_registered() -> None:
    names = {entry.name for entry in importlib.metadata.entry_points(group="rt_notebook.engines")}
    assert names >= {"silero", "whisper", "hibari", "tutor"}
    assert isinstance(load_engine("tutor"), Tutor)
    assert load_engine("tutor") is not load_engine("tutor")


def test_an_engine_of_another_package(install: Install) -> None:
    install("parrot-voice", "parrot = parrot_voice:Parrot", "class Parrot:\n    sound = 'squawk'\n")
    assert load_engine("parrot").sound == "squawk"


def test_an_unknown_name_lists_what_is_installed() -> None:
    with pytest.raises(EngineError, match=r"'wisper' is not installed\. Installed: .*tutor, whisper") as caught:
        load_engine("wisper")
    assert caught.value.name == "wisper"
    assert isinstance(caught.value, RealtimeError)


def test_a_built_in_engine_without_its_packages_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ctranslate2", None)  # what Python itself does for a module that must not load
    monkeypatch.delitem(sys.modules, "rt_notebook.server.engines.whisper", raising=False)
    with pytest.raises(EngineError, match=r"ctranslate2.*pip install 'rt-notebook\[local\]'"):
        load_engine("whisper")


def test_another_package_s_engine_without_its_packages_names_that_package(install: Install) -> None:
    install("mute-voice", "mute = mute_voice:Mute", "import a_module_that_nobody_has\n")
    with pytest.raises(EngineError, match=r"a_module_that_nobody_has.*pip install 'mute-voice'"):
        load_engine("mute")
