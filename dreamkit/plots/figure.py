"""A finished picture for a notebook, with words for those who can't see it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import results
from ..arguments import LONGEST, shortened
from ..files import write_whole
from ..unicode import Printable

if TYPE_CHECKING:
    import matplotlib.figure


@dataclass(frozen=True)
class Figure(Printable):
    """An encoded picture that shows itself in a notebook.

    Attributes
    ----------
    data : bytes
    mime : str
        ``"image/jpeg"``, ``"image/png"`` or ``"image/webp"``.
    alt : str
        What the picture shows, in a sentence.
    """

    data: bytes
    mime: str
    alt: str

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("Every figure needs alt text that says what it shows.")

    def __repr__(self) -> str:
        return shortened(self.alt, LONGEST)

    @property
    def tag(self) -> str:
        """The picture as an HTML tag that needs no file."""
        return results.tag(self.data, self.mime, self.alt)

    def _repr_html_(self) -> str:
        return self.tag

    def save(self, path: str | Path) -> Path:
        """Write the encoded picture to a file."""
        return write_whole(path, self.data)


class Film(Figure):
    """A picture that moves. Whoever does not want that folds it away, and it stops."""

    def _repr_html_(self) -> str:
        return f"<details open><summary>Moving; fold it to stop it.</summary>{self.tag}</details>"


def figure_of(figure: matplotlib.figure.Figure, alt: str, **settings: Any) -> Figure:
    """Encode a matplotlib figure as PNG, with room for all its labels."""
    file = io.BytesIO()
    settings = {"bbox_inches": "tight", **settings}  # None is quicker, where there is room
    figure.savefig(file, format="png", facecolor="white", **settings)
    return Figure(file.getvalue(), "image/png", alt)
