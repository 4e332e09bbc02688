"""How a writer learns: every character of every stream is a target, and states are carried on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import keras
import numpy as np
from keras import ops

from ..saving import whole_file
from .build import network
from .writer import Writer

STREAMS, WINDOW = 32, 64
MEASURED = 600_000  # characters learnt from that the loss after an epoch is measured on, at most
UPDATES = 200  # at least so many in an epoch: a short text is read in fewer streams


@dataclass(frozen=True)
class Epoch:
    """What one pass over the text gave.

    Attributes
    ----------
    training : float
        Loss on the text learnt from (of a long one, its beginning), without dropout, in nats a
        character.
    held_out : float
        The same on the text kept out.
    seconds : float
        Of learning; the two measurements above not counted.
    sample : str
        Fifty characters written after the epoch, at temperature 0.5.
    """

    training: float
    held_out: float
    seconds: float
    sample: str

    def __str__(self) -> str:
        return (
            f"training {self.training:.3f}  held out {self.held_out:.3f}  {self.seconds:.0f} s  "
            f"{self.sample!r}"
        )


@dataclass(frozen=True)
class Training:
    """How a training went: one ``Epoch`` each, and whether it was stopped before its end."""

    epochs: tuple[Epoch, ...]
    stopped: bool


def split(text: str, held_out: float = 0.1) -> tuple[str, str]:
    """The part to learn from, and the last part, to be kept out."""
    cut = len(text) - round(len(text) * held_out)
    return text[:cut], text[cut:]


def train_writer(
    writer: Writer,
    text: str,
    *,
    epochs: int = 10,
    held_out: float = 0.1,
    window: int = WINDOW,
    learning_rate: float = 4e-3,
    folder: str | Path | None = None,
    seed: int = 0,
    progress: Callable[[int, int, float], bool | None] | None = None,
    after_epoch: Callable[[Epoch], Any] = print,
) -> Training:
    """Teach a writer a text, in place; at the end it has the weights of its best epoch.

    The text is read as up to 32 streams side by side, a window of each at a time, and the LSTM's
    state is carried from one window to the next. Every character is a target, so an epoch learns as
    much as overlapping windows with one target each, at a fraction of the work.

    Parameters
    ----------
    writer : Writer
        Its alphabet must have every character of the text.
    text : str
    epochs : int
    held_out : float
        Share of the text, from its end, that is only measured.
    window : int
        Characters that a gradient reaches back, at most. With longer windows there are fewer
        streams: a step has 2,048 characters.
    learning_rate : float
        At its highest; it rises for a hundred steps and then falls to 0 along a cosine.
    folder : path, optional
        Keep everything there after each epoch. Called again with the same folder, training goes on
        from the last whole epoch, after a crash too.
    seed : int
        Of the dropout, and of where streams begin.
    progress : callable, optional
        ``progress(done, total, loss)`` after every step; return False to stop. By default a bar.
    after_epoch : callable
        Given each ``Epoch`` when it is complete; by default it is printed, sample and all.

    Returns
    -------
    Training
        Also when stopped by ``progress`` or Ctrl-C: the writer then has its best weights so far,
        those of the unfinished first epoch if there is no other.

    Raises
    ------
    ValueError
        Before any work: for a text that is too short, characters that are not in the alphabet,
        or a folder with the training of another writer.

    Notes
    -----
    Truncated backpropagation through time with carried state, see Mikolov et al., "Recurrent neural
    network based language model" (2010). Optimiser: AdamW (Loshchilov & Hutter, 2019).

    Examples
    --------
    >>> text = "to be or not to be. " * 50
    >>> training = train_writer(build_writer(text, units=16), text, epochs=2)  # doctest: +SKIP
    >>> training.epochs[1].held_out < training.epochs[0].held_out  # doctest: +SKIP
    True
    """
    if not isinstance(epochs, (int, np.integer)) or epochs < 1:
        raise ValueError(f"epochs must be a whole number from 1, got {epochs!r}.")
    if not 0 < held_out < 1:
        raise ValueError(f"held_out must be between 0 and 1 (0.1 is usual), got {held_out!r}.")
    if not isinstance(window, (int, np.integer)) or not 1 <= window <= STREAMS * WINDOW:
        raise ValueError(f"window must be from 1 to {STREAMS * WINDOW} characters, got {window!r}.")
    learnt, kept_out = split(text, held_out)
    if len(learnt) <= window or len(kept_out) < 2:
        raise ValueError(
            f"The text has {len(text):,} characters. Give more: {window + 1} are needed to learn "
            "from, and 2 to be kept out."
        )
    ids = writer.alphabet.encode(learnt)
    writer.alphabet.encode(kept_out)
    streams = max(1, min(STREAMS * WINDOW // window, len(ids) // (UPDATES * window)))
    per_epoch = (len(ids) - 1) // streams // window
    keeper = None if folder is None else _Keeper(Path(folder), writer)
    model = _twin(writer, streams, seed)
    _compile(model, learning_rate, epochs * per_epoch)
    done: list[Epoch] = keeper.resume(model) if keeper else []
    best = min((epoch.held_out for epoch in done), default=np.inf)
    progress = progress or _bar(epochs * per_epoch)
    stopped = False
    try:
        while len(done) < epochs and not stopped:
            number, started = len(done), perf_counter()
            for i, loss in enumerate(_epoch(model, ids, streams, window, (seed, number))):
                step = number * per_epoch + i + 1
                if progress(step, epochs * per_epoch, loss) is False:
                    stopped = True
                    break
            if stopped:
                break
            seconds = perf_counter() - started
            before = writer.model.get_weights()
            _copy(model.trainable_weights, writer.model.trainable_weights)
            sample = writer.generate(learnt[:WINDOW], 50, 0.5, seed=seed)
            epoch = Epoch(writer.loss(learnt[:MEASURED]), writer.loss(kept_out), seconds, sample)
            done.append(epoch)
            if epoch.held_out < best:
                best = epoch.held_out
            else:
                writer.model.set_weights(before)
            if keeper:
                keeper.keep(model, writer, done)
            after_epoch(epoch)
    except KeyboardInterrupt:
        stopped = True
    if stopped and not done:
        _copy(model.trainable_weights, writer.model.trainable_weights)
    return Training(tuple(done), stopped)


def _bar(total: int) -> Callable[[int, int, float], None]:
    """A progress bar, where tqdm is installed."""
    try:
        from tqdm import tqdm
    except ImportError:
        return lambda done, total, loss: None
    bar = tqdm(total=total, mininterval=1)

    def progress(done: int, total: int, loss: float) -> None:
        bar.set_postfix_str(f"loss {loss:.3f}", refresh=False)
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return progress


def _twin(writer: Writer, streams: int, seed: int) -> keras.Model:
    """The writer's network with its weights, carrying the state of so many streams."""
    lstms = writer.lstms
    dropout = writer.model.get_layer("drop_out").rate
    twin = network(len(writer.alphabet), lstms[0].units, len(lstms), dropout, seed, streams)
    _copy(writer.model.trainable_weights, twin.trainable_weights)
    return twin


