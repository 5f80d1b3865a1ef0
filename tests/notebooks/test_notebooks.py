"""Each workshop notebook runs from top to bottom, and is committed with its outputs."""

import shutil
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.execute import execute

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    shutil.copytree(path.parent, tmp_path, dirs_exist_ok=True)
    execute(tmp_path / path.name)  # raises where a cell does


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_committed_as_it_ran(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not [output for cell in code for output in cell.outputs if output.output_type == "error"]
    assert "widgets" not in notebook.metadata
    # A panel's cell keeps the conversation for whoever reads the notebook without a kernel.
    for cell in code:
        if cell.source == "session":
            assert "data-rt-summary" in str(cell.outputs)
            assert "<b>Assistant:</b>" in str(cell.outputs)


def test_one_of_them_shows_the_panel() -> None:
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    assert "session" in [cell.source for cell in notebook.cells]
