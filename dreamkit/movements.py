"""Pictures turned, enlarged and shifted, inside the gradient."""

from typing import Any

import numpy as np
from keras import ops


def moved(pictures: Any, movement: Any) -> Any:
    """Pictures (n, height, width, 3), each pixel taken from where ``movement`` (3, 3) says.

    What leaves at one edge comes in at the other. (On TensorFlow Keras's "wrap" leaves black
    seams.)
    """
    pixels, (height, width), x, y = _sources(pictures, movement)
    left, top = ops.floor(x), ops.floor(y)
    right, down = (x - left)[..., None], (y - top)[..., None]

    def row(y: Any) -> Any:
        start = ops.mod(ops.cast(y, "int32"), height) * width
        at = [start + ops.mod(ops.cast(x, "int32"), width) for x in (left, left + 1)]
        near, far = (ops.take(pixels, place, axis=1) for place in at)
        return near + right * (far - near)

    upper = row(top)
    return upper + down * (row(top + 1) - upper)


def picked(pictures: Any, movement: Any) -> Any:
    """As ``moved``, but the nearest pixel instead of the mean of four: a third of the time.

    A movement by fractions of a pixel, drawn anew at every step, has the same mean over the steps.
    """
    pixels, (height, width), x, y = _sources(pictures, movement)
    row, column = (ops.cast(ops.floor(place + 0.5), "int32") for place in (y, x))
    return ops.take(pixels, ops.mod(row, height) * width + ops.mod(column, width), axis=1)


def _sources(pictures: Any, movement: Any) -> tuple[Any, Any, Any, Any]:
    """Pixels in a row, the pictures' size, and from where each is taken, (height, width)."""
    count, height, width = ops.shape(pictures)[:3]
    rows = ops.arange(height, dtype="float32")[:, None]
    columns = ops.arange(width, dtype="float32")
    x, y = (m[0] * columns + (m[1] * rows + m[2]) for m in (movement[0], movement[1]))
    return ops.reshape(pictures, (count, height * width, 3)), (height, width), x, y


def about_the_middle(matrix: np.ndarray, side: int | tuple[int, int]) -> np.ndarray:
    """A movement (3, 3) that leaves the middle of pictures where it is; sides as in ``sides``."""
    middle = (sides(side)[::-1] - 1) / 2
    return movement(matrix, middle - matrix @ middle)


def sides(side: int | tuple[int, int]) -> np.ndarray:
    """Height and width of a picture, or of a square one."""
    return np.broadcast_to(side, 2)


def movement(matrix: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """A movement (3, 3): a matrix (2, 2), and what is added then."""
    return np.vstack([np.column_stack([matrix, offset]), [0, 0, 1]])
