"""A writer: an LSTM that reads characters and knows how likely each is to come next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from ..backend import Compiled
from ..pretrained import write_card
from ..saving import save_model
from .corpus import Alphabet
from .loop import CHUNK, DRAW, Loop
from .sampling import check_limits, check_temperature, distribution

MEMORY = 2000  # characters of a prompt that are read; an LSTM remembers far fewer
WINDOW, WARM_UP = 512, 64  # a text is scored in windows, each after so many unscored characters


class Writer:
    """A character model and its alphabet.

    Attributes
    ----------
    model : keras.Model
        Input int32 (n, length), characters as numbers; output logits (n, length, characters).
    alphabet : Alphabet
    name : str
    lstms : list of keras.layers.LSTM
        The model's recurrent layers, from the first to the last.
    """

    def __init__(self, model: keras.Model, alphabet: Alphabet, name: str = "writer") -> None:
        if model.output_shape[-1] != len(alphabet):
            raise ValueError(
                f"This model writes {model.output_shape[-1]} different characters, the alphabet "
                f"has {len(alphabet)}: they do not belong together."
            )
        self.model, self.alphabet, self.name = model, alphabet, name
        self._loop = Loop(model)
        self.lstms = self._loop.lstms
        self._score = Compiled(self._surprises_at)
        self._know = Compiled(lambda ids: ops.softmax(self._logits_at(ids)))

    def __repr__(self) -> str:
        sizes = " and ".join(str(layer.units) for layer in self.lstms)
        return (
            f"<Writer {self.name!r}: LSTM of {sizes} units, {self.model.count_params():,} "
            f"parameters, {len(self.alphabet)} characters>"
        )

    def generate(
        self,
        prompt: str | Sequence[str],
        length: int = 400,
        temperature: float = 1.0,
        *,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        unknown: str = "refuse",
        hold: Mapping[int, float] | None = None,
    ) -> Any:
        """Go on writing where a prompt ends.

        Parameters
        ----------
        prompt : str or sequence of str
            Several prompts are continued at once, each with chances of its own. An empty one is
            the start of a line.
        length : int
            Characters to write.
        temperature, top_k, top_p
            See ``sampling.distribution``. Temperature 0 always takes the most likely character.
        seed : int, optional
            The same seed uses the same chances, at any temperature.
        unknown : {"refuse", "replace"}
            What to do with characters that the writer has never seen, see ``Alphabet.encode``.
        hold : mapping of int to float, optional
            Cells, numbered as by ``read_cells``, to set to a value of tanh(c), between -1 and 1,
            before each character that is written.

        Returns
        -------
        str, or list of str for several prompts
            What was written, without the prompt.

        Raises
        ------
        TypeError, ValueError
            Before anything is written.

        Examples
        --------
        >>> load_writer("nietzsche").generate("the will to ", length=20, seed=0)  # doctest: +SKIP
        """
        pieces = self.stream(
            prompt,
            length,
            temperature,
            top_k=top_k,
            top_p=top_p,
            seed=seed,
            unknown=unknown,
            hold=hold,
        )
        if isinstance(prompt, str):
            return "".join(pieces)
        return ["".join(parts) for parts in zip(*pieces, strict=True)] or [""] * len(prompt)

    def stream(
        self,
        prompt: str | Sequence[str],
        length: int = 400,
        temperature: float = 1.0,
        *,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        unknown: str = "refuse",
        hold: Mapping[int, float] | None = None,
    ) -> Iterator[Any]:
        """Like ``generate``, but a few characters at a time, as they are written.

        Yields
        ------
        str, or list of str for several prompts
        """
        if not isinstance(length, (int, np.integer)) or length < 0:
            raise ValueError(f"length must be a whole number from 0, got {length!r}.")
        check_temperature(temperature)
        check_limits(top_k, top_p)
        prompts = [prompt] if isinstance(prompt, str) else list(prompt)
        if not prompts:
            raise ValueError("There is no prompt. Give a text, or a list of texts.")
        ids = [self._read(text, unknown) for text in prompts]
        how = temperature, top_k, top_p, self._loop.held(hold or {})
        return self._stream(ids, length, how, seed, isinstance(prompt, str))

    def _stream(
        self,
        ids: list[np.ndarray],
        length: int,
        how: tuple,
        seed: int | None,
        single: bool,
    ) -> Iterator[Any]:
        rng = np.random.default_rng(seed)
        state = self._loop.read(ids)
        for start in range(0, length, CHUNK):
            todo = np.full((len(ids), CHUNK), DRAW, "int32")
            chance = rng.random(todo.shape, "float32")
            state, written = self._loop.advance(state, todo, chance, *how)
            texts = [
                self.alphabet.decode(row[: length - start]) for row in ops.convert_to_numpy(written)
            ]
            yield texts[0] if single else texts

    def next_char(
        self,
        prompt: str,
        temperature: float = 1.0,
        *,
        top_k: int | None = None,
        top_p: float | None = None,
        unknown: str = "refuse",
    ) -> dict[str, float]:
        """How likely each character is to come next, most likely first.

        Returns
        -------
        dict of str to float
            Sums to 1.

        Examples
        --------
        >>> next(iter(load_writer("nietzsche").next_char("the wil")))  # doctest: +SKIP
        'l'
        """
        check_temperature(temperature)
        check_limits(top_k, top_p)
        _, logits = self._loop.read([self._read(prompt, unknown)])
        likely = distribution(logits, np.float32(temperature), top_k, top_p)
        p = ops.convert_to_numpy(likely)[0].astype("float64")
        order = np.argsort(-p, kind="stable")
        return {self.alphabet.characters[i]: float(p[i] / p.sum()) for i in order}

    def distributions(self, text: str, unknown: str = "refuse") -> np.ndarray:
        """Probabilities of the character that comes after each of a text's, but for its last.

        Returns
        -------
        numpy.ndarray, float32, shape (characters - 1, len(alphabet))

        Raises
        ------
        ValueError
            For a text of fewer than two characters.
        """
        return self._in_windows(self._know, text, unknown)

    def surprises(self, text: str, unknown: str = "refuse") -> np.ndarray:
        """How surprising each character of a text is, -log of its probability, in nats.

        The first has nothing before it and is left out.

        Returns
        -------
        numpy.ndarray, float32, shape (characters - 1,)

        Raises
        ------
        ValueError
            For a text of fewer than two characters.
        """
        return self._in_windows(self._score, text, unknown)

    def loss(self, text: str, unknown: str = "refuse") -> float:
        """Mean of ``surprises``, in nats a character; e to its power is the perplexity."""
        return float(self.surprises(text, unknown).mean())

    def bits_per_character(self, text: str, unknown: str = "refuse") -> float:
        """``loss`` in bits: what a perfect compressor with this model would need."""
        return self.loss(text, unknown) / float(np.log(2))

    def perplexity(self, text: str, unknown: str = "refuse") -> float:
        """Among how many equally likely characters the next would be as hard to guess."""
        return float(np.exp(self.loss(text, unknown)))

    def save(self, path: str | Path, **facts: Any) -> Path:
        """Write the model (``.keras``) and, beside it, a card (``.json``) with the alphabet."""
        path = save_model(self.model, path)
        return write_card(path, alphabet=self.alphabet.characters, **facts)

    def _read(self, prompt: str, unknown: str) -> np.ndarray:
        ids = self.alphabet.encode(prompt, unknown)[-MEMORY:]
        if len(ids) == 0:
            start = "\n" if "\n" in self.alphabet.numbers else self.alphabet.characters[0]
            ids = self.alphabet.encode(start)
        return ids

    def _in_windows(self, scored: Compiled, text: str, unknown: str) -> np.ndarray:
        """Apply a compiled function to a text in windows, and join what it says of each place.

        What comes before a window is read with it, but what is said of it does not count.
        """
        ids = self.alphabet.encode(text, unknown)
        if len(ids) < 2:
            raise ValueError("A text of at least two characters is needed, to predict the second.")
        found = [ops.convert_to_numpy(scored(ids[None, : WARM_UP + 1, None]))[0]]
        starts = range(WARM_UP, len(ids) - 1, WINDOW)
        rows = [ids[start - WARM_UP : start + WINDOW + 1] for start in starts]
        whole = [row for row in rows if len(row) == WARM_UP + WINDOW + 1]
        for i in range(0, len(whole), 32):
            stacked = np.stack(whole[i : i + 32])[:, :, None]
            part = ops.convert_to_numpy(scored(stacked))[:, WARM_UP:]
            found.append(part.reshape(-1, *part.shape[2:]))
        if len(whole) < len(rows):
            found.append(ops.convert_to_numpy(scored(rows[-1][None, :, None]))[0, WARM_UP:])
        return np.concatenate(found)

    def _logits_at(self, ids: Any) -> Any:
        ids = ids[:, :, 0]  # the last axis, whose length is fixed when compiled, is but one long
        return self.model(ids[:, :-1], training=False)

    def _surprises_at(self, ids: Any) -> Any:
        return ops.sparse_categorical_crossentropy(
            ids[:, 1:, 0], self._logits_at(ids), from_logits=True
        )
