"""What is true of each place in a text, and the cells of a writer that follow it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ..arguments import a_text, as_array, as_seed, function, of_kind
from ..unicode import composed
from .build import as_writer
from .cells import read_cells
from .corpus import WORD
from .writer import Writer

QUOTED = re.compile(r'(?<![^\s(-])"[^"]{1,400}"')
BRACKETED = re.compile(r"\([^()]{1,400}\)")


def place_in_line(text: str) -> np.ndarray:
    """How many characters there are since the last line end, float32 (characters,)."""
    return _counted(re.finditer(r"[^\n]+", text), len(text))


def place_in_word(text: str) -> np.ndarray:
    """1 at the first letter of a word, 2 at the second and so on, 0 outside words."""
    return _counted(WORD.finditer(text), len(text))


def word_starts(text: str) -> np.ndarray:
    """1 at the first letter of a word, 0 elsewhere."""
    return np.asarray((place_in_word(text) == 1).astype("float32"))


def inside(pattern: re.Pattern[str], text: str) -> np.ndarray:
    """1 from what opens, a quote or a bracket, to the character before what closes, else 0."""
    values = np.zeros(len(text), "float32")
    for part in pattern.finditer(text):
        values[part.start() : part.end() - 1] = 1
    return values


CONCEPTS: dict[str, Callable[[str], np.ndarray]] = {
    "place in the line": place_in_line,
    "place in the word": place_in_word,
    "start of a word": word_starts,
    "inside quotes": partial(inside, QUOTED),
    "inside brackets": partial(inside, BRACKETED),
}


@dataclass(frozen=True)
class Found:
    """The cell that follows a concept best.

    Attributes
    ----------
    cell : int
    rises : bool
        Whether the cell rises with the concept, or falls.
    score : float
        Its correlation with the concept on the text held out, with the sign turned if it falls.
    random : float
        The same for the best of as many random directions as there are cells.
    """

    cell: int
    rises: bool
    score: float
    random: float


def find_cells(
    text: str,
    writer: Writer | str | Path,
    validation_text: str,
    concepts: Mapping[str, Callable[[str], np.ndarray]] = CONCEPTS,
    *,
    seed: int = 0,
) -> dict[str, Found]:
    r"""For each concept the cell that follows it best in one text, and its score on another.

    Parameters
    ----------
    text : str
        To find the cells in.
    writer : Writer, or what ``load_writer`` makes one of
    validation_text : str
        To score them on.
    concepts : mapping of str to callable
        Each makes of a text one number for each character, float (characters,).
    seed : int
        Of the random directions: the axes of the cells' space, turned at random.

    Returns
    -------
    dict of str to Found
        Without concepts that have but one value in one of the texts.

    Examples
    --------
    >>> text = "You speak of truth, my lord,\nbut I have seen the king in tears.\n" * 30
    >>> found = dk.find_cells(text[:1000], "shakespeare", text[1000:])
    >>> found["place in the line"].score > 0.7
    True

    Taught in lesson 07.
    """
    seed = as_seed(seed)
    texts = [composed(a_text(each)) for each in (text, validation_text)]  # as they are read
    writer = as_writer(writer)
    of_kind("concepts", concepts, Mapping, "It names functions of a text: {'vowel': function}.")
    for name, concept in concepts.items():
        function(f"The concept {name!r}", concept, "of a text")
    cells = [read_cells(each, writer) for each in texts]
    turn = random_directions(cells[0].shape[1], seed)
    turned = [each @ turn for each in cells]
    found = {}
    for name, concept in concepts.items():
        given = [as_array(f"What {name!r} gives", concept(each)) for each in texts]
        values = [each.astype("float64") for each in given]
        if [each.shape for each in values] != [each.shape[:1] for each in cells]:
            raise ValueError(f"{name!r} must give a number for each character of the text.")
        here, there = values
        if np.ptp(here) == 0 or np.ptp(there) == 0:
            continue
        scores = []
        for seen, unseen in (cells, turned):
            r = correlations(seen, here)
            best = int(np.argmax(np.abs(r)))
            score = correlations(unseen[:, [best]], there)[0] * np.sign(r[best])
            scores.append((best, bool(r[best] > 0), float(score)))
        found[name] = Found(*scores[0], random=scores[1][2])
    return found


def correlations(activity: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Pearson's correlation of each column with the values; 0 for a column that never moves.

    Parameters
    ----------
    activity : numpy.ndarray, shape (characters, cells)
    values : numpy.ndarray, shape (characters,)

    Returns
    -------
    numpy.ndarray, shape (cells,), in [-1, 1]
    """
    activity = activity - activity.mean(0)
    values = values - values.mean()
    size = np.linalg.norm(activity, axis=0) * np.linalg.norm(values)
    return np.asarray(values @ activity / np.where(size > 1e-9, size, np.inf))


def random_directions(size: int, seed: int = 0) -> np.ndarray:
    """As many directions as a space has axes, at right angles, turned at random.

    Returns
    -------
    numpy.ndarray, float32, shape (size, size), one direction a column
    """
    gaussian = np.random.default_rng(seed).normal(size=(size, size))
    q, r = np.linalg.qr(gaussian)
    return (q * np.sign(np.diag(r))).astype("float32")  # every rotation equally likely


def _counted(parts: Iterable[re.Match[str]], length: int) -> np.ndarray:
    """1, 2, 3 … within each part of a text, 0 between them."""
    values = np.zeros(length, "float32")
    for part in parts:
        values[part.start() : part.end()] = np.arange(1, part.end() - part.start() + 1)
    return values
