"""Which words make a text positive or negative: word vectors, their mean, and two dense layers."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from .. import pretrained
from ..arguments import (
    among,
    as_array,
    as_seed,
    of_kind,
    several_names,
    several_texts,
    shortened,
    told,
    warn,
    whole,
)
from ..backend import Compiled, alike
from ..descent import MOST, fit
from ..files import load_model
from ..memory import free_memory
from ..objectives.objective import LOGITS
from ..results import Training
from ..unicode import Printable
from ..watching import Progress
from .tokens import Vocabulary, padded, some, tokenize
from .vectors import WordVectors

WIDEST = 10_000  # dimensions of a word vector
SHAPE = (
    "A Classifier's model is an Embedding (named words, with mask_zero), a GlobalAveragePooling1D "
    "(average), and layers of which the last is Dense(1) without an activation (logit)."
)
LONGEST = 3200  # words of a text that are read when word vectors are learnt with the labels
SHORT = 400  # words up to which all texts are padded alike: a new length is compiled anew


class Classifier(Printable):
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

    Raises
    ------
    TypeError, ValueError
        For a model of another kind, or one that says something else than its layers "words",
        "average" and those above do.

    Taught in lesson 03.
    """

    def __init__(self, model: keras.Model, vocabulary: Vocabulary, name: str = "mine") -> None:
        of_kind("model", model, keras.Model, "load_classifier reads one from a file.")
        of_kind("vocabulary", vocabulary, Vocabulary, 'Vocabulary(("good", "bad")) is one.')
        if missing := {"words", "average", "logit"} - {layer.name for layer in model.layers}:
            raise ValueError(f"{SHAPE} This one has none named {', '.join(sorted(missing))}.")
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
        self._compare()

    def _compare(self) -> None:
        """Raise ValueError unless sentence vectors are read as the model reads words."""
        # The first word, the first two …: a single sentence may agree by chance.
        lengths = np.arange(1, min(9, len(self.vectors) + 1))
        ids = np.tril(np.tile(lengths, (len(lengths), 1)))
        means = self.vectors[: len(lengths)].cumsum(0) / lengths[:, None].astype("float32")
        ours = ops.convert_to_numpy(self.features(["logit"])(means)["logit"])
        theirs = self.model(np.pad(ids, ((0, 0), (0, 3))).astype("int32"), training=False)
        linear = self.model.get_layer("logit").activation is keras.activations.linear
        if not linear or np.shape(theirs) != (len(ids), 1) or not alike(ours, theirs):
            raise ValueError(f"{SHAPE} This one answers something else.")

    def __repr__(self) -> str:
        return (
            f"<Classifier {self.name!r}: {len(self.vectors):,} words, "
            f"{self.vectors.shape[1]} dimensions; layers {', '.join(self.layers)}>"
        )

    def check(self, names: Iterable[str], sizes: Any = ()) -> None:
        """Raise ValueError for a layer that is not there."""
        for name in several_names("layers", names):
            if name == LOGITS:
                raise ValueError(f"{self.name} has no classes; climb channel('logit', 0).")
            among("layer", name, self.layers)

    def channels(self, name: str) -> int:
        """Number of units of a layer."""
        self.check([name])
        return int(self.model.get_layer(name).units)

    def vector(self, text: str) -> np.ndarray:
        """The sentence vector: the mean of the word vectors, float32, shape (dimensions,)."""
        return np.asarray(self.vectors[self.vocabulary.ids(text) - 1].mean(0))

    def features(self, layers: Sequence[str]) -> Callable[[Any], dict[str, Any]]:
        """A function from sentence vectors, (n, dimensions), to the activations of layers."""
        layers = several_names("layers", layers)
        self.check(layers)
        if not layers:  # an objective of penalties alone
            return lambda x: {}
        outputs = {name: self.model.get_layer(name).output for name in layers}
        head = keras.Model(self._sentence, outputs)
        return lambda x: head(x, training=False)

    def activations(self, vectors: np.ndarray, layer: str) -> np.ndarray:
        """What a layer answers to sentence vectors, float32, shape (n, units)."""
        self.check([layer])
        if layer not in self._answers:
            features = self.features([layer])
            self._answers[layer] = Compiled(lambda x: features(x)[layer])
        x, width = as_array("vectors", vectors).astype("float32"), self.vectors.shape[1]
        if x.ndim != 2 or x.shape[1] != width or not np.isfinite(x).all():
            raise ValueError(f"vectors must be finite, of shape (n, {width}), got {x.shape}.")
        return np.asarray(ops.convert_to_numpy(self._answers[layer](x)))

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
        >>> dk.load_classifier("imdb").predict(["I love this show."]).round(2)
        array([1.], dtype=float32)
        """
        vectors = [self.vector(text) for text in several_texts("texts", texts)]
        return self.probabilities(np.stack(vectors))

    def probabilities(self, vectors: np.ndarray) -> np.ndarray:
        """Like ``predict``, for sentence vectors, float32, shape (n, dimensions)."""
        return np.asarray(1 / (1 + np.exp(-self.activations(vectors, "logit")[:, 0])))

    def save(self, path: str | Path, **facts: Any) -> Path:
        """Write the model (``.keras``) and, beside it, a card (``.json``) with the vocabulary.

        ValueError where a file that is no such card has its name.
        """
        words = list(self.vocabulary.words)  # which may hold spaces
        return pretrained.save_checkpoint(self.model, path, **facts, words=words)


def build_classifier(
    vocabulary: WordVectors | Vocabulary | Sequence[str],
    *,
    dimensions: int = 100,
    size: int = 18_000,
    fine_tune: bool = False,
    name: str = "mine",
    seed: int = 0,
) -> Classifier:
    """A classifier that has not learnt anything yet.

    Parameters
    ----------
    vocabulary : WordVectors, Vocabulary, or texts whose words make one
        Word vectors are brought in and stay as they are. Otherwise vectors are learnt with the
        labels.
    dimensions, size : int
        Of vectors that are learnt, and how many words of texts get one, the most frequent.
    fine_tune : bool
        Start from the word vectors brought in, and learn them too.
    name : str
    seed : int
        Of the initial weights and of dropout.

    Raises
    ------
    TypeError, ValueError
        For a single text, texts without words, sizes below 1, or ``fine_tune`` without word
        vectors.

    Notes
    -----
    The network is a "deep averaging network" (Iyyer et al., "Deep Unordered Composition Rivals
    Syntactic Methods for Text Classification", 2015).

    Examples
    --------
    >>> dk.build_classifier(["good film", "bad film"], dimensions=8)
    <Classifier 'mine': 3 words, 8 dimensions; layers fc1, fc2, logit>

    Taught in lesson 03.
    """
    dimensions, size = whole("dimensions", dimensions, 1, WIDEST), whole("size", size)
    seed = as_seed(seed)
    among("fine_tune", fine_tune, (True, False))
    if fine_tune and not isinstance(vocabulary, WordVectors):
        raise ValueError("fine_tune=True needs word vectors to start from.")
    if isinstance(vocabulary, WordVectors):
        words, table = vocabulary.vocabulary, vocabulary.vectors
    else:
        words = (
            vocabulary
            if isinstance(vocabulary, Vocabulary)
            else Vocabulary.of(map(tokenize, several_texts("vocabulary", vocabulary)), size)
        )
        table = np.random.default_rng(seed).normal(0, 0.1, (len(words.words), dimensions))
    if not words.words:
        raise ValueError("There are no words to learn. Give texts that have some.")
    keras.utils.set_random_seed(seed)
    model = _network(len(table) + 1, table.shape[1])
    embedding = model.get_layer("words")
    embedding.set_weights([np.vstack([np.zeros_like(table[:1]), table])])  # number 0 is no word
    embedding.trainable = fine_tune or not isinstance(vocabulary, WordVectors)
    return Classifier(model, words, name)


def train_classifier(
    classifier: Classifier,
    texts: Sequence[str],
    labels: Sequence[int] | np.ndarray,
    *,
    epochs: int = 20,
    seed: int = 0,
    progress: Progress | None = None,
) -> Training:
    """Teach a classifier texts and their labels, in place.

    Parameters
    ----------
    classifier : Classifier
    texts : sequence of str
        Words that the classifier does not know are left out, with a warning. Where word vectors
        are learnt, so is what comes after the first 3,200 words of a text, or after as many as
        there is memory for.
    labels : sequence of int or bool, or array of shape (texts, 2)
        1 for positive, 0 for negative; of two columns, the second is for positive.
    epochs : int
    seed : int
        Of the order in which texts are read.
    progress : callable, optional
        ``progress(done, total, loss)`` after every step, see ``descent``; return False to stop.

    Returns
    -------
    Training
        Also when stopped by ``progress`` or Ctrl-C; the classifier keeps what it has learnt.

    Raises
    ------
    TypeError, ValueError
        Before any work: for labels other than 0 and 1, or of one kind only, or texts without
        known words.

    Examples
    --------
    >>> texts = ["good film", "bad film", "good fun", "bad, bad, bad"] * 10
    >>> classifier = dk.build_classifier(texts)
    >>> dk.train_classifier(classifier, texts, [1, 0, 1, 0] * 10).stopped
    False
    >>> bool(classifier.predict(["good"])[0] > 0.5)
    True

    Taught in lesson 03.
    """
    check_classifier(classifier)
    epochs = whole("epochs", epochs, 1, MOST)
    seed = as_seed(seed)
    texts = several_texts("texts", texts)
    y = zeros_and_ones(labels, len(texts))
    read = [tokenize(text) for text in texts]
    ids = [classifier.vocabulary.known(words) for words in read]
    if [] in ids:
        empty = ids.index([])
        raise ValueError(
            f"Text {empty} has no known word: {shortened(texts[empty])!r}. Leave it out."
        )
    unknown = classifier.vocabulary.unknown(itertools.chain(*read))
    if left_out := unknown.total():
        of = left_out + sum(map(len, ids))
        often = some([f"{word} ({count:,})" for word, count in unknown.most_common()])
        warn(f"Unknown words are left out, {left_out / of:.1%} of {of:,}: {often}.")
    words, batch = classifier.model.get_layer("words"), int(np.clip(len(ids) // 8, 4, 256))
    x: Any
    if words.trainable:
        # of a batch: vectors, those that count, and the slopes of both
        learner, x = classifier.model, _Texts(ids, 4 * batch * classifier.vectors[0].nbytes)
    else:
        learner = keras.Model(classifier.model.get_layer("average").output, classifier.model.output)
        x = np.stack([classifier.vectors[np.array(row) - 1].mean(0) for row in ids])
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    training = fit(learner, loss, x, y, epochs, batch, 2e-3, seed, progress, weight_decay=0.01)
    classifier.vectors[:] = words.get_weights()[0][1:]
    return training


class _Texts:
    """The numbers of words of texts; those of a batch are padded to one length."""

    def __init__(self, rows: Sequence[Sequence[int]], memory: int) -> None:
        """Texts are read up to LONGEST, or as far as there is so much memory for each word."""
        most = LONGEST
        while most > SHORT and most * memory > free_memory():
            most //= 2
        if longer := [len(row) - most for row in rows if len(row) > most]:
            warn(
                f"The first {most:,} words of a text are learnt from: {len(longer):,} of the "
                f"{len(rows):,} texts are longer, and {sum(longer):,} of their words left out. "
                "Split long texts."
            )
        self.rows = [row[:most] for row in rows]
        self.shortest = min(SHORT, max(map(len, rows)))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, places: np.ndarray) -> np.ndarray:
        rows = [self.rows[place] for place in places]
        length, longest = self.shortest, max(map(len, rows))
        while length < longest:
            length *= 2
        return padded(rows, length)


def check_classifier(classifier: Any) -> None:
    """Raise TypeError for anything but a Classifier."""
    advice = "load_classifier gives one, and build_classifier from texts or word vectors."
    of_kind("classifier", classifier, Classifier, advice)


def as_classifier(given: Any) -> Classifier:
    """The classifier that an argument is, or that ``load_classifier`` reads by its name or path."""
    if isinstance(given, (str, os.PathLike)):
        return load_classifier(given)
    check_classifier(given)
    found: Classifier = given
    return found


def zeros_and_ones(labels: Sequence[int] | np.ndarray, count: int) -> np.ndarray:
    """Labels of so many texts as float32; ValueError unless both 0 and 1 occur, and no other."""
    try:
        found = np.asarray(labels).astype("float32") if np.ndim(labels) else np.empty(0)
    except (TypeError, ValueError):  # words, rows of several lengths
        found = np.empty(0)
    if found.shape == (count, 2) and (found.sum(1) == 1).all():
        found = found[:, 1]
    found = found[:, 0] if found.shape == (count, 1) else found
    if found.shape != (count,) or set(found.tolist()) != {0, 1}:
        raise ValueError(
            f"labels must hold a 0 or a 1 for each of the {count} texts, and both must occur; got "
            f"{told(labels)}."
        )
    return found


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


def load_classifier(name: str | os.PathLike[str] = "imdb") -> Classifier:
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
    >>> dk.load_classifier("imdb").layers
    ['fc1', 'fc2', 'logit']

    Taught in lesson 03.
    """
    path, facts = pretrained.checkpoint(name, "vectors")
    words = facts.get("words")
    words = words.split(" ") if isinstance(words, str) else words  # as it was written once
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError(f"{name} is not a text classifier: its card tells of no words.")
    return Classifier(load_model(path), Vocabulary(tuple(words)), path.stem)
