"""Explore a writer's cells: which writer, which cell, and what it reads."""

import warnings
from functools import lru_cache
from typing import Any

import ipywidgets

from ..chars.build import load_writer
from ..chars.cells import read_cells
from ..plots.letters import letters
from .live import Live

WRITERS = ("nietzsche", "shakespeare", "reviews")


def cell_explorer(
    text: str, writer: str = "nietzsche", cell: int = 0, writers: tuple[str, ...] = WRITERS
) -> Live:
    """A text, coloured by any cell of a bundled writer; the cell follows a slider.

    The ``result`` is (text as the writer reads it, values of the cell, cell).

    Parameters
    ----------
    text : str
        Characters that a writer does not know are replaced.
    writer : str
        The one chosen at first, one of ``writers``.
    cell : int
    writers : tuple of str
        Names, or paths, that ``load_writer`` knows.
    """
    load = lru_cache(load_writer)

    @lru_cache(maxsize=4)
    def read(text: str, name: str) -> tuple[str, Any]:
        alphabet = load(name).alphabet
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it can't read is seen in the text shown
            known = alphabet.decode(alphabet.encode(text, "replace"))
        return known, read_cells(load(name), known)

    most = sum(lstm.units for lstm in load(writer).lstms) - 1
    controls = {
        "writer": ipywidgets.Dropdown(options=writers, value=writer, description="writer"),
        "cell": ipywidgets.IntSlider(cell, min=0, max=most, description="cell"),
        "text": ipywidgets.Textarea(
            text, description="text", continuous_update=False, layout={"height": "12em"}
        ),
    }

    def render(progress: Any, writer: str, cell: int, text: str) -> Any:
        known, cells = read(text, writer)
        return known, cells[:, cell], cell

    def code(writer: str, cell: int, text: str) -> str:
        return f"dk.read_cells(dk.load_writer({writer!r}), text)[:, {cell}]"

    return Live(controls, render, _view, code)


def _view(result: Any, code: str) -> tuple[str, str]:
    text, values, cell = result
    return letters(text, values, name=f"cell {cell}").html, (
        f"{len(text)} characters; from {values.min():.2f} to {values.max():.2f}"
    )
