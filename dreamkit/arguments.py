"""What a function is given: the one place that accepts or refuses numbers, names, paths, texts."""

import difflib
import math
import os
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

LONGEST = 199  # characters of what stands for an object in one line, before the dots
PACKAGE = os.path.dirname(__file__) + os.sep


def whole(name: str, value: Any, least: int = 1, most: int | None = None, hint: str = "") -> int:
    """The whole number that an argument is, an int of Python's or NumPy's; ValueError otherwise.

    The message has the argument's name and a hint: what is usual, or what the number means.
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
    """Like ``whole``, for a number that may also be a float, and infinity if ``infinite``.

    The limits ``above`` and ``below`` may not be reached themselves.
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


def function(name: str, value: Any, hint: str = "") -> None:
    """Raise ValueError, with a hint, unless an argument is a function."""
    if not callable(value):
        raise ValueError(f"{name} must be a function{_in_brackets(hint)}, got {_short(value)}.")


def as_seed(seed: Any) -> int:
    """The seed that an argument is: a whole number that NumPy and Keras take as one."""
    return whole("seed", seed, 0, 2**32 - 1)


def pair(name: str, value: Any, what: str) -> tuple[Any, Any]:
    """The two that an argument is, such as "(row, column)"; ValueError for anything else."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{name} must be {what}, got {_short(value)}.")
    return value[0], value[1]


def as_array(name: str, value: Any, others: str = "") -> np.ndarray:
    """The array of numbers that an argument is; TypeError for anything but that or the others."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):  # rows of several lengths, a tensor on a GPU
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of numbers{others}, got {_short(value)}.")
    return array


def as_path(value: Any) -> Path:
    """The path that an argument is, ``~`` spelt out; TypeError or ValueError if it is none."""
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"Expected a path, got {_short(value)}.")
    path = os.fspath(value)
    try:
        possible = path and b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise ValueError(f"No file can have the path {_short(value)}.")
    return Path(os.path.expanduser(path))


def of_kind(name: str, value: Any, kind: type, advice: str) -> None:
    """Raise TypeError, with advice, unless an argument is of a kind."""
    if not isinstance(value, kind):
        a = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise TypeError(f"{name} must be {a} {kind.__name__}, got {_short(value)}. {advice}")


def a_text(text: Any) -> str:
    """The text that an argument is, see ``_mended``; TypeError for anything else."""
    if not isinstance(text, str):
        raise TypeError(f"Expected a text (str), got {type(text).__name__}.")
    return _mended([text])[0]


def several_texts(name: str, texts: Any) -> list[str]:
    """The texts that an argument is, as a list; TypeError or ValueError for one text, or none."""
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
    return _mended(found)


def several_names(name: str, value: Any) -> tuple[str, ...]:
    """The names that an argument is, one or several; TypeError for anything else."""
    try:
        found = (value,) if isinstance(value, (str, bytes)) else tuple(value)
    except TypeError:
        found = (value,)
    if all(isinstance(each, str) for each in found):
        return found
    raise TypeError(f"{name} must be a name or several, got {_short(value)}.")


def among(name: str, value: Any, choices: Iterable[Any]) -> Any:
    """The choice that an argument is; ValueError for anything else.

    It lists the choices, or those that look like what was given if there are many.
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
    """A sentence that names up to three choices that look like what was given, or nothing."""
    names = {str(choice).casefold(): str(choice) for choice in choices}
    near = difflib.get_close_matches(str(value).casefold(), names, n=3)
    return f" Did you mean {spoken([names[name] for name in near])}?" if near else ""


def spoken(values: Iterable[Any]) -> str:
    """Values as one lists them in a sentence: 'a', 'b' or 'c'."""
    *others, last = map(repr, values)
    return f"{', '.join(others)} or {last}" if others else last


def warn(text: str) -> None:
    """Warn at the line that called the package, however deep inside it this is."""
    frame: FrameType | None = sys._getframe()
    level = 1
    while frame and frame.f_code.co_filename.startswith(PACKAGE):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, stacklevel=level)


def shortened(text: str, length: int = 60) -> str:
    """The beginning of a text."""
    return text if len(text) <= length else f"{text[:length]}…"


def _mended(texts: list[str]) -> list[str]:
    """The texts, without halves of characters, which no file and no page can hold; told once."""
    whole, lost, first = [], 0, ""
    for number, text in enumerate(texts):
        try:
            text.encode()
        except UnicodeEncodeError as error:  # an emoji was cut in two; both halves make one again
            found = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            lost += found.count("\ufffd") - text.count("\ufffd")
            of = f" of text {number:,}" if len(texts) > 1 else ""
            first = first or f"{text[error.start]!r} at {error.start:,}{of}"
            text = found
        whole.append(text)
    if lost:
        warn(
            f"Halves of characters, as of an emoji that was cut in two, are read as '\ufffd': "
            f"{lost:,}, the first {first}."
        )
    return whole


def _short(value: Any) -> str:
    """What stands for any object in a message."""
    return shortened(repr(value)) if not hasattr(value, "shape") else f"an array {value.shape}"


def _in_brackets(hint: str) -> str:
    return f" ({hint})" if hint else ""
