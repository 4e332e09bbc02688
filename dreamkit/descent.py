"""How to learn: the one training loop.

Every training has the same shape, ``train_X(x, data, …, epochs=, seed=, progress=None)``, teaches
``x`` in place and returns a ``Training``. After every step ``progress(done, total, loss)`` is told
the mean loss of the epoch so far; it returns False to stop. Ctrl-C stops as well. Either way what
was learnt is kept.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from time import perf_counter
from typing import Any

import keras
import numpy as np

from .arguments import function
from .results import Epoch, Training
from .watching import Progress, bar, noted

MOST = 1_000_000  # epochs


def descend(
    epoch: Callable[[int], Iterable[float]],
    epochs: int,
    steps: int,
    progress: Progress | None = None,
    finish: Callable[[float, float], Epoch] = Epoch,
    done: Iterable[Epoch] = (),
) -> Training:
    """Go through the epochs of a training.

    Parameters
    ----------
    epoch : callable
        Given an epoch's number, from 0, takes its steps one by one and yields the mean loss so far.
    epochs, steps : int
        How many there are, and how many steps there are in each.
    progress : callable, optional
        As above; by default, None, a bar, where tqdm is installed. What is no function is refused.
    finish : callable
        Makes of the loss and the seconds of an epoch its ``Epoch``.
    done : iterable of Epoch
        Those of an earlier training that is continued.
    """
    found = list(done)
    check_progress(progress)
    progress = bar(epochs * steps) if progress is None else progress
    with noted() as pressed, suppress(KeyboardInterrupt):
        while len(found) < epochs and not pressed:
            started, loss = perf_counter(), 0.0
            for step, loss in enumerate(epoch(len(found)), len(found) * steps + 1):
                if progress(step, epochs * steps, loss) is False or pressed:
                    return Training(tuple(found), stopped=True)
            found.append(finish(loss, perf_counter() - started))
    return Training(tuple(found), stopped=len(found) < epochs)


def check_progress(progress: Any) -> None:
    """Raise ValueError for what is no ``progress`` of a training."""
    if progress is not None:
        function("progress", progress, "None for a bar, lambda *told: None for none")


def fit(
    model: Any,
    loss: Any,
    x: Any,
    y: np.ndarray,
    epochs: int,
    batch: int,
    learning_rate: float,
    seed: int,
    progress: Progress | None = None,
    weight_decay: float = 0.0,
) -> Training:
    """Train a Keras model on arrays, or what gives rows as they do, in a new order every epoch.

    The optimiser is AdamW (Loshchilov & Hutter, 2019); its rate falls to 0 along a cosine.
    """
    check_progress(progress)
    rng, steps = np.random.default_rng(seed), -(-len(x) // batch)
    falling = keras.optimizers.schedules.CosineDecay(learning_rate, epochs * steps)
    model.compile(keras.optimizers.AdamW(falling, weight_decay=weight_decay), loss)

    def epoch(_: int) -> Iterator[float]:
        model.reset_metrics()
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            yield float(model.train_on_batch(x[rows], y[rows]))

    return descend(epoch, epochs, steps, progress)
