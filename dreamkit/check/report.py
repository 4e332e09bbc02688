"""What checks and hidden tests share: how an answer is read, compared and talked about."""

import sys
from collections import deque
from collections.abc import Callable, Iterator, KeysView, ValuesView
from typing import Any

import numpy as np


class NotYet(AssertionError):
    """An answer is not right yet; the message is a hint."""

    def _render_traceback_(self) -> list[str]:
        """Let Jupyter show the hint alone: the lines of the checking code teach nothing."""
        return [str(self)]


def expect(condition: Any, hint: str) -> None:
    """Raise ``NotYet`` with a hint unless the condition holds."""
    if not condition:
        raise NotYet(hint)


def listed(value: Any) -> Any:
    """What is gone through once, or is a view or a range, as a list; anything else as it is."""
    return (
        list(value) if isinstance(value, (Iterator, KeysView, ValuesView, range, deque)) else value
    )


def plain(value: Any) -> np.ndarray:
    """An answer as a NumPy array: arrays, numbers, lists and tensors of any framework.

    A tensor that records gradients is detached from them first.
    """
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    keras = sys.modules.get("keras")
    if keras is not None and hasattr(keras, "ops") and keras.ops.is_tensor(value):
        value = keras.ops.convert_to_numpy(value)
    return np.asarray(value)


def numbers(value: Any, shape: tuple[int, ...] | None = None, what: str = "the result") -> Any:
    """An answer as an array of float64, after looking whether it is one, of that shape."""
    if value is None:
        raise NotYet(f"{what} is None. Does every way through the function end in `return`?")
    try:
        array = plain(value).astype("float64")
    except (TypeError, ValueError):
        raise NotYet(
            f"{what} should be numbers, but it is a {type(value).__name__} that holds "
            "something else, or rows of different lengths."
        ) from None
    if shape is not None and array.shape != shape:
        wanted = "a single number" if shape == () else f"of shape {shape}"
        raise NotYet(f"{what} should be {wanted}, but its shape is {array.shape}.")
    return array


def close(a: Any, b: Any) -> bool:
    """Equal up to rounding: float32 answers pass."""
    return bool(np.allclose(a, b, rtol=1e-4, atol=1e-6, equal_nan=False))


def near(value: Any, wanted: Any, what: str = "the result") -> bool:
    """Whether an answer is the array of numbers that is wanted, of its shape too."""
    wanted = np.asarray(wanted, "float64")
    return close(numbers(value, wanted.shape, what), wanted)


def raises_value_error(call: Callable[[], Any]) -> bool:
    """Whether a call ends in a ValueError, and not in an answer."""
    try:
        call()
    except ValueError:
        return True
    return False


def hill(what: str) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """A ``look`` to climb by: the product of two numbers, and its gradient.

    ``what`` is what the task calls the point that climbs.
    """

    def look(x: np.ndarray) -> tuple[float, np.ndarray]:
        x = numbers(x, (2,), f"the {what} that `look` is given")
        return float(x[0] * x[1]), x[::-1].copy()

    return look


def slope(score: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """The gradient of a score at ``x``, by changing one number at a time a very little."""
    gradient = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        nudge = np.zeros_like(x)
        nudge[place] = 1e-5
        gradient[place] = (score(x + nudge) - score(x - nudge)) / 2e-5
    return gradient
