"""An activation atlas: what a layer sees in thousands of pictures, laid out as a map.

After Carter, Armstrong, Schubert, Johnson & Olah, "Exploring Neural Networks with Activation
Atlases" (Distill, 2019). ``python -m dreamkit.training.atlas`` makes one.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops
from PIL import Image

from ..pretrained import bundled
from ..saving import whole_file
from .networks import Network

QUALITY = 80  # of the pictures in the file


@dataclass(frozen=True, eq=False)
class Cells:
    """One grid over the map: a cell for every square that enough activations fell into.

    Attributes
    ----------
    size : int
        Rows and columns of the grid.
    places : numpy.ndarray, int, shape (cells, 2)
        Row and column of each cell.
    counts : numpy.ndarray, int, shape (cells,)
        How many activations were averaged.
    means : numpy.ndarray, float32, shape (cells, channels)
    pictures : numpy.ndarray, uint8, shape (cells, side, side, 3)
        Each mean activation, visualised.
    """

    size: int
    places: np.ndarray
    counts: np.ndarray
    means: np.ndarray
    pictures: np.ndarray


@dataclass(frozen=True, eq=False)
class Atlas:
    """A map of one layer at several grids, coarse to fine.

    Attributes
    ----------
    layer : str
    grids : dict of int to Cells
        By their size.
    """

    layer: str
    grids: dict[int, Cells]

    def __repr__(self) -> str:
        sizes = ", ".join(f"{size} × {size}: {len(c.counts)}" for size, c in self.grids.items())
        return f"<Atlas of {self.layer}; cells at {sizes}>"

    def save(self, path: str | Path) -> Path:
        """Write the atlas, whole or not at all, to one ``.npz`` file, its pictures as WebP."""
        arrays: dict[str, Any] = {
            "layer": np.array(self.layer),
            "sizes": np.array(list(self.grids)),
        }
        for size, cells in self.grids.items():
            arrays[f"places{size}"] = cells.places.astype("uint8")
            arrays[f"counts{size}"] = cells.counts.astype("int32")
            arrays[f"means{size}"] = cells.means.astype("float16")
            arrays[f"pictures{size}"] = _packed(cells.pictures)
        path = Path(path)
        with whole_file(path) as file:
            np.savez(file, **arrays)
        return path


def load_atlas(path: str | Path | None = None) -> Atlas:
    """An atlas of a file; by default DreamNet's, which is bundled.

    Raises
    ------
    FileNotFoundError, ValueError
        There is no such file; the bundled one is damaged.

    Examples
    --------
    >>> load_atlas().layer
    'mixed6'
    """
    with np.load(bundled("atlas") if path is None else path, allow_pickle=False) as found:
        grids = {
            int(size): Cells(
                int(size),
                found[f"places{size}"].astype("int32"),
                found[f"counts{size}"],
                found[f"means{size}"].astype("float32"),
                _unpacked(found[f"pictures{size}"]),
            )
            for size in found["sizes"]
        }
        return Atlas(str(found["layer"]), grids)


def sampled(network: Network, layer: str, pictures: np.ndarray, seed: int = 0) -> np.ndarray:
    """What a layer answers at one random position of each picture, so that each counts once.

    Parameters
    ----------
    network : Network
    layer : str
    pictures : array, float32, shape (n, height, width, 3), in [0, 1]
    seed : int

    Returns
    -------
    numpy.ndarray, float32, shape (n, channels)
    """
    answers = ops.convert_to_numpy(network.features([layer])(pictures)[layer])
    rng = np.random.default_rng(seed)
    row, column = (rng.integers(n, size=len(pictures)) for n in answers.shape[1:3])
    return answers[np.arange(len(pictures)), row, column]


def binned(
    vectors: np.ndarray, points: np.ndarray, size: int, fewest: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Average the vectors in each square of a grid.

    Parameters
    ----------
    vectors : array, shape (n, channels)
    points : array, shape (n, 2)
        Where each lies on the map: across and down, in [0, 1].
    size : int
        Rows and columns of the grid.
    fewest : int
        Squares with fewer vectors are left empty.

    Returns
    -------
    places : numpy.ndarray, int, shape (cells, 2)
        Row and column.
    counts : numpy.ndarray, int, shape (cells,)
    means : numpy.ndarray, float32, shape (cells, channels)
    """
    column, row = np.minimum((points * size).astype(int), size - 1).T
    square = row * size + column
    counts = np.bincount(square, minlength=size * size)
    kept = np.flatnonzero(counts >= fewest)
    means = np.array([vectors[square == s].mean(0) for s in kept], "float32")
    return np.stack([kept // size, kept % size], axis=1), counts[kept], means


def class_scores(network: Network, means: np.ndarray) -> np.ndarray:
    """What a network that ends in an average and one dense layer says of its last activations.

    Such a network's logits are the mean, over positions, of these scores: what a cell of the
    atlas speaks for is known exactly.

    Parameters
    ----------
    network : Network
    means : array, shape (n, channels)
        Activations of its last junction.

    Returns
    -------
    numpy.ndarray, float32, shape (n, classes)

    Raises
    ------
    ValueError
        When the activations are not those that the last dense layer takes.
    """
    weights, bias = network.model.layers[-1].get_weights()
    if means.shape[-1] != len(weights):
        raise ValueError(
            f"The classes of {network.name} are told from {len(weights)} channels, got "
            f"{means.shape[-1]}: make the atlas at {network.layers[-1]!r}."
        )
    return means @ weights + bias


def speaking_for(network: Network, cells: Cells, name: str) -> np.ndarray:
    """How much each cell speaks for a class: shape (cells,), in [0, 1], 1 where it does most.

    Raises
    ------
    ValueError
        When the network has no class of that name, or as for ``class_scores``.
    """
    if name not in network.classes:
        raise ValueError(f"{network.name} has no class {name!r}; its names are in .classes.")
    score = class_scores(network, cells.means)[:, network.classes.index(name)]
    return np.clip(score / score.max(), 0, 1) ** 2


def _packed(pictures: np.ndarray) -> np.ndarray:
    """Pictures in one column, as the bytes of a WebP file for each 200 (it has a largest size)."""
    files = []
    for start in range(0, len(pictures), 200):
        file = io.BytesIO()
        part = pictures[start : start + 200]
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
