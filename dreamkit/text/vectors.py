"""Word vectors from published files."""

import gzip
import re
import warnings
import zlib
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np

from ..arguments import as_path, whole
from ..unicode import composed
from .tokens import Vocabulary

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?(?:nan|inf)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class WordVectors:
    """A vocabulary and a vector for each of its words.

    Attributes
    ----------
    vocabulary : Vocabulary
    vectors : numpy.ndarray, float32, shape (words, dimensions)

    Raises
    ------
    ValueError
        Unless there is one vector of finite numbers for each word.
    """

    vocabulary: Vocabulary
    vectors: np.ndarray

    def __post_init__(self) -> None:
        shape, words = np.shape(self.vectors), len(self.vocabulary.words)
        if len(shape) != 2 or shape[0] != words or not np.isfinite(self.vectors).all():
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
        UTF-8 text, also compressed by gzip.
    most : int, optional
        Read only so many words. Published files have the most frequent first.

    Raises
    ------
    FileNotFoundError
    ValueError
        For a line of another width than the first, or that holds something but numbers; names the
        line. For a file that is empty, cut short, or not text.

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
        raise FileNotFoundError(f"There is no file {path}.")
    with path.open("rb") as start:
        opened = gzip.open if start.read(2) == b"\x1f\x8b" else open
    vectors: dict[str, np.ndarray] = {}
    width = told = None
    number = 0
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                parts = line.rstrip().replace("\t", " ").split(" ")
                if number == 1 and len(parts) == 2:
                    told, width = _header(path, *parts)
                    continue
                if width is None:  # a word may hold spaces, and numbers may be words
                    numbers = takewhile(NUMBER.fullmatch, reversed(parts))
                    width = min(len(list(numbers)), len(parts) - 1)
                word, values = composed(" ".join(parts[:-width])), parts[-width:]
                too_long = len(parts) > width + 1 and NUMBER.fullmatch(parts[-width - 1])
                if not word or width < 2 or too_long:
                    cut = "" if line.endswith("\n") else " The file seems to be cut short."
                    raise ValueError(
                        f"{path}, line {number}: expected a word and {max(width, 2)} numbers, "
                        f"got {len(parts) - 1} after {parts[0]!r}.{cut}"
                    )
                if word in vectors:
                    warnings.warn(f"{path}, line {number}: {word!r} again; left out.", stacklevel=2)
                    continue
                vectors[word] = _numbers(path, number, values)
                if most is not None and len(vectors) >= most:
                    break
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not UTF-8 text. Binary word2vec files must be saved as text first (gensim: "
            "save_word2vec_format with binary=False)."
        ) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path} is cut short or damaged ({error}).") from error
    if not vectors:
        raise ValueError(f"{path} holds no word vectors.")
    if told is not None and number <= min(told, most or told):
        raise ValueError(f"{path} is cut short: it tells of {told:,} words and has {number - 1:,}.")
    return WordVectors(Vocabulary(tuple(vectors)), np.stack(list(vectors.values())))


def _header(path: Path, words: str, width: str) -> tuple[int, int]:
    if not (words.isdigit() and width.isdigit()):
        raise ValueError(
            f"{path}, line 1: expected a word and its numbers, or how many words and dimensions "
            f"there are, got {words!r} and {width!r}."
        )
    return int(words), int(width)


def _numbers(path: Path, number: int, values: list[str]) -> np.ndarray:
    try:
        vector = np.array(values, "float32")
    except ValueError as error:
        raise ValueError(f"{path}, line {number}: {error}.") from error
    if not np.isfinite(vector).all():
        raise ValueError(f"{path}, line {number}: a number is NaN or infinite.")
    return vector
