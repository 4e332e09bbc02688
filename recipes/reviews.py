"""Film reviews as the writer of reviews learns them: in plain sentences."""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from dreamkit.chars.corpus import WORD

from .data import imdb

SENTENCE = re.compile(r"[^.!?]+[.!?]+")
TYPEWRITER = str.maketrans("‘’`´“”–—", "''''\"\"--")


def review_text() -> str:
    """The ``plain_sentences`` of the 25,000 training reviews of ``imdb``.

    Those of a review stand on a line; praise and blame are shuffled.
    """
    texts = plain_sentences(imdb("train")[0])
    order = np.random.default_rng(0).permutation(len(texts))
    return "".join(f"{texts[i]}\n" for i in order if texts[i])


def frequent_words(texts: Iterable[str], size: int = 2000) -> frozenset[str]:
    """The most frequent words of texts in lower case."""
    counts = Counter(word for text in texts for word in WORD.findall(text))
    return frozenset(word for word, _ in counts.most_common(size))


def cleaned(review: str) -> str:
    """A review as the writer of reviews knows it: one line of small letters, digits and signs.

    Tags are left out, accents too; whatever else is not on an old typewriter becomes a space.
    """
    text = html.unescape(re.sub(r"<[^<>]*>", " ", review)).translate(TYPEWRITER)
    text = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text)).lower()
    return re.sub(r"""[^a-z0-9.,:;!?'"()&$%*/-]+""", " ", text).strip()


def plain_sentences(reviews: Sequence[str], words: frozenset[str] = frozenset()) -> list[str]:
    """What is left of each ``cleaned`` review: sentences of frequent words, 120 characters at most.

    A small network learns such sentences in an hour, and most of them are about an opinion.
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
