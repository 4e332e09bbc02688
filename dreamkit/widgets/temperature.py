"""Explore temperature: the next character's probabilities, and the text that comes of them."""

import html
from typing import Any

import ipywidgets

from ..chars.writer import Writer
from ..plots import bars
from .live import Live, arguments

SHOWN = {"\n": "⏎", " ": "␣"}
IN_SIGHT = 30  # bars, so that what is cut off is among them


def temperature_explorer(writer: Writer, prompt: str = "the will to ") -> Live:
    """A temperature slider beside the next character's probabilities and the text written.

    The ``result`` is (probabilities, how many of the likeliest are drawn from, prompt, text). The
    seed stays the same, so that only the temperature makes the difference.

    Parameters
    ----------
    writer : Writer
    prompt : str
        Characters that the writer does not know are replaced.
    """
    most, wide = len(writer.alphabet), {"description_width": "90px"}
    controls = {
        "prompt": ipywidgets.Text(prompt, description="prompt", continuous_update=False),
        "temperature": ipywidgets.FloatSlider(
            0.5, min=0, max=2, step=0.05, description="temperature", style=wide
        ),
        "top_k": ipywidgets.IntSlider(most, min=1, max=most, description="top-k"),
        "top_p": ipywidgets.FloatSlider(1, min=0.05, max=1, step=0.05, description="nucleus"),
        "length": ipywidgets.IntSlider(400, min=50, max=2000, step=50, description="length"),
        "seed": ipywidgets.BoundedIntText(0, min=0, max=9999, description="seed"),
    }

    def render(
        progress: Any, prompt: str, temperature: float, length: int, seed: int, **limits: Any
    ) -> Any:
        parts, done = [], 0
        likely = writer.next_char(prompt, temperature, unknown="replace")
        cut = writer.next_char(prompt, temperature, unknown="replace", **limits)
        kept = sum(p > 0 for p in cut.values())
        limits |= {"seed": seed, "unknown": "replace"}
        for part in writer.stream(prompt, length, temperature, **limits):
            parts.append(part)
            done += len(part)
            if progress(done, length, 0.0) is False:
                break
        return likely, kept, prompt, "".join(parts)

    def code(prompt: str, **values: Any) -> str:
        return f"writer.generate({prompt!r}, {arguments(values)})"

    return Live(controls, render, _view, code)


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
    shown = {SHOWN.get(c, c): p for c, p in list(likely.items())[:most] if p > 0}
    cut = list(shown)[kept:] if kept is not None else []
    alt = "Likely next characters: " + ", ".join(f"{c} {p:.2f}" for c, p in list(shown.items())[:4])
    alt += f"; cut off: {', '.join(cut)}." if cut else "."
    return bars(shown, ylabel="probability", highest=1, grey=cut, size=(6, 2.4), alt=alt)


def _view(result: Any, code: str) -> tuple[str, str]:
    likely, kept, prompt, text = result
    written = f"<b>{html.escape(prompt)}</b>{html.escape(text)}"
    box = "white-space:pre-wrap;max-width:60em;border:1px solid #888;padding:.5em;line-height:1.4"
    share = sum(list(likely.values())[:kept])
    return (
        f'{next_char_bars(likely, IN_SIGHT, kept).tag}<div style="{box}">{written}</div>',
        f"the next is one of {kept}, together {share:.0%}; {len(text)} characters",
    )
