"""What the cells of a writer hold while it reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from keras import ops

from ..arguments import a_text, several_texts
from .build import as_writer
from .writer import Writer, in_windows

WINDOW, WARM_UP = 1024, 512  # a long text is read in windows, each after so many characters
SIDE_BY_SIDE = 128  # texts


def read_cells(text: str, writer: Writer | str | Path, errors: str = "strict") -> np.ndarray:
    """What every cell holds after each character of a text: tanh(c), the memory of the LSTM.

    The hidden state, h = o · tanh(c), is what a cell lets out; while its output gate o is shut, it
    shows nothing of what the cell remembers.

    Parameters
    ----------
    text : str
        Beyond 1,536 characters it is read in windows side by side, each after 512 characters of
        what comes before.
    writer : Writer, or what ``load_writer`` makes one of
    errors : {"strict", "replace"}
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
    >>> dk.read_cells("the will", "nietzsche").shape
    (8, 512)

    Taught in lesson 07.
    """
    text, writer = a_text(text), as_writer(writer)
    ids = writer.alphabet.encode(text, errors)
    if len(ids) == 0:
        raise ValueError("The text is empty. Give at least one character.")
    return in_windows(writer.loop.cells, ids, WINDOW, WARM_UP)


def last_cells(
    texts: Sequence[str], writer: Writer | str | Path, errors: str = "strict"
) -> np.ndarray:
    """What every cell holds at the end of each text, of which the last 2,000 characters are read.

    Parameters
    ----------
    texts : sequence of str
    writer : Writer, or what ``load_writer`` makes one of
    errors : {"strict", "replace"}

    Returns
    -------
    numpy.ndarray, float32, shape (texts, cells), in [-1, 1]

    Raises
    ------
    TypeError, ValueError
        Before any of them is read.

    Examples
    --------
    >>> dk.last_cells(["a great film.", "a bad one."], "nietzsche").shape
    (2, 512)

    Taught in lesson 07.
    """
    texts, writer = several_texts("texts", texts), as_writer(writer)
    ids = [writer.ids(text, errors) for text in texts]
    found = np.empty((len(ids), sum(lstm.units for lstm in writer.lstms)), "float32")
    order = np.argsort([len(numbers) for numbers in ids], kind="stable")  # little padding
    for start in range(0, len(order), SIDE_BY_SIDE):
        batch = order[start : start + SIDE_BY_SIDE]
        states, _ = writer.loop.read([ids[i] for i in batch])
        found[batch] = np.tanh(np.concatenate([ops.convert_to_numpy(c) for _, c in states], -1))
    return found
