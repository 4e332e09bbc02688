"""Where writers come from: built anew, bundled, or from a file."""

from pathlib import Path
from typing import Any

import keras
from keras import layers as kl
from keras import ops

from .. import pretrained
from ..arguments import as_seed, number, of_kind, whole
from ..files import load_model
from .corpus import Alphabet
from .writer import Writer

WIDEST, DEEPEST = 10_000, 100  # units of a layer, and layers


def build_writer(
    alphabet: Alphabet | str,
    *,
    units: int = 512,
    layers: int = 1,
    dropout: float = 0.3,
    name: str = "writer",
    seed: int = 0,
) -> Writer:
    """A writer that has not learnt anything yet.

    Parameters
    ----------
    alphabet : Alphabet, or a text whose characters make one
    units, layers : int
        Size of an LSTM, and how many are stacked.
    dropout : float
        Share of the LSTMs' outputs left out while training.
    name : str
    seed : int
        Of the initial weights.

    Raises
    ------
    ValueError
        For an alphabet of fewer than two characters, or sizes below 1.

    Examples
    --------
    >>> dk.build_writer("to be or not to be", units=32)
    <Writer 'writer': LSTM of 32 units, 13,095 parameters, 7 characters>

    Taught in lesson 04.
    """
    alphabet = Alphabet.of(alphabet) if isinstance(alphabet, str) else alphabet
    of_kind("alphabet", alphabet, Alphabet, "Or give a text, whose characters make one.")
    seed = as_seed(seed)
    if len(alphabet) < 2:
        raise ValueError(
            f"The text has {len(alphabet)} different characters; with fewer than two there is "
            "nothing to predict."
        )
    units, layers = whole("units", units, 1, WIDEST), whole("layers", layers, 1, DEEPEST)
    number("dropout", dropout, 0, below=1)
    return Writer(network(len(alphabet), units, layers, dropout, seed), alphabet, name)


@keras.saving.register_keras_serializable("dreamkit")
class CarryingLSTM(kl.LSTM):  # type: ignore[misc]
    """A stateful LSTM that begins with copies: PyTorch may not overwrite what it differentiates."""

    def call(self, sequences: Any, initial_state: Any = None, **how: Any) -> Any:
        """Read sequences on from where the last ones ended."""
        if initial_state is None:
            initial_state = [ops.copy(state) for state in self.states]
        return super().call(sequences, initial_state=initial_state, **how)


def network(
    characters: int, units: int, layers: int, dropout: float, seed: int, streams: int | None = None
) -> keras.Model:
    """The model; for a number of ``streams`` one that carries its state from call to call."""
    random = (keras.initializers.GlorotUniform(seed + i) for i in range(layers + 1))
    ids = keras.Input(batch_shape=(streams, None), dtype="int32", name="characters")
    spread = keras.initializers.RandomUniform(seed=seed)
    x = kl.Embedding(characters, 64, embeddings_initializer=spread, name="embedding")(ids)
    for i in range(1, layers + 1):
        x = kl.Dropout(dropout / 2 if i == 1 else dropout, seed=seed, name=f"drop{i}")(x)
        x = (CarryingLSTM if streams else kl.LSTM)(
            units,
            return_sequences=True,
            stateful=streams is not None,
            kernel_initializer=next(random),
            recurrent_initializer=keras.initializers.Orthogonal(seed=seed),
            name=f"lstm{i}",
        )(x)
    x = kl.Dropout(dropout, seed=seed, name="drop_out")(x)
    x = kl.Dense(characters, kernel_initializer=next(random), name="logits")(x)
    return keras.Model(ids, x, name="writer")


def load_writer(name: str | Path = "nietzsche") -> Writer:
    """A writer that has learnt already.

    Parameters
    ----------
    name : {"nietzsche", "shakespeare", "reviews"} or path
        A bundled one, or a ``.keras`` file that ``Writer.save`` wrote, its card beside it.

    Raises
    ------
    FileNotFoundError
        There is no such file, or no card with its alphabet beside it.
    ValueError
        For a name that is not bundled, a damaged file, or a card of another alphabet.

    Examples
    --------
    >>> dk.load_writer()
    <Writer 'nietzsche': LSTM of 512 units, 1,214,585 parameters, 57 characters>

    Taught in lesson 04.
    """
    path, facts = pretrained.checkpoint(name, "alphabet")
    alphabet = facts.get("alphabet")
    if not isinstance(alphabet, (str, list)) or not all(isinstance(c, str) for c in alphabet):
        raise ValueError(f"{name} is not a writer: its card tells of no alphabet.")
    known = alphabet if isinstance(alphabet, str) else tuple(alphabet)
    return Writer(load_model(path), Alphabet(known), path.stem)


def as_writer(writer: Writer | str | Path) -> Writer:
    """A writer, or what ``load_writer`` makes one of; TypeError for anything else."""
    if isinstance(writer, (str, Path)):
        return load_writer(writer)
    of_kind("writer", writer, Writer, 'Name one, "nietzsche", or give the path of a .keras file.')
    return writer
