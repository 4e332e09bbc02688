"""Text coloured character by character."""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arguments import LONGEST, a_text, as_array, number, shortened
from ..unicode import Printable, characters

# From orange over white to blue, which colour-blind readers can tell apart; dark ink on all.
LOW, MIDDLE, HIGH = np.array([(230, 130, 40), (255, 255, 255), (90, 160, 230)])
SHADES = 10  # on either side of the middle
SHOWN = {"\n": "⏎\n"}
BOX = (
    "white-space:pre-wrap;overflow-wrap:anywhere;font-family:monospace;line-height:1.5;"
    "max-width:60em;padding:.5em;border:1px solid #888;background:white;color:black"
)


@dataclass(frozen=True)
class Letters(Printable):
    """A coloured text that shows itself in a notebook.

    Attributes
    ----------
    html : str
    alt : str
        Where it is coloured most, in words.
    """

    html: str
    alt: str

    def __repr__(self) -> str:
        return shortened(self.alt, LONGEST)

    def _repr_html_(self) -> str:
        return self.html


def letters(
    text: str,
    values: Sequence[float] | np.ndarray,
    *,
    name: str = "the value",
    most: float = 1,
) -> Letters:
    """A text with a colour for each character: blue for ``most``, white for 0, orange for -most.

    Parameters
    ----------
    text : str
    values : sequence of float, one for each character
        A joined emoji may be one, as it is in an ``Alphabet``.
    name : str
        What the values are, for the line below the text, which says in words where they are
        highest and lowest.
    most : float
        Above 0: what is coloured in full, and beyond it.

    Raises
    ------
    ValueError
        For an empty text, or another number of values than characters.

    Examples
    --------
    >>> dk.plots.letters("to be", [0, 0, 0, 0.5, 1.0], name="cell 7")
    cell 7 is highest (1.00) after "to be", lowest (0.00) after "t".
    """
    text, values = a_text(text), as_array("values", values).astype("float64")
    parts = list(text) if values.shape == (len(text),) else characters(text)
    if not text or values.shape != (len(parts),) or not np.isfinite(values).all():
        raise ValueError(
            f"Give one finite value for each of the text's {len(text)} characters, and at least "
            f"one; got values of shape {values.shape}."
        )
    most = number("most", most, above=0)
    shades = np.rint(np.clip(values / most, -1, 1) * SHADES).astype(int)
    spans, place = [], 0
    for shade, run in itertools.groupby(shades):
        end = place + len(list(run))
        written = "".join(SHOWN.get(c, c) for c in parts[place:end])
        spans.append(f'<span style="background:{_colour(shade)}">{html.escape(written)}</span>')
        place = end
    alt = ", ".join(
        f'{which} ({values[at]:.2f}) after "{"".join(parts[max(0, at - 24) : at + 1])}"'
        for which, at in (("highest", int(values.argmax())), ("lowest", int(values.argmin())))
    )
    alt = f"{name} is {alt}.".replace("\n", "⏎")
    box = f'<div class="dreamkit-letters" style="{BOX}">{"".join(spans)}</div>'
    return Letters(f"<figure>{box}<figcaption>{html.escape(alt)}</figcaption></figure>", alt)


def _colour(shade: int) -> str:
    towards = HIGH if shade > 0 else LOW
    mixed = MIDDLE + (towards - MIDDLE) * abs(shade) / SHADES
    return "#" + "".join(f"{round(part):02x}" for part in mixed)
