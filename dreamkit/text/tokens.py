"""From text to words, and from words to numbers."""

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import regex

from ..arguments import a_text, several, several_names, shortened, warn, whole
from ..unicode import STRAIGHT, Printable, composed, word

TOKEN = regex.compile(word(r"\p{L}\p{N}") + "|[!?]")
TAGS = (
    "a abbr b big blockquote body br center cite code dd del div dl dt em font h[1-6] head hr html "
    "i iframe img ins kbd li link mark meta ol p pre q s script small span strike strong style sub "
    "sup table tbody td th thead title tr tt u ul video"
)
MARKUP = regex.compile(  # "I <3 it", "a < b" and "<not> bad" are none
    rf"<!--.*?-->|<!doctype[^<>]*>|</?(?:{TAGS.replace(' ', '|')})(?:\s[^<>]*=[^<>]*)?\s*/?\s*>",
    regex.IGNORECASE | regex.DOTALL,
)
ENTITY = regex.compile(r"&#?\w+;")
# Longer than a word of such a script is, as a rule.
UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}]{5}|[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{12}"
)
# As published vectors cut words: did n't, it 's, l' homme, can not.
CUTS = [
    regex.compile(cut)
    for cut in """
    (.+)(?<known>n't) (.+)(?<known>'[^']+) (?<known>[^']+')(.+) (can)(?<known>not)""".split()
]


def without_markup(text: str) -> str:
    """The text without HTML and without what only an editor sees: loose accents, soft hyphens."""
    text = MARKUP.sub(" ", a_text(text))
    text = ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return composed(text).replace("\xad", "")


def spans(text: str) -> list[tuple[int, int]]:
    """Where words begin and end in a text without markup; ``!`` and ``?`` count as words."""
    return [match.span() for match in TOKEN.finditer(text)]


def tokenize(text: str) -> list[str]:
    """The words of a text in lower case, with ``!`` and ``?``, without HTML."""
    text = without_markup(text)
    return [_plain(text[start:end]) for start, end in spans(text)]


def _plain(word: str) -> str:
    return word.lower().translate(STRAIGHT)


TOKENIZED = 'cut into words, ["good", "film"], as tokenize does'


@dataclass(frozen=True)
class Vocabulary(Printable):
    """Words and their numbers, from 1; 0 stands for no word.

    A word of a text that is not among them may be there in parts, as published vectors cut it:
    "did" and "n't", "it" and "'s", "l'" and "homme", "can" and "not". Then the parts are read.

    Attributes
    ----------
    words : tuple of str
        Most frequent first, as a rule.

    Examples
    --------
    >>> dk.Vocabulary(("a", "film")).ids("A film")
    array([1, 2], dtype=int32)

    Taught in lesson 05.
    """

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", several_names("words", self.words))

    def __repr__(self) -> str:
        return f"<Vocabulary of {len(self.words):,} words: {shortened(', '.join(self.words[:20]))}>"

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]], size: int, least: int = 1) -> "Vocabulary":
        """The most frequent words of texts that are tokenized already.

        Warns where words can't be found, as in Chinese and Thai: there are no spaces between them.
        """
        size, least = whole("size", size), whole("least", least)
        counts = Counter[str]()
        for text in several("texts", texts, TOKENIZED):
            counts.update(several_names("A text", several("A text", text, TOKENIZED)))
        joined = [word for word in counts if UNSPACED.search(word)]
        if sum(counts[word] for word in joined) > counts.total() / 10:
            warn(
                f"There are no spaces between words here: {some(joined)} count as one word each. "
                "Put spaces between them first, with a library for the language (jieba, fugashi, "
                "PyThaiNLP)."
            )
        kept = [word for word, count in counts.most_common(size) if count >= least]
        return cls(tuple(kept))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each word; "film" has that of "Film", where there is no "film"."""
        exact = {word: number for number, word in enumerate(self.words, 1)}
        return {_plain(word): number for word, number in reversed(exact.items())} | exact

    @cached_property
    def _has_apostrophes(self) -> bool:
        return any("'" in word for word in self.numbers)

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
        words = tokenize(text)
        if not words:
            raise ValueError(f"There are no words in {shortened(text)!r}. Write a sentence.")
        known, unknown = self.known(words), some(list(self.unknown(words)))
        if not known:
            raise ValueError(
                f"None of these words is known: {unknown}. Write a sentence in the language of the "
                "training texts, with at least one common word."
            )
        if unknown:
            warn(f"Unknown words are left out: {unknown}.")
        return np.array(known, "int32")

    def known(self, words: Iterable[str]) -> list[int]:
        """The numbers of those words, or of their parts, that have one."""
        return [self.numbers[part] for part in self._read(words) if part in self.numbers]

    def unknown(self, words: Iterable[str]) -> Counter[str]:
        """The others, and how often each of them is there."""
        return Counter(part for part in self._read(words) if part not in self.numbers)

    def _read(self, words: Iterable[str]) -> Iterator[str]:
        """The words, and in place of one that is known in parts its parts."""
        ahead = [*several_names("words", words)][::-1]
        while ahead:
            parts = self._parts(ahead.pop())
            if len(parts) == 1:
                yield from parts
            ahead += parts[::-1] if len(parts) > 1 else []

    def _parts(self, unread: str) -> Sequence[str]:
        """A word, or where it is unknown in one piece the parts that the vocabulary has of it."""
        if unread in self.numbers:
            return [unread]
        for cut in CUTS:
            found = cut.fullmatch(unread)
            if found and found["known"] in self.numbers:
                return found.groups()  # type: ignore[no-any-return]
        parts = unread.split("'")  # of vocabularies without any: don t
        plain = not self._has_apostrophes and all(part in self.numbers for part in parts)
        return parts if plain else [unread]


def padded(rows: Sequence[Sequence[int]], length: int) -> np.ndarray:
    """Numbers of words, a row for each text, as int32 (n, length): 0 after the last."""
    ids = np.zeros((len(rows), length), "int32")
    for row, numbers in zip(ids, rows, strict=True):
        row[: len(numbers)] = numbers
    return ids


def some(words: Sequence[str]) -> str:
    """The first few words, and how many more there are."""
    shown = ", ".join(shortened(word) for word in words[:8])
    return shown + (f" and {len(words) - 8} more" if len(words) > 8 else "")
