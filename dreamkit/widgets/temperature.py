"""Explore temperature: the next character's probabilities, and the text that comes of them."""

import html
from typing import Any

import ipywidgets

from ..chars.writer import Writer
from ..plots import bars
from .live import Live

SHOWN = {"\n": "⏎", " ": "␣"}


def temperature_explorer(writer: Writer, prompt: str = "the will to ") -> Live:
    """A temperature slider beside the next character's probabilities and the text written.

    Parameters
    ----------
    writer : Writer
    prompt : str

    Returns
    -------
    Live
        ``result`` is (probabilities, prompt, text). The seed stays the same, so that only the
        temperature makes the difference.
    """
    most = len(writer.alphabet)
    controls = {
        "prompt": ipywidgets.Text(prompt, description="prompt", continuous_update=False),
        "temperature": ipywidgets.FloatSlider(
            0.5,
            min=0,
            max=2,
            step=0.05,
            description="temperature",
            style={"description_width": "90px"},
        ),
        "top_k": ipywidgets.IntSlider(most, min=1, max=most, description="top-k"),
        "length": ipywidgets.IntSlider(400, min=50, max=2000, step=50, description="length"),
        "seed": ipywidgets.BoundedIntText(0, min=0, max=9999, description="seed"),
    }

    def render(progress: Any, prompt: str, length: int, seed: int, **limits: Any) -> Any:
        parts, done = [], 0
        likely = writer.next_char(prompt, unknown="replace", **limits)
        for part in writer.stream(prompt, length, seed=seed, unknown="replace", **limits):
            parts.append(part)
            done += len(part)
            if progress(done, length, 0.0) is False:
                break
        return likely, prompt, "".join(parts)

    def code(prompt: str, **values: Any) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in values.items())
        return f"writer.generate({prompt!r}, {given})"

    return Live(controls, render, _view, code)


def next_char_bars(likely: dict[str, float], most: int = 14) -> Any:
    """The most likely next characters as bars, with a sign for spaces and line ends."""
    shown = {SHOWN.get(c, c): p for c, p in list(likely.items())[:most] if p > 0}
    first = ", ".join(f"{c} {p:.2f}" for c, p in list(shown.items())[:4])
    return bars(shown, ylabel="probability", size=(6, 2.4), alt=f"Likely next characters: {first}.")


def _view(result: Any, code: str) -> tuple[str, str]:
    likely, prompt, text = result
    written = f"<b>{html.escape(prompt)}</b>{html.escape(text)}"
    box = "white-space:pre-wrap;max-width:60em;border:1px solid #888;padding:.5em;line-height:1.4"
    return (
        f'{next_char_bars(likely).tag}<div style="{box}">{written}</div>',
        f"{len(text)} characters",
    )
