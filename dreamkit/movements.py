"""Pictures turned, enlarged and shifted, inside the gradient."""

from typing import Any

import numpy as np
from keras import ops


def moved(pictures: Any, movement: Any) -> Any:
    """Pictures (n, side, side, 3), each pixel taken from where ``movement`` (3, 3) says.

    What leaves at one edge comes in at the other. (On TensorFlow Keras's "wrap" leaves black
    seams.)
    """
    count, side = ops.shape(pictures)[:2]
    pixels = ops.reshape(pictures, (count, side * side, 3))
    places = ops.arange(side, dtype="float32")
    x, y = (m[0] * places + (m[1] * places + m[2])[:, None] for m in (movement[0], movement[1]))
    left, top = ops.floor(x), ops.floor(y)
    right, down = (x - left)[..., None], (y - top)[..., None]

    def row(y: Any) -> Any:
        start = ops.mod(ops.cast(y, "int32"), side) * side
        at = [start + ops.mod(ops.cast(x, "int32"), side) for x in (left, left + 1)]
        near, far = (ops.take(pixels, place, axis=1) for place in at)
        return near + right * (far - near)

    upper = row(top)
    return upper + down * (row(top + 1) - upper)


def about_the_middle(matrix: np.ndarray, side: int) -> np.ndarray:
    """A movement (3, 3) that leaves the middle of pictures of some side where it is."""
    middle = np.full(2, (side - 1) / 2)
    return movement(matrix, middle - matrix @ middle)


def movement(matrix: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """A movement (3, 3): a matrix (2, 2), and what is added then."""
    return np.vstack([np.column_stack([matrix, offset]), [0, 0, 1]])
