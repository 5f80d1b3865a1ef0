"""What the charts share: their data, their pictures, and how a notebook shows them without a network.

JupyterLab 4 and Notebook 7 draw Vega-Lite 5 by themselves (JupyterLab 4.6 brings vega-lite 5.6.1 and vega 5.33.0); the
mime type of version 6, which altair 6 would write, they do not know. So a chart says that it is version 5, and its
parts are those that both versions have.
"""

from __future__ import annotations

import contextlib
import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

MIME = "application/vnd.vegalite.v5+json"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_CURE = "pip install 'rt-notebook[plots]'"
_DPI = 200

# Middle tones: each reads on white as on black, so that a change of the theme needs no new drawing.
INK = "#7d7d7d"
USER = "#3f83d6"
ASSISTANT = "#21966b"
WARM = "#d9822b"
RED = "#d64545"
VIOLET = "#9668c9"

_LESS = "\ue03c"
"""Stands for "<" where a specification passes through the writer of pages: a character that nobody uses."""
_PRINT = "#333333"
"""What `INK` becomes on paper."""


class ChartView:
    """A chart with its data: shown by a notebook, interactive and without a network; `save` makes files of it."""

    def __init__(self, chart: alt.LayerChart, df: pd.DataFrame, said: str) -> None:
        self.chart = chart
        """The altair chart; what you put here instead, such as ``view.chart.properties(width=400)``, is what is shown
        and saved."""
        self.df = df
        """The data behind it."""
        self._said = said

    def save(self, path: str | Path) -> Path:
        """Write the chart into a file; returns its path. Nothing is asked of the network.

        Parameters
        ----------
        path
            The name's end says what is written: ``.svg``, ``.pdf`` and ``.png`` (200 dots an inch) for paper, dark on
            white; ``.html``, interactive and complete in itself; ``.json``, the Vega-Lite specification.

        Raises
        ------
        ValueError
            For another end.
        ModuleNotFoundError
            Where the package vl-convert-python is missing (not for ``.json``).
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in _WRITERS:
            raise ValueError(f"Cannot save a chart as {path.name!r}: its name must end in {', '.join(_WRITERS)}.")
        path.write_bytes(_WRITERS[kind](self.spec()))
        return path

    def spec(self) -> dict[str, Any]:
        """Return the Vega-Lite specification, with the data in it."""
        spec: dict[str, Any] = self.chart.to_dict(validate=False)
        return spec | {"$schema": _SCHEMA}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._said}; .df is the data, .chart the chart, .save(path) writes it>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Show it: live where the frontend draws Vega-Lite, and as a picture elsewhere and in saved notebooks."""
        bundle: dict[str, Any] = {"text/plain": repr(self)}
        spec = self.spec()
        bundle[MIME] = spec
        # Without a picture JupyterLab makes one itself, in the colours of its theme.
        with contextlib.suppress(ModuleNotFoundError):
            bundle["image/png"] = _png(spec)
        return bundle


def need(name: str) -> Any:
    """Return a package of the extra ``plots``. Raises `ModuleNotFoundError` with the cure where it is missing."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"Charts need the package {error.name}: {_CURE}", name=error.name) from error


def dressed(chart: Any) -> Any:
    """Return a chart with the look that all have."""
    quiet = {"domain": False, "ticks": False, "grid": False}
    return (
        chart.configure(background="transparent", font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, titleColor=INK, labelFontSize=11, titleFontSize=11, titleFontWeight="normal")
        .configure_axisY(**quiet, labelLimit=200)
        .configure_axisX(domainColor=INK, tickColor=INK, gridColor=INK, gridOpacity=0.2)
        .configure_legend(labelColor=INK, titleColor=INK, labelFontSize=11, titleFontSize=11, labelLimit=260)
        .configure_title(color=INK, fontSize=12, fontWeight="normal", anchor="start")
        # The menu's "open in the Vega editor" would send the words of a conversation to a site.
        .properties(usermeta={"embedOptions": {"actions": {"export": True, "source": False, "editor": False}}})
    )


def filled(chart: Any, data: list[list[dict[str, Any]]]) -> Any:
    """Return a dressed chart with the data of each of its layers.

    altair copies and checks a chart's data at every step of its making; thousands of rows are given to it at the end.
    """
    for layer, values in zip(chart.layer, data, strict=True):
        layer.data = {"values": values}
    return chart


def _on_paper(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification dark on white: middle tones are for screens."""
    look = json.dumps({name: value for name, value in spec.items() if name != "datasets"})
    return json.loads(look.replace(f'"{INK}"', f'"{_PRINT}"')) | {  # type: ignore[no-any-return] # JSON
        "background": "white",
        "datasets": spec.get("datasets", {}),
    }


def _svg(spec: dict[str, Any]) -> bytes:
    svg: str = need("vl_convert").vegalite_to_svg(_on_paper(spec))
    return svg.encode()


def _pdf(spec: dict[str, Any]) -> bytes:
    pdf: bytes = need("vl_convert").vegalite_to_pdf(_on_paper(spec))
    return pdf


def _png(spec: dict[str, Any]) -> bytes:
    png: bytes = need("vl_convert").vegalite_to_png(_on_paper(spec), ppi=_DPI)
    return png


def _html(spec: dict[str, Any]) -> bytes:
    # The page has the specification within its script, as it is: words such as "</script>" must not end it.
    text = json.dumps(spec, ensure_ascii=False).replace("<", _LESS)
    html: str = need("vl_convert").vegalite_to_html(json.loads(text), bundle=True)
    return html.replace(_LESS, "\\u003c").encode()


def _json(spec: dict[str, Any]) -> bytes:
    return json.dumps(spec, indent=1).encode()


_WRITERS = {".svg": _svg, ".png": _png, ".pdf": _pdf, ".html": _html, ".json": _json}
