"""Explore a writer's cells: which writer, which cell, and what it reads."""

from functools import lru_cache

import ipywidgets as ui
import numpy as np

from ..arguments import a_text, among, several_names, whole
from ..chars.build import load_writer
from ..chars.cells import read_cells
from ..chars.writer import Writer
from ..plots.letters import letters
from .call import Call, Named
from .live import Live

WRITERS = ("nietzsche", "shakespeare", "reviews")


def cell_explorer(
    text: str, writer: str = "nietzsche", cell: int = 0, writers: tuple[str, ...] = WRITERS
) -> Live:
    """A text, coloured by any cell of a bundled writer; the cell follows a slider.

    The ``result`` is the cell's values, one for each character.

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
    writers = several_names("writers", writers)
    among("writer", writer, writers)
    load, read = lru_cache(load_writer), lru_cache(maxsize=4)(read_cells)
    most = sum(lstm.units for lstm in load(writer).lstms) - 1
    cell = whole("cell", cell, 0, most)
    controls = {
        "writer": ui.Dropdown(options=writers, value=writer, description="writer"),
        "cell": ui.IntSlider(cell, min=0, max=most, description="cell"),
        "text": ui.Textarea(
            a_text(text), description="text", continuous_update=False, layout={"height": "12em"}
        ),
    }

    def call(writer: str, cell: int, text: str) -> Named:
        named = Named(repr(writer), load(writer))
        cells = Call("dk.read_cells", read, text, named, errors="replace")
        return Named(f"{cells}[:, {cell}]", cells()[:, cell])

    def view(values: np.ndarray, code: str, writer: str, cell: int, text: str) -> tuple[str, str]:
        signs = as_read(text, load(writer))
        words = f"{len(signs)} characters; from {values.min():.2f} to {values.max():.2f}"
        return letters("".join(signs), values, name=f"cell {cell}").html, words

    return Live(controls, call, view)


def as_read(text: str, writer: Writer) -> list[str]:
    """The characters of a text as a writer reads them, what it does not know replaced."""
    alphabet = writer.alphabet
    return [alphabet.characters[number] for number in alphabet.encode(text, "replace")]
