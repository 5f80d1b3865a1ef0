"""What is wrong with a model's arguments, in words that help it to do better."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from rt_notebook.errors import ArgumentProblem


def problems_of(errors: Iterable[Mapping[str, Any]], given: Mapping[str, Any]) -> list[ArgumentProblem]:
    """Return Pydantic's errors as problems of the JSON that was `given`."""
    return [
        ArgumentProblem(".".join(str(step) for step in error["loc"]), error["msg"], json.dumps(error["input"]))
        for error in errors
    ]
