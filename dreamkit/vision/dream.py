"""DeepDream: a photo climbs what a network sees in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import keras
import numpy as np

from ..arguments import among
from ..images import as_picture
from ..networks.loading import as_network
from ..networks.network import Network
from ..objectives.naming import as_objective, record
from ..objectives.objective import Objective
from ..results import Picture
from ..watching import Moment, Progress, Watch
from . import canvas, pixels
from .guided import aim
from .octaves import at
from .pixels import Pixels, margin
from .settings import Settings, checked_mask
from .tiles import fitting
from .waves import STEP, Waves

# An octave of each kind of climb, and the photo with what that changes.
OCTAVES: dict[str, Any] = {"pixels": (Pixels, pixels.changed), "spectrum": (Waves, canvas.changed)}


def deepdream(
    photo: np.ndarray,
    network: Network | str | keras.Model,
    objective: str | Iterable[str] | Mapping[str, float] | Objective | None = None,
    *,
    climb: str = "pixels",
    guide: np.ndarray | None = None,
    match: str | None = None,
    guide_mix: float | None = None,
    octaves: int = 4,
    octave_scale: float = 1.4,
    steps: int = 10,
    step_size: float | None = None,
    keep_light: float = 0.8,
    noise: float = 0.12,
    jitter: int = 16,
    smoothing: float = 1.0,
    natural_colour: float = 1.0,
    tile: int | None = None,
    mask: np.ndarray | None = None,
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
    climb : {"pixels", "spectrum"}
        What climbs: the photo's pixels, as in the article of 2015; or its spectrum, whose steps
        move broad shapes far and single pixels hardly, so that skies and skin stay smooth.
    guide : array, shape (any, any, 3), optional
        A second picture: the dream grows what the guide has (lesson 02).
    match : {"best", "position"}, optional
        With a guide: how activations are compared, see ``objectives.guide``; by default "best".
    guide_mix : float, optional
        With a guide: from 0 (free) to 1 (only the guide, as by default).
    octaves, octave_scale : int, float
        Dream at that many sizes, each so many times the one before: the more, the larger the
        shapes. The last is the photo's own; of a spectrum, 512 pixels at most on the longer side.
    steps, step_size : int, float
        Steps per octave, and how much a pixel changes in one on average, in units of [0, 1], or a
        number of the spectrum; by default what suits the network.
    keep_light : float
        From 0 to 1: how much of the photo's broad light and colour stays, or comes back.
    noise : float
        Of a spectrum: standard deviation of the noise that every step looks through, in units of
        full white. The more, the broader the shapes that survive it; without, static is back.
    jitter : int
        Of pixels: every step looks at the picture shifted by up to so many, so that no grid shows.
    smoothing, natural_colour : float
        Of pixels, from 0 (the plain gradient) to 1, see ``vision.preconditioning``.
    tile : int, optional
        Of pixels: larger octaves are dreamt in tiles of this side. By default as free memory
        allows: 640 pixels on a CPU (320 where memory is scarce), more on a GPU.
    mask : array, shape (height, width), optional
        In [0, 1]: where the dream may grow.
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
    Research, 2015): gradient ascent over octaves, with jitter. Of a spectrum, after the features of
    ``visualise``, which are the same dream over a grey picture: looked at turned, enlarged, shifted
    and through noise; through noise alone where places count, as with match="position".

    Examples
    --------
    >>> photo, net = dk.sample_image("clouds", max_side=160), dk.load_network("dreamnet")
    >>> dream = dk.deepdream(photo, net, "mixed4", octaves=2, steps=3)
    >>> dream.history[-1] > dream.history[0]
    True

    Taught in lesson 01.
    """
    watch = Watch(progress, keep)
    climbed = climb, match, guide_mix, octaves, octave_scale, steps, step_size
    looks = keep_light, noise, jitter, smoothing, natural_colour, tile, seed
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
        settings.check_use(deepdream.__kwdefaults__ or {}, guide is not None)
        self.settings = settings
        self.photo, self.network = as_picture(photo), as_network(network)
        self.mask = None if mask is None else checked_mask(mask, self.photo)
        named = as_objective(objective, self.network.default)
        self.sizes = self.settings.sizes(self.photo, self.network, named.layers)
        self.objective = named.bound_to(self.network, self.sizes)
        longest, layers = max(self.sizes[-1]), self.objective.layers
        self.octave, self.changed = OCTAVES[settings.climb]
        placed = any(term.grid is not None for _, term in self.objective.terms)
        self.placed = placed or (guide is not None and settings.match == "position")
        pixels = self.octave is Pixels
        self.tile = fitting(self.network, layers, longest, settings.tile) if pixels else longest
        self.step_size = settings.step_size or self.network.step_size * (1 if pixels else STEP)
        self.margin = margin(self, placed) if pixels else 0
        self.aim: Callable[[tuple[int, int]], Objective] = lambda size: self.objective
        if guide is not None:
            tiled = longest > self.tile
            self.aim = aim(self.objective, self.network, guide, self.settings, tiled, self.margin)
        self.record: dict[str, Any] = {"network": self.network.told}
        self.record |= {"objective": record(self.objective), **settings.record(guide, self.mask)}
        self.record |= {"step_size": self.step_size} | ({"tile": self.tile} if pixels else {})

    def moments(self) -> Iterator[Moment]:
        """The photo, and the dream after every step."""
        how, done, total = self.settings, 0, self.settings.steps * len(self.sizes)
        rng, change = np.random.default_rng(how.seed), np.zeros_like(self.photo)
        for size in self.sizes:
            octave = self.octave(self, size, change, rng)
            show = partial(self.shown, change)
            for step in octave.climb(self.aim(size), how.steps):
                yield Moment(step.x, step.scores, done, total, show)
                done, show = done + 1, partial(self.shown, octave.change)
            change = octave.change(step.onward)
        last = self.octave(self, size, change, rng)
        (step,) = last.climb(self.aim(size), 1, still=True)
        yield Moment(step.x, step.scores, done, total, partial(self.shown, change))

    def shown(self, change: Any, x: Any) -> np.ndarray:
        """The photo with a change, or with what an octave's function makes of ``x``."""
        change = change(x) if callable(change) else change
        whole = at(self.photo, self.mask, self.photo.shape[:2])
        return np.asarray(self.changed(*whole, change))
