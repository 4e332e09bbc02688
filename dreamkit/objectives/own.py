"""What to climb: an objective of your own."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..arguments import as_array, function
from .objective import Objective, objective_of


def of(layer: str, score: Callable[..., Any], *data: Any) -> Objective:
    """An objective of your own: any score of a layer's activations.

    Parameters
    ----------
    layer : str
    score : callable
        ``score(activations, *data)``, written in ``keras.ops``: of (n, rows, columns, channels) or
        (n, units), float32, one number for each of the n pictures. Give the same function again,
        and nothing is compiled anew.
    *data : array
        What else it takes, as arguments of the compiled step.

    Raises
    ------
    TypeError, ValueError
        For what is no layer's name, no function, or no numbers.

    Examples
    --------
    >>> from keras import ops
    >>> def loudest(a):
    ...     return ops.max(a, axis=(1, 2, 3))
    >>> dk.objectives.of("block10", loudest) - 0.1 * dk.objectives.total_variation()
    of('block10', loudest) - 0.1 * total_variation()

    Taught in lesson 06.
    """
    function("score", score)
    name = getattr(score, "__name__", type(score).__name__)
    arrays = tuple(_of_activations(as_array("data", each)) for each in data)
    given = "".join(f", <{' × '.join(map(str, a.shape)) or 1}>" for a in arrays)
    return objective_of(score, layer, arrays, f"of({layer!r}, {name}{given})")


def _of_activations(array: np.ndarray) -> np.ndarray:
    """The array in the precision that activations have, unless it is of whole numbers."""
    return array.astype("float32") if array.dtype.kind == "f" else array
