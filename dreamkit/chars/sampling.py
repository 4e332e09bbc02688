"""How the next character is chosen: greedy, temperature, top-k, nucleus; always from logits."""

from typing import Any

import numpy as np
from keras import ops

from ..arguments import as_array, number, whole

MOST = 1_000_000  # characters to choose from
COLDEST = 1e-30  # in place of 0, which nothing can be divided by: only the most likely is left


def check_drawing(temperature: float, top_k: int | None = None, top_p: float | None = None) -> None:
    """Raise ValueError for what leaves nothing to choose from; an infinite temperature is fine."""
    hint = "0 is always the most likely, 1 leaves the probabilities as they are"
    number("temperature", temperature, 0, infinite=True, hint=hint)
    if top_k is not None:
        whole("top_k", top_k, 1, MOST, hint="or None for all")
    if top_p is not None:
        number("top_p", top_p, above=0, most=1, hint="or None for all")


def reweight(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Sharpen or flatten a distribution: softmax(log p / T).

    Parameters
    ----------
    probabilities : array, shape (..., n)
        Not negative; each row sums to something above 0.
    temperature : float
        From 0 upwards. 1 leaves the distribution as it is, 0 leaves only the most likely (equally
        likely ones share), infinity makes all that can occur equally likely.

    Returns
    -------
    numpy.ndarray, float64, of the same shape
        Rows sum to 1. What was impossible stays impossible.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> dk.reweight([0.8, 0.2], 1).tolist(), dk.reweight([0.8, 0.2], 0).tolist()
    ([0.8, 0.2], [1.0, 0.0])
    >>> dk.reweight([0.8, 0.2], 0.5).round(3).tolist()
    [0.941, 0.059]

    Taught in lesson 04.
    """
    check_drawing(temperature)
    p = as_array("probabilities", probabilities).astype("float64")
    if p.ndim == 0 or not (np.isfinite(p).all() and (p >= 0).all() and (p.sum(-1) > 0).all()):
        raise ValueError(
            "probabilities must be finite and not negative, with a positive sum in every row."
        )
    possible = p > 0
    top = p.max(-1, keepdims=True)
    ratio = np.log(np.where(possible, p, top) / top)  # never the logarithm of 0
    with np.errstate(over="ignore"):
        weights = np.exp(ratio / temperature) if temperature else ratio == 0
    weights = np.where(possible, weights, 0.0)
    return np.asarray(weights / weights.sum(-1, keepdims=True))


def distribution(logits: Any, temperature: Any, top_k: Any = None, top_p: Any = None) -> Any:
    """Probabilities of the next character from its logits, float32 (n, characters).

    ``top_k`` and ``top_p`` limit them as in ``Writer.generate``.
    """
    # With the largest at 0, no temperature can make a number too large.
    cooled = logits - ops.max(logits, axis=-1, keepdims=True)
    p = ops.softmax(cooled / ops.maximum(temperature, COLDEST), axis=-1)
    if top_k is None and top_p is None:
        return p
    order = ops.argsort(-p, axis=-1)
    rank = ops.argsort(order, axis=-1)
    ordered = ops.take_along_axis(p, order, axis=-1)
    before = ops.cumsum(ordered, axis=-1) - ordered  # probability of all that are likelier
    keep = ops.take_along_axis(before, rank, axis=-1) < (
        np.inf if top_p is None else ops.maximum(top_p, COLDEST)
    )
    if top_k is not None:
        keep = ops.logical_and(keep, rank < top_k)
    p = ops.where(keep, p, 0.0)
    return p / ops.sum(p, axis=-1, keepdims=True)


def pick(probabilities: Any, chance: Any) -> Any:
    """One character a row, int32 (n,): the first at which the running sum exceeds a chance.

    ``probabilities`` are float32 (n, characters), ``chance`` float32 (n,), uniform in [0, 1).
    """
    running = ops.cumsum(probabilities, axis=-1)
    threshold = chance[:, None] * running[:, -1:]
    return ops.sum(ops.cast(running <= threshold, "int32"), axis=-1)
