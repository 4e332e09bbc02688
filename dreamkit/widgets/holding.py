"""Take hold of a cell and watch the writer write."""

import html
from functools import lru_cache
from typing import Any

import ipywidgets

from ..chars.writer import Writer
from .live import Live

BOX = "white-space:pre-wrap;flex:1 1 260px;border:1px solid #888;padding:.5em;line-height:1.4"
LENGTH, TEMPERATURE = 400, 0.7


def hold_explorer(writer: Writer, cell: int = 0) -> Live:
    """What a writer writes while one of its cells is held, beside what it writes when free.

    The ``result`` is (free, held): two texts from the same seed.

    Parameters
    ----------
    writer : Writer
    cell : int
        The one held at first.
    """
    most = sum(lstm.units for lstm in writer.lstms) - 1
    controls = {
        "cell": ipywidgets.IntSlider(cell, min=0, max=most, description="cell"),
        "value": ipywidgets.FloatSlider(0.9, min=-0.95, max=0.95, step=0.05, description="held at"),
        "seed": ipywidgets.BoundedIntText(0, min=0, max=9999, description="seed"),
    }

    @lru_cache(maxsize=16)
    def written(seed: int, *held: Any) -> str:
        hold = dict([held]) if held else None
        return writer.generate("\n", LENGTH, TEMPERATURE, seed=seed, hold=hold)

    def render(progress: Any, cell: int, value: float, seed: int) -> Any:
        return written(seed), written(seed, cell, value)

    def code(cell: int, value: float, seed: int) -> str:
        how = f"{LENGTH}, {TEMPERATURE}, seed={seed}, hold={{{cell}: {value}}}"
        return f"writer.generate('\\n', {how})"

    return Live(controls, render, _view, code)


def _view(result: Any, code: str) -> tuple[str, str]:
    boxes, told = "", []
    for name, text in zip(("free", "held"), result, strict=True):
        boxes += f'<div style="{BOX}"><b>{name}</b>\n{html.escape(text)}</div>'
        ends, quotes = text.count("\n"), text.count('"')
        told.append(f"{name}: {ends} line ends, {quotes} quotation marks")
    return f'<div style="display:flex;flex-wrap:wrap;gap:.5em">{boxes}</div>', "; ".join(told)
