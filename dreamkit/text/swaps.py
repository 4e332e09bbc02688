"""Dreams in real words: at each round, the one word is swapped that helps most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from ..arguments import shortened, whole
from ..ascent import climber_for
from ..objectives import Objective
from ..results import table
from .classifiers import Classifier, check_classifier
from .dream import objective_for
from .neighbours import nearest
from .tokens import spans, tokenize, without_markup

FREQUENT = 8000  # only so many of the most frequent words come in
ENDINGS = ("ing", "ed", "ly", "s")
# What holds a sentence together stays as it is.
FUNCTION_WORDS = frozenset(
    """a about after again all also although an and any are as at be because been before being both
    but by can could did do does down each even ever every few first for from had has have he
    her here hers him his how i if in into is it its just last like many may me might more most
    much must my no nor not of off on once one only or other our out over own same shall she
    should since so some still such than that the their them then there these they this those
    though through to too two under until up very was we were what when where which while who
    whom why will with within without would yet you your ! ?""".split()
)


@dataclass(frozen=True)
class Swap:
    """One word for another, and the score before and after."""

    position: int
    old: str
    new: str
    before: float
    after: float


@dataclass(frozen=True)
class WordDream:
    """The sentences of a dream in words, and the swaps that led from each to the next."""

    sentences: tuple[str, ...]
    swaps: tuple[Swap, ...]

    def __repr__(self) -> str:
        ends = [f"{score:.3g}" for s in self.swaps for score in (s.before, s.after)]
        scores = f", score {ends[0]} to {ends[-1]}" if ends else ""
        return f"<WordDream of {shortened(self.sentences[0])!r}: swaps: {len(self.swaps)}{scores}>"

    def _repr_html_(self) -> str:
        rows: list[tuple[str, ...]] = [("start", self.sentences[0], "")]
        for swap, sentence in zip(self.swaps, self.sentences[1:], strict=True):
            rows.append((f"{swap.old} → {swap.new}", sentence, f"{swap.after:.3g}"))
        return table("A dream in words", ("swap", "sentence", "score"), rows)

    def __str__(self) -> str:
        lines = [self.sentences[0]]
        for swap, sentence in zip(self.swaps, self.sentences[1:], strict=True):
            lines.append(f"{sentence}    {swap.old} → {swap.new}, {swap.after:.3g}")
        return "\n".join(lines)


def dream_words(
    text: str,
    classifier: Classifier,
    layer: str | Objective = "fc2",
    *,
    unit: int | None = None,
    rounds: int = 8,
    choices: int = 15,
) -> WordDream:
    """Dream over a sentence in real words: swap them one by one for words that score more.

    A step of the vector dream leads away from all words. Here every step is a sentence: the
    gradient foretells what each swap would bring, the most promising are tried, and the best is
    made. It ends when no swap helps.

    Parameters
    ----------
    text : str
    classifier : Classifier
    layer, unit
        What to climb, as in ``dream_sentence``.
    rounds : int
        At most so many swaps. A word that came in stays.
    choices : int
        A word may be replaced by one of so many words whose vectors are nearest to its own, if it
        has the same ending (-s, -ed, -ing, -ly). Words like *the*, *is* and *not* hold a sentence
        together and stay. Both keep it readable.

    Raises
    ------
    TypeError, ValueError

    Notes
    -----
    The first-order estimate of a swap is that of Ebrahimi et al., "HotFlip" (2018).

    Examples
    --------
    >>> dream = dk.dream_words("I love this show.", dk.load_classifier("imdb"))
    >>> all(swap.after > swap.before for swap in dream.swaps)
    True

    Taught in lesson 03.
    """
    check_classifier(classifier)
    whole("rounds", rounds)
    whole("choices", choices)
    text = without_markup(text)
    sentence = classifier.vector(text)
    objective = objective_for(classifier, layer, unit)
    look = climber_for(classifier, objective).look
    numbers, vectors = classifier.vocabulary.numbers, classifier.vectors
    words = tokenize(text)
    count = sum(word in numbers for word in words)
    free = {i for i, word in enumerate(words) if word in numbers and word not in FUNCTION_WORDS}

    def seen(x: np.ndarray) -> tuple[Any, Any]:
        scores, gradient = look(x.astype("float32"), *objective.inputs, ())
        return ops.convert_to_numpy(scores), ops.convert_to_numpy(gradient)

    sentences, swaps = [text], []
    for _ in range(rounds):
        scores, gradient = seen(sentence[None])
        offers = []
        for i in sorted(free):
            old = vectors[numbers[words[i]] - 1]
            rows, _ = nearest(old, vectors[:FREQUENT], choices + 1)
            near = [row for row in rows if _fits(classifier.vocabulary.words[row], words[i], words)]
            for row, promise in zip(near, (vectors[near] - old) @ gradient[0], strict=True):
                offers.append((float(promise), i, int(row)))
        best = sorted(offers, reverse=True)[:20]
        if not best:
            break
        changes = [vectors[row] - vectors[numbers[words[i]] - 1] for _, i, row in best]
        tried = sentence + np.stack(changes) / count
        after, _ = seen(tried)
        winner = int(np.argmax(after))
        if after[winner] <= scores[0]:
            break
        _, i, row = best[winner]
        new = classifier.vocabulary.words[row]
        swaps.append(Swap(i, words[i], new, float(scores[0]), float(after[winner])))
        words[i], sentence = new, tried[winner]
        free.discard(i)
        sentences.append(_replaced(sentences[-1], i, new))
    return WordDream(tuple(sentences), tuple(swaps))


def _fits(new: str, old: str, words: list[str]) -> bool:
    return new not in FUNCTION_WORDS and new not in words and _ending(new) == _ending(old)


def _ending(word: str) -> str:
    return next((ending for ending in ENDINGS if word.endswith(ending)), "")


def _replaced(text: str, position: int, word: str) -> str:
    """The text with another word at a position, with a capital where the old one had it."""
    start, end = spans(text)[position]
    new = word.capitalize() if text[start].isupper() and text[start:end] != "I" else word
    return text[:start] + new + text[end:]
