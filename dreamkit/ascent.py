"""How to climb: the one gradient-ascent loop.

A picture, a sentence's vector, a spectrum: whatever is dreamt is an array that climbs the
gradient of a score while the network stays as it is. ``Climber`` holds the compiled step,
``ascend`` is the plain loop around it.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from .backend import Compiled, with_gradient
from .objectives.objective import INPUT, Objective, evaluate
from .watching import Moment, check_slopes

UNBOUNDED = (-np.inf, np.inf)
NEAR = 0.25  # from a bound; there steps become smaller, so that nothing piles up at it


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
    precondition : callable, optional
        ``precondition(gradient, *settings)``, applied to the gradient before the step is taken.

    Notes
    -----
    Its methods are compiled: ``look(x, weights, data, draw) -> (scores (n,), gradient)``,
    ``precondition(gradient, *settings)``, ``moved(x, gradient, size, mask, bounds) -> (slopes (n,),
    the next x)``; and ``step(x, inputs, draw, settings, how) -> (scores, slopes, the next x)``, the
    three in one call, where ``inputs`` are the objective's and ``how`` the last of ``moved``.
    """

    def __init__(
        self,
        features: Callable[[Any], dict[str, Any]],
        objective: Objective,
        transform: Callable[..., Any] = lambda x: x,
        precondition: Callable[..., Any] = lambda gradient: gradient,
    ) -> None:
        structure = objective.structure

        def score(x: Any, weights: Any, data: tuple[Any, ...], draw: tuple[Any, ...]) -> Any:
            seen = transform(x, *draw)
            return evaluate(structure, {INPUT: seen, **features(seen)}, weights, data)

        look = with_gradient(score)

        def step(x: Any, inputs: Any, draw: Any, settings: Any, how: Any) -> Any:
            scores, gradient = look(x, *inputs, draw)
            if gradient is None:
                return scores, None, None
            return scores, *moved(x, precondition(gradient, *settings), *how)

        self.look: Callable[..., tuple[Any, Any]] = Compiled(look)
        self.precondition: Callable[..., Any] = Compiled(precondition)
        self.moved: Callable[..., tuple[Any, Any]] = Compiled(moved)
        self.step: Callable[..., tuple[Any, Any, Any]] = Compiled(step)


def moved(x: Any, gradient: Any, size: Any, mask: Any, bounds: Any) -> tuple[Any, Any]:
    """The mean size of a gradient, row by row, and ``x`` a step along it."""
    axes = tuple(range(1, len(gradient.shape)))
    slopes = ops.mean(ops.abs(gradient), axis=axes, keepdims=True)
    room = ops.where(gradient > 0, bounds[1] - x, x - bounds[0])
    mask = mask * ops.minimum(room / NEAR, 1.0)
    onward = ops.clip(x + size * mask * gradient / (slopes + 1e-12), bounds[0], bounds[1])
    return ops.reshape(slopes, (-1,)), onward


def climber_for(model: Any, objective: Objective, **how: Any) -> Climber:
    """The climber for a model, the structure of an objective and a way, made once and kept.

    ``model`` has ``features(layers)``, and ``climbers``, a dictionary to keep them in; ``how`` is
    the ``transform`` and ``precondition`` of a new one.
    """
    key = (objective.structure, *how.items())
    if key not in model.climbers:
        model.climbers[key] = Climber(model.features(objective.layers), objective, **how)
    found: Climber = model.climbers[key]
    return found


class Step(NamedTuple):
    """A step of a climb: from where, what that scores (n,), and where it leads."""

    x: Any
    scores: np.ndarray
    onward: Any


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
) -> Iterator[Step]:
    """Climb, step by step; stop whenever you like.

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
        Further arguments of the climber's ``precondition``.
    mask : array, broadcastable to ``x``
        Scales each element's step; 0 holds it still.
    bounds : (float, float)
        Smallest and largest value that ``x`` may take. Within 0.25 of the one that an element
        moves towards, its steps shrink with what is left.

    Yields
    ------
    Step

    Raises
    ------
    NotFinite
        Instead of a step that would lead to NaN or infinity.
    ValueError
        Where no path leads back from the score to ``x``.
    """
    inputs = _tensors(objective.inputs)
    how = _tensors((np.float32(step_size), np.asarray(mask), np.array(bounds)), "float32")
    settings = _tensors(settings, "float32")
    x = ops.convert_to_tensor(x)
    for taken in range(steps):
        answer, slopes, onward = climber.step(x, inputs, draw(), settings, how)
        scores = ops.convert_to_numpy(answer)
        check_slopes(scores, slopes, objective, first=not taken)
        yield Step(x, scores, onward)
        x = onward


def climbing(
    climber: Climber,
    x: Any,
    objective: Objective,
    *,
    steps: int,
    show: Callable[[Any], Any],
    **how: Any,
) -> Iterator[Moment]:
    """As ``ascend``, moment by moment, up to the one at which the last step has arrived."""
    for done, step in enumerate(ascend(climber, x, objective, steps=steps + 1, **how)):
        yield Moment(step.x, step.scores, done, steps, show)


def _tensors(arrays: Any, dtype: str | None = None) -> Any:
    """Arrays in nested tuples as tensors, converted once and not at every step."""
    return keras.tree.map_structure(lambda array: ops.convert_to_tensor(array, dtype), arrays)
