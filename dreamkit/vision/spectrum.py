"""What climbs where the pixels do not: a spectrum, how much there is of every wave.

After Mordvintsev, Pezzotti, Schubert & Olah, "Differentiable Image Parameterizations" (2018):
colours decorrelated, waves scaled by their frequency. Taught in lessons 01 and 06.
"""

from typing import Any

import numpy as np
from keras import ops

from .octaves import BROAD
from .preconditioning import COLOUR_COVARIANCE, square_root

CONTRAST = 4.0  # of the decoded picture
EQUALISED = 0.75  # power of 1/frequency in a picture: less, and fine waves take over; more, blots


def decode(spectrum: Any, *canvas: Any) -> Any:
    """Pictures of spectra, differentiable.

    Parameters
    ----------
    spectrum : array, float32, shape (n, height, width, 3)
        How much there is of every wave, before scaling; zeros are the canvas's own picture.
    *canvas : arrays
        Of a ``Canvas``; that of a grey picture, for what is drawn from nothing.

    Returns
    -------
    array, float32, shape (n, height, width, 3), RGB in (0, 1), but for what the canvas has lost

    Notes
    -----
    The waves are those of the discrete Hartley transform, cos + sin, the Fourier transform for
    real numbers: two matrix products. Each is divided by a power of its frequency, because in
    photographs coarse waves are much larger than fine ones: a step of one size then moves broad
    shapes far and single pixels little. They are added up before the sigmoid that makes pixels of
    numbers, so that nothing burns; as they only add up, a spectrum of zeros over a photo's logit is
    the photo's own spectrum over nothing.
    """
    at, lost, mask, down, across, scale = canvas
    return lost + ops.sigmoid(at + mask * added(spectrum, down, across, scale))


def added(spectrum: Any, down: Any, across: Any, scale: Any) -> Any:
    """What spectra add to the logit of a picture, (n, height, width, 3)."""
    scaled = ops.transpose(ops.multiply(spectrum, scale), (0, 3, 1, 2))  # (n, 3, height, width)
    plane = ops.matmul(ops.matmul(down[:, :, 0], scaled), across[:, :, 0])
    return CONTRAST * ops.matmul(ops.transpose(plane, (0, 2, 3, 1)), natural_colours())


def waves(size: tuple[int, int], keep_light: float = 0.0) -> tuple[Any, Any, Any]:
    """The waves down and across pictures of a size, and the scale of each, as in a ``Canvas``."""
    falling = frequency_scale(*size)
    cycles = max(size) / min(size) / falling  # along the longer side, of the shorter
    scale = falling**EQUALISED * (1 - keep_light * ops.exp(-((2 * cycles / BROAD) ** 2)))
    scale = scale / ops.sqrt(ops.mean(scale**2))
    return *(_hartley(side)[:, :, None] for side in size), scale[:, :, None]


def _hartley(side: int) -> Any:
    places = ops.arange(side, dtype="float32")
    angle = 2 * np.pi * ops.mod(places[:, None] * places, side) / side
    return (ops.cos(angle) + ops.sin(angle)) / np.sqrt(side)


def frequency_scale(height: int, width: int) -> Any:
    """One over the cycles of every wave along the longer side: (height, width), in (0, 1]."""
    down, across = (
        ops.arange(side, dtype="float32") * (max(height, width) / side) for side in (height, width)
    )
    down, across = (ops.minimum(each, max(height, width) - each) for each in (down, across))
    return 1 / ops.maximum(ops.sqrt(down[:, None] ** 2 + across**2), 1.0)


def natural_colours() -> np.ndarray:
    """From three independent colours to red, green and blue as they occur together in nature."""
    root = square_root(COLOUR_COVARIANCE)
    return np.asarray(root / np.linalg.norm(root, axis=0).max())
