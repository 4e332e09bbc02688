"""A small Transformer that writes, to set beside the LSTM of lesson 04."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from ..arguments import as_seed, number, of_kind, whole
from ..backend import Compiled
from ..chars.corpus import Alphabet
from ..chars.sampling import check_drawing, distribution, pick

MOST, DEEPEST = 10_000, 100  # characters and numbers, and blocks
CONTEXT = 128  # characters that it sees at once


def build_transformer(
    characters: int,
    *,
    width: int = 64,
    blocks: int = 2,
    heads: int = 4,
    context: int = CONTEXT,
    dropout: float = 0.1,
) -> keras.Model:
    """A network that looks back at what stands before, character by character.

    Parameters
    ----------
    characters : int
        How many different ones there are.
    width : int
        Numbers that stand for a character on its way through.
    blocks : int
        Each is self-attention and then two dense layers, both added to what comes in.
    heads : int
        Attentions side by side in a block, each of ``width / heads`` numbers.
    context : int
        Characters that it can see at once: as many positions are learnt.
    dropout : float

    Returns
    -------
    keras.Model
        Input int32 (n, length up to ``context``); output logits (n, length, characters).

    Raises
    ------
    ValueError
        When ``heads`` does not divide ``width``, or for sizes below 1.

    Notes
    -----
    A decoder as in Radford et al., "Language Models are Unsupervised Multitask Learners" (2019):
    normalised before each part.

    Examples
    --------
    >>> from dreamkit.lessons.lesson04_transformer import build_transformer
    >>> build_transformer(57).count_params()
    115641

    Taught in lesson 04.
    """
    characters = whole("characters", characters, 1, MOST)
    context = whole("context", context, 1, MOST)
    width, blocks = whole("width", width, 1, MOST), whole("blocks", blocks, 1, DEEPEST)
    heads, dropout = whole("heads", heads), number("dropout", dropout, 0, below=1)
    if width % heads:
        raise ValueError(f"heads must divide width, got {heads} heads for a width of {width}.")
    ids = keras.Input((None,), dtype="int32", name="characters")
    places = ops.cumsum(ops.ones_like(ids), axis=1) - 1
    x = kl.Embedding(characters, width)(ids) + kl.Embedding(context, width)(places)
    for _ in range(blocks):
        seen = kl.LayerNormalization()(x)
        attention = kl.MultiHeadAttention(heads, width // heads, dropout=dropout)
        x = x + attention(seen, seen, use_causal_mask=True)
        thought = kl.Dense(4 * width, activation="gelu")(kl.LayerNormalization()(x))
        x = x + kl.Dropout(dropout)(kl.Dense(width)(thought))
    return keras.Model(ids, kl.Dense(characters)(kl.LayerNormalization()(x)), name="transformer")


class TransformerWriter:
    """Writes with a Transformer, which for every character reads the last ones anew.

    Attributes
    ----------
    model : keras.Model
        As ``build_transformer`` makes it.
    alphabet : Alphabet
    context : int

    Taught in lesson 04.
    """

    def __init__(self, model: keras.Model, alphabet: Alphabet, context: int = CONTEXT) -> None:
        of_kind("model", model, keras.Model, "build_transformer makes one.")
        of_kind("alphabet", alphabet, Alphabet, 'Alphabet("abc") is one.')
        self.model, self.alphabet = model, alphabet
        self.context = whole("context", context, 1, MOST)
        self._next = Compiled(self._drawn)

    def generate(
        self, prompt: str, length: int = 400, temperature: float = 1.0, seed: int | None = None
    ) -> str:
        """Go on writing where a prompt of at least one character ends; see ``Writer.generate``."""
        length = whole("length", length, 0, MOST)
        check_drawing(temperature)
        ids = self.alphabet.encode(prompt).tolist()
        if not ids:
            raise ValueError("The prompt is empty. Give at least one character.")
        chances = np.random.default_rng(None if seed is None else as_seed(seed)).random(length)
        for chance in chances.astype("float32"):
            seen = np.zeros((1, self.context), "int32")  # what comes after does not count
            last = ids[-self.context :]
            seen[0, : len(last)] = last
            place = np.array([len(last) - 1], "int32")
            drawn = self._next(seen, place, chance[None], np.float32(temperature))
            ids.append(int(ops.convert_to_numpy(drawn)[0]))
        return self.alphabet.decode(ids[len(ids) - length :])

    def _drawn(self, seen: Any, place: Any, chance: Any, temperature: Any) -> Any:
        logits = self.model(seen, training=False)
        here = ops.take_along_axis(logits, place[:, None, None], axis=1)[:, 0]
        return pick(distribution(here, temperature), chance)
