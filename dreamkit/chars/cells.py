"""What the cells of a writer hold while it reads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from ..backend import Compiled
from .writer import Writer

WINDOW, WARM_UP = 1024, 512  # a long text is read in windows, each after so many characters
SIDE_BY_SIDE = 128  # texts


def read_cells(writer: Writer, text: str, unknown: str = "refuse") -> np.ndarray:
    """What every cell holds after each character of a text: tanh(c), the memory of the LSTM.

    The hidden state, h = o · tanh(c), is what a cell lets out; while its output gate o is shut, it
    shows nothing of what the cell remembers.

    Parameters
    ----------
    writer : Writer
    text : str
        Beyond 1,536 characters it is read in windows side by side, each after 512 characters of
        what comes before.
    unknown : {"refuse", "replace"}
        See ``Alphabet.encode``.

    Returns
    -------
    numpy.ndarray, float32, shape (characters, cells), in [-1, 1]
        Of stacked LSTMs the cells of the first come first.

    Raises
    ------
    TypeError, ValueError
        For what is not a text, or an empty one.

    Notes
    -----
    After Karpathy, Johnson & Fei-Fei, "Visualizing and Understanding Recurrent Networks" (2015).

    Examples
    --------
    >>> read_cells(load_writer("nietzsche"), "the will").shape  # doctest: +SKIP
    (8, 512)
    """
    ids = writer.alphabet.encode(text, unknown)
    if len(ids) == 0:
        raise ValueError("The text is empty. Give at least one character.")
    read = _reader(writer)
    whole = ids[: WARM_UP + WINDOW]
    found = [ops.convert_to_numpy(read(whole[None, :, None]))[0]]
    starts = range(len(whole), len(ids), WINDOW)
    rows = [ids[start - WARM_UP : start + WINDOW] for start in starts]
    full = [row for row in rows if len(row) == len(whole)]
    if full:
        told = ops.convert_to_numpy(read(np.stack(full)[:, :, None]))[:, WARM_UP:]
        found.append(told.reshape(-1, told.shape[-1]))
    if len(full) < len(rows):
        found.append(ops.convert_to_numpy(read(rows[-1][None, :, None]))[0, WARM_UP:])
    return np.concatenate(found)


def last_cells(writer: Writer, texts: Sequence[str], unknown: str = "refuse") -> np.ndarray:
    """What every cell holds at the end of each text, of which the last 2,000 characters are read.

    Parameters
    ----------
    writer : Writer
    texts : sequence of str
    unknown : {"refuse", "replace"}

    Returns
    -------
    numpy.ndarray, float32, shape (texts, cells), in [-1, 1]

    Raises
    ------
    TypeError, ValueError
        Before any of them is read.

    Examples
    --------
    >>> last_cells(load_writer("reviews"), ["a great film.", "a bad one."])  # doctest: +SKIP
    """
    ids = [writer._read(text, unknown) for text in texts]
    found = np.empty((len(ids), sum(lstm.units for lstm in writer.lstms)), "float32")
    order = np.argsort([len(numbers) for numbers in ids], kind="stable")  # little padding
    for start in range(0, len(order), SIDE_BY_SIDE):
        batch = order[start : start + SIDE_BY_SIDE]
        states, _ = writer._loop.read([ids[i] for i in batch])
        found[batch] = np.tanh(np.concatenate([ops.convert_to_numpy(c) for _, c in states], -1))
    return found


@lru_cache(maxsize=8)
def _reader(writer: Writer) -> Compiled:
    """A compiled function from characters, int32 (n, length, 1), to what the cells hold."""
    embedding = writer.model.get_layer("embedding")
    layers = [kl.RNN(_Telling(lstm.cell), return_sequences=True) for lstm in writer.lstms]

    def read(ids: Any) -> Any:
        x, told = embedding(ids[:, :, 0]), []
        for layer in layers:
            x, c = ops.split(layer(x), 2, axis=-1)
            told.append(ops.tanh(c))
        return ops.concatenate(told, axis=-1)

    return Compiled(read)


class _Telling(keras.layers.Layer):
    """An LSTM cell that puts out its hidden state and, beside it, its memory."""

    def __init__(self, cell: Any) -> None:
        super().__init__()
        self.cell, self.state_size, self.output_size = cell, cell.state_size, 2 * cell.units
        self.built = True

    def call(self, x: Any, states: Any, training: bool = False) -> Any:
        h, states = self.cell(x, states, training=False)
        return ops.concatenate([h, states[1]], axis=-1), states
