"""A picture for a spectrum to change: in its logit, where nothing burns."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from keras import ops

from ..images import resize
from .spectrum import waves

ENDS = 0.01  # from black and white the logit of a pixel is kept away: there it is infinite


class Canvas(NamedTuple):
    """A picture, where it may change, and the waves of its size; float32 tensors for ``decode``."""

    logit: Any  # (height, width, 3), of the picture
    lost: Any  # of the picture in its logit, the same shape
    mask: Any  # (height, width, 1), or (1, 1, 1)
    down: Any  # (height, height, 1): the waves down the columns
    across: Any  # (width, width, 1): and along the rows
    scale: Any  # (height, width, 1): of each wave

    @classmethod
    def of(
        cls, picture: np.ndarray, mask: np.ndarray, change: Any = 0.0, keep_light: float = 0
    ) -> Canvas:
        """A picture, with what its logit has changed before; broad waves may change it less."""
        at = logit(picture)
        before = at + mask * change, picture - sigmoid(at), mask
        arrays = *before, *waves(picture.shape[:2], keep_light)
        return cls(*(ops.convert_to_tensor(array, "float32") for array in arrays))


def changed(photo: np.ndarray, mask: np.ndarray, change: np.ndarray) -> np.ndarray:
    """The photo with a change of its logit, made at whatever size, as far as the mask lets it."""
    at = logit(photo)
    onward = sigmoid(at + mask * resize(change, *photo.shape[:2]))
    onward += photo - sigmoid(at)  # nothing, but near black and white
    return np.asarray(np.clip(onward, 0, 1, out=onward))


def logit(picture: np.ndarray) -> np.ndarray:
    """What ``sigmoid`` makes the picture of, but for what is nearer than ``ENDS`` to an end."""
    inside = np.clip(picture, ENDS, 1 - ENDS)
    return np.asarray(np.log(inside / (1 - inside)))


def sigmoid(x: Any) -> np.ndarray:
    """From any number into (0, 1)."""
    return np.asarray(1 / (1 + np.exp(-x)))
