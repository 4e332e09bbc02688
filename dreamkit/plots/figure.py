"""A finished picture for a notebook, with words for those who can't see it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from .. import results
from ..arguments import LONGEST, among, as_path, number, of_kind, pair, shortened
from ..files import write_whole
from ..images import save_picture
from ..unicode import Printable

if TYPE_CHECKING:
    import matplotlib.figure

# How the names of files end that hold such data as it is.
ENDINGS = {"image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",), "image/webp": (".webp",)}


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
        of_kind("data", self.data, bytes, "It is an encoded picture.")
        among("mime", self.mime, ENDINGS)
        if not isinstance(self.alt, str) or not self.alt.strip():
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
        """Write the picture as PNG, JPEG or WebP, by the name's ending: as it is, or converted."""
        if as_path(path).suffix.lower() in ENDINGS[self.mime]:
            return write_whole(path, self.data)
        with Image.open(io.BytesIO(self.data)) as picture:
            return save_picture(picture, path)


class Film(Figure):
    """A picture that moves. Whoever does not want that folds it away, and it stops."""

    def save(self, path: str | Path) -> Path:
        """Write the film as it is, WebP; ``save_film`` makes others of its frames."""
        if as_path(path).suffix.lower() not in ENDINGS[self.mime]:
            raise ValueError(
                f"This film is WebP: give it a name that ends in .webp, got {str(path)!r}. "
                "save_film(frames, path) makes GIF and MP4 too."
            )
        return write_whole(path, self.data)

    def _repr_html_(self) -> str:
        return f"<details open><summary>Moving; fold it to stop it.</summary>{self.tag}</details>"


def inches(size: Any) -> tuple[float, float]:
    """The width and height that an argument is; ValueError otherwise."""
    width, height = pair("size", size, "(width, height) in inches")
    return number("A width", width, 0.5, 100), number("A height", height, 0.5, 100)


def figure_of(figure: matplotlib.figure.Figure, alt: str, **settings: Any) -> Figure:
    """Encode a matplotlib figure as PNG, with room for all its labels."""
    file = io.BytesIO()
    settings = {"bbox_inches": "tight", **settings}  # None is quicker, where there is room
    figure.savefig(file, format="png", facecolor="white", **settings)
    return Figure(file.getvalue(), "image/png", alt)
