"""The compiled loop that reads and writes, one character after the other, carrying its state."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from ..arguments import LONGEST, number, of_kind, shortened, whole
from ..backend import Compiled, alike
from .sampling import distribution, pick

SHAPE = (
    "A Writer's model is an Embedding, one LSTM or more with return_sequences, and a Dense layer "
    "that gives logits, without an activation; build_writer makes one."
)
CHUNK = 64  # characters that one call reads or writes
DRAW, WAIT = -1, -2  # in place of a character: draw one, or do nothing yet


class Loop:
    """Runs a writer's model character by character, carrying the state of its LSTMs along.

    So a character costs the same however long the text; the model itself reads it from the start.
    """

    def __init__(self, model: keras.Model) -> None:
        kinds = (kl.Embedding, kl.LSTM, kl.Dense)
        parts = [[layer for layer in model.layers if isinstance(layer, kind)] for kind in kinds]
        if not all(parts):
            raise ValueError(f"{SHAPE} This one has {_listed(model)}.")
        self.characters = model.output_shape[-1]
        (self._embedding, *_), self.lstms, (*_, self._dense) = parts
        self._loops: dict[tuple[bool, bool], Compiled] = {}
        self._compare(model)

    def _compare(self, model: keras.Model) -> None:
        """Raise ValueError unless the loop says what the model says: no layer is left out."""
        ids = np.arange(min(8, self.characters), dtype="int32")[None, ::-1]  # 0 may be masked
        states: Any = [(ops.zeros((1, lstm.units)),) * 2 for lstm in self.lstms]
        ours = []
        try:
            theirs = ops.convert_to_numpy(model(ids, training=False))
            for character in ids.T:
                states, logits = self._step(ops.convert_to_tensor(character), states)
                ours.append(ops.convert_to_numpy(logits))
        except Exception as error:  # whatever the layers say to what is not for them
            raise ValueError(f"{SHAPE} This one can't be run so: {error}") from error
        likely = theirs.min() >= 0 and np.allclose(theirs.sum(-1), 1, atol=1e-3)
        if likely or not alike(np.stack(ours, 1), theirs):
            why = "probabilities; leave out the softmax" if likely else "something else"
            raise ValueError(f"{SHAPE} This one answers {why}: it has {_listed(model)}.")

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
        hold: tuple[Any, ...] = (),
    ) -> tuple[Any, Any]:
        """The new state, and CHUNK characters read or written; ``hold`` is what ``held`` gives.

        ``todo``, int32 (n, CHUNK), holds characters to read, DRAW to write one, WAIT before a row.
        """
        limits: tuple[Any, ...] = ()
        if top_k is not None or top_p is not None:
            limits = (np.int32(min(top_k or np.inf, self.characters)), np.float32(top_p or 2))
        kind = bool(limits), bool(hold)
        if kind not in self._loops:
            self._loops[kind] = Compiled(self._run)
        loop = self._loops[kind]
        state, written = loop(state, todo, chance, np.float32(temperature), limits, hold)
        return state, written

    def held(self, hold: Mapping[int, float]) -> tuple[Any, ...]:
        """For every LSTM which of its cells are held, and at what c; of nothing held, nothing."""
        of_kind("hold", hold, Mapping, "It says at what each cell is held: {7: 0.9}.")
        cells = sum(lstm.units for lstm in self.lstms)
        which, at = np.zeros(cells, bool), np.zeros(cells, "float32")
        for cell, value in hold.items():
            cell = whole("A cell to hold", cell, 0, cells - 1)
            value = number("What a cell is held at", value, above=-1, below=1, hint="its tanh(c)")
            which[cell], at[cell] = True, np.arctanh(value)
        ends = np.cumsum([lstm.units for lstm in self.lstms])[:-1]
        parts = zip(np.split(which, ends), np.split(at, ends), strict=True)
        return tuple(parts) if hold else ()

    @cached_property
    def cells(self) -> Compiled:
        """From characters, int32 (n, length, 1), to what all cells hold after each, tanh(c)."""
        layers = [kl.RNN(_OpenCell(lstm.cell), return_sequences=True) for lstm in self.lstms]

        def read(ids: Any) -> Any:
            x, memory = self._embedding(ids[:, :, 0]), []
            for layer in layers:
                x, c = ops.split(layer(x), 2, axis=-1)
                memory.append(ops.tanh(c))
            return ops.concatenate(memory, axis=-1)

        return Compiled(read)

    def _step(self, character: Any, hidden: Any) -> Any:
        """The states after reading one character, and the logits of the next."""
        # `call`, as a layer's own checks would take most of the time where nothing is compiled
        x, after = self._embedding.call(character), []
        for lstm, (h, c) in zip(self.lstms, hidden, strict=True):
            x, (h, c) = lstm.cell.call(x, [h, c], training=False)
            after.append((h, c))
        return tuple(after), self._dense.call(x)

    def _run(
        self,
        state: Any,
        todo: Any,
        chance: Any,
        temperature: Any,
        limits: tuple[Any, ...],
        hold: tuple[Any, ...],
    ) -> Any:
        def step(i: Any, carried: Any) -> Any:
            (hidden, logits), written = carried
            given = ops.take(todo, i, axis=1)
            drawn = pick(distribution(logits, temperature, *limits), ops.take(chance, i, axis=1))
            character = ops.where(given >= 0, given, drawn)
            held = [(h, ops.where(*at, c)) for at, (h, c) in zip(hold, hidden, strict=bool(hold))]
            after = self._step(character, held or hidden)
            wait = (given == WAIT)[:, None]
            state = keras.tree.map_structure(
                lambda old, new: ops.where(wait, old, new), (hidden, logits), after
            )
            here = ops.arange(CHUNK) == i
            return state, ops.where(here, character[:, None], written)

        return ops.fori_loop(0, CHUNK, step, (state, todo))


def _listed(model: keras.Model) -> str:
    return shortened(", ".join(type(layer).__name__ for layer in model.layers), LONGEST)


class _OpenCell(kl.Layer):  # type: ignore[misc]
    """An LSTM cell that puts out its hidden state and, beside it, its memory."""

    def __init__(self, cell: Any) -> None:
        super().__init__()
        self.cell, self.state_size, self.output_size = cell, cell.state_size, 2 * cell.units
        self.built = True

    def call(self, x: Any, states: Any, training: bool = False) -> Any:
        h, states = self.cell(x, states, training=False)
        return ops.concatenate([h, states[1]], axis=-1), states
