"""Feature visualisation: a picture from nothing of what a neuron, a channel or a class looks for.

What climbs is not the picture but its spectrum, through the same loop as every dream.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from ..ascent import ascend, climber_for
from ..objectives import Objective, directions
from .checks import check_objective
from .images import save_picture
from .natural import COLOUR_COVARIANCE, square_root
from .networks import Network

CONTRAST = 4.0  # of the decoded picture
START = 0.3  # size of the spectrum to start from
STARTS = 16  # to choose from: most faint pictures leave most neurons silent, with nothing to climb
TURN, GROWTH, JITTER = 8.0, 0.15, 8.0  # at most: degrees, in log size, pixels


@dataclass(frozen=True, eq=False)
class Feature:
    """What a network looks for, drawn.

    Attributes
    ----------
    image : numpy.ndarray, float32, shape (side, side, 3), RGB in [0, 1]
    history : tuple of float
        The score before each step, each on another turn and shift of the picture.
    settings : dict
        The network, the objective and every argument of ``visualise``.
    """

    image: np.ndarray
    history: tuple[float, ...]
    settings: dict[str, Any]

    def save(self, path: str | Path) -> Path:
        """Write the picture as PNG, JPEG or WebP, its settings inside (see ``read_settings``)."""
        return save_picture(self.image, path, self.settings)


def visualise(
    network: Network,
    objective: Objective,
    *,
    side: int = 96,
    steps: int = 80,
    step_size: float = 0.001,
    seed: int = 0,
) -> Feature:
    """Draw what a neuron, a channel, a class or any other objective looks for.

    Parameters
    ----------
    network : Network
    objective : Objective
        For example ``objectives.channel("mixed5", 7)`` or ``objectives.logit(30)``.
    side : int
        Height and width in pixels, even. The larger, the more copies of a small thing fit in.
    steps : int
    step_size : float
        How much a number of the spectrum changes in a step, on average.
    seed : int

    Returns
    -------
    Feature

    Raises
    ------
    ValueError
        Before any work, for numbers that can't be, or an objective that does not fit.

    Notes
    -----
    After Olah, Mordvintsev & Schubert, "Feature Visualization" (Distill, 2017): a spectrum scaled
    by 1/frequency with decorrelated colours, looked at under random turns, sizes and shifts.

    Examples
    --------
    >>> tabby = visualise(net, objectives.logit(net.classes.index("tabby")))  # doctest: +SKIP
    >>> tabby.image.shape  # doctest: +SKIP
    (96, 96, 3)
    """
    check_numbers(side, steps, step_size, network)
    check_objective(objective, [(side, side)], network)
    rng = np.random.default_rng(seed)
    starts = faint(rng, STARTS, side)
    climber = climber_for(network, objective, transform=moved)
    scores, _ = climber.look(starts, *objective.inputs, (movement(rng, side),))
    best = int(ops.argmax(scores))
    path = list(climb(network, objective, starts[best : best + 1], steps, step_size, rng))
    numbers = {"side": side, "steps": steps, "step_size": step_size, "seed": seed}
    settings = {"network": network.name, "objective": repr(objective), **numbers}
    history = tuple(float(scores[0]) for _, scores in path)
    return Feature(ops.convert_to_numpy(decode(path[-1][0]))[0], history, settings)


def visualise_directions(
    network: Network,
    layer: str,
    vectors: np.ndarray,
    *,
    side: int = 64,
    steps: int = 80,
    step_size: float = 0.001,
    seed: int = 0,
) -> np.ndarray:
    """Draw many directions of one layer side by side, which is quicker than one by one.

    Parameters
    ----------
    network : Network
    layer : str
    vectors : array, shape (n, channels)
        See ``objectives.directions``.
    side, steps, step_size, seed
        As for ``visualise``.

    Returns
    -------
    numpy.ndarray, float32, shape (n, side, side, 3), RGB in [0, 1]
    """
    check_numbers(side, steps, step_size, network)
    aims = directions(layer, vectors)
    check_objective(aims, [(side, side)], network)
    rng = np.random.default_rng(seed)
    starts = np.repeat(faint(rng, 1, side), len(vectors), axis=0)
    *_, (spectra, _) = climb(network, aims, starts, steps, step_size, rng)
    return ops.convert_to_numpy(decode(spectra))


def climb(
    network: Network,
    objective: Objective,
    starts: np.ndarray,
    steps: int,
    step_size: float,
    rng: np.random.Generator,
) -> Iterator[tuple[Any, np.ndarray]]:
    """Climb spectra (n, side, side, 3) side by side, yielding them and their scores at every step.

    Each climbs on its own, all under the same turns and shifts. See ``ascent.ascend``.
    """
    return ascend(
        climber_for(network, objective, transform=moved),
        ops.convert_to_tensor(starts),
        objective,
        steps=steps,
        step_size=step_size,
        draw=lambda: (movement(rng, starts.shape[1]),),
    )


def faint(rng: np.random.Generator, count: int, side: int) -> np.ndarray:
    """Random spectra (count, side, side, 3) to start from: soft blots, and hardly any fine waves.

    Where fine waves are at the start, they are at the end: as static over the picture.
    """
    noise = rng.standard_normal((count, side, side, 3))
    return (START * noise * ops.convert_to_numpy(falling(side))[:, :, None]).astype("float32")


def check_numbers(side: int, steps: int, step_size: float, network: Network) -> None:
    """Raise ValueError for a number that no picture can be climbed with."""
    if not isinstance(side, (int, np.integer)) or side < network.smallest:
        raise ValueError(
            f"side must be a whole number from {network.smallest}, the smallest picture that "
            f"{network.name} takes, got {side!r}."
        )
    if not isinstance(steps, (int, np.integer)) or steps < 1:
        raise ValueError(f"steps must be a whole number from 1, got {steps!r}.")
    if not 0 < step_size < 1:
        raise ValueError(f"step_size must be between 0 and 1 (0.001 is usual), got {step_size!r}.")


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
    real numbers: two matrix products. Each is divided by its frequency, because in photographs
    coarse waves are that much larger than fine ones: a step of one size then moves broad shapes
    far and single pixels little.
    """
    side = ops.shape(spectrum)[1]
    places = ops.arange(side, dtype="float32")
    length = ops.cast(side, "float32")
    angle = 2 * np.pi * ops.mod(places[:, None] * places, length) / length
    waves = (ops.cos(angle) + ops.sin(angle)) / ops.sqrt(length)
    scale = falling(side)
    scale = scale / ops.sqrt(ops.mean(scale**2))
    scaled = ops.transpose(spectrum * scale[:, :, None], (0, 3, 1, 2))
    plane = ops.transpose(ops.matmul(ops.matmul(waves, scaled), waves), (0, 2, 3, 1))
    return ops.sigmoid(CONTRAST * ops.matmul(plane, colours()))


