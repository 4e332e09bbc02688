"""Hinton diagrams of weights, and the channels of a layer as small pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from ..arguments import a_text, as_array, several_names, whole
from ..images import as_picture, resize
from ..results import WIDTH
from .figure import Figure, figure_of
from .fonts import lettering
from .pictures import pictures

SQUARE = 0.26  # inches that a weight gets


def hinton(
    weights: np.ndarray,
    *,
    alt: str,
    rows: str | Sequence[str] = "",
    columns: str | Sequence[str] = "",
) -> Figure:
    """A Hinton diagram: a square for every weight, white if positive, black if negative.

    Parameters
    ----------
    weights : array, shape (rows, columns)
    alt : str
    rows, columns : str or sequence of str
        What they are, or the name of each.

    Returns
    -------
    Figure
        The area of a square is in proportion to the weight's size; the largest fills its place.

    Raises
    ------
    ValueError
        Unless the weights are a matrix.

    Notes
    -----
    After Hinton & Shallice, "Lesioning an Attractor Network" (1991).

    Examples
    --------
    >>> dk.plots.hinton(np.array([[1.0, -0.25]]), alt="A large weight and a small negative one.")
    A large weight and a small negative one.
    """
    weights = as_array("weights", weights).astype("float64")
    if weights.ndim != 2 or not weights.size or not np.isfinite(weights).all():
        raise ValueError(
            f"A Hinton diagram shows a matrix of finite numbers, got shape {weights.shape}."
        )
    height, width = weights.shape
    rows, columns = _names("rows", rows, height), _names("columns", columns, width)
    with lettering(*rows, *columns):
        canvas = Canvas(figsize=(width * SQUARE + 0.5, height * SQUARE + 0.5), dpi=110)
        axes = canvas.add_subplot(facecolor="#808080", aspect="equal")
        axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
        for axis, what in ((axes.yaxis, rows), (axes.xaxis, columns)):
            label, names = (what, []) if isinstance(what, str) else ("", what)
            axis.set_label_text(label)
            axis.set_ticks(range(len(names)), names)
            axis.set_tick_params(length=0)
        sides = np.sqrt(np.abs(weights) / (np.abs(weights).max() or 1.0))
        for (row, column), side in np.ndenumerate(sides):
            colour = "white" if weights[row, column] > 0 else "black"
            corner = (column - side / 2, row - side / 2)
            axes.add_patch(Rectangle(corner, side, side, facecolor=colour, linewidth=0))
        return figure_of(canvas, alt)


def _names(name: str, given: Any, count: int) -> str | tuple[str, ...]:
    """What rows or columns are, or the name of each; TypeError or ValueError for anything else."""
    if isinstance(given, str):
        return a_text(given)
    names = several_names(name, given)
    if len(names) != count:
        raise ValueError(f"{name} must name each of the {count}, or all in one; got {len(names)}.")
    return names


def channels(
    activations: np.ndarray, count: int = 18, *, side: int = 96, alt: str | None = None
) -> Figure:
    """The channels of a layer that answer most to a picture, each as a map of where.

    Parameters
    ----------
    activations : array, shape (rows, columns, channels) or (1, rows, columns, channels)
    count : int
    side : int
        Width of a map, in pixels.
    alt : str, optional

    Returns
    -------
    Figure
        Strongest mean first; dark is 0, and each map's own largest value is bright.
    """
    count, side = whole("count", count), whole("side", side, 1, WIDTH)
    found = as_array("activations", activations).astype("float32")
    grid = found[0] if found.ndim == 4 and len(found) == 1 else found
    if grid.ndim != 3 or not grid.size or not np.isfinite(grid).all():
        raise ValueError(
            "activations must be finite, (rows, columns, channels) of one picture, got shape "
            f"{found.shape}."
        )
    strongest = np.argsort(-grid.mean((0, 1)), kind="stable")[:count]
    height = max(1, round(side * grid.shape[0] / grid.shape[1]))
    shown = {}
    for channel in strongest:
        plane = np.maximum(grid[:, :, channel], 0)
        plane = np.clip(resize(plane / (plane.max() or 1.0), height, side), 0, 1)
        shown[f"channel {channel}"] = colormaps["inferno"](plane)[:, :, :3]
    names = ", ".join(map(str, strongest[:3]))
    alt = f"Where channels {names} and others answer." if alt is None else alt
    return pictures(shown, columns=6, alt=alt)


def painted(photo: np.ndarray, where: np.ndarray) -> np.ndarray:
    """A photo, grey but for the places where something is.

    Parameters
    ----------
    photo : array, shape (height, width, 3)
    where : array, shape (rows, columns), in [0, 1]

    Returns
    -------
    numpy.ndarray, float32, shape (height, width, 3)
    """
    photo, where = as_picture(photo), as_array("where", where)
    if where.ndim != 2 or not where.size or not np.isfinite(where).all():
        raise ValueError(f"where must be finite numbers (rows, columns), got {where.shape}.")
    mask = np.clip(resize(where, *photo.shape[:2]), 0, 1)[:, :, None]
    grey = 0.35 * photo.mean(axis=2, keepdims=True)
    return np.asarray((grey + (photo - grey) * mask).astype("float32"))
