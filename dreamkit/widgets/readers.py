"""Explore what readers make of a sentence, word by word."""

import html
from collections.abc import Mapping
from typing import Any

import ipywidgets

from ..lessons.lesson05_readers import Reader, verdicts
from ..plots import bars
from ..text.tokens import tokenize
from .live import Live


def reader_explorer(
    readers: Mapping[str, Reader], text: str = "The film was not good, just long."
) -> Live:
    """Type a sentence, and drag through its words: what each reader says of those so far.

    The ``result`` is (verdicts by name, words, how many of them were read).
    """
    most = max(reader.length for reader in readers.values())
    controls = {
        "text": ipywidgets.Text(text, description="sentence", continuous_update=False),
        "words": ipywidgets.IntSlider(
            min(most, len(tokenize(text))), min=1, max=most, description="words read"
        ),
    }

    def render(progress: Any, text: str, words: int) -> Any:
        return verdicts(readers, text, words), tokenize(text), words

    def code(text: str, words: int) -> str:
        return f"verdicts(readers, {text!r}, words={words})"

    return Live(controls, render, _view, code)


def _view(result: Any, code: str) -> tuple[str, str]:
    said, words, count = result
    read, rest = (html.escape(" ".join(part)) for part in (words[:count], words[count:]))
    low, high = min(said, key=said.__getitem__), max(said, key=said.__getitem__)
    picture = bars(
        {name: round(value, 2) for name, value in said.items()},
        ylabel="probability of praise",
        highest=1.1,
        size=(10.5, 3),
        alt=f"After “{' '.join(words[:count])}”: {low} says {said[low]:.2f}, the least, and "
        f"{high} {said[high]:.2f}, the most.",
    )
    praise = sum(value > 0.5 for value in said.values())
    line = f'<p style="font-size:1.1em"><b>{read}</b> <span style="color:#767676">{rest}</span></p>'
    return line + picture.tag, f"{praise} of {len(said)} readers say praise"
