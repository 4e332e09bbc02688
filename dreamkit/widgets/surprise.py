"""Type a text and see where it surprises a writer."""

import warnings
from collections.abc import Mapping
from typing import Any

import ipywidgets
import numpy as np

from ..chars.writer import Writer, check_writer
from ..plots.letters import letters
from .live import Live

MOST = 6  # bits, which are coloured in full


def surprise_explorer(writers: Writer | Mapping[str, Writer], text: str) -> Live:
    """A text coloured by how surprising each character is, with its perplexity.

    The ``result`` is (characters as the writer reads them, bits of surprise). The first has nothing
    before it, and is taken for no surprise.

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
    known = dict(writers) if isinstance(writers, Mapping) else {"writer": writers}
    if not known:
        raise ValueError("Give at least one writer to choose: {name: writer}.")
    for writer in known.values():
        check_writer(writer)
    box = {"height": "8em"}
    controls: dict[str, Any] = {
        "writer": ipywidgets.Dropdown(options=list(known), description="writer"),
        "text": ipywidgets.Textarea(text, description="text", continuous_update=True, layout=box),
    }

    def render(progress: Any, writer: str, text: str) -> tuple[list[str], np.ndarray]:
        alphabet = known[writer].alphabet
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it can't read is seen in the text shown
            ids = alphabet.encode(text, "replace")
        read = alphabet.decode(ids)
        bits = known[writer].surprises(read) / np.log(2)
        return [alphabet.characters[i] for i in ids], np.concatenate([[0], bits])

    def code(writer: str, text: str) -> str:
        name = "writer" if isinstance(writers, Writer) else f"writers[{writer!r}]"
        return f"{name}.perplexity({text!r}, unknown='replace')"

    shown = list(controls.values())[isinstance(writers, Writer) :]
    return Live(controls, render, _view, code, shown)


def _view(result: Any, code: str) -> tuple[str, str]:
    signs, bits = result
    mean = bits[1:].mean()
    coloured = letters("".join(signs), bits, name="the surprise in bits", most=MOST).html
    return coloured, f"perplexity {2**mean:.2f}, {mean:.2f} bits a character"
