"""Type a text and see where it surprises a writer."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as ui
import numpy as np

from ..arguments import a_text
from ..chars.writer import Writer, check_writer
from ..plots.letters import letters
from .call import Call
from .cells import as_read
from .live import Live

MOST = 6  # bits, which are coloured in full


def surprise_explorer(writers: Writer | Mapping[str, Writer], text: str) -> Live:
    """A text coloured by how surprising each character is, with its perplexity.

    The ``result`` is the surprises in nats, as ``Writer.surprises`` gives them. The first character
    has nothing before it, and is taken for no surprise.

    Parameters
    ----------
    writers : Writer, or mapping of str to Writer
        Of several one is chosen in the panel.
    text : str
        Characters that a writer does not know are replaced.

    Raises
    ------
    TypeError, ValueError
        For what is not a writer, or none.
    """
    several = isinstance(writers, Mapping)
    known = dict(writers) if isinstance(writers, Mapping) else {"writer": writers}
    if not known:
        raise ValueError("Give at least one writer to choose: {name: writer}.")
    for writer in known.values():
        check_writer(writer)
    box = {"height": "8em"}
    controls: dict[str, Any] = {
        "writer": ui.Dropdown(options=list(known), description="writer"),
        "text": ui.Textarea(a_text(text), description="text", continuous_update=True, layout=box),
    }

    def call(writer: str, text: str) -> Call:
        name = f"writers[{writer!r}]" if several else "writer"
        return Call(f"{name}.surprises", known[writer].surprises, text, errors="replace")

    def view(surprises: np.ndarray, code: str, writer: str, text: str) -> tuple[str, str]:
        bits = surprises / np.log(2)
        read, values = "".join(as_read(text, known[writer])), [0, *bits]
        coloured = letters(read, values, name="the surprise in bits", most=MOST).html
        return coloured, f"perplexity {2 ** bits.mean():.2f}, {bits.mean():.2f} bits a character"

    return Live(controls, call, view, list(controls.values())[not several :])