def _copy(source: list[Any], target: list[Any]) -> None:
    """Give Keras variables the values of others."""
    for ours, theirs in zip(target, source, strict=True):
        # A copy: on JAX a training gives its arrays away.
        ours.assign(np.array(ops.convert_to_numpy(theirs)))


def _compile(model: keras.Model, learning_rate: float, steps: int) -> None:
    warm_up = min(100, steps // 10)
    schedule = keras.optimizers.schedules.CosineDecay(
        learning_rate if warm_up == 0 else 0.0,
        max(1, steps - warm_up),
        warmup_target=learning_rate if warm_up else None,
        warmup_steps=warm_up,
    )
    model.compile(
        keras.optimizers.AdamW(schedule, weight_decay=0.01, beta_2=0.99, clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )


def _epoch(
    model: keras.Model, ids: np.ndarray, streams: int, window: int, seed: tuple[int, int]
) -> Any:
    """Read all streams once, from a random beginning; yield the mean loss so far."""
    length = (len(ids) - 1) // streams
    spare = min(window, len(ids) - 1 - length // window * window * streams)
    offset = int(np.random.default_rng(seed).integers(0, spare + 1))
    starts = offset + np.arange(streams) * ((len(ids) - 1 - offset) // streams)
    for layer in model.layers:
        if isinstance(layer, keras.layers.LSTM):
            layer.reset_states()
    model.reset_metrics()
    for number in range((len(ids) - 1 - offset) // streams // window):
        here = np.stack([ids[s : s + window + 1] for s in starts + number * window])
        yield float(model.train_on_batch(here[:, :-1], here[:, 1:]))


class _Keeper:
    """What a folder holds of a training: the model in training, the best writer, the log."""

    def __init__(self, folder: Path, writer: Writer) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.model, self.best, self.log = (
            folder / name for name in ("training.keras", "best.weights.h5", "log.json")
        )
        self.alphabet = writer.alphabet.characters
        self.writer = writer

    def resume(self, model: keras.Model) -> list[Epoch]:
        """Bring model, optimiser and writer back to the last whole epoch; return the epochs."""
        if not self.log.exists():
            return []
        log = json.loads(self.log.read_text(encoding="utf-8"))
        kept = keras.models.load_model(self.model)
        same = log["alphabet"] == self.alphabet and [w.shape for w in kept.trainable_weights] == [
            w.shape for w in model.trainable_weights
        ]
        if not same:
            raise ValueError(
                f"{self.folder} holds the training of another writer (another alphabet or size). "
                "Choose another folder, or delete it."
            )
        _copy(kept.trainable_weights, model.trainable_weights)
        model.optimizer.build(model.trainable_variables)
        _copy(kept.optimizer.variables, model.optimizer.variables)
        self.writer.model.load_weights(self.best)
        return [Epoch(**epoch) for epoch in log["epochs"]]

    def keep(self, model: keras.Model, writer: Writer, done: list[Epoch]) -> None:
        """Write everything, each file whole before it takes its name; the log comes last."""
        for write, path in ((model.save, self.model), (writer.model.save_weights, self.best)):
            part = path.with_name(f"part-{path.name}")
            write(part)
            part.replace(path)
        log = {"alphabet": self.alphabet, "epochs": [asdict(epoch) for epoch in done]}
        with whole_file(self.log) as file:
            file.write(json.dumps(log, indent=1).encode())