def falling(side: Any) -> Any:
    """One over the frequency of every wave: shape (side, side), in (0, 1]."""
    places = ops.arange(side, dtype="float32")
    cycles = ops.minimum(places, ops.cast(side, "float32") - places)
    return 1 / ops.maximum(ops.sqrt(cycles[:, None] ** 2 + cycles**2), 1.0)


def colours() -> np.ndarray:
    """From three independent colours to red, green and blue as they occur together in nature."""
    root = square_root(COLOUR_COVARIANCE)
    return root / np.linalg.norm(root, axis=0).max()


def moved(spectrum: Any, movement: Any) -> Any:
    """The pictures of spectra, all turned, resized and shifted alike: what the network sees."""
    picture = decode(spectrum)
    rows = ops.ones_like(picture[:, :1, 0, 0]) * movement  # a copy each: Keras writes into them
    return ops.image.affine_transform(picture, rows, fill_mode="wrap")


def movement(rng: np.random.Generator, side: int) -> np.ndarray:
    """A random small turn, growth and shift about the middle, as ``affine_transform`` takes it.

    A feature that survives them is one of shapes, not of single pixels.
    """
    turn, growth = np.deg2rad(rng.uniform(-TURN, TURN)), rng.uniform(-GROWTH, GROWTH)
    down, right = rng.uniform(-JITTER, JITTER, 2)
    c, s = np.cos(turn) / np.exp(growth), np.sin(turn) / np.exp(growth)
    middle = (side - 1) / 2
    x0, y0 = middle - c * middle + s * middle + right, middle - s * middle - c * middle + down
    return np.array([[c, -s, x0, s, c, y0, 0, 0]], "float32")
