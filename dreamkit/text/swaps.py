"""Dreams in real words: at each round, the one word is swapped that helps most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from keras import ops

from ..arguments import shortened, whole
from ..ascent import climber_for
from ..objectives.naming import as_objective
from ..objectives.objective import Objective
from ..results import table
from ..unicode import printable
from ..watching import Moment, Progress, Watch, check_slopes, sloped
from .classifiers import Classifier, as_classifier
from .neighbours import nearest
from .tokens import spans, tokenize, without_markup

FREQUENT = 8000  # only so many of the most frequent words come in
TRIED = 20  # of the swaps that promise most
ENDINGS = ("ing", "ed", "ly", "s")
# What holds a sentence together stays as it is.
FUNCTION_WORDS = frozenset(
    """a about after again all also although an and any are as at be because been before being both
    but by can could did do does down each even ever every few first for from had has have he
    her here hers him his how i if in into is it its just last like many may me might more most
    much must my no nor not of off on once one only or other our out over own same shall she
    should since so some still such than that the their them then there these they this those
    though through to too two under until up very was we were what when where which while who
    whom why will with within without would yet you your n't ! ?""".split()
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
    """The sentences of a dream in words, and the swaps that led from each to the next.

    Taught in lesson 03.
    """

    sentences: tuple[str, ...]
    swaps: tuple[Swap, ...]
    stopped: bool = False

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
        return printable("\n".join(lines))


def dream_words(
    text: str,
    classifier: Classifier | str | Path,
    objective: str | Iterable[str] | Mapping[str, float] | Objective = "fc2",
    *,
    rounds: int = 8,
    choices: int = 15,
    progress: Progress | None = None,
) -> WordDream:
    """Dream over a sentence in real words: swap them one by one for words that score more.

    A step of the vector dream leads away from all words. Here every step is a sentence: the
    gradient foretells what each swap would bring, the most promising are tried, and the best is
    made. It ends when no swap helps.

    Parameters
    ----------
    text : str
    classifier, objective
        As for ``dream_sentence``.
    rounds : int
        At most so many swaps. A word that came in stays.
    choices : int
        A word may be replaced by one of so many words whose vectors are nearest to its own, if it
        has the same ending (-s, -ed, -ing, -ly). Words like *the*, *is* and *not* hold a sentence
        together and stay. Both keep it readable.
    progress : callable, optional
        ``progress(done, rounds, score)`` after every swap; return False to stop there.

    Returns
    -------
    WordDream
        Also when stopped by ``progress`` or Ctrl-C: then the swaps so far.

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
    watch, classifier = Watch(progress), as_classifier(classifier)
    rounds, choices = whole("rounds", rounds), whole("choices", choices)
    climbed = as_objective(objective, "fc2").bound_to(classifier)
    swapping = Swapping(without_markup(text), classifier, climbed, choices)
    watch.follow(swapping.moments(rounds))
    return WordDream(tuple(swapping.sentences), tuple(swapping.swaps), watch.stopped)


class Swapping:
    """A sentence whose words are swapped, one in each round."""

    def __init__(
        self, text: str, classifier: Classifier, objective: Objective, choices: int
    ) -> None:
        self.classifier, self.objective, self.choices = classifier, objective, choices
        self.sentences, self.swaps = [text], list[Swap]()
        self._vector, self._words = classifier.vector(text), tokenize(text)
        self._numbers = classifier.vocabulary.numbers
        known = [place for place, word in enumerate(self._words) if word in self._numbers]
        self._known = len(classifier.vocabulary.known(self._words))  # parts of words among them
        self._free = {place for place in known if self._words[place] not in FUNCTION_WORDS}
        self._look = climber_for(classifier, objective).look

    def moments(self, rounds: int) -> Iterator[Moment]:
        """The sentence, and after every swap."""
        for done in range(rounds + 1):
            scores, gradient = self._scored(self._vector[None], first=not done)
            yield Moment(self.sentences[-1], scores, done, rounds, str)
            if done == rounds:
                return
            best = sorted(self._offers(gradient[0]), reverse=True)[:TRIED]
            if not best or not self._swapped(best, float(scores[0])):
                return

    def _offers(self, gradient: np.ndarray) -> Iterator[tuple[float, int, int]]:
        """(what it promises, the word's place, the new word's row) for every swap that fits."""
        vectors = self.classifier.vectors
        for place in sorted(self._free):
            word = self._words[place]
            old = vectors[self._numbers[word] - 1]
            rows, _ = nearest(old, vectors[:FREQUENT], self.choices + 1)
            near = [row for row in rows if self._fits(int(row), word)]
            for row, promise in zip(near, (vectors[near] - old) @ gradient, strict=True):
                yield float(promise), place, int(row)

    def _fits(self, row: int, old: str) -> bool:
        """Whether a word of the vocabulary may stand for another, and is read as itself there."""
        vocabulary = self.classifier.vocabulary
        read = tokenize(vocabulary.words[row])
        if len(read) != 1 or vocabulary.known(read) != [row + 1]:
            return False
        (new,) = read
        return new not in FUNCTION_WORDS and new not in self._words and _ending(new) == _ending(old)

    def _swapped(self, best: list[tuple[float, int, int]], before: float) -> bool:
        """Make the one of some swaps that scores most; False if none helps."""
        vectors = self.classifier.vectors
        changes = [
            vectors[row] - vectors[self._numbers[self._words[place]] - 1] for _, place, row in best
        ]
        tried = self._vector + np.stack(changes) / self._known
        after, _ = self._scored(tried)
        winner = int(np.argmax(after))
        if after[winner] <= before:
            return False
        _, place, row = best[winner]
        new = self.classifier.vocabulary.words[row]
        self.swaps.append(Swap(place, self._words[place], new, before, float(after[winner])))
        (self._words[place],), self._vector = tokenize(new), tried[winner]
        self._free.discard(place)
        self.sentences.append(_replaced(self.sentences[-1], place, new))
        return True

    def _scored(self, vectors: np.ndarray, first: bool = False) -> tuple[np.ndarray, np.ndarray]:
        answer, slope = self._look(vectors.astype("float32"), *self.objective.inputs, ())
        scores, gradient = ops.convert_to_numpy(answer), ops.convert_to_numpy(sloped(slope))
        check_slopes(scores, np.abs(gradient).mean(axis=1), self.objective, first)
        return scores, gradient


def _ending(word: str) -> str:
    return next((ending for ending in ENDINGS if word.endswith(ending)), "")


def _replaced(text: str, position: int, word: str) -> str:
    """The text with another word at a position, with a capital where the old one had it."""
    start, end = spans(text)[position]
    new = word.capitalize() if text[start].isupper() and text[start:end] != "I" else word
    return text[:start] + new + text[end:]
