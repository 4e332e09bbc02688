"""From text to words, and from words to numbers."""

import html
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[!?]")


def plain(text: str) -> str:
    """The text without HTML."""
    if not isinstance(text, str):
        raise TypeError(f"Expected a text (str), got {type(text).__name__}.")
    if "<" not in text and "&" not in text:
        return text
    return html.unescape(re.sub(r"<[^<>]*>", " ", text))


def spans(text: str) -> list[tuple[int, int]]:
    """Where the words of a plain text begin and end; ``!`` and ``?`` count as words."""
    return [match.span() for match in WORD.finditer(text)]


def tokenize(text: str) -> list[str]:
    """The words of a text in lower case.

    Examples
    --------
    >>> tokenize("It’s great!<br />I <b>loved</b> it.")
    ["it's", 'great', '!', 'i', 'loved', 'it']
    """
    text = plain(text)
    return [text[start:end].lower().replace("’", "'") for start, end in spans(text)]


@dataclass(frozen=True)
class Vocabulary:
    """Words and their numbers, from 1; 0 stands for no word.

    Attributes
    ----------
    words : tuple of str
        Most frequent first, as a rule.

    Examples
    --------
    >>> Vocabulary(("a", "film")).ids("A film noir")  # doctest: +SKIP
    array([1, 2], dtype=int32)
    """

    words: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]], size: int, least: int = 1) -> "Vocabulary":
        """The most frequent words of texts that are tokenized already."""
        counts = Counter(word for text in texts for word in text)
        kept = [word for word, count in counts.most_common(size) if count >= least]
        return cls(tuple(kept))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each word."""
        return {word: number for number, word in enumerate(self.words, 1)}

    def ids(self, text: str) -> np.ndarray:
        """Numbers of the words of a text; unknown words are left out, with a warning.

        Returns
        -------
        numpy.ndarray, int32, shape (known words,)

        Raises
        ------
        TypeError, ValueError
            When it is not a text, or holds no word that is known.
        """
        tokens = tokenize(text)
        if not tokens:
            raise ValueError(f"There are no words in {shortened(text)!r}. Write a sentence.")
        unknown = list(dict.fromkeys(word for word in tokens if word not in self.numbers))
        if all(word not in self.numbers for word in tokens):
            raise ValueError(
                f"None of these words is known: {listed(unknown)}. Write a sentence in the "
                "language of the training texts, with at least one common word."
            )
        if unknown:
            warnings.warn(f"Unknown words are left out: {listed(unknown)}.", stacklevel=4)
        return np.array([self.numbers[word] for word in tokens if word in self.numbers], "int32")


def listed(words: Sequence[str]) -> str:
    """The first few words, and how many more there are."""
    shown = ", ".join(shortened(word) for word in words[:8])
    return shown + (f" and {len(words) - 8} more" if len(words) > 8 else "")


def shortened(text: str, length: int = 60) -> str:
    """The beginning of a text."""
    return text if len(text) <= length else f"{text[:length]}…"
