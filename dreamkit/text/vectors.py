"""Word vectors from published files."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np

from ..arguments import as_array, as_path, of_kind, shortened, warn, whole
from ..memory import free_memory
from ..unicode import Printable, composed
from .tokens import Vocabulary
from .unpacking import unpacked

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?(?:nan|inf)", re.IGNORECASE)
LINE = 2**20  # characters; a line of vectors has some thousands


@dataclass(frozen=True, eq=False)
class WordVectors(Printable):
    """A vocabulary and a vector for each of its words.

    Attributes
    ----------
    vocabulary : Vocabulary
    vectors : numpy.ndarray, float32, shape (words, dimensions)

    Raises
    ------
    ValueError
        Unless there is one vector of finite numbers for each word.

    Taught in lesson 05.
    """

    vocabulary: Vocabulary
    vectors: np.ndarray

    def __post_init__(self) -> None:
        of_kind("vocabulary", self.vocabulary, Vocabulary, 'Vocabulary(("good", "bad")) is one.')
        vectors, words = as_array("vectors", self.vectors), len(self.vocabulary.words)
        shape = vectors.shape
        if len(shape) != 2 or shape[0] != words or not np.isfinite(vectors).all():
            raise ValueError(
                f"There must be a vector of finite numbers for each of the {words:,} words, got an "
                f"array {shape}."
            )

    def __repr__(self) -> str:
        return f"<WordVectors: {len(self.vectors):,} words, {self.vectors.shape[1]} dimensions>"


def load_vectors(path: str | Path, most: int | None = None) -> WordVectors:
    r"""Read word vectors in the text formats of GloVe and of word2vec.

    Both have a word, which may hold spaces, and its numbers on each line; word2vec's begins with a
    line that tells how many words and dimensions there are.

    Parameters
    ----------
    path : str or path
        UTF-8 text, also compressed (``.gz``, ``.bz2``, ``.xz``), or the one file in a ``.zip`` or
        ``.tar``.
    most : int, optional
        Read only so many words. Published files have the most frequent first.

    Raises
    ------
    FileNotFoundError
    ValueError
        For a line of another width than the first, or that holds something but numbers; names the
        line. For a file that is empty, cut short, or not text; an archive of several files; more
        vectors than memory is free for.

    Notes
    -----
    Pennington, Socher & Manning, "GloVe" (2014); Mikolov et al., "Efficient Estimation of Word
    Representations in Vector Space" (2013).

    Examples
    --------
    >>> from pathlib import Path
    >>> size = Path("mine.txt").write_text("good 0.5 1\nbad -0.5 1")
    >>> dk.load_vectors("mine.txt")
    <WordVectors: 2 words, 2 dimensions>

    Taught in lesson 03.
    """
    path = as_path(path)
    if most is not None:
        whole("most", most)
    if not path.is_file():
        inside = f"{path} is a folder. Give the file in it." if path.is_dir() else ""
        raise FileNotFoundError(inside or f"There is no file {path}.")
    words = width = None
    rows, vectors, again = 0, dict[str, np.ndarray](), list[str]()
    for number, line in _lines(path):
        try:
            if width is None:
                words, width = _shape(line, number)
                if words is not None:
                    continue
            word, vector = _parsed(line, width)
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from error
        rows += 1
        if word in vectors:
            again.append(f"line {number}: {word!r} again")
            continue
        vectors[word] = vector
        if len(vectors) == most:
            break
        if rows % 10_000 == 0 and free_memory() < len(vectors) * vector.nbytes:
            raise ValueError(
                f"{path} holds more vectors than there is memory for. Read only the first: "
                f"most={len(vectors) // 2}."
            )
    if again:
        others = f" So are {len(again) - 1:,} others." if again[1:] else ""
        warn(f"{path}, {again[0]}; left out.{others}")
    if not vectors:
        raise ValueError(f"{path} holds no word vectors.")
    if words is not None and rows < min(words, most or words):
        raise ValueError(f"{path} is cut short: it tells of {words:,} words and has {rows:,}.")
    return WordVectors(Vocabulary(tuple(vectors)), np.stack(list(vectors.values())))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text, also of a compressed one, with their numbers; empty ones left out."""
    with unpacked(path) as packed, io.TextIOWrapper(packed, "utf-8-sig", newline="\n") as file:
        for number, line in enumerate(iter(lambda: file.readline(LINE), ""), 1):
            if len(line) == LINE:
                raise ValueError(f"{path}, line {number} is too long for a word and its numbers.")
            if line.strip():
                yield number, line


def _shape(line: str, number: int) -> tuple[int | None, int]:
    """How many words there are, if the line says so, and of how many dimensions."""
    parts = _parts(line)
    if number == 1 and len(parts) == 2:
        if not all(part.isdigit() for part in parts):
            raise ValueError(
                "expected a word and its numbers, or how many words and dimensions there are, "
                f"got {parts[0]!r} and {parts[1]!r}."
            )
        return int(parts[0]), int(parts[1])
    numbers = list(takewhile(NUMBER.fullmatch, reversed(parts)))
    return None, min(len(numbers), len(parts) - 1)  # the first may be a word: "1 0.5 0.25"


def _parsed(line: str, width: int) -> tuple[str, np.ndarray]:
    """A word, which may hold spaces, and its vector."""
    parts = _parts(line)
    word, values = composed(" ".join(parts[:-width])), parts[-width:]
    too_long = len(parts) > width + 1 and NUMBER.fullmatch(parts[-width - 1])
    if not word or width < 2 or too_long:
        first, hint = parts[0], ""
        if first.count(",") > 1:
            hint = " Put spaces in place of the commas."
        elif not line.endswith("\n"):
            hint = " The file seems to be cut short."
        raise ValueError(
            f"expected a word and {max(width, 2)} numbers, got {len(parts) - 1} after "
            f"{shortened(first)!r}.{hint}"
        )
    vector = np.array(values, "float32")
    if not np.isfinite(vector).all():
        raise ValueError("a number is NaN or infinite.")
    return word, vector


def _parts(line: str) -> list[str]:
    return line.rstrip().replace("\t", " ").split(" ")
