"""What a function is given: the one place that accepts or refuses numbers, names, paths, texts."""

import ast
import difflib
import errno
import math
import operator
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np

LONGEST = 199  # characters of what stands for an object in one line, before the dots
LARGEST = 3.4e38  # of a number: float32, in which all is computed, has none much larger
# Of something elsewhere. Pathlib makes one slash of two; one letter is a drive of Windows.
ADDRESS = re.compile(
    r"\s*(?:(?:https?|s?ftp|file|s3|gs|hf):/|\w[\w+.-]+://|(?:data|blob):[\w/+.-]*[:;,])",
    re.IGNORECASE,
)
PACKAGE = os.path.dirname(__file__) + os.sep
ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def whole(name: str, value: Any, least: int = 1, most: int | None = None, hint: str = "") -> int:
    """The whole number that an argument is, an int of Python's or NumPy's; ValueError otherwise.

    The message has the argument's name and a hint: what is usual, or what the number means.
    """
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_whole or value < least or (most is not None and value > most):
        upto = "" if most is None else f" to {most:,}"
        raise ValueError(
            f"{name} must be a whole number from {least:,}{upto}{_in_brackets(hint)}, "
            f"got {told(value)}."
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
    kinds = (int, float, np.integer, np.floating)
    is_number = isinstance(value, kinds) and not isinstance(value, bool)
    if (
        not is_number
        or not least <= value <= most
        or not (abs(value) < LARGEST or (infinite and abs(value) == math.inf))
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
            f"{name} must be a number {between}".rstrip()
            + f"{_in_brackets(hint)}, got {told(value)}."
        )
    return float(value)


def function(name: str, value: Any, hint: str = "") -> None:
    """Raise ValueError, with a hint, unless an argument is a function."""
    if not callable(value):
        raise ValueError(f"{name} must be a function{_in_brackets(hint)}, got {told(value)}.")


def as_seed(seed: Any) -> int:
    """The seed that an argument is: a whole number that NumPy and Keras take as one."""
    return whole("seed", seed, 0, 2**32 - 1)


def pair(name: str, value: Any, what: str) -> tuple[Any, Any]:
    """The two that an argument is, such as "(row, column)"; ValueError for anything else."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{name} must be {what}, got {told(value)}.")
    return value[0], value[1]


def as_array(name: str, value: Any, others: str = "") -> np.ndarray:
    """The array of numbers that an argument is; TypeError for anything but that or the others."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):  # rows of several lengths, a tensor on a GPU
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of numbers{others}, got {told(value)}.")
    return array


def as_path(value: Any) -> Path:
    """The path that an argument is, ``~`` spelt out; TypeError or ValueError if it is none.

    An address is none, and neither is a name that is longer than the disk takes.
    """
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"Expected a path, got {told(value)}.")
    path = os.fsdecode(value)
    try:
        possible = path and b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise ValueError(f"No file can have the path {told(value)}.")
    if ADDRESS.match(path):
        raise ValueError(
            f"Expected the path of a file, got an address, {told(path)}. {_fetched(path)}"
        )
    found = Path(os.path.expanduser(path))
    try:
        os.lstat(found)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            longest = max(len(os.fsencode(part)) for part in found.parts)
            raise ValueError(
                f"The path {told(path)} is too long for this disk: the longest name in it has "
                f"{longest:,} bytes, and most disks take 255. Shorten it."
            ) from error
    return found


def _fetched(address: str) -> str:
    """What to do with the address of a file."""
    if address.strip()[:5].lower() == "file:":
        return f"Give {unquote(urlsplit(address.strip()).path)!r}, without what stands before."
    return (
        "Download it first, in a browser or with urllib.request.urlretrieve(address, name), and "
        "give the name of that file."
    )


def of_kind(name: str, value: Any, kind: type, advice: str) -> None:
    """Raise TypeError, with advice, unless an argument is of a kind."""
    if not isinstance(value, kind):
        a = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise TypeError(f"{name} must be {a} {kind.__name__}, got {told(value)}. {advice}")


def a_text(text: Any) -> str:
    """The text that an argument is, see ``_mended``; TypeError for anything else."""
    if not isinstance(text, str):
        raise TypeError(f"Expected a text (str), got {type(text).__name__}.")
    return _mended([text])[0]


def several(name: str, value: Any, what: str) -> list[Any]:
    """The things that an argument holds, as a list; TypeError for a text, or what holds none."""
    try:
        found = None if isinstance(value, (str, bytes)) else list(value)
    except Exception:  # whatever is raised by what can't be gone through
        found = None
    if found is None:
        raise TypeError(f"{name} must be {what}, got {told(value)}.")
    return found


