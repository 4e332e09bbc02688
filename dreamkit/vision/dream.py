"""DeepDream: a photo climbs what a network sees in it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import keras
import numpy as np
from keras import ops

from .. import objectives
from ..arguments import function, whole
from ..ascent import Climber, NotFinite, ascend, climber_for
from ..images import as_picture, as_pillow, resize
from ..networks.loading import as_network
from ..networks.network import Network
from ..objectives import Objective
from ..results import Picture
from .preconditioning import natural_gradient
from .settings import Settings, as_objective, check_objective, checked_mask, named
from .tiles import fitting, in_tiles

BROAD = 8  # as many places as a change may keep its light at, along the shorter side
MARGIN = 16  # pixels; 32 took a third longer, and left hardly less of a frame
GUIDE_SIDE = 224  # with match="best" every position is compared with every one of the guide


def deepdream(
    photo: np.ndarray,
    network: Network | str | keras.Model,
    target: str | Iterable[str] | Mapping[str, float] | Objective | None = None,
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
    progress: Callable[[int, int, float], bool | None] | None = None,
) -> Picture:
    """Dream over a photo: change it step by step into more of what the network sees in it.

    Parameters
    ----------
    photo : array, shape (height, width, 3)
        float in [0, 1] or integers in 0–255; greyscale and RGBA are converted.
    network : Network, or what ``load_network`` makes one of
        Loaded once and given again, it need not be compiled anew.
    target : str, iterable of str, mapping of str to float, or Objective, optional
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
        From 0 (the plain gradient) to 1, see ``vision.natural``.
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
    settings = Settings.of(locals())
    photo, network = as_picture(photo), as_network(network)
    mask = None if mask is None else checked_mask(mask, photo)
    _check_watching(progress, keep)
    free = as_objective(target, network, guide is not None)
    sizes = settings.sizes(photo, network)
    check_objective(free, sizes, network)
    tile = fitting(network, free.layers, max(sizes[-1]), tile)
    step_size = step_size or network.step_size
    settings = replace(settings, tile=tile, step_size=step_size)
    margin = _margin(free, network, settings, min(sizes[0]))
    aim = _aim(free, network, guide, settings, max(sizes[-1]), margin)
    rng, stopped = np.random.default_rng(seed), False
    history, frames = list[float](), list[np.ndarray]()
    change = np.zeros_like(photo)
    for size in sizes:
        # enlarging the change, not the picture, puts back the detail that shrinking lost
        start = _resized(photo, size)
        here = _mask_at(mask, size)
        x = ops.convert_to_tensor(_mirrored(_changed(start, change, here), margin)[None])
        del change  # a large picture needs the memory
        objective = aim(size)
        climber = climber_for(network, objective, transform=_shifted, treat=natural_gradient)
        if max(size) > tile:
            climber = in_tiles(climber, tile)
        climb = ascend(
            climber,
            x,
            objective,
            steps=steps,
            step_size=step_size,
            draw=lambda: (rng.integers(-jitter, jitter + 1, 2, dtype="int32"),),
            settings=(smoothing, natural_colour),
            mask=_mirrored(here, margin)[None],
            bounds=(0, 1),
        )
        try:
            for x, scores in climb:  # noqa: B007 (where it stands when interrupted)
                history.append(float(scores[0]))
                done, total = len(history), steps * len(sizes)
                if keep and done % keep == 0:
                    frames.append(_frame(photo, _change(x, start, margin, keep_light), mask))
                if progress is not None and progress(done, total, history[-1]) is False:
                    stopped = True
                    break
        except (KeyboardInterrupt, NotFinite) as error:
            _keep(history, error)
            stopped = True
        change = _change(x, start, margin, keep_light)
        if stopped:
            break
    else:
        x = _mirrored(_changed(start, change, here), margin)[None]
        history.append(_score(climber, x, objective))
    del x
    how = _origin(network, target) | settings.record(guide is not None)
    return Picture(_over(photo, change, mask), tuple(history), how, stopped, tuple(frames))


def _check_watching(progress: Any, keep: int | None) -> None:
    function("progress", progress)
    if keep is not None:
        whole("keep", keep)


def _score(climber: Climber, x: np.ndarray, objective: Objective) -> float:
    """What a picture scores, looked at without a shift."""
    scores, _ = climber.look(x, *objective.inputs, (np.zeros(2, "int32"),))
    return float(ops.convert_to_numpy(scores)[0])


