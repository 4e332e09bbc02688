"""Gradients of pictures too large for memory, gathered tile by tile without seams."""

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops

from ..ascent import Climber
from ..backend import on_gpu
from ..memory import free_gpu_memory, free_memory
from ..networks.network import Network

SMALLEST, LARGEST_ON_CPU, LARGEST = 320, 640, 5120  # pixels; a CPU gains nothing from larger tiles
BYTES = 4  # of memory for each number computed; 1.9 and 2.5 seen (InceptionV3, DreamNet), on a CPU


def fitting(
    network: Network, layers: tuple[str, ...], longest: int, wanted: int | None = None
) -> int:
    """Side, in pixels, of the largest tile for which there is memory, or of the one wanted.

    It is ``SMALLEST`` doubled again and again, so that it changes only where free memory does much.
    """
    if network.fixed_size(layers):
        return max(SMALLEST, longest)
    if wanted or longest <= SMALLEST:
        return wanted or SMALLEST
    free = free_gpu_memory() if on_gpu() else None
    most = LARGEST
    if free is None:
        free, most = free_memory(), LARGEST_ON_CPU
    per_pixel = BYTES * network.numbers_per_pixel(layers)
    side = SMALLEST
    while side < min(longest, most) and (2 * side) ** 2 * per_pixel < free / 2:
        side *= 2
    return side


class Tiled:
    """A climber that looks at one picture and preconditions its gradient tile by tile.

    Equally large tiles overlap by a quarter and fade into each other: near its edge a tile lacks
    its surroundings. The whole picture is shifted, so that they meet elsewhere at every step.
    """

    def __init__(self, climber: Climber, side: int) -> None:
        self.climber, self.side = climber, side

    def look(
        self, x: Any, weights: Any, data: Any, draw: Any
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """As ``Climber.look``, for one picture of any size."""
        (shift,) = draw
        still, scores, silent = (np.zeros_like(shift),), [], False

        def look_at(tile: np.ndarray) -> Any:
            nonlocal silent
            score, gradient = self.climber.look(tile, weights, data, still)
            scores.append(ops.convert_to_numpy(score))
            silent = gradient is None
            return tile if silent else gradient

        gradient = gathered(look_at, x, self.side, shift)
        return np.mean(scores, axis=0), None if silent else gradient

    def step(self, x: Any, inputs: Any, draw: Any, settings: Any, how: Any) -> Any:
        """As ``Climber.step``."""
        scores, gradient = self.look(x, inputs[0], inputs[1], draw)
        if gradient is None:
            return scores, None, None

        def preconditioned(tile: np.ndarray) -> Any:
            return self.climber.precondition(tile, *settings)

        return scores, *self.climber.moved(x, gathered(preconditioned, gradient, self.side), *how)


def gathered(
    function: Callable[[np.ndarray], Any], x: Any, side: int, shift: tuple[int, int] = (0, 0)
) -> np.ndarray:
    """Apply ``function`` to overlapping tiles of a shifted picture and put the results together.

    What comes back is in the places of the picture as it was before the shift.
    """
    x = ops.convert_to_numpy(x)
    total, weight = np.zeros_like(x), np.zeros(x.shape[1:3] + (1,), "float32")
    for rows, vertical in _windows(x.shape[1], side, shift[0]):
        for columns, horizontal in _windows(x.shape[2], side, shift[1]):
            here = np.ix_(rows, columns)
            window = (vertical[:, None] * horizontal)[:, :, None]
            total[0][here] += window * ops.convert_to_numpy(function(x[0][here][None]))[0]
            weight[here] += window
    total /= weight
    return np.asarray(total)


def _windows(length: int, side: int, shift: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The places of equally spaced tiles along one axis, and their weights, fading at inner edges.

    Places are counted before the shift, weights after it.
    """
    side = min(side, length)
    overlap = side // 4
    count = 1 + int(np.ceil((length - side) / (side - overlap)))
    starts = np.linspace(0, length - side, count).round().astype(int)
    # nothing from the outermost quarter of the overlap, then a smooth rise to 1
    rise = np.clip((np.arange(overlap) - overlap / 4) / (overlap / 2), 0.0, 1.0)
    rise = (0.5 - 0.5 * np.cos(np.pi * rise)).astype("float32")
    windows = []
    for start in starts:
        weights = np.ones(side, "float32")
        if start > 0:
            weights[:overlap] = rise
        if start < length - side:
            weights[side - overlap :] = rise[::-1]
        windows.append(((np.arange(start, start + side) - shift) % length, weights))
    return windows
