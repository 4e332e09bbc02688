"""Pictures at several sizes: what the octaves of a dream share."""

import numpy as np

from ..images import resize

BROAD = 8  # as many places as a change may keep its light at, along the shorter side


def octave_sizes(
    shape: tuple[int, int], octaves: int, octave_scale: float
) -> list[tuple[int, int]]:
    """The (height, width) of every octave, smallest first; the last is ``shape`` itself.

    >>> from dreamkit.vision.octaves import octave_sizes
    >>> octave_sizes((427, 640), 3, 1.4)
    [(218, 327), (305, 457), (427, 640)]
    """
    factors = [octave_scale**-k for k in reversed(range(octaves))]
    return [(round(shape[0] * f), round(shape[1] * f)) for f in factors]


def at(
    photo: np.ndarray, mask: np.ndarray | None, size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """A photo at some size, and where it may change: (height, width, 1), or (1, 1, 1)."""
    there = np.ones((1, 1, 1), "float32") if mask is None else resized(mask, size)[:, :, None]
    return resized(photo, size), there


def resized(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The picture at some size; bicubic overshoots at edges, hence the clipping."""
    return picture if size == picture.shape[:2] else np.clip(resize(picture, *size), 0, 1)


def mirrored(picture: np.ndarray, margin: int) -> np.ndarray:
    """The picture with a margin that mirrors it; a single number stays one.

    A network sees black beyond what it is given, and dreams a frame along that edge. The margin
    dreams along and is then left out.
    """
    around = ((margin, margin), (margin, margin), (0, 0))
    return picture if picture.size == 1 else np.pad(picture, around, mode="reflect")


def broad(change: np.ndarray) -> np.ndarray:
    """What of a change is as broad as an eighth of the picture, or broader."""
    height, width = change.shape[:2]
    shrink = min(1.0, BROAD / min(height, width))
    few = resize(change, max(1, round(height * shrink)), max(1, round(width * shrink)))
    return resize(few, height, width)
