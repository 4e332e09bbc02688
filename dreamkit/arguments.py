"""What a function is given: the one place that accepts or refuses numbers, names, paths, texts."""

import difflib
import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

LONGEST = 199  # characters of what stands for an object in one line, before the dots


def whole(name: str, value: Any, least: int = 1, most: int | None = None, hint: str = "") -> int:
    """The whole number that an argument is.

    Parameters
    ----------
    name : str
        What the argument is called.
    value
        An int of Python's or NumPy's.
    least, most : int
        The smallest and the largest that there may be; without ``most`` there is no largest.
    hint : str
        What is usual, or what the number means, for the message.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> from dreamkit.arguments import whole
    >>> whole("steps", 0)
    Traceback (most recent call last):
    ValueError: steps must be a whole number from 1, got 0.
    """
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_whole or value < least or (most is not None and value > most):
        upto = "" if most is None else f" to {most:,}"
        raise ValueError(
            f"{name} must be a whole number from {least:,}{upto}{_in_brackets(hint)}, "
            f"got {value!r}."
        )
    return int(value)


def number(
    name: str,
    value: Any,
    least: float = -math.inf,
    most: float = math.inf,
    *,
    above: float | None = None,
    below: float | None = None,
    infinite: bool = False,
    hint: str = "",
) -> float:
    """The number that an argument is.

    Parameters
    ----------
    name, value, hint
        As for ``whole``; the value may also be a float.
    least, most : float
        The smallest and the largest that there may be.
    above, below : float, optional
        The same, but these themselves may not be.
    infinite : bool
        Whether infinity will do.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> from dreamkit.arguments import number
    >>> number("step_size", "0.1", above=0, hint="0.01 is usual")
    Traceback (most recent call last):
    ValueError: step_size must be a number above 0 (0.01 is usual), got '0.1'.
    """
    is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if (
        not is_number
        or not least <= value <= most
        or not (infinite or math.isfinite(value))
        or (above is not None and value <= above)
        or (below is not None and value >= below)
    ):
        limits = [
            f"above {above:g}" if above is not None else "",
            f"from {least:g}" if least > -math.inf else "",
            f"to {most:g}" if most < math.inf else "",
            f"below {below:g}" if below is not None else "",
        ]
        between = " and ".join(filter(None, limits)).replace(" and to ", " to ")
        raise ValueError(
            f"{name} must be a number {between}".rstrip() + f"{_in_brackets(hint)}, got {value!r}."
        )
    return float(value)


def function(name: str, value: Any) -> None:
    """Raise ValueError unless an argument is a function, or None."""
    if value is not None and not callable(value):
        raise ValueError(f"{name} must be a function, got {value!r}.")


def as_seed(seed: Any) -> int:
    """The seed that an argument is: a whole number that NumPy and Keras take as one."""
    return whole("seed", seed, 0, 2**32 - 1)


def pair(name: str, value: Any, what: str) -> tuple[Any, Any]:
    """The two that an argument is, such as "(row, column)"; ValueError for anything else."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{name} must be {what}, got {_short(value)}.")
    return value[0], value[1]


def numbers(name: str, value: Any, others: str = "") -> np.ndarray:
    """The array of numbers that an argument is; TypeError for anything but that or the others."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):  # rows of several lengths, a tensor on a GPU
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of numbers{others}, got {_short(value)}.")
    return array


def as_path(value: Any) -> Path:
    """The path that an argument is, ``~`` spelt out.

    Raises
    ------
    TypeError, ValueError
        For what is no path, and for one that no file can have.
    """
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"Expected a path, got {_short(value)}.")
    path = os.path.expanduser(os.fspath(value))
    try:
        possible = path and b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise ValueError(f"No file can have the path {_short(value)}.")
    return Path(path)


