"""A writer: an LSTM that reads characters and knows how likely each is to come next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import keras
import numpy as np
from keras import ops

from ..arguments import as_seed, of_kind, several_texts, whole
from ..backend import Compiled
from ..pretrained import save_checkpoint
from ..unicode import Printable
from .corpus import Alphabet
from .sampling import check_drawing, distribution
from .stepping import CHUNK, DRAW, Loop

MEMORY = 2000  # characters of a prompt that are read; an LSTM remembers far fewer
WINDOW, WARM_UP = 512, 64  # a text is scored in windows, each after so many unscored characters
SIDE_BY_SIDE = 64  # windows

Text = TypeVar("Text", str, list[str])  # one in, one out; several in, several out


class Writer(Printable):
    """A character model and its alphabet.

    Attributes
    ----------
    model : keras.Model
        Input int32 (n, length), characters as numbers; output logits (n, length, characters).
    alphabet : Alphabet
    name : str
    loop : Loop
        Runs the model character by character.
    lstms : list of keras.layers.LSTM
        The model's recurrent layers, from the first to the last.

    Raises
    ------
    TypeError, ValueError
        For a model of another kind than ``build_writer`` makes, or of another alphabet.

    Taught in lesson 04.
    """

    def __init__(self, model: keras.Model, alphabet: Alphabet, name: str = "writer") -> None:
        of_kind("model", model, keras.Model, "load_writer reads one from a file.")
        of_kind("alphabet", alphabet, Alphabet, 'Alphabet("abc") is one.')
        self.loop = Loop(model)
        if self.loop.characters != len(alphabet):
            raise ValueError(
                f"This model writes {self.loop.characters} different characters, the alphabet "
                f"has {len(alphabet)}: they do not belong together."
            )
        self.model, self.alphabet, self.name = model, alphabet, name
        self.lstms = self.loop.lstms
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
        prompt: Text,
        length: int = 400,
        temperature: float = 1.0,
        *,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        errors: str = "strict",
        hold: Mapping[int, float] | None = None,
    ) -> Text:
        """Go on writing where a prompt ends.

        Parameters
        ----------
        prompt : str or list of str
            Several prompts are continued at once, each with chances of its own. An empty one is
            the start of a line.
        length : int
            Characters to write.
        temperature : float
            What the logits are divided by. At 0 the most likely character is always taken.
        top_k : int, optional
            Draw only among so many of the most likely (Fan, Lewis & Dauphin, "Hierarchical Neural
            Story Generation", 2018).
        top_p : float, optional
            Draw only among the fewest that together have this probability ("nucleus", Holtzman et
            al., "The Curious Case of Neural Text Degeneration", 2020).
        seed : int, optional
            The same seed uses the same chances, at any temperature.
        errors : {"strict", "replace"}
            What to do with characters that the writer has never seen, see ``Alphabet.encode``.
        hold : mapping of int to float, optional
            Cells, numbered as by ``read_cells``, to set to a value of tanh(c), between -1 and 1,
            before each character that is written.

        Returns
        -------
        str, or list of str for several prompts
            What was written, without the prompt; also when interrupted by Ctrl-C.

        Raises
        ------
        TypeError, ValueError
            Before anything is written.

        Examples
        --------
        >>> dk.load_writer().generate("the will to ", length=20, temperature=0)
        'power, and the same '
        """
        how: dict[str, Any] = {"top_k": top_k, "top_p": top_p, "seed": seed, "hold": hold}
        stream = self.stream(prompt, length, temperature, errors=errors, **how)
        pieces: list[Text] = []
        with suppress(KeyboardInterrupt):
            pieces.extend(stream)  # what came before stays
        if isinstance(prompt, str):
            return "".join(pieces)
        return ["".join(parts) for parts in zip(*pieces, strict=True)] or [""] * len(prompt)

    def stream(
        self,
        prompt: Text,
        length: int = 400,
        temperature: float = 1.0,
        *,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        errors: str = "strict",
        hold: Mapping[int, float] | None = None,
    ) -> Iterator[Text]:
        """Like ``generate``, but a few characters at a time, as they are written.

        Yields
        ------
        str, or list of str for several prompts
        """
        whole("length", length, 0)
        check_drawing(temperature, top_k, top_p)
        if seed is not None:
            seed = as_seed(seed)
        prompts = [prompt] if isinstance(prompt, str) else several_texts("prompt", prompt)
        ids = [self.ids(text, errors) for text in prompts]
        how = temperature, top_k, top_p, self.loop.held({} if hold is None else hold)

        def pieces() -> Iterator[Text]:
            rng, state = np.random.default_rng(seed), self.loop.read(ids)
            for left in range(length, 0, -CHUNK):
                todo = np.full((len(ids), CHUNK), DRAW, "int32")
                chance = rng.random(todo.shape, "float32")
                state, written = self.loop.advance(state, todo, chance, *how)
                rows = ops.convert_to_numpy(written)
                texts = [self.alphabet.decode(row[:left]) for row in rows]
                yield texts[0] if isinstance(prompt, str) else texts

        return pieces()

    def next_char(
        self,
        prompt: str,
        temperature: float = 1.0,
        *,
        top_k: int | None = None,
        top_p: float | None = None,
        errors: str = "strict",
    ) -> dict[str, float]:
        """How likely each character is to come next, most likely first.

        Returns
        -------
        dict of str to float
            Sums to 1.

        Examples
        --------
        >>> next(iter(dk.load_writer().next_char("the wil")))
        'l'
        """
        check_drawing(temperature, top_k, top_p)
        _, logits = self.loop.read([self.ids(prompt, errors)])
        likely = distribution(logits, np.float32(temperature), top_k, top_p)
        p = ops.convert_to_numpy(likely)[0].astype("float64")
        order = np.argsort(-p, kind="stable")
        return {self.alphabet.characters[i]: float(p[i] / p.sum()) for i in order}

    def distributions(self, text: str, errors: str = "strict") -> np.ndarray:
        """Probabilities of the character that comes after each of a text's, but for its last.

        Returns
        -------
        numpy.ndarray, float32, shape (characters - 1, len(alphabet))

        Raises
        ------
        ValueError
            For a text of fewer than two characters.
        """
        return self._at_each_place(self._know, text, errors)

    def surprises(self, text: str, errors: str = "strict") -> np.ndarray:
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
        return self._at_each_place(self._score, text, errors)

    def loss(self, text: str, errors: str = "strict") -> float:
        """Mean of ``surprises``, in nats a character; e to its power is the perplexity."""
        return float(self.surprises(text, errors).mean())

    def bits_per_character(self, text: str, errors: str = "strict") -> float:
        """``loss`` in bits: what a perfect compressor with this model would need."""
        return self.loss(text, errors) / float(np.log(2))

    def perplexity(self, text: str, errors: str = "strict") -> float:
        """Among how many equally likely characters the next would be as hard to guess."""
        return float(np.exp(self.loss(text, errors)))

    def save(self, path: str | Path, **facts: Any) -> Path:
        """Write the model (``.keras``) and, beside it, a card (``.json``) with the alphabet.

        ValueError where a file that is no such card has its name.
        """
        return save_checkpoint(self.model, path, alphabet=self.alphabet.characters, **facts)

    def ids(self, prompt: str, errors: str = "strict") -> np.ndarray:
        """The numbers of a prompt's last 2,000 characters; of an empty one, of a line end."""
        ids = self.alphabet.encode(prompt, errors)[-MEMORY:]
        if len(ids) == 0:
            start = "\n" if "\n" in self.alphabet.numbers else self.alphabet.characters[0]
            ids = self.alphabet.encode(start)
        return ids

    def _at_each_place(self, read: Compiled, text: str, errors: str) -> np.ndarray:
        ids = self.alphabet.encode(text, errors)
        if len(ids) < 2:
            raise ValueError("A text of at least two characters is needed, to predict the second.")
        return in_windows(read, ids, WINDOW, WARM_UP, ahead=1)

    def _logits_at(self, ids: Any) -> Any:
        ids = ids[:, :, 0]  # the last axis, whose length is fixed when compiled, is but one long
        return self.model(ids[:, :-1], training=False)

    def _surprises_at(self, ids: Any) -> Any:
        return ops.sparse_categorical_crossentropy(
            ids[:, 1:, 0], self._logits_at(ids), from_logits=True
        )


def check_writer(writer: Any) -> None:
    """Raise TypeError for anything but a Writer."""
    of_kind("writer", writer, Writer, "load_writer and build_writer give one.")


def in_windows(
    read: Compiled, ids: np.ndarray, window: int, warm_up: int, ahead: int = 0
) -> np.ndarray:
    """What a compiled function says of each place in a text, which it reads in windows.

    It takes int32 (n, length, 1) and gives (n, length - ahead, ...); the warm-up does not count.
    """
    length = warm_up + window + ahead
    starts = range(0, max(1, len(ids) - warm_up - ahead), window)
    rows = [ids[start : start + length] for start in starts]
    short = [rows.pop()] if len(rows[-1]) < length else []
    batches = [rows[i : i + SIDE_BY_SIDE] for i in range(0, len(rows), SIDE_BY_SIDE)]
    batches += [short] if short else []
    found = [ops.convert_to_numpy(read(np.stack(batch)[:, :, None])) for batch in batches]
    first, *others = (row for batch in found for row in batch)
    return np.concatenate([first, *(row[warm_up:] for row in others)])
