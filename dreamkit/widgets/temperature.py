"""Explore temperature: the next character's probabilities, and the text that comes of them."""

import html
from typing import Any

import ipywidgets as ui
import numpy as np
from keras import ops

from ..arguments import a_text, by_name, number, whole
from ..chars.sampling import distribution
from ..chars.writer import Writer, check_writer
from ..plots import bars
from .call import Call
from .live import Live

SHOWN = {"\n": "⏎", " ": "␣"}
BOX = "white-space:pre-wrap;max-width:60em;border:1px solid #888;padding:.5em;line-height:1.4"
IN_SIGHT = 30  # bars, so that what is cut off is among them


def temperature_explorer(writer: Writer, prompt: str = "the will to ") -> Live:
    """A temperature slider beside the next character's probabilities and the text written.

    The ``result`` is that text. The seed stays the same, so that only the temperature makes the
    difference.

    Parameters
    ----------
    writer : Writer
    prompt : str
        Characters that the writer does not know are replaced.
    """
    check_writer(writer)
    most, wide = len(writer.alphabet), {"description_width": "90px"}
    controls = {
        "prompt": ui.Text(a_text(prompt), description="prompt", continuous_update=False),
        "temperature": ui.FloatSlider(
            0.5, min=0, max=2, step=0.05, description="temperature", style=wide
        ),
        "top_k": ui.IntSlider(most, min=1, max=most, description="top-k"),
        "top_p": ui.FloatSlider(1, min=0.05, max=1, step=0.05, description="nucleus"),
        "length": ui.IntSlider(400, min=50, max=2000, step=50, description="length"),
        "seed": ui.BoundedIntText(0, min=0, max=9999, description="seed"),
    }

    def write(prompt: str, *, length: int, progress: Any, **how: Any) -> str:
        """As ``writer.generate``, but it can be stopped."""
        parts = []
        for part in writer.stream(prompt, length, **how):
            parts.append(part)
            if progress(sum(map(len, parts)), length, 0.0) is False:
                break
        return "".join(parts)

    def call(prompt: str, **values: Any) -> Call:
        return Call("writer.generate", write, prompt, **values, errors="replace")

    def view(
        text: str, code: str, prompt: str, temperature: float, top_k: int, top_p: float, **_: Any
    ) -> tuple[str, str]:
        likely = writer.next_char(prompt, temperature, errors="replace")
        kept = kept_of(likely, top_k, top_p)
        written = f"<b>{html.escape(prompt)}</b>{html.escape(text)}"
        share = sum(list(likely.values())[:kept])
        return (
            f'{next_char_bars(likely, IN_SIGHT, kept).tag}<div style="{BOX}">{written}</div>',
            f"the next is one of {kept}, together {share:.0%}; {len(text)} characters",
        )

    return Live(controls, call, view)


def kept_of(likely: dict[str, float], top_k: int, top_p: float) -> int:
    """How many of the likeliest characters are drawn from."""
    p = np.array(list(likely.values()), "float32")
    with np.errstate(divide="ignore"):
        drawn_from = distribution(np.log(p)[None], np.float32(1), top_k, top_p)
    return int((ops.convert_to_numpy(drawn_from) > 0).sum())


def next_char_bars(likely: dict[str, float], most: int = 14, kept: int | None = None) -> Any:
    """The most likely next characters as bars, with a sign for spaces and line ends.

    Parameters
    ----------
    likely : dict of str to float
        As ``Writer.next_char`` gives it, most likely first.
    most : int
        How many bars there are, at most.
    kept : int, optional
        From so many of the likeliest one is drawn; the others are grey. By default from all.
    """
    most, kept = whole("most", most), None if kept is None else whole("kept", kept, 0)
    for chance in by_name("likely", likely, '{"e": 0.4}').values():
        number("A probability", chance, 0, 1)
    shown = {SHOWN.get(c, c): p for c, p in list(likely.items())[:most] if p > 0}
    cut = list(shown)[kept:] if kept is not None else []
    alt = "Likely next characters: " + ", ".join(f"{c} {p:.2f}" for c, p in list(shown.items())[:4])
    alt += f"; cut off: {', '.join(cut)}." if cut else "."
    return bars(shown, ylabel="probability", highest=1, grey=cut, size=(6, 2.4), alt=alt)
