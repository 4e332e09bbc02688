"""Pieces of a text, and the hashing trick, which numbers them without a list."""

from collections import Counter
from collections.abc import Iterable, Sequence
from zlib import crc32

from ..arguments import a_text, several, several_texts, whole


def ngrams(tokens: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """All runs of ``n`` neighbours, of words or, given a string, of characters.

    Raises
    ------
    ValueError
        For ``n`` below 1.

    Examples
    --------
    >>> from dreamkit.lessons.lesson05_encodings import ngrams
    >>> ngrams(["not", "good", "just", "long"], 2)
    [('not', 'good'), ('good', 'just'), ('just', 'long')]
    >>> ["".join(run) for run in ngrams("good", 3)]
    ['goo', 'ood']
    """
    n = whole("n", n)
    if not isinstance(tokens, str):
        tokens = several("tokens", tokens, "a text, or a list of words")
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def hash_slot(word: str, slots: int) -> int:
    """The number of a word, from 0 to below ``slots``, computed from its letters alone.

    The same on every machine and in every run (CRC-32, unlike Python's own ``hash``).

    Raises
    ------
    ValueError
        For ``slots`` below 1.

    Notes
    -----
    Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (2009).

    Examples
    --------
    >>> from dreamkit.lessons.lesson05_encodings import hash_slot
    >>> hash_slot("good", 8), hash_slot("dull", 8)
    (2, 3)
    """
    return crc32(a_text(word).encode()) % whole("slots", slots)


def collisions(words: Iterable[str], slots: int) -> int:
    """How many of the words, each counted once, share their slot with another.

    Examples
    --------
    >>> from dreamkit.lessons.lesson05_encodings import collisions
    >>> collisions(["good", "dull", "long"], 1)
    3
    """
    used = Counter(hash_slot(word, slots) for word in {*several_texts("words", words)})
    return sum(count for count in used.values() if count > 1)