def by_name(name: str, value: Any, example: str) -> dict[str, Any]:
    """What an argument holds by name; TypeError or ValueError for anything else, or nothing."""
    of_kind(name, value, Mapping, f"Such as {example}.")
    if not value or not all(isinstance(key, str) for key in value):
        raise ValueError(f"{name} must hold something by name, such as {example}.")
    return dict(value)


def row_of_numbers(name: str, value: Any) -> np.ndarray:
    """The numbers that an argument holds, float64 (n,), NaN where there is none; else an error."""
    found = as_array(name, value).astype("float64")
    if found.ndim != 1 or np.isinf(found).any():
        raise ValueError(f"{name} must be finite numbers in a row, got {told(value)}.")
    return found


def several_texts(name: str, texts: Any) -> list[str]:
    """The texts that an argument is, as a list; TypeError or ValueError for one text, or none."""
    found = several(name, texts, 'a list of texts, ["one", "two"]')
    if not found:
        raise ValueError(f"{name} is empty. Give at least one text.")
    for place, text in enumerate(found):
        if not isinstance(text, str):
            raise TypeError(f"{name} must hold texts; number {place} is {told(text)}.")
    return _mended(found)


def several_names(name: str, value: Any) -> tuple[str, ...]:
    """The names that an argument is, one or several; TypeError for anything else."""
    try:
        found = (value,) if isinstance(value, (str, bytes)) else tuple(value)
    except Exception:
        found = (value,)
    if all(isinstance(each, str) for each in found):
        return found
    raise TypeError(f"{name} must be a name or several, got {told(value)}.")


def among(name: str, value: Any, choices: Iterable[Any]) -> Any:
    """The choice that an argument is; ValueError for anything else.

    It lists the choices, or those that look like what was given if there are many.
    """
    choices = list(choices)
    if not any(
        value is choice or (type(value) is type(choice) and value == choice) for choice in choices
    ):
        if len(choices) <= 8:
            raise ValueError(f"{name} must be {spoken(choices)}, got {told(value)}.")
        near = did_you_mean(value, choices) if isinstance(value, str) else ""
        raise ValueError(f"{name} must be one of {len(choices):,} names, got {told(value)}.{near}")
    return value


def did_you_mean(value: Any, choices: Iterable[Any]) -> str:
    """A sentence that names up to three choices that look like what was given, or nothing."""
    names = {str(choice).casefold(): str(choice) for choice in choices}
    near = difflib.get_close_matches(str(value).casefold(), names, n=3)
    return f" Did you mean {spoken([names[name] for name in near])}?" if near else ""


def spoken(values: Iterable[Any]) -> str:
    """Values as one lists them in a sentence: 'a', 'b' or 'c'."""
    *others, last = map(repr, values or ["nothing"])
    return f"{', '.join(others)} or {last}" if others else last


def warn(text: str) -> None:
    """Warn at the line that called the package, however deep inside it this is."""
    frame: FrameType | None = sys._getframe()
    level = 1
    while frame and frame.f_code.co_filename.startswith(PACKAGE):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, stacklevel=level)


def digits(value: float) -> str:
    """A number in as few digits as bring it back: 0.5, 2, 0.3333333333333333."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(float(value))


def read_back(text: str, known: Mapping[str, Callable[..., Any]]) -> Any:
    """What words in settings stand for: calls of what is known, and sums; None for other words.

    Nothing else is called, and no text repeated: settings come in anybody's picture.
    """

    def value(node: ast.expr) -> Any:
        match node:
            case ast.Constant(found):
                return found
            case ast.Tuple(items):
                return tuple(map(value, items))
            case ast.UnaryOp(ast.USub(), operand):
                return -value(operand)
            case ast.BinOp(left, sign, right) if type(sign) in ARITHMETIC:
                both = value(left), value(right)
                if not any(isinstance(each, (str, bytes, tuple)) for each in both):
                    return ARITHMETIC[type(sign)](*both)
            case ast.Call(ast.Name(name), given, named) if name in known:
                return known[name](
                    *map(value, given), **{str(n.arg): value(n.value) for n in named}
                )
            case ast.Call(ast.Attribute(ast.Name("np")), [ast.Constant(found)], []):
                return found  # a name or a number of NumPy's
        raise LookupError(text)

    try:
        return value(ast.parse(text.replace("\0", " ").strip(), mode="eval").body)
    except (SyntaxError, LookupError, TypeError, ArithmeticError, RecursionError, MemoryError):
        return None


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


def told(value: Any) -> str:
    """What stands for any object in a message."""
    if getattr(value, "shape", ()):
        return f"an array {value.shape}"
    try:
        return shortened(repr(value))
    except Exception:  # an int of thousands of digits, an object of somebody's own
        return f"a {type(value).__name__}"


def _in_brackets(hint: str) -> str:
    return f" ({hint})" if hint else ""
