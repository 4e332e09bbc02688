"""Pictures at several sizes: what the octaves of a dream share."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from keras import ops

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


class Octave(NamedTuple):
    """A photo at one size, where it may change, and how far it is mirrored beyond its edges."""

    photo: np.ndarray  # (height, width, 3)
    mask: np.ndarray  # (height, width, 1), or (1, 1, 1)
    margin: int

    @classmethod
    def of(
        cls, photo: np.ndarray, mask: np.ndarray | None, size: tuple[int, int], margin: int
    ) -> Octave:
        """A photo and a mask of whatever size, at this one."""
        here = np.ones((1, 1, 1), "float32") if mask is None else resized(mask, size)[:, :, None]
        return cls(resized(photo, size), here, margin)

    def changed(self, change: np.ndarray) -> np.ndarray:
        """The photo with a change, made at whatever size, where the mask is not 0."""
        changed: np.ndarray = resize(change, *self.photo.shape[:2]) * (self.mask > 0)
        changed += self.photo
        return np.clip(changed, 0, 1, out=changed)

    def as_begun(self, change: np.ndarray, x: Any) -> np.ndarray:
        """The same, where a climb has not yet taken a step from there."""
        return self.changed(change)

    def with_change_of(self, octave: Octave, keep_light: float, x: Any) -> np.ndarray:
        """The photo with what a climb at another octave has changed so far."""
        return self.changed(octave.change(x, keep_light))

    def begun(self, change: np.ndarray) -> np.ndarray:
        """The same with its margin, (1, height, width, 3), for a climb to begin at."""
        return mirrored(self.changed(change), self.margin)[None]

    def change(self, x: Any, keep_light: float) -> np.ndarray:
        """What a climb has changed so far, less the share of its broad light that is put back."""
        height, width = self.photo.shape[:2]
        picture = ops.convert_to_numpy(x)[0, self.margin :, self.margin :][:height, :width]
        change: np.ndarray = picture - self.photo
        change -= keep_light * broad(change)
        return change


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
