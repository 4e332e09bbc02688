"""How the next character is chosen: greedy, temperature, top-k, nucleus; always from logits."""

from typing import Any

import numpy as np
from keras import ops

COLDEST = 1e-30  # in place of 0, which nothing can be divided by: only the most likely is left


def check_temperature(temperature: float) -> None:
    """Raise ValueError unless it is a number from 0 (infinity is allowed: all are alike)."""
    if not isinstance(temperature, (int, float, np.number)) or not temperature >= 0:
        raise ValueError(
            "temperature must be a number from 0 (always the most likely) upwards; 1 leaves the "
            f"probabilities as they are, got {temperature!r}."
        )


def check_limits(top_k: int | None, top_p: float | None) -> None:
    """Raise ValueError for a ``top_k`` or ``top_p`` that leaves nothing to choose from."""
    if top_k is not None and (not isinstance(top_k, (int, np.integer)) or top_k < 1):
        raise ValueError(f"top_k must be a whole number from 1, or None for all, got {top_k!r}.")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, or None for all, got {top_p!r}.")


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
    >>> reweight([0.8, 0.2], 1).tolist(), reweight([0.8, 0.2], 0).tolist()
    ([0.8, 0.2], [1.0, 0.0])
    >>> reweight([0.8, 0.2], 0.5).round(3).tolist()
    [0.941, 0.059]
    """
    check_temperature(temperature)
    p = np.asarray(probabilities, "float64")
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
    return weights / weights.sum(-1, keepdims=True)


def distribution(logits: Any, temperature: Any, top_k: Any = None, top_p: Any = None) -> Any:
    """Probabilities of the next character.

    Parameters
    ----------
    logits : array, float32, shape (n, characters)
    temperature : float or array
    top_k : int, optional
        Keep only so many of the most likely (Fan, Lewis & Dauphin, "Hierarchical Neural Story
        Generation", 2018).
    top_p : float, optional
        Keep the fewest that together have this probability ("nucleus", Holtzman et al., "The
        Curious Case of Neural Text Degeneration", 2020).

    Returns
    -------
    array, float32, shape (n, characters), rows sum to 1
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
    keep = ops.take_along_axis(before, rank, axis=-1) < (np.inf if top_p is None else top_p)
    if top_k is not None:
        keep = ops.logical_and(keep, rank < top_k)
    p = ops.where(keep, p, 0.0)
    return p / ops.sum(p, axis=-1, keepdims=True)


def pick(probabilities: Any, chance: Any) -> Any:
    """Choose one character a row: the first at which the running sum exceeds ``chance``.

    Parameters
    ----------
    probabilities : array, float32, shape (n, characters)
    chance : array, float32, shape (n,), uniform in [0, 1)

    Returns
    -------
    array, int32, shape (n,)
    """
    running = ops.cumsum(probabilities, axis=-1)
    threshold = chance[:, None] * running[:, -1:]
    return ops.sum(ops.cast(running <= threshold, "int32"), axis=-1)
