"""What keeps a dream looking like a picture: the colours and the smoothness of nature.

A network's gradient by its picture is full of fine, loud, many-coloured detail that no camera
would ever record. Both treatments here are changes of basis in the sense of Olah, Mordvintsev &
Schubert, "Feature Visualization" (2017), "Preconditioning and parameterization": the same
score climbs, along a path through pictures that look natural.
"""

from typing import Any

import numpy as np
from keras import ops

# Covariance of R, G and B over the training pictures of Tiny ImageNet, largest eigenvalue 1.
COLOUR_COVARIANCE = np.array(
    [[0.3767, 0.3213, 0.2831], [0.3213, 0.3555, 0.3347], [0.2831, 0.3347, 0.3890]], "float32"
)


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
    """Gaussian blur, as two one-dimensional convolutions, colour by colour."""
    radius = round(3 * sigma)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    kernel = np.repeat((weights / weights.sum())[:, None, None, None], 3, axis=2).astype("float32")
    x = ops.depthwise_conv(x, kernel, padding="same")
    return ops.depthwise_conv(x, kernel.transpose(1, 0, 2, 3), padding="same")


def square_root(matrix: np.ndarray) -> np.ndarray:
    """The symmetric matrix whose square is a covariance."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(values)) @ vectors.T