def _frame(photo: np.ndarray, change: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    return np.asarray(as_pillow(_over(photo, change, mask)))


def _over(photo: np.ndarray, change: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    """The photo with a change, made at whatever size, where its mask is not 0."""
    return _changed(photo, change, _mask_at(mask, photo.shape[:2]))


def _keep(history: list[float], error: BaseException) -> None:
    """Where nothing can be climbed at all there is no dream to keep."""
    if isinstance(error, NotFinite):
        if not history:
            raise error
        warnings.warn(f"The dream ends here: {error}", stacklevel=3)


def _resized(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The picture at some size; bicubic overshoots at edges, hence the clipping."""
    return picture if size == picture.shape[:2] else np.clip(resize(picture, *size), 0, 1)


def _changed(picture: np.ndarray, change: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The picture with a change, made at whatever size, where the mask is not 0."""
    changed = resize(change, *picture.shape[:2]) * (mask > 0)
    changed += picture
    return np.clip(changed, 0, 1, out=changed)


def _mask_at(mask: np.ndarray | None, size: tuple[int, int]) -> np.ndarray:
    """The mask at some size, with an axis for colour; a single 1 if there is none."""
    return np.ones((1, 1, 1), "float32") if mask is None else _resized(mask, size)[:, :, None]


def _origin(network: Network, target: Any) -> dict[str, Any]:
    """Network and target as JSON can hold them."""
    layers = str(target) if isinstance(target, Objective) else named(target, network)
    alone = isinstance(layers, dict) and list(layers.values()) == [1.0]
    return {"network": network.name, "target": next(iter(layers)) if alone else layers}


def _aim(
    free: Objective, network: Network, guide: Any, settings: Settings, longest: int, margin: int
) -> Callable[[tuple[int, int]], Objective]:
    """The objective for an octave of some size: a guide is looked at again for each."""
    if guide is None:
        return lambda size: free
    guide = as_picture(guide)
    match, mix, tile = settings.match, settings.guide_mix, settings.tile
    if match == "position" and tile is not None and longest > tile:
        raise ValueError(
            f'match="position" compares whole pictures, and this one is dreamt in tiles of {tile} '
            f'pixels. Use match="best", or tile={longest} if memory allows.'
        )
    fixed = network.fixed_size(free.layers)
    shrink = min(1.0, GUIDE_SIDE / max(guide.shape[:2]))
    own = [max(network.smallest, round(side * shrink)) for side in guide.shape[:2]]

    def at(size: tuple[int, int]) -> Objective:
        seen = _resized(guide, fixed or (size if match == "position" else (own[0], own[1])))
        seen = _mirrored(seen, margin) if match == "position" else seen  # as the dream is
        answers = network.activations(seen, free.layers)
        first, *others = (
            weight * objectives.guide(term.layer, answers[term.layer], match)
            for weight, term in free.terms
        )
        return mix * sum(others, first) + (1 - mix) * free

    return at


def _mirrored(picture: np.ndarray, margin: int) -> np.ndarray:
    """The picture with a margin that mirrors it; a single number stays one.

    A network sees black beyond what it is given, and dreams a frame along that edge. The margin
    dreams along and is then left out.
    """
    around = ((margin, margin), (margin, margin), (0, 0))
    return picture if picture.size == 1 else np.pad(picture, around, mode="reflect")


def _inside(picture: np.ndarray, margin: int) -> np.ndarray:
    """What is left without the margin."""
    height, width = picture.shape[:2]
    return picture[margin : height - margin, margin : width - margin]


def _change(x: Any, start: np.ndarray, margin: int, keep_light: float) -> np.ndarray:
    """What the climb has changed so far, less the broad light that is put back."""
    change: np.ndarray = _inside(ops.convert_to_numpy(x)[0], margin) - start
    change -= keep_light * _broad(change)
    return change


def _broad(change: np.ndarray) -> np.ndarray:
    """What of a change is as broad as an eighth of the picture, or broader."""
    height, width = change.shape[:2]
    shrink = min(1.0, BROAD / min(height, width))
    few = resize(change, max(1, round(height * shrink)), max(1, round(width * shrink)))
    return resize(few, height, width)


def _margin(free: Objective, network: Network, settings: Settings, shortest: int) -> int:
    """How far the picture is mirrored beyond its edges.

    Not without jitter, which is the plain loop; where a neuron has its place in the picture; or
    where the network or the smallest octave has no room for it.
    """
    placed = any(term.grid is not None for _, term in free.terms)
    plain = settings.jitter == 0 or placed or network.fixed_size(free.layers)
    return 0 if plain or shortest <= MARGIN else MARGIN


def _shifted(x: Any, shift: Any) -> Any:
    return ops.roll(x, (shift[0], shift[1]), axis=(1, 2))
