"""Which words are near a point in the space of word vectors."""

from typing import Any

import numpy as np

METRICS = ("cosine", "euclidean")


def nearest(
    point: np.ndarray, vectors: np.ndarray, k: int = 12, metric: str = "cosine"
) -> tuple[np.ndarray, np.ndarray]:
    """The nearest rows of ``vectors``.

    Parameters
    ----------
    point : array, shape (dimensions,)
    vectors : array, shape (words, dimensions)
    k : int
    metric : {"cosine", "euclidean"}

    Returns
    -------
    rows : numpy.ndarray, int, shape (k,), nearest first
    values : numpy.ndarray, shape (k,)
        Cosine similarity, in [-1, 1], or Euclidean distance.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> rows, values = nearest(np.array([1.0, 0]), np.array([[0, 1.0], [2, 0]]), k=1)
    >>> rows.tolist(), values.tolist()
    ([1], [1.0])
    """
    if metric not in METRICS:
        raise ValueError(f'metric must be "cosine" or "euclidean", got {metric!r}.')
    if not isinstance(k, (int, np.integer)) or k < 1:
        raise ValueError(f"k must be a whole number from 1, got {k!r}.")
    if metric == "cosine":
        lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(point)
        values = vectors @ point / np.maximum(lengths, 1e-12)
        rows = np.argsort(-values, kind="stable")[:k]
    else:
        values = np.linalg.norm(vectors - point, axis=1)
        rows = np.argsort(values, kind="stable")[:k]
    return rows, values[rows]


def words_of_unit(
    classifier: Any, unit: int, layer: str = "fc2", k: int = 12
) -> list[tuple[str, float]]:
    """The words to which one unit answers most, each word taken as a sentence of its own.

    Parameters
    ----------
    classifier : Classifier
    unit : int
    layer : str
    k : int

    Returns
    -------
    list of (word, activation), strongest first

    Examples
    --------
    >>> words_of_unit(load_classifier("imdb"), 3, k=5)  # doctest: +SKIP
    """
    activations = classifier.activations(classifier.vectors, layer)
    count = activations.shape[1]
    if not isinstance(unit, (int, np.integer)) or not 0 <= unit < count:
        raise ValueError(
            f"Layer {layer!r} has {count} units, numbered 0 to {count - 1}; got {unit!r}."
        )
    rows = np.argsort(-activations[:, unit], kind="stable")[:k]
    return [(classifier.vocabulary.words[row], float(activations[row, unit])) for row in rows]


def telling_words(
    classifier: Any, count: int, frequent: int = 2500
) -> tuple[list[str], list[str], np.ndarray]:
    """The words that, on their own, are most clearly positive and most clearly negative.

    Parameters
    ----------
    classifier : Classifier
    count : int
        Of each kind.
    frequent : int
        Chosen among so many of the first, most frequent words of the vocabulary.

    Returns
    -------
    words : list of str
    kinds : list of str
        "positive" or "negative".
    vectors : numpy.ndarray, float32, shape (words, dimensions)
    """
    vectors = classifier.vectors[:frequent]
    order = np.argsort(classifier.activations(vectors, "logit")[:, 0], kind="stable")
    count = min(count, len(order) // 2)
    rows = [*order[::-1][:count], *order[:count]]
    words = [classifier.vocabulary.words[row] for row in rows]
    return words, ["positive"] * count + ["negative"] * count, vectors[rows]
