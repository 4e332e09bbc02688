"""How a writer learns: every character of every stream is a target, and states are carried on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from ..arguments import a_text, as_path, as_seed, function, number, whole
from ..backend import alike
from ..descent import MOST, check_progress, descend
from ..files import load_json, load_model, made_folder, whole_file, write_whole
from ..results import Epoch, Training
from ..unicode import say
from ..watching import Progress
from .build import network
from .writer import Writer, check_writer

STREAMS, WINDOW = 32, 64
MEASURED = 600_000  # characters learnt from that the loss after an epoch is measured on, at most
UPDATES = 200  # at least so many in an epoch: a short text is read in fewer streams


def split(text: Sequence[str], share: float = 0.1) -> tuple[str, str]:
    """What to learn from, and what to keep out: the ends of ten equal parts, or of a short text.

    The text may be a list of signs, of which none is cut in two.
    """
    parts = min(10, max(1, int(len(text) * share) // 1000))  # a book changes on its way
    ends = [len(text) * part // parts for part in range(parts + 1)]
    cuts = [end - round((end - start) * share) for start, end in pairwise(ends)]
    learnt = (text[start:cut] for start, cut in zip(ends, cuts, strict=False))
    kept_out = (text[cut:end] for cut, end in zip(cuts, ends[1:], strict=True))
    return "".join(chain.from_iterable(learnt)), "".join(chain.from_iterable(kept_out))


def train_writer(
    writer: Writer,
    text: str,
    *,
    epochs: int = 10,
    validation_split: float = 0.1,
    window: int = WINDOW,
    learning_rate: float = 4e-3,
    folder: str | Path | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    after_epoch: Callable[[Epoch], Any] | None = print,
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
    validation_split : float
        Share of the text that is only measured: of a long text ten blocks spread over it, of a
        short one its end.
    window : int
        Characters that a gradient reaches back, at most. With longer windows there are fewer
        streams: a step has 2,048 characters.
    learning_rate : float
        At its highest; it rises for a hundred steps and then falls to 0 along a cosine.
    folder : path, optional
        Keep everything there after each epoch. Called again with the same folder, training goes on
        from the last whole epoch, after a crash too. Files of others are not written over.
    seed : int
        Of the dropout, and of where streams begin.
    progress : callable, optional
        ``progress(done, total, loss)`` after every step, see ``descent``; return False to stop.
    after_epoch : callable, optional
        Given each ``Epoch`` when it is complete; by default it is printed, sample and all, in
        letters that the console has. None: nothing is.

    Returns
    -------
    Training
        Each epoch's losses, without dropout, in nats a character: ``loss`` on the text learnt from
        (of a long one, its beginning) and ``validation_loss``; a ``sample`` of 50 characters at
        temperature 0.5. When stopped by ``progress`` or Ctrl-C, the writer has its best weights so
        far, those of the unfinished first epoch if there is no other.

    Raises
    ------
    TypeError, ValueError, OSError
        Before any work: for a text that is too short, characters that are not in the alphabet,
        a writer of another kind than ``build_writer`` makes, or a folder that can't be written to,
        or with the training of another writer or text, damaged files, or those of others.

    Notes
    -----
    Truncated backpropagation through time with carried state, see Mikolov et al., "Recurrent neural
    network based language model" (2010). Optimiser: AdamW (Loshchilov & Hutter, 2019).

    Examples
    --------
    >>> text = "to be or not to be. " * 50
    >>> writer = dk.build_writer(text, units=16)
    >>> training = dk.train_writer(writer, text, epochs=2, after_epoch=lambda epoch: None)
    >>> training.epochs[1].validation_loss < training.epochs[0].validation_loss
    True

    Taught in lesson 04.
    """
    check_writer(writer)
    text = a_text(text)
    check_progress(progress)
    if after_epoch is not None:
        function("after_epoch", after_epoch, "None for none")
    tell = say if after_epoch is print else after_epoch
    seed = as_seed(seed)
    epochs = whole("epochs", epochs, 1, MOST)
    learning_rate = number("learning_rate", learning_rate, above=0, below=1, hint="0.004 is usual")
    split_at = number("validation_split", validation_split, above=0, below=1, hint="0.1 is usual")
    window = whole("window", window, most=STREAMS * WINDOW)
    alphabet = writer.alphabet
    learnt, kept_out = split(alphabet.signs(text), split_at)
    ids, unseen = alphabet.encode(learnt), alphabet.encode(kept_out)
    if len(ids) <= window or len(unseen) < 2:
        raise ValueError(
            f"The text has {len(ids) + len(unseen):,} characters. Give more: {window + 1} are "
            "needed to learn from, and 2 to be kept out."
        )
    beginning, measured = alphabet.decode(ids[:WINDOW]), alphabet.decode(ids[:MEASURED])
    streams = max(1, min(STREAMS * WINDOW // window, len(ids) // (UPDATES * window)))
    per_epoch = (len(ids) - 1) // streams // window
    keeper = None if folder is None else _Keeper(as_path(folder), writer, text)
    model = _twin(writer, streams, seed)
    prepare(model, learning_rate, epochs * per_epoch)
    done = keeper.resume(model) if keeper else []
    if keeper and len(done) < epochs:
        keeper.note(done)  # what can't be written is known before an epoch is learnt
    least = min([e.validation_loss for e in done if e.validation_loss is not None], default=np.inf)
    best = writer.model.get_weights()

    def finish(_: float, seconds: float) -> Epoch:
        nonlocal least, best
        _copy(model.trainable_weights, writer.model.trainable_weights)
        sample = writer.generate(beginning, 50, 0.5, seed=seed)
        loss, validation_loss = writer.loss(measured), writer.loss(kept_out)
        if validation_loss < least:
            least, best = validation_loss, writer.model.get_weights()
        writer.model.set_weights(best)
        done.append(Epoch(loss, seconds, validation_loss, sample))
        if keeper:
            keeper.keep(model, writer, done)
        if tell:
            tell(done[-1])
        return done[-1]

    def epoch(number: int) -> Iterator[float]:
        return one_epoch(model, ids, streams, window, (seed, number))

    descend(epoch, epochs, per_epoch, progress, finish, done)
    if done:
        writer.model.set_weights(best)
    else:
        _copy(model.trainable_weights, writer.model.trainable_weights)
    return Training(tuple(done), stopped=len(done) < epochs)


def _twin(writer: Writer, streams: int, seed: int) -> keras.Model:
    """The writer's network with its weights, carrying the state of so many streams."""
    lstms = writer.lstms
    dropout = next((la.rate for la in writer.model.layers if la.name == "drop_out"), 0)
    twin = network(len(writer.alphabet), lstms[0].units, len(lstms), dropout, seed, streams)
    ids = np.zeros((streams, 4), "int32")
    try:
        _copy(writer.model.trainable_weights, twin.trainable_weights)
        same = alike(twin(ids), writer.model(ids))
    except ValueError:  # weights of other shapes
        same = False
    if not same:
        raise ValueError("Only a writer that build_writer made can be taught; this is another.")
    return twin


def _copy(source: list[Any], target: list[Any]) -> None:
    """Give Keras variables the values of others."""
    for ours, theirs in zip(target, source, strict=True):
        # A copy: on JAX a training gives its arrays away.
        ours.assign(np.array(ops.convert_to_numpy(theirs)))


def prepare(model: keras.Model, learning_rate: float, steps: int) -> None:
    """Compile a model that gives logits, for so many steps of learning."""
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


def one_epoch(
    model: keras.Model, ids: np.ndarray, streams: int, window: int, seed: tuple[int, int]
) -> Iterator[float]:
    """Read all streams once, from a random beginning; yield the mean loss so far."""
    length = (len(ids) - 1) // streams
    spare = min(window, len(ids) - 1 - length // window * window * streams)
    offset = int(np.random.default_rng(seed).integers(0, spare + 1))
    starts = offset + np.arange(streams) * ((len(ids) - 1 - offset) // streams)
    for layer in model.layers:
        if isinstance(layer, keras.layers.LSTM):
            layer.reset_states()
    model.reset_metrics()
    for start in range(0, (len(ids) - 1 - offset) // streams // window * window, window):
        here = np.stack([ids[s : s + window + 1] for s in starts + start])
        yield float(model.train_on_batch(here[:, :-1], here[:, 1:]))


class _Keeper:
    """What a folder holds of a training: the model in training, the best writer, the log."""

    def __init__(self, folder: Path, writer: Writer, text: str) -> None:
        self.folder = folder
        self.text = hashlib.sha256(text.encode()).hexdigest()
        self.model, self.best, self.log = (
            folder / name for name in ("training.keras", "best.weights.h5", "log.json")
        )
        self.alphabet = writer.alphabet.characters
        self.writer = writer

    def resume(self, model: keras.Model) -> list[Epoch]:
        """Bring model, optimiser and writer back to the last whole epoch; return the epochs."""
        done = self._logged()
        if not done:
            return []
        kept = load_model(self.model, compile=True)
        model.optimizer.build(model.trainable_variables)
        if _shapes(kept) != _shapes(model):
            raise self._strange("writer (another alphabet or size)")
        try:
            self.writer.model.load_weights(self.best)
        except Exception as error:  # each kind of damage has an error of its own
            raise ValueError(f"{self.best} is missing, cut short or damaged ({error}).") from error
        _copy(kept.trainable_weights, model.trainable_weights)
        _copy(kept.optimizer.variables, model.optimizer.variables)
        return done

    def keep(self, model: keras.Model, writer: Writer, done: list[Epoch]) -> None:
        """Write everything, each file whole before it takes its name; the log comes last."""
        for write, path in ((model.save, self.model), (writer.model.save_weights, self.best)):
            with whole_file(path) as file:
                write(file.name)
        self.note(done)

    def note(self, done: list[Epoch]) -> None:
        """Write the log, which also says whose folder it is."""
        log = {"alphabet": self.alphabet, "text": self.text}
        epochs = [asdict(epoch) for epoch in done]
        write_whole(self.log, json.dumps(log | {"epochs": epochs}, indent=1))

    def _logged(self) -> list[Epoch]:
        """The epochs in the log; an error for files that are not of this training."""
        made_folder(self.folder)
        if not self.log.exists():
            for file in filter(Path.exists, (self.model, self.best)):
                raise FileExistsError(
                    f"{file} is not of this training, as there is no {self.log.name} beside it. It "
                    "would be written over: choose another folder."
                )
            return []
        try:
            log = load_json(self.log)
            alphabet, text = list(log["alphabet"]), log["text"]
            done = [Epoch(**epoch) for epoch in log["epochs"]]
            tuple(map(Epoch.words, done))  # their losses are numbers
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{self.log} is no log of a writer's training: it is another program's, another "
                "version's or damaged. Choose another folder."
            ) from error
        if alphabet != list(self.alphabet):
            raise self._strange("writer (another alphabet or size)")
        if text != self.text:
            raise self._strange("text")
        return done

    def _strange(self, what: str) -> ValueError:
        return ValueError(
            f"{self.folder} holds the training of another {what}. Choose another folder, or delete "
            "it."
        )


def _shapes(model: keras.Model) -> list[Any]:
    """Of all that a training goes on with."""
    optimiser = getattr(model, "optimizer", None)  # which a file of others may lack
    learnt = (*model.trainable_weights, *(optimiser.variables if optimiser else ()))
    return [variable.shape for variable in learnt]
