"""Pictures side by side, and films."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from ..arguments import by_name, several, shortened, whole
from ..images import as_pillow
from ..results import WIDTH, fitted, jpeg
from ..vision.filming import write_film
from .figure import Figure, Film
from .fonts import pillow_font

GAP = 12
LINE = 20  # height of a line of a title


def pictures(shown: Any, *, columns: int | None = None, alt: str | None = None) -> Figure:
    """Pictures side by side, each under its title.

    Parameters
    ----------
    shown : mapping of str to picture, or one picture
        Pictures are arrays as ``as_picture`` takes them, or dreams.
    columns : int, optional
        By default up to three.
    alt : str, optional
        What the figure shows. By default composed of the titles.

    Returns
    -------
    Figure
        At most 960 pixels wide; no picture is enlarged.

    Examples
    --------
    >>> dk.plots.pictures({"grey": np.full((40, 60), 0.5), "white": np.ones((40, 60))})
    Pictures side by side: grey; white.
    """
    if not isinstance(shown, Mapping):
        shown = {"": shown}
    if not shown:
        raise ValueError("There is no picture to show.")
    shown = by_name("shown", shown, '{"before": photo}')
    images = {title: as_pillow(picture) for title, picture in shown.items()}
    columns = min(3, len(images)) if columns is None else whole("columns", columns, 1, 20)
    cell = (WIDTH - GAP * (columns - 1)) // columns
    cell = min(cell, max(image.width for image in images.values()))
    images = {title: fitted(image, cell) for title, image in images.items()}
    rows = [list(images.items())[i : i + columns] for i in range(0, len(images), columns)]
    font = pillow_font(images)
    titles = {title: _in_lines(shortened(title, 300), cell - 4, font) for title in images}
    title_height = LINE * max(text.count("\n") + 1 for text in titles.values()) + 10
    title_height = title_height if any(images) else 0

    heights = [title_height + max(image.height for _, image in row) for row in rows]
    size = (cell * columns + GAP * (columns - 1), sum(heights) + GAP * (len(rows) - 1))
    sheet = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(sheet)
    top = 0
    for row, height in zip(rows, heights, strict=True):
        for column, (title, image) in enumerate(row):
            left = column * (cell + GAP)
            draw.text((left + 2, top + 6), titles[title], "#222222", font, spacing=3)
            sheet.paste(image, (left, top + title_height))
        top += height + GAP
    names = "; ".join(title for title in images if title)
    alt = f"Pictures side by side: {names}." if alt is None else alt
    return Figure(jpeg(sheet), "image/jpeg", alt)


def film(frames: Iterable[np.ndarray], *, fps: float = 12, alt: str) -> Film:
    """An endless animation of equally large pictures."""
    file, frames = io.BytesIO(), several("frames", frames, "a list of pictures")
    write_film(frames, file, "WEBP", fps, quality=70)
    return Film(file.getvalue(), "image/webp", alt)


def _in_lines(title: str, width: int, font: Any) -> str:
    """The title broken into lines that fit: between words, or inside one that is too long."""
    lines = [title]
    for characters in range(len(title), 0, -1):
        lines = textwrap.wrap(title, characters) or [""]
        if max(map(font.getlength, lines)) <= width:
            break
    return "\n".join(lines)
