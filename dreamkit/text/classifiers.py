"""Which words make a text positive or negative: word vectors, their mean, and two dense layers."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from .. import pretrained
from ..backend import Compiled
from ..saving import save_model
from .tokens import Vocabulary, tokenize
from .vectors import WordVectors

LONGEST = 400  # words of a text that are read when word vectors are learnt with the labels


class Classifier:
    """A network that reads a sentence as the mean of its word vectors.

    Attributes
    ----------
    model : keras.Model
        Input int32 (n, words), numbers of words, 0 for none; output logits (n, 1).
    vocabulary : Vocabulary
    vectors : numpy.ndarray, float32, shape (words, dimensions)
    layers : list of str
        Names of the layers above the sentence vector, "fc1", "fc2", "logit".
    name : str
    """

    def __init__(self, model: keras.Model, vocabulary: Vocabulary, name: str = "mine") -> None:
        table = model.get_layer("words").get_weights()[0]
        if len(table) != len(vocabulary.words) + 1:
            raise ValueError(
                f"This model has vectors for {len(table) - 1} words, the vocabulary has "
                f"{len(vocabulary.words)}: they do not belong together."
            )
        self.model, self.vocabulary, self.name = model, vocabulary, name
        self.vectors = np.array(table[1:], "float32")
        self.layers = [layer.name for layer in model.layers if isinstance(layer, kl.Dense)]
        self.climbers: dict[Any, Any] = {}  # compiled steps, as a Network keeps them
        self._sentence = model.get_layer("average").output
        self._answers: dict[str, Compiled] = {}

    def __repr__(self) -> str:
        return (
            f"<Classifier {self.name!r}: {len(self.vectors):,} words, "
            f"{self.vectors.shape[1]} dimensions; layers {', '.join(self.layers)}>"
        )

    def check(self, layers: Sequence[str]) -> None:
        """Raise ValueError, with near matches, for a layer that is not there."""
        for name in layers:
            if name not in self.layers:
                near = difflib.get_close_matches(str(name), self.layers) or self.layers
                raise ValueError(
                    f"{self.name} has no layer {name!r}. Did you mean "
                    f"{' or '.join(map(repr, near))}?"
                )

    def units(self, layer: str) -> int:
        """Number of units of a layer."""
        return int(self.model.get_layer(layer).units)

    def vector(self, text: str) -> np.ndarray:
        """The sentence vector: the mean of the word vectors, float32, shape (dimensions,)."""
        return self.vectors[self.vocabulary.ids(text) - 1].mean(0)

    def features(self, layers: Sequence[str]) -> Callable[[Any], dict[str, Any]]:
        """A function from sentence vectors, (n, dimensions), to the activations of layers."""
        self.check(layers)
        outputs = {name: self.model.get_layer(name).output for name in layers}
        head = keras.Model(self._sentence, outputs)
        return lambda x: head(x, training=False)

    def activations(self, vectors: np.ndarray, layer: str) -> np.ndarray:
        """What a layer answers to sentence vectors, float32, shape (n, units)."""
        if layer not in self._answers:
            features = self.features([layer])
            self._answers[layer] = Compiled(lambda x: features(x)[layer])
        return ops.convert_to_numpy(self._answers[layer](np.asarray(vectors, "float32")))

    def predict(self, texts: Sequence[str]) -> np.ndarray:
        """Probability that a text is positive.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        numpy.ndarray, float32, shape (n,)

        Raises
        ------
        TypeError, ValueError
            For a text without a known word.

        Examples
        --------
        >>> load_classifier("imdb").predict(["I love this show."])  # doctest: +SKIP
        array([0.83], dtype=float32)
        """
        if isinstance(texts, str):
            raise TypeError('predict takes a list of texts: predict(["one", "two"]).')
        return self.probabilities(np.stack([self.vector(text) for text in texts]))

    def probabilities(self, vectors: np.ndarray) -> np.ndarray:
        """Like ``predict``, for sentence vectors, float32, shape (n, dimensions)."""
        return 1 / (1 + np.exp(-self.activations(vectors, "logit")[:, 0]))

    def save(self, path: str | Path, **facts: Any) -> Path:
        """Write the model (``.keras``) and, beside it, a card (``.json``) with the vocabulary."""
        path = save_model(self.model, path)
        return pretrained.write_card(path, **facts, words=" ".join(self.vocabulary.words))


def train_classifier(
    texts: Sequence[str],
    labels: Sequence[int] | np.ndarray,
    vectors: WordVectors | None = None,
    *,
    dimensions: int = 100,
    size: int = 18_000,
    epochs: int = 20,
    seed: int = 0,
    name: str = "mine",
    fine_tune: bool = False,
) -> Classifier:
    """Make a classifier of one's own texts and labels.

    Parameters
    ----------
    texts : sequence of str
    labels : sequence of int
        1 for positive, 0 for negative.
    vectors : WordVectors, optional
        They stay as they are. Without any, vectors are learnt from the labels.
    dimensions, size : int
        Of vectors learnt from the labels, and how many words they are learnt for.
    epochs : int
    seed : int
    name : str
    fine_tune : bool
        Start from ``vectors``, and learn them too.

    Returns
    -------
    Classifier

    Raises
    ------
    ValueError
        Before any work: for labels other than 0 and 1, or of one kind only, or texts without
        known words.

    Notes
    -----
    The network is a "deep averaging network" (Iyyer et al., "Deep Unordered Composition Rivals
    Syntactic Methods for Text Classification", 2015).

    Examples
    --------
    >>> texts = ["good film", "bad film", "good fun", "bad, bad, bad"] * 10
    >>> train_classifier(texts, [1, 0, 1, 0] * 10).predict(["good"])[0] > 0.5
    True
    """
    y = np.asarray(labels)
    if len(texts) != len(y) or set(np.unique(y).tolist()) != {0, 1}:
        raise ValueError(
            f"labels must hold a 0 or a 1 for each of the {len(texts)} texts, and both must occur."
        )
    if fine_tune and vectors is None:
        raise ValueError("fine_tune=True needs vectors to start from.")
    tokens = [tokenize(text) for text in texts]
    vocabulary = vectors.vocabulary if vectors else Vocabulary.of(tokens, size)
    known = vocabulary.numbers
    ids = [np.array([known[w] for w in row if w in known], "int32") for row in tokens]
    if empty := [number for number, row in enumerate(ids) if len(row) == 0]:
        raise ValueError(f"Text {empty[0]} has no known word: {texts[empty[0]]!r}. Leave it out.")
    keras.utils.set_random_seed(seed)
    if vectors is None:
        table = np.random.default_rng(seed).normal(0, 0.1, (len(vocabulary.words), dimensions))
    else:
        table = vectors.vectors
    table = np.vstack([np.zeros_like(table[:1]), table])  # number 0 is no word
    model = _network(*table.shape)
    model.get_layer("words").set_weights([table])
    if vectors is not None and not fine_tune:
        model.get_layer("words").trainable = False
        inputs = np.stack([table[row].mean(0) for row in ids])
        learner = keras.Model(model.get_layer("average").output, model.output)
    else:
        learner = model
        inputs = np.zeros((len(ids), min(LONGEST, max(map(len, ids)))), "int32")
        for row, numbers in zip(inputs, ids, strict=True):
            row[: len(numbers[:LONGEST])] = numbers[:LONGEST]
    batch = int(np.clip(len(ids) // 8, 4, 256))
    steps = epochs * -(-len(ids) // batch)
    learner.compile(
        keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(2e-3, steps), weight_decay=0.01
        ),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    learner.fit(inputs, y.astype("float32"), batch_size=batch, epochs=epochs, verbose=0)
    return Classifier(model, vocabulary, name)


def _network(words: int, dimensions: int) -> keras.Model:
    """Word vectors, averaged; fc1 and fc2, with what keeps them from learning by heart."""
    ids = keras.Input((None,), dtype="int32", name="ids")
    x = kl.Embedding(words, dimensions, mask_zero=True, name="words")(ids)
    x = kl.GlobalAveragePooling1D(name="average")(x)
    x = kl.BatchNormalization(momentum=0.9, name="norm")(x)  # few steps, in a small training
    for name, units in (("fc1", 256), ("fc2", 512)):
        x = kl.Dense(units, activation="relu", name=name)(x)
        x = kl.Dropout(0.5, name=f"{name}_dropout")(x)
    return keras.Model(ids, kl.Dense(1, name="logit")(x), name="sentiment")


def load_classifier(name: str | Path) -> Classifier:
    """A classifier that has learnt already.

    Parameters
    ----------
    name : {"imdb"} or path
        The bundled one, or a ``.keras`` file that ``Classifier.save`` wrote, its card beside it.

    Raises
    ------
    FileNotFoundError, ValueError

    Examples
    --------
    >>> load_classifier("imdb").layers
    ['fc1', 'fc2', 'logit']
    """
    path, facts = pretrained.checkpoint(name)
    if "words" not in facts:
        raise ValueError(f"{name} is not a text classifier: its card tells of no words.")
    model = keras.models.load_model(path, compile=False)
    return Classifier(model, Vocabulary(tuple(facts["words"].split(" "))), path.stem)
