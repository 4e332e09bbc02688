"""Gradients of pictures too large for memory, gathered tile by tile without seams."""

from collections.abc import Callable
from typing import Any

import numpy as np


def in_tiles(look: Callable[..., tuple[Any, Any]], side: int) -> Callable[..., tuple[Any, Any]]:
    """Make a climber's ``look`` gather its gradient from overlapping tiles.

    Parameters
    ----------
    look : callable
        ``look(x, weights, data, draw) -> (scores, gradient)``.
    side : int
        Height and width of a tile, in pixels. Neighbours overlap by at least a quarter of it, and
        where they do one fades into the other: what a network sees near the edge of a tile lacks
        its surroundings, so there the neighbour's gradient counts.

    Returns
    -------
    callable
        The same, for ``x`` of any size and one picture. All tiles are equally large, so that
        their gradients can be added; the score is the mean over the tiles.
    """

    def look_in_tiles(x: Any, *inputs: Any) -> tuple[np.ndarray, np.ndarray]:
        x = np.asarray(x)
        height, width = min(side, x.shape[1]), min(side, x.shape[2])
        total, weight, scores = np.zeros_like(x), np.zeros(x.shape[1:3] + (1,), "float32"), []
        for top, vertical in _windows(x.shape[1], height):
            for left, horizontal in _windows(x.shape[2], width):
                window = (vertical[:, None] * horizontal)[:, :, None]
                here = np.s_[top : top + height, left : left + width]
                score, gradient = look(x[:, *here], *inputs)
                total[:, *here] += window * np.asarray(gradient)
                weight[here] += window
                scores.append(score)
        total /= weight
        return np.mean(scores, axis=0), total

    return look_in_tiles


def shifted_whole(look: Callable[..., tuple[Any, Any]]) -> Callable[..., tuple[Any, Any]]:
    """Make ``look`` shift the whole picture, before it is cut into tiles, by the jitter drawn.

    Shifted one by one, tiles would wrap round at their own edges; and so they meet elsewhere at
    every step.
    """

    def look_shifted(x: Any, weights: Any, data: Any, draw: tuple) -> tuple[Any, np.ndarray]:
        (shift,) = draw
        x = np.roll(np.asarray(x), shift, axis=(1, 2))
        scores, gradient = look(x, weights, data, (np.zeros_like(shift),))
        return scores, np.roll(gradient, -shift, axis=(1, 2))

    return look_shifted


def _windows(length: int, side: int) -> list[tuple[int, np.ndarray]]:
    """Starts of equally spaced tiles along one axis, and their weights, fading at inner edges."""
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
        windows.append((int(start), weights))
    return windows
