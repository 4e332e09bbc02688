"""From an atlas to an attack: a patch that makes a network see another class.

After the example in Carter et al., "Exploring Neural Networks with Activation Atlases" (Distill,
2019), where a picture of noodles turns a frying pan into a wok.
"""

from __future__ import annotations

import numpy as np
from keras import ops

from ..arguments import as_seed, pair, several, whole
from ..images import as_batch, as_picture
from ..networks.loading import as_network
from ..networks.network import Network
from ..objectives import directions
from ..objectives.objective import LOGITS
from ..vision.atlas import Grid, check_grid, class_scores
from ..vision.features import visualise

BATCH = 100
PAIRS = 'pairs of classes, [("source", "target")]'
STEPS = 80  # of a drawing that is as small as a patch


def similar_classes(network: Network, grid: Grid) -> list[tuple[float, str, str]]:
    """Every pair of classes, those first whose scores over the squares of an atlas agree most.

    Returns
    -------
    list of (correlation, class, class)
    """
    check_grid(grid)
    between = np.corrcoef(class_scores(network, grid.means).T)
    first, second = np.triu_indices(len(between), 1)
    order = np.argsort(-between[first, second])
    names = network.classes
    pairs = zip(first[order], second[order], strict=True)
    return [(float(between[a, b]), names[a], names[b]) for a, b in pairs]


def suggested_square(network: Network, grid: Grid, source: str, target: str) -> int:
    """The square that speaks most for one class and against another."""
    check_grid(grid)
    scores = class_scores(network, grid.means)
    to, away = network.class_number(target), network.class_number(source)
    return int(np.argmax(scores[:, to] - scores[:, away]))


def suggested_patches(
    network: Network, layer: str, grid: Grid | None, pairs: list[tuple[str, str]], side: int = 32
) -> np.ndarray:
    """For each (source, target), a drawing of what makes the suggested square speak for the target.

    Parameters
    ----------
    network : Network
    layer : str
        The atlas's.
    grid : Grid or None
        None is the control, drawn without an atlas: all that tells the two classes apart, whether
        a square has it or not.
    pairs : list of (str, str)
    side : int
        Pixels. It is drawn at the size that it is pasted at: shrunk, things in it would lose the
        size that the network looks for.

    Returns
    -------
    numpy.ndarray, float32, shape (pairs, side, side, 3), RGB in [0, 1]
    """
    network = as_network(network)
    weights, _ = network.model.layers[-1].get_weights()
    if grid is not None:
        check_grid(grid)
    vectors = []
    for each in several("pairs", pairs, PAIRS):
        source, target = pair("A pair", each, PAIRS)
        to, away = network.class_number(target), network.class_number(source)
        mean = grid.means[suggested_square(network, grid, source, target)] if grid else 1
        vectors.append(mean * (weights[:, to] - weights[:, away]))
    if not vectors:
        raise ValueError(f"There are no pairs. Give {PAIRS}.")
    aims = directions(layer, np.stack(vectors))
    drawn = visualise(network, aims, count=len(vectors), side=side, steps=STEPS)
    return np.stack([picture.image for picture in drawn])


def square_patch(grid: Grid, square: int, side: int) -> np.ndarray:
    """The middle of a square's drawing, a patch to compare with: float32 (side, side, 3)."""
    check_grid(grid)
    picture = grid.pictures[whole("square", square, 0, len(grid.pictures) - 1)]
    side = whole("side", side, 1, len(picture))
    start = (len(picture) - side) // 2
    return np.asarray(picture[start : start + side, start : start + side] / np.float32(255))


def pasted(pictures: np.ndarray, patch: np.ndarray, seed: int = 0) -> np.ndarray:
    """Pictures with a patch in one of their corners, chosen by chance for each.

    Parameters
    ----------
    pictures : array, float32, shape (n, height, width, 3), in [0, 1]
    patch : array, shape (side, side, 3), in [0, 1]
    seed : int

    Returns
    -------
    numpy.ndarray, float32, shape (n, height, width, 3)

    Raises
    ------
    ValueError
        When the patch is larger than the pictures.
    """
    changed, patch = as_batch(pictures).copy(), as_picture(patch)
    height, width = changed.shape[1:3]
    side = len(patch)
    if patch.shape[1] != side:
        raise ValueError(f"A patch is square, got {patch.shape}.")
    if side > min(height, width):
        raise ValueError(f"A patch of {side} pixels does not fit pictures of {height} × {width}.")
    rng = np.random.default_rng(as_seed(seed))
    for picture, (low, right) in zip(changed, rng.integers(2, size=(len(changed), 2)), strict=True):
        top, left = low * (height - side), right * (width - side)
        picture[top : top + side, left : left + side] = patch
    return changed


def winners(network: Network, pictures: np.ndarray) -> np.ndarray:
    """The number of the class that wins in each picture, shape (n,); they are float32 in [0, 1]."""
    network, pictures = as_network(network), as_batch(pictures)
    answers = network.features([LOGITS])
    parts = [pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH)]
    logits = [ops.convert_to_numpy(answers(part)[LOGITS]) for part in parts]
    return np.asarray(np.concatenate(logits).argmax(-1))
