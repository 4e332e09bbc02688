"""Which words are near a point in the space of word vectors."""

import numpy as np

from ..arguments import among, whole
from .classifiers import Classifier, as_classifier


def nearest(
    point: np.ndarray, vectors: np.ndarray, k: int = 12, metric: str = "cosine"
) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest rows of (words, dimensions) to a point, nearest first, and their values.

    The values are cosine similarities, in [-1, 1], or Euclidean distances.
    """
    among("metric", metric, ("cosine", "euclidean"))
    k = whole("k", k)
    if metric == "cosine":
        lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(point)
        values = vectors @ point / np.maximum(lengths, 1e-12)
        rows = np.argsort(-values, kind="stable")[:k]
    else:
        values = np.linalg.norm(vectors - point, axis=1)
        rows = np.argsort(values, kind="stable")[:k]
    return rows, values[rows]


def words_of_unit(
    classifier: Classifier | str, unit: int, layer: str = "fc2", k: int = 12
) -> list[tuple[str, float]]:
    """The words to which one unit answers most, each word taken as a sentence of its own.

    Parameters
    ----------
    classifier : Classifier, or what ``load_classifier`` makes one of
    unit : int
    layer : str
    k : int

    Returns
    -------
    list of (word, activation), strongest first

    Examples
    --------
    >>> [word for word, _ in dk.words_of_unit("imdb", 3, k=3)]
    ['superbly', 'relaxing', 'blend']

    Taught in lesson 03.
    """
    k = whole("k", k)
    classifier = as_classifier(classifier)
    activations = classifier.activations(classifier.vectors, layer)
    count = activations.shape[1]
    unit = whole("unit", unit, 0, count - 1, f"layer {layer!r} has {count} units")
    rows = np.argsort(-activations[:, unit], kind="stable")[:k]
    return [(classifier.vocabulary.words[row], float(activations[row, unit])) for row in rows]


def telling_words(
    classifier: Classifier, count: int, frequent: int = 2500
) -> tuple[list[str], list[str], np.ndarray]:
    """So many words that are most clearly positive on their own, and so many that are negative.

    Words, kinds ("positive", "negative") and vectors, chosen among the most frequent words.
    """
    count = whole("words", count)
    vectors = classifier.vectors[:frequent]
    order = np.argsort(classifier.activations(vectors, "logit")[:, 0], kind="stable")
    count = min(count, len(order) // 2)
    rows = [*order[::-1][:count], *order[:count]]
    words = [classifier.vocabulary.words[row] for row in rows]
    return words, ["positive"] * count + ["negative"] * count, vectors[rows]
