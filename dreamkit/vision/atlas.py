"""An activation atlas: what a layer sees in thousands of pictures, laid out as a map.

After Carter, Armstrong, Schubert, Johnson & Olah, "Exploring Neural Networks with Activation
Atlases" (Distill, 2019). ``python -m recipes.atlas`` makes those that are bundled.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..arguments import as_array, as_path, of_kind, spoken
from ..files import whole_file
from ..images import SIDES
from ..networks.network import Network
from ..pretrained import WEIGHTS, checkpoint
from ..results import shown
from ..unicode import Printable

QUALITY = 80  # of the pictures in the file
PAPER = 245  # where no square is, of 255
FAINT = 0.15  # what is left of a square that is not lit
SMALLEST = 0.4  # of the side of a square: few activations fell into it


@dataclass(frozen=True, eq=False)
class Grid(Printable):
    """One grid over the map: every square that enough activations fell into.

    Attributes
    ----------
    size : int
        Rows and columns of the grid.
    places : numpy.ndarray, int, shape (squares, 2)
        Row and column of each square.
    counts : numpy.ndarray, int, shape (squares,)
        How many activations were averaged.
    means : numpy.ndarray, float32, shape (squares, channels)
    pictures : numpy.ndarray, uint8, shape (squares, side, side, 3)
        Each mean activation, visualised.
    """

    size: int
    places: np.ndarray
    counts: np.ndarray
    means: np.ndarray
    pictures: np.ndarray

    def __repr__(self) -> str:
        return f"<Grid of {self.size} × {self.size}: {len(self.counts)} squares filled>"

    def _repr_html_(self) -> str:
        return shown(self.sheet(), f"A map of {len(self.counts)} things that a layer sees.")

    def sheet(self, lit: np.ndarray | None = None) -> np.ndarray:
        """The whole map as one picture, see ``plots.atlas_sheet``: uint8 (height, width, 3)."""
        side, squares = self.pictures.shape[1], (len(self.counts),)
        bright = np.ones(squares) if lit is None else as_array("lit", lit)
        if bright.shape != squares or not (bright >= 0).all() or not (bright <= 1).all():
            raise ValueError(
                f"lit must hold a number in [0, 1] for each of the {squares[0]} squares of this "
                f"grid, got shape {bright.shape}."
            )
        sheet = np.full((self.size * side, self.size * side, 3), PAPER, "uint8")
        sizes = side * np.sqrt(self.counts / np.median(self.counts)).clip(SMALLEST, 1)
        bright = FAINT + (1 - FAINT) * bright
        for place, picture, size, light in zip(
            self.places, self.pictures, sizes.round().astype(int), bright, strict=True
        ):
            shown = np.asarray(Image.fromarray(picture).resize((size, size)), "float32")
            top, left = place * side + (side - size) // 2
            sheet[top : top + size, left : left + size] = PAPER + (shown - PAPER) * light
        return sheet


@dataclass(frozen=True, eq=False)
class Atlas(Printable):
    """A map of one layer at several grids, coarse to fine.

    Attributes
    ----------
    layer : str
    grids : dict of int to Grid
        By their size.

    Taught in lesson 06.
    """

    layer: str
    grids: dict[int, Grid]

    def __repr__(self) -> str:
        sizes = ", ".join(
            f"{size} × {size}: {len(grid.counts)}" for size, grid in self.grids.items()
        )
        return f"<Atlas of {self.layer}; squares at {sizes}>"

    def _repr_html_(self) -> str:
        return shown(self.grids[min(self.grids)].sheet(), f"A map of what {self.layer} sees.")

    def save(self, path: str | Path) -> Path:
        """Write the atlas, whole or not at all, to one ``.npz`` file, its pictures as WebP."""
        arrays: dict[str, Any] = {"layer": self.layer, "sizes": list(self.grids)}
        for size, grid in self.grids.items():
            arrays[f"places{size}"] = grid.places.astype("uint8")
            arrays[f"counts{size}"] = grid.counts.astype("int32")
            arrays[f"means{size}"] = grid.means.astype("float16")
            arrays[f"pictures{size}"] = _packed(grid.pictures)
        with whole_file(path) as file:
            np.savez(file, **arrays)
        return as_path(path)


def load_atlas(source: str | Path = "efficientnet_lite0") -> Atlas:
    """An atlas: that of a bundled network, by the network's name, or of an ``.npz`` file.

    Raises
    ------
    FileNotFoundError, ValueError
        There is no such file; it is damaged, or is no atlas.

    Examples
    --------
    >>> dk.load_atlas("dreamnet").layer
    'mixed6'

    Taught in lesson 06.
    """
    bundled = [path.stem.removesuffix("_atlas") for path in WEIGHTS.glob("*_atlas.npz")]
    path = as_path(source)
    if str(source) in bundled:
        path, _ = checkpoint(f"{source}_atlas")
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file {path}. Atlas.save writes one; bundled are those of "
            f"{spoken(sorted(bundled))}."
        )
    try:
        with np.load(path, allow_pickle=False) as found:
            grids = {}
            for size in found["sizes"].tolist():
                places, counts = found[f"places{size}"].astype("int32"), found[f"counts{size}"]
                means = found[f"means{size}"].astype("float32")
                pictures = _unpacked(found[f"pictures{size}"])
                grids[size] = Grid(size, places, counts, means, pictures)
            return Atlas(str(found["layer"]), grids)
    except Exception as error:  # each kind of damage has an error of its own
        raise ValueError(
            f"{path} is no atlas, or is cut short or damaged ({error}). Atlas.save writes one."
        ) from error


def class_scores(network: Network, means: np.ndarray) -> np.ndarray:
    """What a network that ends in an average and one dense layer says of its last activations.

    Such a network's logits are the mean, over positions, of these scores: what a square of the
    atlas speaks for is known exactly.

    Parameters
    ----------
    network : Network
    means : array, shape (..., channels)
        Activations of its last junction.

    Returns
    -------
    numpy.ndarray, float32, shape (..., classes)

    Raises
    ------
    ValueError
        When the activations are not those that the last dense layer takes.
    """
    of_kind("network", network, Network, "load_network gives one.")
    means = as_array("means", means)
    weights, *bias = network.model.layers[-1].get_weights() or [np.zeros((0, 0))]
    if means.ndim == 0 or means.shape[-1] != len(weights) or weights.ndim != 2:
        raise ValueError(
            f"The classes of {network.name} are told from {len(weights)} channels, got means of "
            f"shape {means.shape}: make the atlas at {network.layers[-1]!r}."
        )
    return np.asarray(means @ weights + sum(bias))


def check_grid(grid: Any) -> None:
    """Raise TypeError for anything but a Grid."""
    of_kind("grid", grid, Grid, "atlas.grids holds them, by their size.")


def names_of(network: Network, grid: Grid) -> list[str]:
    """The class that each square speaks for most, see ``class_scores``."""
    check_grid(grid)
    return [network.classes[best] for best in class_scores(network, grid.means).argmax(-1)]


def speaking_for(network: Network, grid: Grid, name: str) -> np.ndarray:
    """How much each square speaks for a class: shape (squares,), in [0, 1], 1 where it does most.

    Raises
    ------
    ValueError
        When the network has no class of that name, or as for ``class_scores``.
    """
    check_grid(grid)
    score = class_scores(network, grid.means)[:, network.class_number(name)]
    return np.asarray(np.clip(score / score.max(), 0, 1) ** 2)


def _packed(pictures: np.ndarray) -> np.ndarray:
    """Pictures in one column, as the bytes of as many WebP files as its largest height asks for."""
    files, most = [], SIDES[".webp"] // pictures.shape[1]
    for start in range(0, len(pictures), most):
        file = io.BytesIO()
        part = pictures[start : start + most]
        Image.fromarray(part.reshape(-1, *part.shape[2:])).save(file, "WEBP", quality=QUALITY)
        files.append(file.getvalue())
    lengths = np.array([len(f) for f in files], "<i4").tobytes()
    header = np.array([len(files)], "<i4").tobytes()
    return np.frombuffer(header + lengths + b"".join(files), "uint8")


def _unpacked(data: np.ndarray) -> np.ndarray:
    count = int(data[:4].view("<i4")[0])
    ends = 4 + 4 * count + np.cumsum(data[4 : 4 + 4 * count].view("<i4"))
    starts = [4 + 4 * count, *ends[:-1]]
    columns = [
        np.asarray(Image.open(io.BytesIO(data[start:end].tobytes())).convert("RGB"))
        for start, end in zip(starts, ends, strict=True)
    ]
    return np.concatenate([c.reshape(-1, c.shape[1], c.shape[1], 3) for c in columns])
