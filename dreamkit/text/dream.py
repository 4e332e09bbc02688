"""Sentence dreams: a sentence's vector climbs what the network sees in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack, overload

import numpy as np
from keras import ops

from ..arguments import number, several_texts, shortened, whole
from ..ascent import climber_for, climbing
from ..objectives.naming import as_objective, guided_by, guided_layers, record
from ..objectives.objective import Objective
from ..results import table
from ..unicode import Printable
from ..watching import Moment, Progress, Watch
from .classifiers import Classifier, as_classifier
from .neighbours import nearest


@dataclass(frozen=True, eq=False)
class SentenceDream(Printable):
    """The path of a sentence's vector, from the sentence to what the network makes of it.

    Attributes
    ----------
    text : str
    vectors : numpy.ndarray, float32, shape (steps + 1, dimensions)
        The first is the sentence's own.
    history : tuple of float
        The score at each of them.
    prediction : float
        Probability that the sentence is positive.
    settings : dict
    classifier : Classifier
    stopped : bool
        Whether it was stopped before its last step.

    Taught in lesson 03.
    """

    text: str
    vectors: np.ndarray
    history: tuple[float, ...]
    prediction: float
    settings: dict[str, Any]
    classifier: Classifier
    stopped: bool = False

    def __repr__(self) -> str:
        return (
            f"<SentenceDream of {shortened(self.text)!r}: {len(self.vectors) - 1} steps, score "
            f"{self.history[0]:.3g} to {self.history[-1]:.3g}{', stopped' * self.stopped}>"
        )

    def _repr_html_(self) -> str:
        last = len(self.vectors) - 1
        rows = []
        for step in sorted({0, last // 2, last}):
            words = ", ".join(word for word, _ in self.nearest(step, 6))
            rows.append((step, f"{self.history[step]:.3g}", words))
        return table(f"A dream of “{self.text}”", ("step", "score", "nearest words"), rows)

    def norms(self, layer: str = "fc2") -> np.ndarray:
        """Length of a layer's activation vector at every step, shape (steps + 1,)."""
        return np.asarray(np.linalg.norm(self.classifier.activations(self.vectors, layer), axis=1))

    def nearest(
        self, step: int = -1, k: int = 12, metric: str = "cosine", frequent: int = 8000
    ) -> list[tuple[str, float]]:
        """The words nearest to the path at one of its steps, see ``neighbours.nearest``.

        Only so many of the most ``frequent`` words are compared: rare ones, such as the names of
        actors, lie wherever the few sentences do that they were seen in.
        """
        frequent = whole("frequent", frequent)
        step = whole("step", step, -len(self.vectors), len(self.vectors) - 1)
        vectors = self.classifier.vectors[:frequent]
        rows, values = nearest(self.vectors[step], vectors, k, metric)
        words = self.classifier.vocabulary.words
        return [(words[row], float(value)) for row, value in zip(rows, values, strict=True)]


class _How(TypedDict, total=False):
    """The settings of ``dream_sentence``, for its overloads."""

    guide: str | None
    steps: int
    step_size: float
    progress: Progress | None


@overload
def dream_sentence(
    text: str, classifier: Any, objective: Any = ..., **how: Unpack[_How]
) -> SentenceDream: ...
@overload
def dream_sentence(
    text: list[str] | tuple[str, ...],
    classifier: Any,
    objective: Any = ...,
    **how: Unpack[_How],
) -> list[SentenceDream]: ...
def dream_sentence(
    text: str | Sequence[str],
    classifier: Classifier | str | Path,
    objective: str | Iterable[str] | Mapping[str, float] | Objective = "fc2",
    *,
    guide: str | None = None,
    steps: int = 20,
    step_size: float = 0.15,
    progress: Progress | None = None,
) -> SentenceDream | list[SentenceDream]:
    """Dream over a sentence: move its vector step by step to where a layer answers more strongly.

    Parameters
    ----------
    text : str or sequence of str
        Several sentences climb side by side in one batch.
    classifier : Classifier, or a name or path that ``load_classifier`` knows
    objective : str, iterable of str, mapping of str to float, or Objective
        What to climb: the mean square of a layer ("fc1", "fc2", "logit"), of several, with weights,
        or any objective, such as ``objectives.channel("fc2", 14)``, one unit.
    guide : str, optional
        Another sentence: climb towards what the layers answer to it, as in a guided dream.
    steps : int
    step_size : float
        How much a number of the vector changes in one step, on average.
    progress : callable, optional
        ``progress(done, total, score)`` after every step; return False to stop there.

    Returns
    -------
    SentenceDream, or list of them for several sentences
        Also when stopped by ``progress`` or Ctrl-C, or where there is nowhere to climb on: then the
        path so far.

    Raises
    ------
    TypeError, ValueError
        Before any work: for a text without known words, an unknown layer, a unit out of range.

    Notes
    -----
    Every step is the gradient divided by its mean size, as in a picture dream. The length of the
    activation vector and its mean square have the same direction of steepest ascent.

    Examples
    --------
    >>> dream = dk.dream_sentence("I love this show.", dk.load_classifier("imdb"))
    >>> dream.history[-1] > dream.history[0]
    True

    Taught in lesson 03.
    """
    watch, classifier = Watch(progress), as_classifier(classifier)
    steps = whole("steps", steps)
    step_size = number("step_size", step_size, above=0, hint="0.15 is usual")
    texts = several_texts("text", [text] if isinstance(text, str) else text)
    start = np.stack([classifier.vector(sentence) for sentence in texts])
    free = as_objective(objective, "fc2").bound_to(classifier, count=len(texts))
    climbed = free if guide is None else guided(free, classifier, guide)
    climber, path = climber_for(classifier, climbed), list[np.ndarray]()

    def climb() -> Iterator[Moment]:
        how: dict[str, Any] = {"steps": steps, "step_size": step_size}
        for moment in climbing(climber, start, climbed, show=ops.convert_to_numpy, **how):
            path.append(moment.image)
            yield moment

    watch.follow(climb())
    settings: dict[str, Any] = {
        "classifier": classifier.name,
        "objective": record(free),
        "guide": guide,
    }
    settings |= {"steps": steps, "step_size": step_size}
    vectors = np.stack(path, axis=1)
    rows = zip(texts, vectors, watch.histories, classifier.probabilities(start), strict=True)
    dreams = [
        SentenceDream(said, moved, history, float(likely), settings, classifier, watch.stopped)
        for said, moved, history, likely in rows
    ]
    return dreams[0] if isinstance(text, str) else dreams


def guided(free: Objective, classifier: Classifier, guide: str) -> Objective:
    """What some layers answer to another sentence, to climb towards."""
    weights, vector = guided_layers(free), classifier.vector(guide)[None]
    return guided_by(weights, {name: classifier.activations(vector, name) for name in weights})
