"""Drawing an activation atlas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from ..arguments import among
from ..vision.atlas import Atlas, Grid
from .figure import Figure
from .pictures import font, pictures

SMALL = 11  # pixels: the height of what is written in a square


def atlas_sheet(
    atlas: Atlas,
    size: int,
    window: tuple[float, float, float, float] = (0, 0, 1, 1),
    lit: np.ndarray | None = None,
    names: Sequence[str] = (),
) -> np.ndarray:
    """A part of the map as one picture.

    Parameters
    ----------
    atlas : Atlas
    size : int
        Which of its grids.
    window : (float, float, float, float)
        Left, top, right and bottom, in [0, 1].
    lit : array, shape (squares,), in [0, 1], optional
        How bright each square of the grid is; by default all are.
    names : sequence of str, optional
        What to write into each square that has room, see ``vision.atlas.names_of``.

    Returns
    -------
    numpy.ndarray, uint8, shape (height, width, 3)
    """
    among("size", size, atlas.grids)
    grid = atlas.grids[size]
    sheet = grid.sheet(lit)
    if names and grid.pictures.shape[1] > 4 * SMALL:
        sheet = _named(sheet, grid, names)
    left, top, right, bottom = (round(edge * len(sheet)) for edge in window)
    return sheet[top:bottom, left:right]


def draw_atlas(
    atlas: Atlas,
    size: int,
    lit: np.ndarray | None = None,
    names: Sequence[str] = (),
    *,
    alt: str,
) -> Figure:
    """The whole map at one of its grids, see ``atlas_sheet``."""
    return pictures(atlas_sheet(atlas, size, lit=lit, names=names), alt=alt)


def _named(sheet: np.ndarray, grid: Grid, names: Sequence[str]) -> np.ndarray:
    """The sheet with a name at the foot of each square, cut short where it is too long."""
    image, side, written = Image.fromarray(sheet), grid.pictures.shape[1], font(SMALL)
    draw = ImageDraw.Draw(image)
    for (row, column), name in zip(grid.places.tolist(), names, strict=True):
        fits = [name, *(name[:n] + "…" for n in range(len(name) - 1, 0, -1))]
        text = next((text for text in fits if written.getlength(text) < side), "")
        place = (column + 0.5) * side, (row + 1) * side - 2
        draw.text(place, text, "white", written, "md", stroke_width=1, stroke_fill="black")
    return np.asarray(image)
