"""A finished picture for a notebook, with words for those who can't see it."""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.figure


@dataclass(frozen=True)
class Figure:
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
        return self.alt

    @property
    def tag(self) -> str:
        """The picture as an HTML tag that needs no file."""
        text = base64.b64encode(self.data).decode()
        alt = html.escape(self.alt, quote=True)
        return f'<img style="max-width:100%" alt="{alt}" src="data:{self.mime};base64,{text}">'

    def _repr_html_(self) -> str:
        return self.tag  # as an image, it would lose its alt text in JupyterLab and on the web

    def save(self, path: str | Path) -> Path:
        """Write the encoded picture to a file."""
        Path(path).write_bytes(self.data)
        return Path(path)


class Film(Figure):
    """A picture that moves. Whoever does not want that folds it away, and it stops."""

    def _repr_html_(self) -> str:
        return f"<details open><summary>Moving; fold it to stop it.</summary>{self.tag}</details>"


def drawn(figure: matplotlib.figure.Figure, alt: str, **settings: Any) -> Figure:
    """Encode a matplotlib figure as PNG, with room for all its labels."""
    file = io.BytesIO()
    settings = {"bbox_inches": "tight", **settings}  # None is quicker, where there is room
    figure.savefig(file, format="png", facecolor="white", **settings)
    return Figure(file.getvalue(), "image/png", alt)
