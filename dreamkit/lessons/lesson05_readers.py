"""Networks that read word by word, each in another way, and how they learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from ..arguments import (
    among,
    as_seed,
    by_name,
    number,
    of_kind,
    several_texts,
    shortened,
    whole,
)
from ..backend import Compiled
from ..descent import MOST, fit
from ..results import Training
from ..text.classifiers import zeros_and_ones
from ..text.tokens import Vocabulary, padded, tokenize
from ..text.vectors import WordVectors
from ..watching import Progress
from .lesson05_grammar import Reviews

WIDEST = 10_000  # words that are read, and numbers for each


class SelfAttention(kl.Layer):  # type: ignore[misc]
    """Every word asks all others, and adds to itself what those that answer have to say.

    Input and output are (n, words, dimensions). Positions are a vector for each place, learnt, that
    is added to the word standing there; without them, words in another order give the same answers
    in another order. One head of Vaswani et al. (2017).
    """

    def __init__(self, positions: bool = True) -> None:
        super().__init__(name="attention")
        self.supports_masking = True
        self.positions = positions

    def build(self, shape: Any) -> None:
        """Make a vector for each place, and what asks, answers and says."""
        start = keras.initializers.RandomNormal(stddev=0.5) if self.positions else "zeros"
        self.places = self.add_weight(shape[1:], start, trainable=self.positions, name="places")
        square = (shape[-1], shape[-1])
        self.ask, self.answer, self.say = (self.add_weight(square, name=name) for name in "qkv")

    def looks(self, x: Any, mask: Any = None) -> Any:
        """From where a word, a row, takes how much of its answer: (n, words, words), sums 1."""
        fits = ops.matmul(ops.matmul(x, self.ask), ops.swapaxes(ops.matmul(x, self.answer), 1, 2))
        fits = fits / x.shape[-1] ** 0.5
        return ops.softmax(fits if mask is None else ops.where(mask[:, None], fits, -1e9))

    def call(self, x: Any, mask: Any = None) -> Any:
        """The words, with the answers added."""
        x = x + self.places
        return x + ops.matmul(self.looks(x, mask), ops.matmul(x, self.say))


def _attention(units: int, positions: bool = True) -> list[Any]:
    per_word = kl.Dense(units, activation="relu")
    return [SelfAttention(positions), per_word, kl.GlobalAveragePooling1D()]


# From word vectors, (n, words, dimensions), to one vector for each text.
READINGS: dict[str, Callable[[int], list[Any]]] = {
    "average": lambda units: [kl.GlobalAveragePooling1D()],
    "simple recurrent": lambda units: [kl.SimpleRNN(units)],
    "GRU": lambda units: [kl.GRU(units)],
    "LSTM": lambda units: [kl.LSTM(units)],
    "stacked": lambda units: [kl.LSTM(units, return_sequences=True), kl.LSTM(units)],
    "bidirectional": lambda units: [kl.Bidirectional(kl.LSTM(units))],
    "recurrent dropout": lambda units: [kl.LSTM(units, dropout=0.2, recurrent_dropout=0.2)],
    "convolution": lambda units: [
        kl.Conv1D(units, 3, padding="same", activation="relu"),
        kl.GlobalMaxPooling1D(),
    ],
    "convolution + GRU": lambda units: [
        kl.Conv1D(units, 3, padding="same", activation="relu"),
        kl.MaxPooling1D(3, padding="same"),
        kl.GRU(units),
    ],
    "attention": _attention,
    "attention, no places": lambda units: _attention(units, positions=False),
}


class Reader:
    """A network that reads a text word by word and says how likely it is praise.

    Attributes
    ----------
    model : keras.Model
        Input int32 (n, length), numbers of words, 0 after the last; output logits (n, 1).
    vocabulary : Vocabulary
    length : int
        Of a longer text, only so many words are read, the last ones.
    reading : str
        How it reads.
    """

    def __init__(
        self, model: keras.Model, vocabulary: Vocabulary, length: int, reading: str
    ) -> None:
        self.model, self.vocabulary, self.length = model, vocabulary, length
        self.reading = reading
        self._answer = Compiled(lambda ids: ops.sigmoid(model(ids, training=False)))

    def __repr__(self) -> str:
        return f"<Reader {self.reading!r}: {self.parameters:,} parameters learn>"

    @property
    def parameters(self) -> int:
        """How many numbers are learnt."""
        return sum(int(np.prod(weight.shape)) for weight in self.model.trainable_weights)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Numbers of the words, int32, shape (n, length); words not known are left out."""
        words = map(tokenize, several_texts("texts", texts))
        return padded([self.vocabulary.known(w)[-self.length :] for w in words], self.length)

    def predict(self, texts: Sequence[str]) -> np.ndarray:
        """Probability that a text is praise, float32, shape (n,)."""
        ids, texts = self.encode(texts), list(texts)
        if not ids.any(axis=1).all():
            empty = shortened(texts[int(np.argmin(ids.any(axis=1)))])
            raise ValueError(f"This reader knows none of the words of {empty!r}.")
        parts = (self._answer(ids[start : start + 256]) for start in range(0, len(ids), 256))
        return np.concatenate([ops.convert_to_numpy(part)[:, 0] for part in parts])

    def accuracy(self, reviews: Reviews) -> float:
        """Share of texts on the right side of one half."""
        check_reviews(reviews)
        return float(np.mean((self.predict(reviews.texts) > 0.5) == reviews.labels))


