"""Feature visualisation: a picture from nothing of what a neuron, a channel or a class looks for.

What climbs is not the picture but its spectrum, through the same loop as every dream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypedDict, Unpack, overload

import keras
import numpy as np
from keras import ops

from ..arguments import number, read_back, whole
from ..ascent import Climber, climber_for, climbing
from ..images import WIDEST
from ..movements import sides
from ..networks.loading import as_network
from ..networks.network import Network
from ..objectives.naming import as_objective, record
from ..objectives.objective import Objective
from ..results import Picture
from ..transforms import Chain, Side, Transform, as_transforms, composed, noise, shift, size, turn
from ..watching import Progress, Watch, check_slopes
from .canvas import Canvas
from .spectrum import decode, frequency_scale
from .waves import MOVES

MOST = 1000  # pictures side by side
STARTS = 16  # to choose from: most leave most neurons silent, with nothing to climb; if all, louder
TRANSFORMS = *MOVES, noise(0.12)
WRITTEN = {kind.__name__: kind for kind in (noise, shift, size, turn)}  # as settings name them
START = 0.03  # size of the spectrum to start from: what is there at the start, stays


class _How(TypedDict, total=False):
    """The settings of ``visualise``, for its overloads."""

    side: int | None
    steps: int
    step_size: float
    transforms: Transform | Iterable[Transform]
    seed: int
    progress: Progress | None


@overload
def visualise(
    network: Any, objective: Any = ..., *, count: int, **how: Unpack[_How]
) -> list[Picture]: ...
@overload
def visualise(
    network: Any, objective: Any = ..., *, count: None = ..., **how: Unpack[_How]
) -> Any: ...
def visualise(
    network: Network | str | keras.Model,
    objective: Any = None,
    *,
    count: int | None = None,
    side: int | None = None,
    steps: int = 160,
    step_size: float = 0.002,
    transforms: Transform | Iterable[Transform] = TRANSFORMS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Any:
    """Draw what a neuron, a channel, a class or any other objective looks for.

    Parameters
    ----------
    network : Network, or what ``load_network`` makes one of
    objective : Objective, or layers as for ``deepdream``
        For example ``objectives.channel("mixed5", 7)`` or ``objectives.logit(30)``.
    count : int, optional
        Draw it so many times, side by side, each time from another start. Add
        ``objectives.diversity(layer)``, weighed, for faces that differ. The n pictures of
        ``objectives.directions`` are drawn with ``count=n``, and have the same start.
    side : int, optional
        Height and width in pixels; by default what the network was trained on, or a little more.
        Where the objective's layers take pictures of one size, leave it out: they are drawn in it.
    steps : int
    step_size : float
        How much a number of the spectrum changes in a step, on average.
    transforms : Transform, or several
        What the network sees instead of the picture, anew at every step, see ``transforms``; ()
        for the picture itself.
    seed : int
    progress : callable, optional
        ``progress(done, total, score)`` after every step; return False to stop there.

    Returns
    -------
    Picture, or with a count a list of them
        Also when stopped by ``progress`` or Ctrl-C, or where there is nowhere to climb on: then
        the drawing so far.

    Raises
    ------
    TypeError, ValueError
        Before any work, for numbers that can't be, or an objective that does not fit: a layer that
        takes no picture of that side, directions for another count.

    Notes
    -----
    After Olah, Mordvintsev & Schubert, "Feature Visualization" (Distill, 2017): a spectrum scaled
    by frequency with decorrelated colours, looked at under random shifts, sizes and turns.

    Examples
    --------
    >>> net = dk.load_network("dreamnet")
    >>> dk.visualise(net, dk.objectives.logit("tabby"), steps=2).image.shape
    (96, 96, 3)
    >>> len(dk.visualise(net, dk.objectives.channel("mixed4", 3), count=2, steps=2))
    2

    Taught in lesson 06.
    """
    network = as_network(network)
    objective = as_objective(objective, network.default)
    if side is not None:
        least = f"the smallest picture that {network.name} takes"
        side = whole("side", side, network.smallest, WIDEST, hint=least)
    steps, seed = whole("steps", steps), whole("seed", seed, 0)
    step_size = number("step_size", step_size, above=0, below=1, hint="0.001 is usual")
    count = None if count is None else whole("count", count, 1, MOST)
    size = _size(network, objective, side)
    objective = objective.bound_to(network, [tuple(map(int, sides(size)))], count or 1)
    if isinstance(transforms, list):  # words, where settings are given again
        words = ((each, isinstance(each, str) and read_back(each, WRITTEN)) for each in transforms)
        transforms = [again or each for each, again in words]
    transforms = as_transforms(transforms)
    watch = Watch(progress)
    see, drawn = composed(transforms)
    climber = climber_for(network, objective, transform=Chain((decode, *see.functions)))
    rng = np.random.default_rng(seed)
    grey = Canvas.of(np.full((*sides(size), 3), 0.5, "float32"), np.ones((1, 1, 1)))

    def draw() -> Any:
        return (grey, *drawn(rng, size))

    last = watch.follow(
        climbing(
            climber,
            _start(rng, climber, objective, count, size, draw),
            objective,
            steps=steps,
            step_size=step_size,
            draw=draw,
            show=lambda spectra: ops.convert_to_numpy(decode(spectra, *grey)),
        )
    )
    settings = {
        "network": network.told,
        "objective": record(objective),
        "side": size if isinstance(size, int) else None,
        "steps": steps,
        "step_size": step_size,
        "seed": seed,
        "transforms": list(map(repr, transforms)),
    } | ({"count": count} if count else {})
    pictures = [
        Picture(image, history, settings, watch.stopped)
        for image, history in zip(last.image, watch.histories, strict=True)
    ]
    return pictures if count else pictures[0]


def _size(network: Network, objective: Objective, side: int | None) -> Side:
    """The side to draw at, or (height, width) where the network takes no square."""
    fixed = network.fixed_size(objective.layers)
    if side is not None or fixed is None:
        return network.side if side is None else side
    return fixed[0] if fixed[0] == fixed[1] else fixed


def _start(
    rng: np.random.Generator,
    climber: Climber,
    objective: Objective,
    count: int | None,
    side: Side,
    draw: Callable[[], Any],
) -> np.ndarray:
    """Spectra to climb from: one for all directions, one for each of a count, or the best of some.

    The best is what is answered most, and does not leave everything silent.
    """
    if objective.count:
        return np.repeat(initial_spectra(rng, 1, side), objective.count, axis=0)
    if count:
        return initial_spectra(rng, count, side)
    drawn = draw()
    for louder in (1, 10):
        starts = louder * initial_spectra(rng, STARTS, side)
        inputs, how = objective.inputs, (np.float32(0), np.float32(1), np.array([-1, 1], "float32"))
        scores, slopes = [], []
        for start in starts:  # one by one: all at once would take the memory of a large photo
            answer, slope, _ = climber.step(start[None], inputs, drawn, (), how)
            scores.append(ops.convert_to_numpy(answer))
            check_slopes(scores[-1], slope, objective, first=False)
            slopes.append(float(ops.convert_to_numpy(slope)[0]))
        best = int(np.argmax(scores))
        if slopes[best]:
            break
    return starts[best : best + 1]


def initial_spectra(rng: np.random.Generator, count: int, side: Side) -> np.ndarray:
    """Random spectra (count, height, width, 3) to start from: soft blots, hardly any fine waves.

    Where fine waves are at the start, they are at the end: as static over the picture.
    """
    height, width = sides(side)
    random = rng.standard_normal((count, height, width, 3))
    falling = ops.convert_to_numpy(frequency_scale(height, width))[:, :, None]
    return np.asarray((START * random * falling).astype("float32"))
