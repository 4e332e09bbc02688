"""What keeps a dream looking like a picture: the colours and the smoothness of nature.

A network's gradient by its picture is full of fine, loud, many-coloured detail that no camera
would ever record. Both treatments here are changes of basis in the sense of Olah, Mordvintsev &
Schubert, "Feature Visualization" (2017), "Preconditioning and parameterization": the same
score climbs, along a path through pictures that look natural.
"""

import math
from typing import Any

import numpy as np
from keras import ops

# Covariance of R, G and B over the training pictures of Tiny ImageNet, largest eigenvalue 1.
COLOUR_COVARIANCE = np.array(
    [[0.3767, 0.3213, 0.2831], [0.3213, 0.3555, 0.3347], [0.2831, 0.3347, 0.3890]], "float32"
)
BLOCK = 32  # rows that are blurred by one product


def natural_gradient(gradient: Any, smoothing: Any, colour: Any) -> Any:
    """The gradient with the detail and the colours of natural pictures.

    Parameters
    ----------
    gradient : array, float32, shape (n, height, width, 3)
    smoothing : float
        0 leaves the detail as it is; 1 gives every scale, from single pixels to broad shapes, an
        equal part.
    colour : float
        0 leaves the colours as they are; 1 moves them along the colours of natural pictures,
        where red, green and blue mostly rise and fall together.

    Returns
    -------
    array, float32, of the same shape and, row by row, about the same size
    """
    mixed = gradient
    for sigma in (1.0, 2.5):
        mixed = mixed + smoothing * _as_large(_blur(gradient, sigma), gradient)
    correlated = ops.matmul(mixed, square_root(COLOUR_COVARIANCE))
    return (1 - colour) * mixed + colour * _as_large(correlated, mixed)


def _as_large(x: Any, model: Any) -> Any:
    """``x`` with the root mean square of ``model``, row by row."""
    return x * ops.sqrt(_mean_square(model) / (_mean_square(x) + 1e-30))


def _mean_square(x: Any) -> Any:
    return ops.mean(ops.square(x), axis=(1, 2, 3), keepdims=True)


def _blur(x: Any, sigma: float) -> Any:
    """Gaussian blur; at the edges of the picture it averages over what there is."""
    for _ in range(2):  # down the columns; then, the picture on its side, along the rows
        x = ops.transpose(_blurred_down(x, sigma), (0, 2, 1, 3))
    return x


def _blurred_down(x: Any, sigma: float) -> Any:
    """Blur along one axis, as products of matrices with blocks of rows and the rows around them.

    Of three channels alone, many processors convolve slowly.
    """
    n, height, width, channels = ops.shape(x)
    reach = math.ceil(4 * sigma)
    block, around = np.arange(BLOCK)[:, None], np.arange(-reach, BLOCK + reach)
    weights = np.exp(-0.5 * ((block - around) / sigma) ** 2) * (abs(block - around) <= reach)
    rows = ops.arange(-(-height // BLOCK))[:, None] * BLOCK + around
    there = ops.cast((rows >= 0) & (rows < height), "float32")[:, None]
    weights = ops.convert_to_tensor(weights, "float32") * there
    weights = weights / ops.maximum(ops.sum(weights, axis=-1, keepdims=True), 1e-30)
    seen = ops.take(
        ops.reshape(x, (n, height, width * channels)), ops.clip(rows, 0, height - 1), axis=1
    )
    blurred = ops.reshape(ops.matmul(weights, seen), (n, -1, width, channels))
    return blurred[:, :height]


def square_root(matrix: np.ndarray) -> np.ndarray:
    """The symmetric matrix whose square is a covariance."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(values)) @ vectors.T)