def check_reviews(reviews: Any) -> None:
    """Raise TypeError for anything but Reviews."""
    of_kind("reviews", reviews, Reviews, "film_sentences gives some.")


def build_reader(
    reading: str,
    vocabulary: Vocabulary | WordVectors,
    *,
    length: int = 20,
    dimensions: int = 32,
    units: int = 32,
    spread: float = 0.5,
    fine_tune: bool = False,
    seed: int = 0,
) -> Reader:
    """A reader that has not learnt anything yet.

    Parameters
    ----------
    reading : str
        "average", "simple recurrent", "GRU", "LSTM", "stacked" (two LSTMs), "bidirectional" (one
        LSTM from each end), "recurrent dropout" (an LSTM that keeps one mask over time),
        "convolution"; "convolution + GRU", for long texts; "attention", or "attention, no places",
        which does not know where a word stands.
    vocabulary : Vocabulary or WordVectors
        With word vectors, these are brought in and stay as they are. Otherwise vectors are learnt.
    length : int
        How many words of a text are read.
    dimensions : int
        Of word vectors that are learnt.
    units : int
        Of each recurrent layer or convolution.
    spread : float
        Standard deviation of word vectors before they learn. Of a few words each tells, and large
        ones get going sooner; in long texts they are noise, and 0.05 is better.
    fine_tune : bool
        Start from the word vectors brought in, and learn them too.
    seed : int
        Of the initial weights and of dropout.

    Raises
    ------
    ValueError
        For a reading that is not there, sizes below 1, or ``fine_tune`` without word vectors.

    Notes
    -----
    LSTM: Hochreiter & Schmidhuber (1997). GRU: Cho et al. (2014). One mask over time: Gal &
    Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks"
    (2016). Convolution over words: Kim (2014).

    Examples
    --------
    >>> from dreamkit.lessons.lesson05_readers import build_reader
    >>> build_reader("LSTM", dk.Vocabulary(("good", "not")))
    <Reader 'LSTM': 8,449 parameters learn>

    Taught in lesson 05.
    """
    among("reading", reading, READINGS)
    length, seed = whole("length", length, 1, WIDEST), as_seed(seed)
    dimensions, units = whole("dimensions", dimensions, 1, WIDEST), whole("units", units, 1, WIDEST)
    spread = number("spread", spread, 0)
    among("fine_tune", fine_tune, (True, False))
    if not isinstance(vocabulary, WordVectors):
        of_kind("vocabulary", vocabulary, Vocabulary, "Or give WordVectors.")
    brought = vocabulary.vectors if isinstance(vocabulary, WordVectors) else None
    words = vocabulary.vocabulary if isinstance(vocabulary, WordVectors) else vocabulary
    if fine_tune and brought is None:
        raise ValueError("fine_tune=True needs word vectors to start from.")
    keras.utils.set_random_seed(seed)
    width = dimensions if brought is None else brought.shape[1]
    # A convolution does not pass on which places are empty.
    masked = not reading.startswith("convolution")
    start = keras.initializers.RandomNormal(stddev=spread, seed=seed)
    embedding = kl.Embedding(len(words.words) + 1, width, start, mask_zero=masked, name="words")
    ids = keras.Input((length,), dtype="int32", name="ids")
    x = embedding(ids)
    for layer in READINGS[reading](units):
        x = layer(x)
    model = keras.Model(ids, kl.Dense(1, name="logit")(x), name="reader")
    if brought is not None:
        embedding.set_weights([np.vstack([np.zeros_like(brought[:1]), brought])])
        embedding.trainable = fine_tune
    return Reader(model, words, length, reading)


