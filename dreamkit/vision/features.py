"""Feature visualisation: a picture from nothing of what a neuron, a channel or a class looks for.

What climbs is not the picture but its spectrum, through the same loop as every dream.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
from keras import ops

from ..arguments import among, number, several_names, whole
from ..ascent import ascend, climber_for
from ..networks.loading import as_network
from ..networks.network import Network
from ..objectives import Objective, directions
from ..results import Picture
from .preconditioning import COLOUR_COVARIANCE, square_root
from .settings import as_objective, check_objective

CONTRAST = 4.0  # of the decoded picture
START = 0.03  # size of the spectrum to start from: what is there at the start, stays
EQUALISED = 0.75  # power of 1/frequency in a picture: less, and fine waves take over; more, blots
STARTS = 16  # to choose from: most leave most neurons silent, with nothing to climb; if all, louder
TRANSFORMS = ("turn", "size", "shift", "noise")
TURN, GROWTH, JITTER = 10.0, (-0.1, 0.5), 0.07  # at most: degrees, in log size, of the side
NOISE = 0.12  # standard deviation, of full white


def visualise(
    network: Network,
    objective: Objective,
    *,
    side: int | None = None,
    steps: int = 160,
    step_size: float = 0.002,
    transforms: Collection[str] = TRANSFORMS,
    seed: int = 0,
) -> Picture:
    """Draw what a neuron, a channel, a class or any other objective looks for.

    Parameters
    ----------
    network : Network
    objective : Objective
        For example ``objectives.channel("mixed5", 7)`` or ``objectives.logit(30)``.
    side : int
        Height and width in pixels; by default what the network was trained on, or a little more.
    steps : int
    step_size : float
        How much a number of the spectrum changes in a step, on average.
    transforms : of "turn", "size", "shift" and "noise"
        What is done to the picture, anew at every step, before the network looks; () for nothing.
    seed : int

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        Before any work, for numbers that can't be, or an objective that does not fit.

    Notes
    -----
    After Olah, Mordvintsev & Schubert, "Feature Visualization" (Distill, 2017): a spectrum scaled
    by frequency with decorrelated colours, looked at under random turns, sizes and shifts. Noise
    is for networks that were not trained against it: their gradient asks for static, its mean
    over noisy pictures for shapes (Smilkov et al., "SmoothGrad", 2017).

    Examples
    --------
    >>> net = dk.load_network("dreamnet")
    >>> tabby = dk.visualise(net, dk.objectives.logit(net.classes.index("tabby")), steps=2)
    >>> tabby.image.shape
    (96, 96, 3)

    Taught in lesson 06.
    """
    if isinstance(network, Objective):  # the wrong way round
        network, objective = objective, network
    network = as_network(network)
    objective = as_objective(objective, network)
    side = network.side if side is None else side
    _check(network, objective, side, steps, step_size)
    whole("seed", seed, 0)
    transforms = several_names("transforms", transforms)
    for name in transforms:
        among("transforms", name, TRANSFORMS)
    rng = np.random.default_rng(seed)
    climber, draw = climber_for(network, objective, transform=moved), drawn(rng, side, transforms)
    for louder in (1, 10):
        starts = louder * faint(rng, STARTS, side)
        scores, gradient = climber.look(starts, *objective.inputs, draw)
        best = int(ops.argmax(scores))
        if ops.any(gradient[best] != 0):
            break
    start = starts[best : best + 1]
    path = list(climb(network, objective, start, steps, step_size, rng, transforms))
    numbers = {"side": side, "steps": steps, "step_size": step_size, "seed": seed}
    settings = {"network": network.name, "objective": str(objective), **numbers}
    settings["transforms"] = list(transforms)
    history = tuple(float(scores[0]) for _, scores in path)
    return Picture(ops.convert_to_numpy(decode(path[-1][0]))[0], history, settings)


def visualise_several(
    network: Network,
    objective: Objective,
    count: int = 4,
    *,
    side: int | None = None,
    steps: int = 160,
    step_size: float = 0.002,
    seed: int = 0,
) -> np.ndarray:
    """Draw one objective several times side by side, each time from another start.

    Parameters
    ----------
    network : Network
    objective : Objective
        Add ``objectives.diversity(layer)``, weighed, for faces that differ.
    count : int
    side, steps, step_size, seed
        As for ``visualise``.

    Returns
    -------
    numpy.ndarray, float32, shape (count, side, side, 3), RGB in [0, 1]

    Taught in lesson 06.
    """
    network = as_network(network)
    objective = as_objective(objective, network)
    side = network.side if side is None else side
    count = whole("count", count)
    return _side_by_side(network, objective, count, count, side, steps, step_size, seed)


def visualise_directions(
    network: Network,
    layer: str,
    vectors: np.ndarray,
    *,
    side: int = 64,
    steps: int = 80,
    step_size: float = 0.002,
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
    network, aims = as_network(network), directions(layer, vectors)
    return _side_by_side(network, aims, len(vectors), 1, side, steps, step_size, seed)


def _side_by_side(
    network: Network,
    objective: Objective,
    count: int,
    different: int,
    side: int,
    steps: int,
    step_size: float,
    seed: int,
) -> np.ndarray:
    """So many pictures that climb together, from so many different starts: all, or one."""
    _check(network, objective, side, steps, step_size)
    rng = np.random.default_rng(seed)
    starts = np.repeat(faint(rng, different, side), count // different, axis=0)
    *_, (spectra, _) = climb(network, objective, starts, steps, step_size, rng)
    return np.asarray(ops.convert_to_numpy(decode(spectra)))


def climb(
    network: Network,
    objective: Objective,
    starts: np.ndarray,
    steps: int,
    step_size: float,
    rng: np.random.Generator,
    transforms: Collection[str] = TRANSFORMS,
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
        draw=lambda: drawn(rng, starts.shape[1], transforms),
    )


def faint(rng: np.random.Generator, count: int, side: int) -> np.ndarray:
    """Random spectra (count, side, side, 3) to start from: soft blots, and hardly any fine waves.

    Where fine waves are at the start, they are at the end: as static over the picture.
    """
    noise = rng.standard_normal((count, side, side, 3))
    return np.asarray(
        (START * noise * ops.convert_to_numpy(falling(side))[:, :, None]).astype("float32")
    )


def _check(network: Network, objective: Objective, side: int, steps: int, step_size: float) -> None:
    """Raise ValueError for a number or an objective that no picture can be climbed with."""
    whole("side", side, network.smallest, hint=f"the smallest picture that {network.name} takes")
    whole("steps", steps)
    number("step_size", step_size, above=0, below=1, hint="0.001 is usual")
    check_objective(objective, [(side, side)], network)


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
    waves = (ops.cos(angle) + ops.sin(angle)) / ops.sqrt(length)
    scale = falling(side) ** EQUALISED
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
    return np.asarray(root / np.linalg.norm(root, axis=0).max())


def moved(spectrum: Any, movement: Any, noise: Any) -> Any:
    """The pictures of spectra, all turned, resized and shifted alike, with noise: what is seen.

    What leaves at one edge comes in at the other, as waves do; pixels between four are mixed of
    them. (Not Keras's ``affine_transform``: on TensorFlow its "wrap" leaves black seams.)
    """
    picture = decode(spectrum)
    count, side = ops.shape(picture)[:2]
    pixels = ops.reshape(picture, (count, side * side, 3))
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
    return upper + down * (row(top + 1) - upper) + noise


def drawn(
    rng: np.random.Generator, side: int, transforms: Collection[str]
) -> tuple[np.ndarray, np.ndarray]:
    """The random arguments of ``moved``."""
    noise = NOISE * rng.standard_normal((side, side, 3), "float32")
    return movement(rng, side, transforms), noise if "noise" in transforms else 0 * noise


def movement(
    rng: np.random.Generator, side: int, transforms: Collection[str] = TRANSFORMS
) -> np.ndarray:
    """A random small turn, growth and shift about the middle: from where each pixel is taken.

    A feature that survives them is one of shapes, not of single pixels.

    Returns
    -------
    numpy.ndarray, float32, shape (2, 3)
        What to multiply (column, row, 1) of a pixel by for the column and row it comes from.
    """
    turn, growth = np.deg2rad(rng.uniform(-TURN, TURN)), rng.uniform(*GROWTH)
    shift = side * rng.uniform(-JITTER, JITTER, 2)
    turn, growth = turn * ("turn" in transforms), growth * ("size" in transforms)
    shift = shift * ("shift" in transforms)
    c, s = np.cos(turn) / np.exp(growth), np.sin(turn) / np.exp(growth)
    matrix = np.array([[c, -s], [s, c]])
    middle = np.full(2, (side - 1) / 2)
    return np.column_stack([matrix, middle - matrix @ middle + shift]).astype("float32")
