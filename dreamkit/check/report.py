"""What every check shares: how an answer is called, compared and talked about."""

import functools
import html
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, KeysView, ValuesView
from types import TracebackType
from typing import Any

import numpy as np

TASKS: dict[str, list[str]] = {
    "01_deepdream": [],
    "02_guided_dreams": [],
    "03_text_deepdream": [],
    "04_character_lstm": [],
}
"""Names of the tasks of each assignment, in order; its module adds them."""
DONE: set[str] = set()
"""Names of the tasks that were right in this notebook so far."""


class NotYet(AssertionError):
    """An answer is not right yet; the message is a hint."""

    def _render_traceback_(self) -> list[str]:
        """Let Jupyter show the hint alone: the lines of the checking code teach nothing."""
        return [str(self)]


def task(assignment: str) -> Callable[[Callable[[Any], str]], Callable[[Any], None]]:
    """Turn a function that returns what is right, or raises ``NotYet``, into a check."""

    def register(function: Callable[[Any], str]) -> Callable[[Any], None]:
        name = function.__name__
        TASKS[assignment].append(name)

        @functools.wraps(function)
        def check(answer: Any) -> None:
            __tracebackhide__ = True  # in IPython's tracebacks
            DONE.discard(name)
            if not callable(answer):
                raise NotYet(
                    f"✗ {name}: give the function itself, without brackets: "
                    f"dk.check.{name}({name}). This is a {type(answer).__name__}."
                )
            try:
                right = function(lambda *given: listed(answer(*given)))
            except NotYet as hint:
                raise NotYet(f"✗ {name}: {hint}") from None
            except NotImplementedError:
                raise NotYet(
                    f"✗ {name} is still empty: replace `raise NotImplementedError()` by your code."
                ) from None
            except Exception as error:
                theirs = _after_checks(error.__traceback__)
                if theirs is None:
                    raise NotYet(
                        f"✗ {name}: the result has another form than the task asks for ({error})."
                    ) from None
                raise error.with_traceback(theirs) from None
            DONE.add(name)
            print(f"✓ {name}: {right}")

        return check

    return register


def _after_checks(traceback: TracebackType | None) -> TracebackType | None:
    """The part of a traceback that begins in the student's own code, None if there is none."""
    here = os.path.dirname(__file__)
    while traceback is not None and traceback.tb_frame.f_code.co_filename.startswith(here):
        traceback = traceback.tb_next
    return traceback


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


class Progress:
    """Which tasks are done: text in a terminal, a list in a notebook."""

    def __init__(self, assignment: str | None = None) -> None:
        if assignment is not None and assignment not in TASKS:
            raise ValueError(f"The assignments are {', '.join(TASKS)}; got {assignment!r}.")
        begun = [name for name, tasks in TASKS.items() if DONE & set(tasks)]
        self.assignments = [assignment] if assignment else begun

    def __repr__(self) -> str:
        if not self.assignments:
            return "Nothing is done yet. Run the cell below a task to check it."
        lines = []
        for assignment in self.assignments:
            tasks = TASKS[assignment]
            done = sum(name in DONE for name in tasks)
            lines.append(f"{assignment}: {done} of {len(tasks)} tasks done")
            lines += [f"  {'✓' if name in DONE else '·'} {name}" for name in tasks]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def progress(assignment: str | None = None) -> Progress:
    """Say which tasks were right in this notebook since it was started.

    Parameters
    ----------
    assignment : str, optional
        For example "01_deepdream". Without it, every assignment of which something is done.

    Returns
    -------
    Progress
        Shows itself. Written answers are not counted: a person reads those.

    Raises
    ------
    ValueError
        For an assignment that does not exist.

    Examples
    --------
    >>> dk.check.progress("04_character_lstm")
    04_character_lstm: 0 of 9 tasks done
      · windows
      ...
    """
    return Progress(assignment)
