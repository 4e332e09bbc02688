"""DeepDream: a photo climbs what a network sees in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from ..arguments import among
from ..ascent import ascend, climber_for
from ..images import as_picture
from ..networks.loading import as_network
from ..networks.network import Network
from ..objectives import Objective, as_objective
from ..results import Picture
from ..watching import Moment, Progress, Watch
from .guided import aim
from .octaves import Octave, mirrored
from .preconditioning import natural_gradient
from .settings import Settings, checked_mask
from .tiles import Tiled, fitting

MARGIN = 8  # pixels; 16 took an eighth longer, and left hardly less of a frame


def deepdream(
    photo: np.ndarray,
    network: Network | str | keras.Model,
    objective: str | Iterable[str] | Mapping[str, float] | Objective | None = None,
    *,
    guide: np.ndarray | None = None,
    match: str = "best",
    guide_mix: float = 1.0,
    octaves: int = 4,
    octave_scale: float = 1.4,
    steps: int = 10,
    step_size: float | None = None,
    jitter: int = 16,
    smoothing: float = 1.0,
    natural_colour: float = 1.0,
    keep_light: float = 0.8,
    mask: np.ndarray | None = None,
    tile: int | None = None,
    seed: int = 0,
    keep: int | None = None,
    progress: Progress | None = None,
) -> Picture:
    """Dream over a photo: change it step by step into more of what the network sees in it.

    Parameters
    ----------
    photo : array, shape (height, width, 3)
        float in [0, 1] or integers in 0–255; greyscale and RGBA are converted.
    network : Network, or what ``load_network`` makes one of
        Loaded once and given again, it need not be compiled anew.
    objective : str, iterable of str, mapping of str to float, or Objective, optional
        A layer, several layers, or with their weights, or any objective. By default the layer two
        thirds of the way down ``network.layers``.
    guide : array, shape (any, any, 3), optional
        A second picture: the dream grows what the guide has (lesson 02).
    match : {"best", "position"}
        How guided activations are compared, see ``objectives.guide``.
    guide_mix : float
        From 0 (free) to 1 (only the guide).
    octaves, octave_scale : int, float
        Dream at that many sizes, each so many times the one before, the last the photo's own.
    steps, step_size : int, float
        Steps per octave, and how much a pixel changes in one on average, in units of [0, 1]; by
        default what suits the network.
    jitter : int
        Every step looks at the picture shifted by up to this many pixels, so that no grid shows,
        and mirrored beyond its edges, so that no frame does.
    smoothing, natural_colour : float
        From 0 (the plain gradient) to 1, see ``vision.preconditioning``.
    keep_light : float
        From 0 to 1: how much of the photo's broad light and colour comes back after each octave.
    mask : array, shape (height, width), optional
        In [0, 1]: where the dream may grow.
    tile : int, optional
        Octaves with a longer side are dreamt in tiles of this side, in pixels. By default as large
        as free memory allows: 640 pixels on a CPU (320 where memory is scarce), more on a GPU.
    seed : int
        Same seed, same settings, same machine: same dream.
    keep : int, optional
        After every so many steps keep the picture as it is by then, in the result's ``frames``.
    progress : callable, optional
        ``progress(done, total, score)`` after every step; return False to stop there.

    Returns
    -------
    Picture
        Also when stopped by ``progress`` or Ctrl-C, or, with a warning, where there is nowhere to
        climb on (a score that is NaN or infinite): then the dream so far.

    Raises
    ------
    ValueError
        Before any work, for anything above that can't be.

    Notes
    -----
    After Mordvintsev, Olah & Tyka, "Inceptionism: Going Deeper into Neural Networks" (Google
    Research, 2015): gradient ascent over octaves, with jitter.

    Examples
    --------
    >>> photo, net = dk.sample_image("clouds", max_side=160), dk.load_network("dreamnet")
    >>> dream = dk.deepdream(photo, net, "mixed4", octaves=2, steps=3)
    >>> dream.history[-1] > dream.history[0]
    True

    Taught in lesson 01.
    """
    watch = Watch(progress, keep)
    dream = Dream(
        *(photo, network, objective, guide, mask),
        **{"match": match, "guide_mix": guide_mix, "octaves": octaves},
        **{"octave_scale": octave_scale, "steps": steps, "step_size": step_size},
        **{"jitter": jitter, "smoothing": smoothing, "natural_colour": natural_colour},
        **{"keep_light": keep_light, "tile": tile, "seed": seed},
    )
    last = watch.follow(dream.moments())
    (history,) = watch.histories
    return Picture(last.image, history, dream.record, watch.stopped, tuple(watch.frames))


def dreaming(photo: np.ndarray, network: Any, objective: Any = None, **settings: Any) -> Any:
    """The same dream in the open: its moments, one by one.

    Parameters
    ----------
    photo, network, objective, **settings
        As for ``deepdream``, which is the last moment; all but ``keep`` and ``progress``, in whose
        place stands the body of your own loop.

    Yields
    ------
    Moment
        With ``image``, ``score``, ``done`` and ``total``: first the photo, then after every step.

    Raises
    ------
    ValueError
        Before any work, for anything that can't be.

    Examples
    --------
    >>> photo, net = dk.sample_image("clouds", max_side=96), dk.load_network("dreamnet")
    >>> for moment in dk.dreaming(photo, net, octaves=1, steps=9):
    ...     if moment.score > 5 or moment.done == 3:
    ...         break
    >>> moment.image.shape, moment.total
    ((64, 96, 3), 9)

    Taught in lesson 01.
    """
    return Dream(photo, network, objective, **with_defaults(settings)).moments()


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a dream is given beside its photo, network and objective; the rest as is usual."""
    usual = {n: v for n, v in deepdream.__kwdefaults__.items() if n not in ("keep", "progress")}
    for name in settings:
        among("A setting of a dream", name, usual)
    return {**usual, **settings}


