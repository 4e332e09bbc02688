"""Sentence dreams: a sentence's vector climbs what the network sees in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack, overload

import numpy as np
from keras import ops

from .. import objectives
from ..arguments import number, several_texts, shortened, whole
from ..ascent import ascend, climber_for
from ..objectives import Objective
from ..results import table
from .classifiers import Classifier, check_classifier
from .neighbours import nearest


@dataclass(frozen=True, eq=False)
class SentenceDream:
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

    Taught in lesson 03.
    """

    text: str
    vectors: np.ndarray
    history: tuple[float, ...]
    prediction: float
    settings: dict[str, Any]
    classifier: Classifier

    def __repr__(self) -> str:
        return (
            f"<SentenceDream of {shortened(self.text)!r}: {len(self.vectors) - 1} steps, score "
            f"{self.history[0]:.3g} to {self.history[-1]:.3g}>"
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
        whole("frequent", frequent)
        whole("step", step, -len(self.vectors), len(self.vectors) - 1)
        vectors = self.classifier.vectors[:frequent]
        rows, values = nearest(self.vectors[step], vectors, k, metric)
        words = self.classifier.vocabulary.words
        return [(words[row], float(value)) for row, value in zip(rows, values, strict=True)]


class _How(TypedDict, total=False):
    """The settings of ``dream_sentence``, for its overloads."""

    unit: int | None
    guide: str | None
    steps: int
    step_size: float
    progress: Callable[[int, int, float], bool | None] | None


@overload
def dream_sentence(
    text: str, classifier: Classifier, layer: str | Objective = "fc2", **how: Unpack[_How]
) -> SentenceDream: ...
@overload
def dream_sentence(
    text: list[str] | tuple[str, ...],
    classifier: Classifier,
    layer: str | Objective = "fc2",
    **how: Unpack[_How],
) -> list[SentenceDream]: ...
def dream_sentence(
    text: str | Sequence[str],
    classifier: Classifier,
    layer: str | Objective = "fc2",
    *,
    unit: int | None = None,
    guide: str | None = None,
    steps: int = 20,
    step_size: float = 0.15,
    progress: Callable[[int, int, float], bool | None] | None = None,
) -> SentenceDream | list[SentenceDream]:
    """Dream over a sentence: move its vector step by step to where a layer answers more strongly.

    Parameters
    ----------
    text : str or sequence of str
        Several sentences climb side by side in one batch.
    classifier : Classifier
    layer : str or Objective
        What to climb: the mean square of a layer ("fc1", "fc2", "logit"), or any objective.
    unit : int, optional
        Climb this one unit of the layer.
    guide : str, optional
        Another sentence: climb towards what the layer answers to it, as in a guided dream.
    steps : int
    step_size : float
        How much a number of the vector changes in one step, on average.
    progress : callable, optional
        ``progress(done, total, score)`` after every step; return False to stop there.

    Returns
    -------
    SentenceDream, or list of them for several sentences
        Also when stopped: then the path so far.

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
    check_classifier(classifier)
    whole("steps", steps)
    number("step_size", step_size, above=0, hint="0.15 is usual")
    texts = [text] if isinstance(text, str) else several_texts("text", text)
    x: Any = np.stack([classifier.vector(sentence) for sentence in texts])
    objective = objective_for(classifier, layer, unit, guide)
    climber = climber_for(classifier, objective)
    predictions = classifier.probabilities(x)
    path, scores = [x], []
    climb = ascend(climber, x, objective, steps=steps, step_size=step_size)
    try:
        for x, score in climb:
            path.append(ops.convert_to_numpy(x))
            scores.append(score)
            if progress and progress(len(scores), steps, float(score.mean())) is False:
                break
    except KeyboardInterrupt:
        path = path[: len(scores) + 1]
    scores.append(ops.convert_to_numpy(climber.look(path[-1], *objective.inputs, ())[0]))
    target = str(objective) if isinstance(layer, Objective) else layer
    settings: dict[str, Any] = {"classifier": classifier.name, "target": target, "unit": unit}
    settings |= {"guide": guide, "steps": steps, "step_size": step_size}
    vectors, history = np.stack(path, axis=1), np.stack(scores, axis=1)
    rows = zip(texts, vectors, map(tuple, history.tolist()), predictions.tolist(), strict=True)
    dreams = [SentenceDream(*row, settings, classifier) for row in rows]
    return dreams[0] if isinstance(text, str) else dreams


def objective_for(
    classifier: Classifier, layer: str | Objective, unit: int | None, guide: str | None = None
) -> Objective:
    """What to climb, after checking that the classifier has it, see ``dream_sentence``."""
    classifier.check(layer.layers if isinstance(layer, Objective) else [layer])
    if isinstance(layer, Objective):
        if unit is not None or guide is not None:
            raise ValueError("With a unit or a guide, name a layer, not an objective.")
        objective = layer
    elif unit is not None and guide is not None:
        raise ValueError("Give a unit or a guide, not both.")
    elif unit is not None:
        most = classifier.units(layer) - 1
        objective = objectives.channel(layer, whole("unit", unit, 0, most, f"of layer {layer!r}"))
    elif guide is not None:
        seen = classifier.activations(classifier.vector(guide)[None], layer)
        objective = objectives.guide(layer, seen)
    else:
        objective = objectives.layer(layer)
    objective.check({name: classifier.units(name) for name in objective.layers})
    return objective
