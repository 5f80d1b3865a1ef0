"""The rules of the house: what may import what, how big a module may be, what an import costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import rt_notebook

ROOT = Path(rt_notebook.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

# Package -> what it may import of this project besides itself.
ALLOWED = {
    "errors": set(),
    "audio": {"errors"},
    "protocol": {"errors", "audio"},
    "log": {"errors", "audio", "protocol"},
    "session": {"errors", "audio", "protocol", "log"},
    "agents": {"errors", "audio", "protocol", "log", "session", "__init__"},
    "server": {"errors", "audio", "protocol"},
    "jupyter": set(),
    "widgets": {"errors", "audio", "protocol", "log", "session", "jupyter"},
    "magics": {"errors", "audio", "protocol", "log", "session", "__init__"},
}
# The front doors may import anything; nothing imports them.
DOORS = {"__init__", "__main__", "cli", "demo", "inspect"}

PURE = [
    ROOT / "protocol",
    ROOT / "server" / "connection.py",
    ROOT / "session" / "playback.py",
    ROOT / "session" / "score.py",
    ROOT / "session" / "appended.py",
    ROOT / "session" / "call.py",
    ROOT / "session" / "calls.py",
    ROOT / "session" / "floor.py",
    ROOT / "session" / "updates.py",
    ROOT / "session" / "followups.py",
    ROOT / "session" / "owed.py",
    ROOT / "server" / "turns.py",
    ROOT / "widgets" / "channel.py",
]
IMPURE = {"socket", "asyncio", "threading", "IPython", "pandas", "websockets", "starlette", "uvicorn", "time"}


def imports(path: Path) -> set[str]:
    """Absolute names of all modules that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.add(node.module or "")
    return found


def package(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    here = package(path)
    if here in DOORS:
        return
    of_project = [name for name in imports(path) if name.split(".")[0] == "rt_notebook"]
    used = {name.split(".")[1] if "." in name else "__init__" for name in of_project}
    assert used - {here} <= ALLOWED[here]


@pytest.mark.parametrize("pure", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_cores_do_no_input_or_output(pure: Path) -> None:
    for path in sorted(pure.rglob("*.py")) if pure.is_dir() else [pure]:
        assert not {name.split(".")[0] for name in imports(path)} & IMPURE, path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_only_one_client_module_knows_websockets() -> None:
    knowing = [
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if "websockets" in {n.split(".")[0] for n in imports(path)}
    ]
    assert [name for name in knowing if not name.startswith("server/")] == ["session/websocket.py"]


def test_the_public_names_are_all_there() -> None:
    for name in rt_notebook.__all__:
        assert getattr(rt_notebook, name) is not None
    assert set(rt_notebook.__all__) == set(dir(rt_notebook))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        rt_notebook.nothing  # noqa: B018 - to see it fail


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, rt_notebook; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"pandas", "numpy", "openai", "soxr", "soundfile", "websockets", "IPython", "anywidget", "asyncio"}
    assert heavy & set(loaded) == set()


def test_a_session_loads_neither_pandas_nor_openai_nor_the_server() -> None:
    code = "import sys, rt_notebook; rt_notebook.connect; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"pandas", "openai", "soxr", "soundfile", "anywidget", "rt_notebook.server"} & set(loaded) == set()