def of_kind(name: str, value: Any, kind: type, advice: str) -> None:
    """Raise TypeError, with advice, unless an argument is of a kind.

    >>> from dreamkit.arguments import of_kind
    >>> of_kind("writer", "nietzsche", dk.Writer, "load_writer gives one.")
    Traceback (most recent call last):
    TypeError: writer must be a Writer, got 'nietzsche'. load_writer gives one.
    """
    if not isinstance(value, kind):
        a = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise TypeError(f"{name} must be {a} {kind.__name__}, got {_short(value)}. {advice}")


def a_text(text: Any) -> str:
    """The text that an argument is; TypeError for anything else."""
    if not isinstance(text, str):
        raise TypeError(f"Expected a text (str), got {type(text).__name__}.")
    return text


def several_texts(name: str, texts: Any) -> list[str]:
    """The texts that an argument is, as a list.

    Raises
    ------
    TypeError, ValueError
        For a single text, for what holds something else, and for none.
    """
    try:
        found = None if isinstance(texts, (str, bytes)) else list(texts)
    except TypeError:
        found = None
    if found is None:
        raise TypeError(f'{name} must be a list of texts, ["one", "two"], got {_short(texts)}.')
    if not found:
        raise ValueError(f"{name} is empty. Give at least one text.")
    for place, text in enumerate(found):
        if not isinstance(text, str):
            raise TypeError(f"{name} must hold texts; number {place} is {_short(text)}.")
    return found


def several_names(name: str, value: Any) -> tuple[str, ...]:
    """The names that an argument is, one or several; TypeError for anything else.

    >>> from dreamkit.arguments import several_names
    >>> several_names("layers", "block10"), several_names("layers", ["block7", "block10"])
    (('block10',), ('block7', 'block10'))
    """
    try:
        found = (value,) if isinstance(value, (str, bytes)) else tuple(value)
    except TypeError:
        found = (value,)
    if all(isinstance(each, str) for each in found):
        return found
    raise TypeError(f"{name} must be a name or several, got {_short(value)}.")


def among(name: str, value: Any, choices: Iterable[Any]) -> Any:
    """The choice that an argument is.

    Raises
    ------
    ValueError
        For anything else; it lists the choices, or those that look like it if there are many.

    Examples
    --------
    >>> from dreamkit.arguments import among
    >>> among("layer", "mixed7", ["mixed1", "mixed2", "logits"])
    Traceback (most recent call last):
    ValueError: layer must be 'mixed1', 'mixed2' or 'logits', got 'mixed7'.
    """
    choices = list(choices)
    if not any(
        value is choice or (type(value) is type(choice) and value == choice) for choice in choices
    ):
        if len(choices) <= 8:
            raise ValueError(f"{name} must be {spoken(choices)}, got {value!r}.")
        near = did_you_mean(value, choices)
        raise ValueError(f"{name} must be one of {len(choices):,} names, got {value!r}.{near}")
    return value


def did_you_mean(value: Any, choices: Iterable[Any]) -> str:
    """A sentence that names up to three choices that look like what was given, or nothing.

    >>> from dreamkit.arguments import did_you_mean
    >>> did_you_mean("mixd3", ["mixed3", "logits"])
    " Did you mean 'mixed3'?"
    """
    names = {str(choice).casefold(): str(choice) for choice in choices}
    near = difflib.get_close_matches(str(value).casefold(), names, n=3)
    return f" Did you mean {spoken([names[name] for name in near])}?" if near else ""


def spoken(values: Iterable[Any]) -> str:
    """Values as one lists them in a sentence.

    >>> from dreamkit.arguments import spoken
    >>> spoken(["a", "b", "c"])
    "'a', 'b' or 'c'"
    """
    *others, last = map(repr, values)
    return f"{', '.join(others)} or {last}" if others else last


def shortened(text: str, length: int = 60) -> str:
    """The beginning of a text."""
    return text if len(text) <= length else f"{text[:length]}…"


def _short(value: Any) -> str:
    """What stands for any object in a message."""
    return shortened(repr(value)) if not hasattr(value, "shape") else f"an array {value.shape}"


def _in_brackets(hint: str) -> str:
    return f" ({hint})" if hint else ""