class Dream:
    """What a dream is given, all of it checked, and the climb that it is."""

    def __init__(
        self, photo: Any, network: Any, objective: Any, guide: Any, mask: Any, **numbers: Any
    ) -> None:
        settings = Settings(**numbers)
        self.photo, self.network = as_picture(photo), as_network(network)
        self.mask = None if mask is None else checked_mask(mask, self.photo)
        self.sizes = settings.sizes(self.photo, self.network)
        named = as_objective(objective, self.network.default)
        self.objective = named.bound_to(self.network, self.sizes)
        longest, layers = max(self.sizes[-1]), self.objective.layers
        tile = fitting(self.network, layers, longest, settings.tile)
        step_size = settings.step_size or self.network.step_size
        self.settings = replace(settings, tile=tile, step_size=step_size)
        self.margin = self._margin()
        self.aim = lambda size: self.objective
        if guide is not None:
            self.aim = aim(self.objective, self.network, guide, self.settings, longest, self.margin)
        self.record = {"network": self.network.name, "objective": self.objective.record}
        self.record |= self.settings.record(guided=guide is not None)

    def moments(self) -> Iterator[Moment]:
        """The photo, and the dream after every step."""
        how, rng, done = self.settings, np.random.default_rng(self.settings.seed), 0
        total, change = how.steps * len(self.sizes), np.zeros_like(self.photo)
        whole = Octave.of(self.photo, self.mask, self.photo.shape[:2], 0)

        def shifts() -> tuple[np.ndarray]:
            return (rng.integers(-how.jitter, how.jitter + 1, 2, dtype="int32"),)

        def shown(octave: Octave, x: Any) -> np.ndarray:
            return whole.changed(octave.change(ops.convert_to_numpy(x)[0], how.keep_light))

        for size in self.sizes:
            octave = Octave.of(self.photo, self.mask, size, self.margin)
            objective = self.aim(size)
            climber: Any = climber_for(
                self.network, objective, transform=shifted, precondition=natural_gradient
            )
            if max(size) > (how.tile or 0):
                climber = Tiled(climber, how.tile)
            climb = partial(
                ascend,
                climber,
                objective=objective,
                step_size=how.step_size,
                settings=(how.smoothing, how.natural_colour),
                mask=mirrored(octave.mask, self.margin)[None],
                bounds=(0, 1),
            )
            # enlarging the change, not the picture, puts back the detail that shrinking lost
            begun, show = change, partial(whole.as_begun, change)
            x = mirrored(octave.changed(begun), self.margin)[None]
            for step in climb(x, steps=how.steps, draw=shifts):
                yield Moment(step.x, step.scores, done, total, show)
                done, show = done + 1, partial(shown, octave)
            change = octave.change(ops.convert_to_numpy(step.onward)[0], how.keep_light)
        x = mirrored(octave.changed(change), self.margin)[None]
        (step,) = climb(x, steps=1, draw=lambda: (np.zeros(2, "int32"),))
        yield Moment(step.x, step.scores, done, total, partial(whole.as_begun, change))

    def _margin(self) -> int:
        """How far the picture is mirrored beyond its edges.

        Not without jitter, which is the plain loop; where a neuron has its place in the picture; or
        where the network or the smallest octave has no room for it.
        """
        placed = any(term.grid is not None for _, term in self.objective.terms)
        plain = not self.settings.jitter or placed
        plain = plain or self.network.fixed_size(self.objective.layers) is not None
        return 0 if plain or min(self.sizes[0]) <= MARGIN else MARGIN


def shifted(x: Any, shift: Any) -> Any:
    """Pictures shifted by rows and columns; what leaves at one edge comes in at the other."""
    return ops.roll(x, (shift[0], shift[1]), axis=(1, 2))
