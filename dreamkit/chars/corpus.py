"""Texts to learn from, and the alphabets that they are written in."""

import difflib
import html
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ..datasets import data_file, imdb

CORPORA = ("nietzsche", "shakespeare", "python", "reviews")
WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
SENTENCE = re.compile(r"[^.!?]+[.!?]+")
UNKNOWN = ("refuse", "replace")
TYPEWRITER = str.maketrans("‘’`´“”–—", "''''\"\"--")


def corpus(name: str) -> str:
    """One of the course's texts.

    Parameters
    ----------
    name : {"nietzsche", "shakespeare", "python", "reviews"}
        "nietzsche": *Beyond Good and Evil* in lower case, as the article has it; "shakespeare":
        plays, 1.1 million characters; both are published files that ``data_file`` finds or
        downloads. "python": the manual of the Python language that every Python carries,
        without its indentation. "reviews": the ``plain_sentences`` of the 25,000 training reviews
        of ``datasets.imdb``, those of a review on a line, praise and blame shuffled.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For any other name.
    OSError
        When the file is not there and cannot be downloaded.

    Examples
    --------
    >>> len(corpus("python")) > 300_000
    True
    """
    if name not in CORPORA:
        raise ValueError(f"The corpora are {', '.join(CORPORA)}, got {name!r}.")
    if name == "python":
        from pydoc_data.topics import topics

        text = "\n".join(topics[topic] for topic in sorted(topics))
        return re.sub(r"(?m)^[ *]+|[ *]+$", "", text)
    if name == "reviews":
        texts = plain_sentences(imdb("train")[0])
        order = np.random.default_rng(0).permutation(len(texts))
        return "".join(f"{texts[i]}\n" for i in order if texts[i])
    text = read_text(data_file(f"{name}.txt"))
    return text.lower() if name == "nietzsche" else text


def frequent_words(texts: Iterable[str], size: int = 2000) -> frozenset[str]:
    """The most frequent words of texts in lower case."""
    counts = Counter(word for text in texts for word in WORD.findall(text))
    return frozenset(word for word, _ in counts.most_common(size))


def cleaned(review: str) -> str:
    """A review as the writer of reviews knows it: one line of small letters, digits and signs.

    Tags are left out, accents too; whatever else is not on an old typewriter becomes a space.

    Examples
    --------
    >>> cleaned("A <b>café</b>!<br /><br />Très   bon…")
    'a cafe ! tres bon...'
    """
    text = html.unescape(re.sub(r"<[^<>]*>", " ", review)).translate(TYPEWRITER)
    text = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text)).lower()
    return re.sub(r"""[^a-z0-9.,:;!?'"()&$%*/-]+""", " ", text).strip()


def plain_sentences(reviews: Sequence[str], words: frozenset[str] = frozenset()) -> list[str]:
    """What is left of each review, ``cleaned``, when hard sentences are left out.

    A sentence stays if it has at most 120 characters and none but frequent words. A small network
    learns such sentences in an hour, and an opinion is what most of them are about.

    Parameters
    ----------
    reviews : sequence of str
    words : frozenset of str
        The frequent ones; by default the 2,000 that are most frequent in these reviews.

    Returns
    -------
    list of str, as many as reviews
        Some are empty.

    Examples
    --------
    >>> plain_sentences(["It rained.", "It rained. It reigned?"], frozenset(["it", "rained"]))
    ['it rained.', 'it rained.']
    """
    texts = [cleaned(review) for review in reviews]
    words = words or frequent_words(texts)
    return [
        " ".join(
            sentence.strip()
            for sentence in SENTENCE.findall(text)
            if len(sentence) <= 120 and set() < set(WORD.findall(sentence)) <= words
        )
        for text in texts
    ]


def read_text(path: str | Path) -> str:
    """Read a text file: UTF-8, with any kind of line end, with or without a byte-order mark.

    Raises
    ------
    FileNotFoundError
        Lists similar names.
    ValueError
        When it is not UTF-8 text; says at which byte.

    Examples
    --------
    >>> read_text("my_diary.txt")  # doctest: +SKIP
    """
    path = Path(path)
    if not path.is_file():
        folder = path.parent
        names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
        near = difflib.get_close_matches(path.name, names)
        raise FileNotFoundError(
            f"There is no file {path}." + (f" Did you mean {' or '.join(near)}?" if near else "")
        )
    data = path.read_bytes()
    if b"\0" in data:
        raise ValueError(f"{path} is not a text file: it holds zero bytes. Give plain text, UTF-8.")
    return decoded(data, str(path))


def decoded(data: bytes, name: str) -> str:
    """The text of a file's bytes, UTF-8 with any kind of line end; errors name the file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{name} is not UTF-8: byte {error.start:,} is {data[error.start]:#x}. Save it again "
            "as UTF-8 (in most editors: Save as, encoding)."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Alphabet:
    """The characters that a writer knows; a character's number is its place.

    Examples
    --------
    >>> Alphabet.of("banana")
    Alphabet(characters='abn')
    >>> Alphabet("abn").encode("nab").tolist()
    [2, 0, 1]
    """

    characters: str

    @classmethod
    def of(cls, text: str) -> "Alphabet":
        """All characters of a text, sorted."""
        return cls("".join(sorted(set(text))))

    def __len__(self) -> int:
        return len(self.characters)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each character."""
        return {character: number for number, character in enumerate(self.characters)}

    def encode(self, text: str, unknown: str = "refuse") -> np.ndarray:
        """Turn text into numbers.

        An alphabet without capitals reads capitals as small letters.

        Parameters
        ----------
        text : str
        unknown : {"refuse", "replace"}
            Other characters are refused; or replaced, with a warning, by what is nearest: the
            letter without its accent, or else a space.

        Returns
        -------
        numpy.ndarray, int32, shape (n,)

        Raises
        ------
        TypeError, ValueError
        """
        if not isinstance(text, str):
            raise TypeError(f"Expected a text (str), got {type(text).__name__}.")
        if unknown not in UNKNOWN:
            raise ValueError(f'unknown must be "refuse" or "replace", got {unknown!r}.')
        if not any(c.isupper() for c in self.characters):
            text = text.lower()
        if strange := sorted(set(text) - set(self.characters)):
            if unknown == "refuse":
                raise ValueError(
                    f"The writer has never seen {_named(strange)}. Leave "
                    f'{"it" if len(strange) == 1 else "them"} out, or pass unknown="replace".'
                )
            nearest = {character: self._nearest(character) for character in strange}
            warnings.warn(
                f"The writer has never seen {_named(strange)}; read as {_named(nearest.values())}.",
                stacklevel=3,
            )
            text = "".join(nearest.get(character, character) for character in text)
        return np.array([self.numbers[character] for character in text], "int32")

    def decode(self, numbers: Iterable[int]) -> str:
        """Turn numbers into text."""
        return "".join(self.characters[number] for number in numbers)

    def _nearest(self, character: str) -> str:
        plain = unicodedata.normalize("NFKD", character)
        for candidate in (character.lower(), character.upper(), plain[0], plain[0].lower(), " "):
            if candidate in self.numbers:
                return candidate
        return ""


def _named(characters: Iterable[str]) -> str:
    listed = [repr(c) for c in characters]
    return ", ".join(listed[:8]) + (f" and {len(listed) - 8} more" if len(listed) > 8 else "")
