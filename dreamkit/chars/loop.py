"""The compiled loop that reads and writes, one character after the other, carrying its state."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from ..backend import Compiled
from .sampling import distribution, pick

CHUNK = 64  # characters that one call reads or writes
DRAW, WAIT = -1, -2  # in place of a character: draw one, or do nothing yet


class Loop:
    """Runs a writer's model character by character.

    The model itself reads a text from its beginning at every call; here the state of its LSTMs is
    carried on, so that a character costs the same however long the text has become.
    """

    def __init__(self, model: keras.Model) -> None:
        self.characters = model.output_shape[-1]
        self._embedding, self._dense = model.get_layer("embedding"), model.get_layer("logits")
        self.lstms = [layer for layer in model.layers if isinstance(layer, kl.LSTM)]
        self._loops: dict[bool, Compiled] = {}

    def read(self, ids: list[np.ndarray]) -> Any:
        """The state after reading: of every LSTM, and the logits of what comes next."""
        longest = -(-max(map(len, ids)) // CHUNK) * CHUNK
        todo = np.full((len(ids), longest), WAIT, "int32")
        for row, numbers in zip(todo, ids, strict=True):
            row[longest - len(numbers) :] = numbers
        hidden = [(np.zeros((len(ids), lstm.units), "float32"),) * 2 for lstm in self.lstms]
        state: Any = (tuple(hidden), np.zeros((len(ids), self.characters), "float32"))
        for part in np.split(todo, longest // CHUNK, axis=1):
            state, _ = self.advance(state, part, np.zeros(part.shape, "float32"))
        return state

    def advance(
        self,
        state: Any,
        todo: np.ndarray,
        chance: np.ndarray,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
    ) -> tuple[Any, Any]:
        """Read or write CHUNK characters.

        ``todo``, int32, shape (n, CHUNK), holds characters to be read, DRAW where one is to be
        written, and WAIT where a row has not yet begun. Returns the new state and the characters.
        """
        limited = top_k is not None or top_p is not None
        limits: tuple = ()
        if limited:
            limits = (np.int32(top_k or self.characters), np.float32(top_p or 2))
        if limited not in self._loops:
            self._loops[limited] = Compiled(self._run)
        return self._loops[limited](state, todo, chance, np.float32(temperature), limits)

    def _run(self, state: Any, todo: Any, chance: Any, temperature: Any, limits: tuple) -> Any:
        def step(i: Any, carried: Any) -> Any:
            (hidden, logits), written = carried
            given = ops.take(todo, i, axis=1)
            drawn = pick(distribution(logits, temperature, *limits), ops.take(chance, i, axis=1))
            character = ops.where(given >= 0, given, drawn)
            # `call`, as a layer's own checks would take most of the time where nothing is compiled
            x, after = self._embedding.call(character), []
            for lstm, (h, c) in zip(self.lstms, hidden, strict=True):
                x, (h, c) = lstm.cell.call(x, [h, c], training=False)
                after.append((h, c))
            wait = (given == WAIT)[:, None]
            state = keras.tree.map_structure(
                lambda old, new: ops.where(wait, old, new),
                (hidden, logits),
                (tuple(after), self._dense.call(x)),
            )
            here = ops.arange(CHUNK) == i
            return state, ops.where(here, character[:, None], written)

        return ops.fori_loop(0, CHUNK, step, (state, todo))
