"""The virtual environments that `make test-matrix` makes, each with the product and one choice of what is around it."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parents[2] / ".venv-matrix"


def python_of(environment: str) -> str:
    """Return the interpreter of an environment."""
    python = _FOLDER / environment / "bin" / "python"
    if not python.exists():
        raise RuntimeError(f"{python} is missing. Run: make test-matrix")
    return str(python)