def train_reader(
    reader: Reader,
    reviews: Reviews,
    *,
    epochs: int = 4,
    batch: int = 128,
    learning_rate: float = 2e-2,
    seed: int = 0,
    progress: Progress | None = None,
) -> Training:
    """Teach a reader, in place.

    Parameters
    ----------
    reader : Reader
    reviews : Reviews
    epochs, batch : int
    learning_rate : float
        Of Adam, at the start; it falls to 0 along a cosine.
    seed, progress
        As for ``train_classifier``, as are what it returns and raises.

    Examples
    --------
    >>> from dreamkit.lessons.lesson05_grammar import film_sentences
    >>> from dreamkit.lessons.lesson05_readers import build_reader, train_reader
    >>> from dreamkit.text.tokens import tokenize
    >>> data = film_sentences()
    >>> reader = build_reader("GRU", dk.Vocabulary.of(map(tokenize, data["training"].texts), 500))
    >>> training = train_reader(reader, data["training"])
    >>> reader.accuracy(data["new sentences"]) > 0.95
    True

    Taught in lesson 05.
    """
    of_kind("reader", reader, Reader, "build_reader makes one.")
    check_reviews(reviews)
    seed = as_seed(seed)
    learning_rate = number("learning_rate", learning_rate, above=0, below=1, hint="0.02 is usual")
    epochs, batch = whole("epochs", epochs, 1, MOST), whole("batch", batch)
    labels = zeros_and_ones(reviews.labels, len(reviews))
    loss, x = keras.losses.BinaryCrossentropy(from_logits=True), reader.encode(reviews.texts)
    return fit(reader.model, loss, x, labels, epochs, batch, learning_rate, seed, progress)


def verdicts(
    readers: Mapping[str, Reader], text: str, words: int | None = None
) -> dict[str, float]:
    """What each reader says of a text: its probability of praise.

    Parameters
    ----------
    readers : mapping of str to Reader
    text : str
    words : int, optional
        Read only the first so many words. Default: all.

    Raises
    ------
    ValueError
        For a text without words, or ``words`` below 1.

    Examples
    --------
    >>> from dreamkit.lessons.lesson05_readers import build_reader, verdicts
    >>> untrained = build_reader("average", dk.Vocabulary(("good", "not")))
    >>> 0.2 < verdicts({"average": untrained}, "It was not good.", words=4)["average"] < 0.8
    True
    """
    for reader in by_name("readers", readers, '{"LSTM": reader}').values():
        of_kind("A reader", reader, Reader, "build_reader makes one.")
    if words is not None:
        words = whole("words", words)
    read = tokenize(text)[:words]
    if not read:
        raise ValueError(f"There are no words in {shortened(text)!r}. Write a sentence.")
    return {name: float(reader.predict([" ".join(read)])[0]) for name, reader in readers.items()}
