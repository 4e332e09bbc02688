"""Take hold of a cell and watch the writer write."""

import html
from functools import lru_cache
from typing import Any

import ipywidgets as ui

from ..arguments import whole
from ..chars.writer import Writer, check_writer
from .call import Call
from .live import Live

BOX = "white-space:pre-wrap;flex:1 1 260px;border:1px solid #888;padding:.5em;line-height:1.4"
HOW = ("\n", 400, 0.7)  # prompt, length, temperature


def hold_explorer(writer: Writer, cell: int = 0) -> Live:
    """What a writer writes while one of its cells is held, beside what it writes when free.

    The ``result`` is the text that it writes while held; both have the same seed.

    Parameters
    ----------
    writer : Writer
    cell : int
        The one held at first.
    """
    check_writer(writer)
    most = sum(lstm.units for lstm in writer.lstms) - 1
    cell = whole("cell", cell, 0, most)
    controls = {
        "cell": ui.IntSlider(cell, min=0, max=most, description="cell"),
        "value": ui.FloatSlider(0.9, min=-0.95, max=0.95, step=0.05, description="held at"),
        "seed": ui.BoundedIntText(0, min=0, max=9999, description="seed"),
    }

    @lru_cache(maxsize=4)
    def free(seed: int) -> str:
        return writer.generate(*HOW, seed=seed)

    def call(cell: int, value: float, seed: int) -> Call:
        return Call("writer.generate", writer.generate, *HOW, seed=seed, hold={cell: value})

    def view(held: str, code: str, seed: int, **_: Any) -> tuple[str, str]:
        boxes, told = "", []
        for name, text in {"free": free(seed), "held": held}.items():
            boxes += f'<div style="{BOX}"><b>{name}</b>\n{html.escape(text)}</div>'
            ends, quotes = text.count("\n"), text.count('"')
            told.append(f"{name}: {ends} line ends, {quotes} quotation marks")
        return f'<div style="display:flex;flex-wrap:wrap;gap:.5em">{boxes}</div>', "; ".join(told)

    return Live(controls, call, view)
