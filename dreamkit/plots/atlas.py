"""Drawing an activation atlas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from ..arguments import among, number, of_kind, several, several_names
from ..vision.atlas import Atlas, Grid
from .figure import Figure
from .fonts import pillow_font
from .pictures import pictures

FOUR = "left, top, right and bottom, in [0, 1], such as (0, 0, 0.5, 0.5)"
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
    of_kind("atlas", atlas, Atlas, "load_atlas gives one.")
    among("size", size, atlas.grids)
    given = several("window", window, FOUR)
    edges = [number("An edge of the window", edge, 0, 1) for edge in given]
    if len(edges) != 4 or edges[0] >= edges[2] or edges[1] >= edges[3]:
        raise ValueError(f"window must be {FOUR}, got {edges}.")
    names = several_names("names", names)
    grid = atlas.grids[size]
    sheet = grid.sheet(lit)
    if names and len(names) != len(grid.counts):
        raise ValueError(f"names must name each of the {len(grid.counts)} squares of this grid.")
    if names and grid.pictures.shape[1] > 4 * SMALL:
        sheet = _with_names(sheet, grid, names)
    left, top, right, bottom = (round(edge * len(sheet)) for edge in edges)
    return sheet[top:bottom, left:right]


def atlas_figure(
    atlas: Atlas,
    size: int,
    window: tuple[float, float, float, float] = (0, 0, 1, 1),
    lit: np.ndarray | None = None,
    names: Sequence[str] = (),
    *,
    alt: str | None = None,
) -> Figure:
    """The map at one of its grids, or a part of it, see ``atlas_sheet``.

    ``alt`` says what it shows; by default, which part of which map.
    """
    sheet = atlas_sheet(atlas, size, window, lit, names)
    left, top, right, bottom = (f"{edge:.0%}" for edge in window)
    part = f"from {left} to {right} across and {top} to {bottom} down"
    alt = f"The atlas of {atlas.layer}, {size} × {size}, {part}." if alt is None else alt
    return pictures(sheet, alt=alt)


def _with_names(sheet: np.ndarray, grid: Grid, names: Sequence[str]) -> np.ndarray:
    """The sheet with a name at the foot of each square, cut short where it is too long."""
    image, side, written = Image.fromarray(sheet), grid.pictures.shape[1], pillow_font(names, SMALL)
    draw = ImageDraw.Draw(image)
    for (row, column), name in zip(grid.places.tolist(), names, strict=True):
        fits = [name, *(name[:n] + "…" for n in range(len(name) - 1, 0, -1))]
        text = next((text for text in fits if written.getlength(text) < side), "")
        place = (column + 0.5) * side, (row + 1) * side - 2
        draw.text(place, text, "white", written, "md", stroke_width=1, stroke_fill="black")
    return np.asarray(image)
