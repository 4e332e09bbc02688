"""What climbs where a picture is drawn from nothing: its spectrum, coarse waves first.

After Mordvintsev, Pezzotti, Schubert & Olah, "Differentiable Image Parameterizations" (2018):
colours decorrelated, waves scaled by their frequency. Taught in lesson 06.
"""

from typing import Any

import numpy as np
from keras import ops

from .preconditioning import COLOUR_COVARIANCE, square_root

CONTRAST = 4.0  # of the decoded picture
START = 0.03  # size of the spectrum to start from: what is there at the start, stays
EQUALISED = 0.75  # power of 1/frequency in a picture: less, and fine waves take over; more, blots


def initial_spectra(rng: np.random.Generator, count: int, side: int) -> np.ndarray:
    """Random spectra (count, side, side, 3) to start from: soft blots, and hardly any fine waves.

    Where fine waves are at the start, they are at the end: as static over the picture.
    """
    random = rng.standard_normal((count, side, side, 3))
    falling = ops.convert_to_numpy(frequency_scale(side))[:, :, None]
    return np.asarray((START * random * falling).astype("float32"))


def decode(spectrum: Any) -> Any:
    """Pictures of spectra, differentiable.

    Parameters
    ----------
    spectrum : array, float32, shape (n, side, side, 3)
        How much there is of every wave, before scaling; zeros are a grey picture.

    Returns
    -------
    array, float32, shape (n, side, side, 3), RGB in (0, 1)

    Notes
    -----
    The waves are those of the discrete Hartley transform, cos + sin, the Fourier transform for
    real numbers: two matrix products. Each is divided by a power of its frequency, because in
    photographs coarse waves are much larger than fine ones: a step of one size then moves broad
    shapes far and single pixels little.
    """
    side = ops.shape(spectrum)[1]
    places = ops.arange(side, dtype="float32")
    length = ops.cast(side, "float32")
    angle = 2 * np.pi * ops.mod(places[:, None] * places, length) / length
    waves = (ops.cos(angle) + ops.sin(angle)) / ops.sqrt(length)  # (side, side)
    scale = frequency_scale(side) ** EQUALISED
    scale = scale / ops.sqrt(ops.mean(scale**2))
    scaled = ops.transpose(spectrum * scale[:, :, None], (0, 3, 1, 2))  # (n, 3, side, side)
    plane = ops.transpose(ops.matmul(ops.matmul(waves, scaled), waves), (0, 2, 3, 1))
    return ops.sigmoid(CONTRAST * ops.matmul(plane, natural_colours()))


def frequency_scale(side: Any) -> Any:
    """One over the frequency of every wave: shape (side, side), in (0, 1]."""
    places = ops.arange(side, dtype="float32")
    cycles = ops.minimum(places, ops.cast(side, "float32") - places)
    return 1 / ops.maximum(ops.sqrt(cycles[:, None] ** 2 + cycles**2), 1.0)


def natural_colours() -> np.ndarray:
    """From three independent colours to red, green and blue as they occur together in nature."""
    root = square_root(COLOUR_COVARIANCE)
    return np.asarray(root / np.linalg.norm(root, axis=0).max())
