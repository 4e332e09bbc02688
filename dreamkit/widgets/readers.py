"""Explore what readers make of a sentence, word by word."""

import html
from collections.abc import Mapping

import ipywidgets as ui

from ..arguments import a_text, by_name, of_kind
from ..lessons.lesson05_readers import Reader, verdicts
from ..plots import bars
from ..text.tokens import tokenize
from .call import Call, Named
from .live import Live


def reader_explorer(
    readers: Mapping[str, Reader], text: str = "The film was not good, just long."
) -> Live:
    """Type a sentence, and drag through its words: what each reader says of those so far.

    The ``result`` is the verdicts, by name.
    """
    for reader in by_name("readers", readers, '{"LSTM": reader}').values():
        of_kind("A reader", reader, Reader, "build_reader makes one.")
    most = max(reader.length for reader in readers.values())
    controls = {
        "text": ui.Text(a_text(text), description="sentence", continuous_update=False),
        "words": ui.IntSlider(
            min(most, len(tokenize(text))), min=1, max=most, description="words read"
        ),
    }

    def call(text: str, words: int) -> Call:
        return Call("verdicts", verdicts, Named("readers", readers), text, words=words)

    return Live(controls, call, _view)


def _view(said: dict[str, float], code: str, text: str, words: int) -> tuple[str, str]:
    signs = tokenize(text)
    read, rest = " ".join(signs[:words]), " ".join(signs[words:])
    low, high = min(said, key=said.__getitem__), max(said, key=said.__getitem__)
    picture = bars(
        {name: round(value, 2) for name, value in said.items()},
        ylabel="probability of praise",
        highest=1.1,
        size=(10.5, 3),
        alt=f"After “{read}”: {low} says {said[low]:.2f}, the least, and {high} "
        f"{said[high]:.2f}, the most.",
    )
    line = (
        f'<p style="font-size:1.1em"><b>{html.escape(read)}</b> '
        f'<span style="color:#767676">{html.escape(rest)}</span></p>'
    )
    praise = sum(value > 0.5 for value in said.values())
    return line + picture.tag, f"{praise} of {len(said)} readers say praise"
