"""Who looks on while something climbs or learns, and ends it kindly."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import current_thread, main_thread
from typing import Any

import numpy as np
from keras import ops

from .arguments import function, warn, whole
from .images import as_pillow

Progress = Callable[[int, int, float], bool | None]


class NotFinite(ValueError):
    """A score or its gradient is infinite or NaN: there is nowhere to climb."""


@dataclass(frozen=True, eq=False)
class Moment:
    """Where a climb stands.

    Attributes
    ----------
    x : array, float32, shape (n, ...)
        What climbs: a picture, a spectrum, sentences' vectors.
    scores : numpy.ndarray, float32, shape (n,)
        Of each of them.
    done, total : int
        How many steps were taken, and how many there will be.
    show : callable
        Makes of ``x`` what is looked at.

    Taught in lesson 01.
    """

    x: Any
    scores: np.ndarray
    done: int
    total: int
    show: Callable[[Any], Any]

    @property
    def score(self) -> float:
        """Of several that climb side by side, their mean."""
        return float(np.mean(self.scores))

    @property
    def image(self) -> Any:
        """The picture as it is now, float32 (height, width, 3), RGB in [0, 1]."""
        return self.show(self.x)

    def __repr__(self) -> str:
        return f"<Moment: {self.done} of {self.total} steps, score {self.score:.3g}>"


class Watch:
    """Follows a climb to its last moment: reports, remembers, and stops it when somebody asks.

    It is stopped by a ``progress`` that returns False, by Ctrl-C, which is heard when the step in
    hand is done, and, with a warning, where there is nowhere to climb on.

    Parameters
    ----------
    progress : callable, optional
        ``progress(done, total, score)`` after every step.
    keep : int, optional
        After every so many steps what it looks like is kept, in ``frames``.

    Attributes
    ----------
    scores : list of numpy.ndarray, float32, shape (n,)
        At every moment, from the start to the last.
    frames : list of numpy.ndarray, uint8
    stopped : bool

    Raises
    ------
    ValueError
        For what is no function, or no number of steps.
    """

    def __init__(self, progress: Progress | None = None, keep: int | None = None) -> None:
        if progress is not None:
            function("progress", progress)
        self._progress, self._keep = progress, None if keep is None else whole("keep", keep)
        self.scores: list[np.ndarray] = []
        self.frames: list[np.ndarray] = []
        self.stopped = False

    def follow(self, climb: Iterable[Moment]) -> Moment:
        """The moment at which a climb ends, or is stopped."""
        last: Moment | None = None
        try:
            with noted() as pressed:
                for moment in climb:
                    last = moment
                    self.scores.append(moment.scores)
                    if self._reported(moment) is False or pressed:
                        self.stopped = True
                        break
        except (KeyboardInterrupt, NotFinite) as end:
            if last is None:  # there is nothing to keep
                raise
            if isinstance(end, NotFinite):
                warn(f"The dream ends here: {end}")
            self.stopped = True
        assert last is not None  # a climb has a start
        return last

    def _reported(self, moment: Moment) -> bool | None:
        if not moment.done:  # so far there is only the start
            return None
        if self._keep and moment.done % self._keep == 0:
            self.frames.append(np.asarray(as_pillow(moment.image)))
        if self._progress is None:
            return None
        return self._progress(moment.done, moment.total, moment.score)

    @property
    def histories(self) -> list[tuple[float, ...]]:
        """The scores of each of those that climbed side by side."""
        return [tuple(map(float, row)) for row in np.stack(self.scores, axis=1)]


def check_slopes(scores: np.ndarray, slopes: Any, objective: Any, first: bool) -> None:
    """Say when there is nowhere to climb."""
    steepness = ops.convert_to_numpy(sloped(slopes))
    if scores.shape != steepness.shape:
        raise ValueError(
            f"{objective!r} must give one number for each of those that climb, shape "
            f"{steepness.shape}, got shape {scores.shape}."
        )
    if not np.isfinite([*scores.ravel(), *steepness]).all():
        raise NotFinite(
            f"{objective!r} scores {scores.ravel()[0]:g}, its gradient's mean size is "
            f"{steepness[0]:g}: there is nowhere to climb. The network's weights may be NaN or "
            "infinite, as after a training that diverged, or those of the objective too large."
        )
    if first and not steepness.any():
        warn(
            f"No gradient of {objective!r} reaches what climbs, which stays as it is: what is "
            "asked for is silent here, or lies behind a step that has no slope. Try another layer, "
            "channel or picture."
        )


def sloped(gradient: Any) -> Any:
    """The gradient; ValueError where there is none."""
    if gradient is None:
        raise ValueError(
            "No gradient reaches what climbs: before what is asked for stands a step that has no "
            "slope, such as a threshold, rounding or a cast to whole numbers. Choose a layer in "
            "front of it."
        )
    return gradient


@contextmanager
def noted() -> Iterator[list[int]]:
    """Ctrl-C is noted, to be heard after the step: within one, JAX has given the weights away."""
    pressed: list[int] = []

    def note(number: int, frame: Any) -> None:
        if pressed:  # and not heard: it is pressed again
            raise KeyboardInterrupt
        pressed.append(number)

    if current_thread() is not main_thread():  # no signal comes here
        yield pressed
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def bar(total: int, name: str = "", measure: str = "loss") -> Progress:
    """A progress bar, where tqdm is installed and there is a console that can show it."""
    shown: Any = None
    with suppress(ImportError, OSError, ValueError):  # a console that is gone, or lacks letters
        from tqdm.auto import tqdm  # in a notebook a widget: on stderr it would be red

        nowhere = sys.stderr is None  # as where Windows starts Python without a window
        shown = tqdm(total=total, desc=name or None, mininterval=1, disable=nowhere)

    def progress(done: int, total: int, value: float) -> None:
        with suppress(OSError, ValueError):  # what is learnt is not lost with it
            shown.set_postfix_str(f"{measure} {value:.3f}", refresh=False)
            shown.update(done - shown.n)
            if done == total:
                shown.close()

    return progress if shown is not None else lambda done, total, value: None
