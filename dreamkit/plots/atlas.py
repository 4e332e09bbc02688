"""Laying out an activation atlas, and drawing it."""

from __future__ import annotations

import numpy as np
from sklearn.manifold import TSNE

from ..vision.atlas import Atlas
from .figure import Figure
from .pictures import pictures

PAPER = 245  # where no cell is, of 255
FAINT = 0.15  # what is left of a cell that is not lit


def lay_out(vectors: np.ndarray, seed: int = 0) -> np.ndarray:
    """Places on a map for vectors, so that those of similar direction are neighbours.

    Parameters
    ----------
    vectors : array, shape (n, channels)
    seed : int

    Returns
    -------
    numpy.ndarray, float32, shape (n, 2), in [0, 1]

    Notes
    -----
    t-SNE (van der Maaten & Hinton, 2008) of the vectors brought to length 1.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    perplexity = min(30, (len(vectors) - 1) // 3)
    tsne = TSNE(2, perplexity=perplexity, init="pca", random_state=seed)
    places = tsne.fit_transform(vectors / np.maximum(lengths, 1e-6))
    low, high = np.quantile(places, (0.005, 0.995), axis=0)  # a few strays would shrink the rest
    return np.clip((places - low) / (high - low), 0, 1)


def atlas_sheet(
    atlas: Atlas,
    size: int,
    window: tuple[float, float, float, float] = (0, 0, 1, 1),
    lit: np.ndarray | None = None,
) -> np.ndarray:
    """A part of the map as one picture.

    Parameters
    ----------
    atlas : Atlas
    size : int
        Which of its grids.
    window : (float, float, float, float)
        Left, top, right and bottom, in [0, 1].
    lit : array, shape (cells,), in [0, 1], optional
        How bright each cell of the grid is; by default all are.

    Returns
    -------
    numpy.ndarray, uint8, shape (height, width, 3)
    """
    if size not in atlas.grids:
        raise ValueError(f"The atlas has grids of {', '.join(map(str, atlas.grids))}, got {size}.")
    cells = atlas.grids[size]
    side = cells.pictures.shape[1]
    sheet = np.full((size, side, size, side, 3), PAPER, "float32")
    rows, columns = cells.places.T
    bright = np.ones(len(rows)) if lit is None else FAINT + (1 - FAINT) * np.asarray(lit)
    shown = cells.pictures.astype("float32") - PAPER  # bytes can't be negative
    sheet[rows, :, columns] = PAPER + shown * bright[:, None, None, None]
    sheet = sheet.reshape(size * side, size * side, 3).astype("uint8")
    left, top, right, bottom = (round(edge * size * side) for edge in window)
    return sheet[top:bottom, left:right]


def draw_atlas(atlas: Atlas, size: int, lit: np.ndarray | None = None, *, alt: str) -> Figure:
    """The whole map at one of its grids, see ``atlas_sheet``."""
    return pictures(atlas_sheet(atlas, size, lit=lit), alt=alt)
