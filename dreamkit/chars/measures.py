"""What a text is like, in numbers: how free, how real, how repetitive."""

from collections.abc import Collection
from pathlib import Path

import numpy as np

from ..arguments import a_text, whole
from ..unicode import STRAIGHT, composed
from .build import as_writer
from .corpus import WORD
from .sampling import check_drawing, reweight
from .writer import Writer


def words(text: str) -> list[str]:
    """The words of a text, in lower case.

    >>> from dreamkit.chars.measures import words
    >>> words("To be, or not to be? That's it.")
    ['to', 'be', 'or', 'not', 'to', 'be', "that's", 'it']
    """
    found: list[str] = WORD.findall(composed(a_text(text)).lower().translate(STRAIGHT))
    return found


def known_words(text: str, known: Collection[str]) -> float:
    """Share of a text's words that are among those known, in [0, 1].

    Raises
    ------
    ValueError
        When the text has no words.
    """
    found = words(text)
    if not found:
        raise ValueError("There are no words in this text.")
    known = set(known)
    return sum(word in known for word in found) / len(found)


def repetition(text: str, n: int = 2) -> float:
    """Share of runs of ``n`` words that occurred before, in [0, 1]: 0 when all are distinct.

    Raises
    ------
    ValueError
        When the text has fewer than ``n`` words.

    Examples
    --------
    >>> from dreamkit.chars.measures import repetition
    >>> repetition("a b c d a b c d a")
    0.5
    """
    whole("n", n)
    found = words(text)
    runs = [tuple(found[i : i + n]) for i in range(len(found) - n + 1)]
    if not runs:
        raise ValueError(f"The text has {len(found)} words, {n} at least are needed.")
    return 1 - len(set(runs)) / len(runs)


def entropy(text: str, writer: Writer | str | Path, temperature: float = 1.0) -> float:
    """How open the next character is, on average over a text, in bits.

    0 when it is certain; the logarithm of the alphabet's length when all are alike.

    Parameters
    ----------
    text : str
        At least two characters.
    writer : Writer, or what ``load_writer`` makes one of
    temperature : float
        As when it was written.
    """
    check_drawing(temperature)
    text, writer = a_text(text), as_writer(writer)
    p = reweight(writer.distributions(text), temperature)
    return float(-(p * np.log2(np.where(p > 0, p, 1))).sum(-1).mean())
