"""Networks that read word by word, each in another way, and how they learn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from ..backend import Compiled
from .reviews import Reviews
from .tokens import Vocabulary, shortened, tokenize
from .vectors import WordVectors

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
    seconds : float
        How long it has learnt.
    """

    def __init__(
        self, model: keras.Model, vocabulary: Vocabulary, length: int, reading: str
    ) -> None:
        self.model, self.vocabulary, self.length = model, vocabulary, length
        self.reading, self.seconds = reading, 0.0
        self._answer = Compiled(lambda ids: ops.sigmoid(model(ids, training=False)))

    def __repr__(self) -> str:
        return f"<Reader {self.reading!r}: {self.parameters:,} parameters learn>"

    @property
    def parameters(self) -> int:
        """How many numbers are learnt."""
        return sum(int(np.prod(weight.shape)) for weight in self.model.trainable_weights)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Numbers of the words, int32, shape (n, length); words not known are left out."""
        if isinstance(texts, str):
            raise TypeError('A reader takes a list of texts: ["one", "two"].')
        ids, numbers = np.zeros((len(texts), self.length), "int32"), self.vocabulary.numbers
        for row, text in zip(ids, texts, strict=True):
            known = [numbers[word] for word in tokenize(text) if word in numbers]
            row[: len(known)] = known[-self.length :]
        return ids

    def predict(self, texts: Sequence[str]) -> np.ndarray:
        """Probability that a text is praise, float32, shape (n,)."""
        ids = self.encode(texts)
        parts = (self._answer(ids[start : start + 256]) for start in range(0, len(ids), 256))
        return np.concatenate([ops.convert_to_numpy(part)[:, 0] for part in parts])

    def accuracy(self, reviews: Reviews) -> float:
        """Share of texts on the right side of one half."""
        return float(np.mean((self.predict(reviews.texts) > 0.5) == reviews.labels))


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
        "convolution", or "convolution + GRU", for long texts.
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

    Returns
    -------
    Reader

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
    >>> build_reader("LSTM", Vocabulary(("good", "not")))
    <Reader 'LSTM': 8,449 parameters learn>
    """
    if reading not in READINGS:
        raise ValueError(f"reading must be one of {', '.join(READINGS)}, got {reading!r}.")
    for what, value in (("length", length), ("dimensions", dimensions), ("units", units)):
        if not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(f"{what} must be a whole number from 1, got {value!r}.")
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
) -> list[float]:
    """Teach a reader, in place.

    Parameters
    ----------
    reader : Reader
    reviews : Reviews
    epochs, batch : int
    learning_rate : float
        Of Adam, at the start; it falls to 0 along a cosine.
    seed : int
        Of the order in which texts are read.

    Returns
    -------
    list of float
        The loss of each epoch.

    Raises
    ------
    ValueError
        Before any work: for labels other than 0 and 1, or of one kind only.

    Examples
    --------
    >>> data = film_sentences()
    >>> reader = build_reader("GRU", Vocabulary.of(map(tokenize, data["training"].texts), 500))
    >>> losses = train_reader(reader, data["training"])
    >>> reader.accuracy(data["new sentences"]) > 0.95
    True
    """
    labels = np.asarray(reviews.labels)
    if len(labels) != len(reviews) or set(np.unique(labels).tolist()) != {0, 1}:
        raise ValueError(
            f"labels must hold a 0 or a 1 for each of the {len(reviews)} texts, and both must "
            "occur."
        )
    keras.utils.set_random_seed(seed)
    steps = epochs * -(-len(labels) // batch)
    reader.model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(learning_rate, steps)),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    started = time.perf_counter()
    try:
        history = reader.model.fit(
            reader.encode(reviews.texts),
            labels.astype("float32"),
            batch_size=batch,
            epochs=epochs,
            verbose=0,
        )
    finally:
        reader.seconds += time.perf_counter() - started
    return history.history["loss"]


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

    Returns
    -------
    dict of str to float

    Raises
    ------
    ValueError
        For a text without words, or ``words`` below 1.

    Examples
    --------
    >>> verdicts({"LSTM": lstm}, "It was not good, just long.", words=4)  # doctest: +SKIP
    {'LSTM': 0.03}
    """
    if words is not None and words < 1:
        raise ValueError(f"words must be a whole number from 1, got {words!r}.")
    read = tokenize(text)[:words]
    if not read:
        raise ValueError(f"There are no words in {shortened(text)!r}. Write a sentence.")
    return {name: float(reader.predict([" ".join(read)])[0]) for name, reader in readers.items()}
