"""Executes notebooks in place: ``python -m tests.notebooks.execute notebooks/*.ipynb``."""

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient


def execute(path: Path) -> Any:
    """Run a notebook in its folder and return it with its outputs. Raises where a cell does."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    # The state of widgets is of no use without their kernel, and would hold the panel's whole program.
    notebook.metadata.pop("widgets", None)
    return notebook


if __name__ == "__main__":
    for name in sys.argv[1:]:
        nbformat.write(execute(Path(name)), name)
