"""DeepDream: a photo climbs what a network sees in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
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
from ..objectives.naming import as_objective, record
from ..objectives.objective import Objective
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
        The dream so far when stopped by ``progress`` or Ctrl-C, or, with a warning, where a score
        is NaN or infinite.

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
    climbed = match, guide_mix, octaves, octave_scale, steps, step_size
    looks = jitter, smoothing, natural_colour, keep_light, tile, seed
    dream = Dream(photo, network, objective, guide, mask, Settings(*climbed, *looks))
    last = watch.follow(dream.moments())
    (history,) = watch.histories
    return Picture(last.image, history, dream.record, watch.stopped, tuple(watch.frames))


def dreaming(
    photo: np.ndarray, network: Any, objective: Any = None, **settings: Any
) -> Iterator[Moment]:
    """The same dream in the open: its moments, one by one.

    Parameters
    ----------
    photo, network, objective, **settings
        As for ``deepdream``, which is the last moment; but for ``keep`` and ``progress``, in whose
        place is the body of your loop.

    Yields
    ------
    Moment
        With ``image``, ``score``, ``done`` and ``total``: first the photo, then after every step.
        What can't be is refused before that.

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
    given = with_defaults(settings)
    guide, mask = given.pop("guide"), given.pop("mask")
    return Dream(photo, network, objective, guide, mask, Settings(**given)).moments()


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a dream is given but for its photo, network and objective; the rest as is usual."""
    usual = dict(deepdream.__kwdefaults__ or {})
    del usual["keep"], usual["progress"]
    for name in settings:
        among("A setting of a dream", name, usual)
    return {**usual, **settings}


class Dream:
    """What a dream is given, all of it checked, and the climb that it is."""

    def __init__(
        self, photo: Any, network: Any, objective: Any, guide: Any, mask: Any, settings: Settings
    ) -> None:
        self.settings = settings
        self.photo, self.network = as_picture(photo), as_network(network)
        self.mask = None if mask is None else checked_mask(mask, self.photo)
        self.sizes = self.settings.sizes(self.photo, self.network)
        named = as_objective(objective, self.network.default)
        self.objective = named.bound_to(self.network, self.sizes)
        longest, layers = max(self.sizes[-1]), self.objective.layers
        self.tile = fitting(self.network, layers, longest, self.settings.tile)
        self.step_size = self.settings.step_size or self.network.step_size
        placed = any(term.grid is not None for _, term in self.objective.terms)
        free = settings.jitter > 0 and not placed and self.network.fixed_size(layers) is None
        # not in the plain loop, nor where places count or there is no room for it
        self.margin = MARGIN if free and min(self.sizes[0]) > MARGIN else 0
        self.aim: Callable[[tuple[int, int]], Objective] = lambda size: self.objective
        if guide is not None:
            tiled = longest > self.tile
            self.aim = aim(self.objective, self.network, guide, self.settings, tiled, self.margin)
        self.record: dict[str, Any] = {"network": self.network.name}
        self.record |= {"objective": record(self.objective), **settings.record(guide is not None)}
        self.record |= {"tile": self.tile, "step_size": self.step_size}

    def moments(self) -> Iterator[Moment]:
        """The photo, and the dream after every step."""
        how, done, total = self.settings, 0, self.settings.steps * len(self.sizes)
        rng, change = np.random.default_rng(how.seed), np.zeros_like(self.photo)
        whole = Octave.of(self.photo, self.mask, self.sizes[-1], margin=0)

        def shift() -> tuple[np.ndarray]:
            return (rng.integers(-how.jitter, how.jitter + 1, 2, dtype="int32"),)

        for size in self.sizes:
            octave = Octave.of(self.photo, self.mask, size, self.margin)
            objective = self.aim(size)
            how_made = {"transform": shifted, "precondition": natural_gradient}
            climber: Any = climber_for(self.network, objective, **how_made)
            if max(size) > self.tile:
                climber = Tiled(climber, self.tile)
            climb = partial(
                ascend,
                climber,
                objective=objective,
                step_size=self.step_size,
                settings=(how.smoothing, how.natural_colour),
                mask=mirrored(octave.mask, self.margin)[None],
                bounds=(0, 1),
            )
            # enlarging the change, not the picture, puts back the detail that shrinking lost
            show = partial(whole.as_begun, change)
            for step in climb(octave.begun(change), steps=how.steps, draw=shift):
                yield Moment(step.x, step.scores, done, total, show)
                done, show = done + 1, partial(whole.with_change_of, octave, how.keep_light)
            change = octave.change(step.onward, how.keep_light)
        (step,) = climb(octave.begun(change), steps=1, draw=lambda: (np.zeros(2, "int32"),))
        yield Moment(step.x, step.scores, done, total, partial(whole.as_begun, change))


def shifted(x: Any, shift: Any) -> Any:
    """Pictures shifted by rows and columns; what leaves at one edge comes in at the other."""
    return ops.roll(x, (shift[0], shift[1]), axis=(1, 2))
