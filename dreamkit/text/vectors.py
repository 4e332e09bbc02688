"""Word vectors from published files."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .tokens import Vocabulary


@dataclass(frozen=True, eq=False)
class WordVectors:
    """A vocabulary and a vector for each of its words.

    Attributes
    ----------
    vocabulary : Vocabulary
    vectors : numpy.ndarray, float32, shape (words, dimensions)
    """

    vocabulary: Vocabulary
    vectors: np.ndarray

    def __repr__(self) -> str:
        return f"<WordVectors: {len(self.vectors):,} words, {self.vectors.shape[1]} dimensions>"


def load_vectors(path: str | Path, most: int | None = None) -> WordVectors:
    """Read word vectors in the text formats of GloVe and of word2vec.

    Both have a word and its numbers on each line; word2vec's begins with a line that tells how many
    words and dimensions there are.

    Parameters
    ----------
    path : str or path
        UTF-8 text.
    most : int, optional
        Read only so many words. Published files have the most frequent first.

    Returns
    -------
    WordVectors

    Raises
    ------
    FileNotFoundError
    ValueError
        For a line of another width than the first, or that holds something but numbers; names the
        line. For an empty file, or one that is not text.

    Notes
    -----
    Pennington, Socher & Manning, "GloVe" (2014); Mikolov et al., "Efficient Estimation of Word
    Representations in Vector Space" (2013).

    Examples
    --------
    >>> load_vectors("glove.6B.100d.txt", most=20_000)  # doctest: +SKIP
    <WordVectors: 20,000 words, 100 dimensions>
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}.")
    vectors: dict[str, np.ndarray] = {}
    width = None
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                word, *values = line.rstrip().split(" ")
                if number == 1 and len(values) == 1:
                    width = _header(path, word, values[0])
                    continue
                width = len(values) if width is None else width
                if len(values) != width or width < 2:
                    raise ValueError(
                        f"{path}, line {number}: expected a word and {max(width, 2)} numbers, "
                        f"got {len(values)} after {word!r}."
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
    if not vectors:
        raise ValueError(f"{path} holds no word vectors.")
    return WordVectors(Vocabulary(tuple(vectors)), np.stack(list(vectors.values())))


def _header(path: Path, words: str, width: str) -> int:
    if not (words.isdigit() and width.isdigit()):
        raise ValueError(
            f"{path}, line 1: expected a word and its numbers, or how many words and dimensions "
            f"there are, got {words!r} and {width!r}."
        )
    return int(width)


def _numbers(path: Path, number: int, values: list[str]) -> np.ndarray:
    try:
        vector = np.array(values, "float32")
    except ValueError as error:
        raise ValueError(f"{path}, line {number}: {error}.") from error
    if not np.isfinite(vector).all():
        raise ValueError(f"{path}, line {number}: a number is NaN or infinite.")
    return vector
