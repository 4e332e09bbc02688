"""How to climb: the one gradient-ascent loop.

A picture, a sentence's vector, a spectrum: whatever is dreamt is an array that climbs the
gradient of a score while the network stays as it is. ``Climber`` holds the compiled step,
``ascend`` is the plain loop around it.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from .backend import Compiled, with_gradient
from .objectives import INPUT, Objective, evaluate

UNBOUNDED = (-np.inf, np.inf)
NEAR = 0.25  # from a bound; there steps become smaller, so that nothing piles up at it


class NotFinite(ValueError):
    """A score or its gradient is infinite or NaN: there is nowhere to climb."""


class Climber:
    """The compiled ascent step for one network and one structure of objective.

    Parameters
    ----------
    features : callable
        ``features(x) -> {layer: activations}``, the network.
    objective : Objective
        Only its structure is compiled in; weights and data are arguments, so one climber serves
        every objective of the same ``structure``.
    transform : callable, optional
        ``transform(x, *draw)``, applied inside the gradient (jitter, for example). It changes
        what the network sees, never the array that climbs.
    treat : callable, optional
        ``treat(gradient, *settings)``, applied to the gradient before the step is taken.
    """

    def __init__(
        self,
        features: Callable[[Any], dict[str, Any]],
        objective: Objective,
        transform: Callable[..., Any] = lambda x: x,
        treat: Callable[..., Any] | None = None,
    ) -> None:
        structure = objective.structure

        def score(x: Any, weights: Any, data: tuple[Any, ...], draw: tuple[Any, ...]) -> Any:
            seen = transform(x, *draw)
            return evaluate(structure, {INPUT: seen, **features(seen)}, weights, data)

        def step(x: Any, gradient: Any, size: Any, mask: Any, bounds: Any) -> Any:
            room = ops.where(gradient > 0, bounds[1] - x, x - bounds[0])
            mask = mask * ops.minimum(room / NEAR, 1.0)
            return ops.clip(x + size * mask * normalised(gradient), bounds[0], bounds[1])

        self.look: Callable[..., tuple[Any, Any]] = Compiled(with_gradient(score))
        """``look(x, weights, data, draw) -> (scores (n,), gradient)``"""
        self.treat: Callable[..., Any] = Compiled(treat) if treat else lambda gradient: gradient
        """``treat(gradient, *settings) -> gradient``"""
        self.step: Callable[..., Any] = Compiled(step)
        """``step(x, gradient, size, mask, bounds) -> x``"""


def climber_for(model: Any, objective: Objective, **how: Any) -> Climber:
    """The climber for a model, the structure of an objective and a way, made once and kept.

    Parameters
    ----------
    model : Network or Classifier
        Has ``features(layers)``, and ``climbers``, a dictionary to keep them in.
    objective : Objective
    **how
        The ``transform`` and ``treat`` of a new ``Climber``.
    """
    key = (objective.structure, *how.items())
    if key not in model.climbers:
        model.climbers[key] = Climber(model.features(objective.layers), objective, **how)
    found: Climber = model.climbers[key]
    return found


def normalised(gradient: Any) -> Any:
    """The gradient over its mean size, row by row: a step of 0.01 then moves 0.01 on average."""
    axes = tuple(range(1, len(gradient.shape)))
    return gradient / (ops.mean(ops.abs(gradient), axis=axes, keepdims=True) + 1e-12)


def ascend(
    climber: Climber,
    x: Any,
    objective: Objective,
    *,
    steps: int,
    step_size: float,
    draw: Callable[[], tuple[Any, ...]] = tuple,
    settings: tuple[Any, ...] = (),
    mask: Any = 1.0,
    bounds: tuple[float, float] = UNBOUNDED,
) -> Iterator[tuple[Any, np.ndarray]]:
    """Climb, yielding ``(x, scores)`` at every step; stop whenever you like.

    Parameters
    ----------
    climber : Climber
    x : array, float32, shape (n, ...)
        Where to start. Every row climbs on its own.
    objective : Objective
        Of the structure that the climber was made for.
    steps : int
    step_size : float
        Mean change of an element in one step, in the units of ``x``.
    draw : callable
        Gives the transform's random arguments, anew for every step.
    settings : tuple
        Further arguments of the climber's ``treat``.
    mask : array, broadcastable to ``x``
        Scales each element's step; 0 holds it still.
    bounds : (float, float)
        Smallest and largest value that ``x`` may take. Within 0.25 of the one that an element
        moves towards, its steps shrink with what is left.

    Yields
    ------
    x : array, float32, shape (n, ...)
        After the step.
    scores : numpy.ndarray, float32, shape (n,)
        Before the step, so that the first is the score of the start.

    Raises
    ------
    NotFinite
        Instead of a step that would lead to NaN or infinity.
    """
    weights, data = _tensors(objective.inputs)
    size, limits, mask, settings = _tensors(
        (np.float32(step_size), np.array(bounds), np.asarray(mask), settings), "float32"
    )
    for taken in range(steps):
        answer, gradient = climber.look(x, weights, data, draw())
        scores = ops.convert_to_numpy(answer)
        gradient = climber.treat(sloped(gradient), *settings)
        _check(scores, gradient, objective, first=not taken)
        x = climber.step(x, gradient, size, mask, limits)
        del gradient  # before the next is made: a large picture needs the memory
        yield x, scores


def sloped(gradient: Any) -> Any:
    """The gradient; ValueError where there is none."""
    if gradient is None:
        raise ValueError(
            "No gradient reaches what climbs: before what is asked for stands a step that has no "
            "slope, such as a threshold, rounding or a cast to whole numbers. Choose a layer in "
            "front of it."
        )
    return gradient


def _check(scores: np.ndarray, gradient: Any, objective: Objective, first: bool) -> None:
    """Say when there is nowhere to climb."""
    total = float(ops.convert_to_numpy(ops.sum(gradient)))
    if not np.isfinite([*scores.ravel(), total]).all():
        raise NotFinite(
            f"{objective!r} scores {scores.ravel()[0]:g}, its gradient sums to {total:g}: there is "
            "nowhere to climb. The network's weights may be NaN or infinite, as after a training "
            "that diverged, or those of the objective too large."
        )
    if first and total == 0 and not np.any(ops.convert_to_numpy(gradient)):
        warnings.warn(
            f"No gradient of {objective!r} reaches what climbs, which stays as it is: what is "
            "asked for is silent here, or lies behind a step that has no slope. Try another layer, "
            "channel or picture.",
            stacklevel=3,
        )


def _tensors(arrays: Any, dtype: str | None = None) -> Any:
    """Arrays in nested tuples as tensors, converted once and not at every step."""
    return keras.tree.map_structure(lambda array: ops.convert_to_tensor(array, dtype), arrays)
