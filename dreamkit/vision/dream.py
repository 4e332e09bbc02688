"""DeepDream: a photo climbs what a network sees in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from .. import objectives
from ..ascent import ascend, climber_for
from ..objectives import Objective
from .checks import check_numbers, check_objective, check_sizes, checked_mask
from .images import as_picture, resize, save_picture
from .natural import natural_gradient
from .networks import Network
from .octaves import octave_sizes
from .tiles import fitting, in_tiles

GUIDE_SIDE = 224  # with match="best" every position is compared with every one of the guide


@dataclass(frozen=True, eq=False)
class Dream:
    """What a dream became, and how.

    Attributes
    ----------
    image : numpy.ndarray, float32, shape (height, width, 3), RGB in [0, 1]
    history : tuple of float
        The score before each step and, last, after the final one, octave after octave.
    settings : dict
        The network, the target and every argument of ``deepdream`` but the pictures.
    stopped : bool
        Whether it was stopped before its last step.
    """

    image: np.ndarray
    history: tuple[float, ...]
    settings: dict[str, Any]
    stopped: bool = False

    def save(self, path: str | Path) -> Path:
        """Write the picture as PNG, JPEG or WebP, its settings inside (see ``read_settings``)."""
        return save_picture(self.image, path, self.settings)


def deepdream(
    photo: np.ndarray,
    network: Network,
    target: str | Mapping[str, float] | Objective | None = None,
    *,
    guide: np.ndarray | None = None,
    match: str = "best",
    guide_mix: float = 1.0,
    octaves: int = 4,
    octave_scale: float = 1.4,
    steps: int = 10,
    step_size: float = 0.007,
    jitter: int = 16,
    smoothing: float = 1.0,
    natural_colour: float = 1.0,
    mask: np.ndarray | None = None,
    tile: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int, float], bool | None] | None = None,
) -> Dream:
    """Dream over a photo: change it step by step into more of what the network sees in it.

    Parameters
    ----------
    photo : array, shape (height, width, 3)
        float in [0, 1] or integers in 0–255; greyscale and RGBA are converted.
    network : Network
        From ``load_network``.
    target : str, mapping of str to float, or Objective, optional
        A layer, several layers with their weights, or any objective. By default the layer two
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
        Steps per octave, and how much a pixel changes in one on average, in units of [0, 1].
    jitter : int
        Every step looks at the picture shifted by up to this many pixels, so that no grid shows.
    smoothing, natural_colour : float
        From 0 (the plain gradient) to 1, see ``vision.natural``.
    mask : array, shape (height, width), optional
        In [0, 1]: where the dream may grow.
    tile : int, optional
        Octaves with a longer side are dreamt in tiles of this side, in pixels. By default as large
        as free memory allows: 640 pixels on a CPU (320 where memory is scarce), more on a GPU.
    seed : int
        Same seed, same settings, same machine: same dream.
    progress : callable, optional
        ``progress(done, total, score)`` after every step; return False to stop there.

    Returns
    -------
    Dream
        Also when stopped by ``progress`` or Ctrl-C: then the dream so far.

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
    >>> net = load_network("dreamnet")
    >>> dream = deepdream(sample_image("clouds"), net, "mixed4", octaves=2, steps=3)
    >>> dream.history[-1] > dream.history[0]
    True
    """
    photo = as_picture(photo)
    target = network.default if target is None else target
    check_numbers(
        octaves, octave_scale, steps, step_size, jitter, smoothing, natural_colour, guide_mix, tile
    )
    check_sizes(photo.shape[:2], octaves, octave_scale, network)
    sizes = octave_sizes(photo.shape[:2], octaves, octave_scale)
    free = _objective(target)
    check_objective(free, sizes, network)
    tile = fitting(network, free.layers, max(sizes[-1])) if tile is None else tile
    if guide is not None and isinstance(target, Objective):
        raise ValueError("With a guide, name layers as the target, not an objective.")
    if guide is not None and match == "position" and max(sizes[-1]) > tile:
        raise ValueError(
            f'match="position" compares whole pictures, and this one is dreamt in tiles of {tile} '
            f'pixels. Use match="best", or tile={max(sizes[-1])} if memory allows.'
        )
    aim = _constant(free) if guide is None else _guided(free, network, guide, match, guide_mix)
    mask = None if mask is None else checked_mask(mask, photo)

    settings = {
        "network": network.name,
        "target": _plain(target),
        **({} if guide is None else {"match": match, "guide_mix": guide_mix}),
        "octaves": octaves,
        "octave_scale": octave_scale,
        "steps": steps,
        "step_size": step_size,
        "jitter": jitter,
        "smoothing": smoothing,
        "natural_colour": natural_colour,
        "tile": tile,
        "seed": seed,
    }
    rng = np.random.default_rng(seed)
    history: list[float] = []
    change = np.zeros_like(photo)
    stopped = False
    for height, width in sizes:
        # enlarging the change, not the picture, puts back the detail that shrinking lost
        start = photo  # bicubic overshoots at edges, hence the clipping
        if (height, width) != photo.shape[:2]:
            start = np.clip(resize(photo, height, width), 0, 1)
        here = _mask_at(mask, height, width)
        x = np.clip(start + resize(change, height, width) * (here > 0), 0, 1)[None]
        x = ops.convert_to_tensor(x)
        del change  # a large picture needs the memory
        objective = aim(height, width)
        climber = climber_for(network, objective, transform=_shifted, treat=natural_gradient)
        if max(height, width) > tile:
            climber = in_tiles(climber, tile)
        climb = ascend(
            climber,
            x,
            objective,
            steps=steps,
            step_size=step_size,
            draw=lambda: (rng.integers(-jitter, jitter + 1, 2, dtype="int32"),),
            settings=(smoothing, natural_colour),
            mask=here[None],
            bounds=(0, 1),
        )
        try:
            for x, scores in climb:  # noqa: B007 (where it stands when interrupted)
                history.append(float(scores[0]))
                done, total = len(history), steps * len(sizes)
                if progress is not None and progress(done, total, history[-1]) is False:
                    stopped = True
                    break
        except KeyboardInterrupt:
            stopped = True
        change = ops.convert_to_numpy(x)[0] - start
        if stopped:
            break
    else:
        scores, _ = climber.look(x, *objective.inputs, (np.zeros(2, "int32"),))
        history.append(float(ops.convert_to_numpy(scores)[0]))
    del x
    image = resize(change, *photo.shape[:2])
    image *= _mask_at(mask, *photo.shape[:2]) > 0
    image += photo
    return Dream(np.clip(image, 0, 1, out=image), tuple(history), settings, stopped)


def _mask_at(mask: np.ndarray | None, height: int, width: int) -> np.ndarray:
    """The mask at some size, with an axis for colour; a single 1 if there is none."""
    if mask is None:
        return np.ones((1, 1, 1), "float32")
    return np.clip(resize(mask, height, width), 0, 1)[:, :, None]


def _objective(target: str | Mapping[str, float] | Objective) -> Objective:
    if isinstance(target, Objective):
        return target
    weights = {target: 1.0} if isinstance(target, str) else dict(target)
    if not weights:
        raise ValueError(
            "The target is empty. Name at least one layer; they are in network.layers."
        )
    together: Any = sum(weight * objectives.layer(name) for name, weight in weights.items())
    return together


def _plain(target: str | Mapping[str, float] | Objective) -> str | dict[str, float]:
    """The target as JSON can hold it."""
    if isinstance(target, Objective):
        return repr(target)
    return target if isinstance(target, str) else dict(target)


def _constant(objective: Objective) -> Callable[[int, int], Objective]:
    return lambda height, width: objective


def _guided(
    free: Objective, network: Network, guide: np.ndarray, match: str, mix: float
) -> Callable[[int, int], Objective]:
    """The objective for an octave of some size: the guide is looked at again for each."""
    if match not in objectives.MATCHES:
        raise ValueError(f'match must be "position" or "best", got {match!r}.')
    guide = as_picture(guide)
    fixed = network.fixed_size(free.layers)

    def at(height: int, width: int) -> Objective:
        shrink = min(1.0, GUIDE_SIDE / max(guide.shape[:2]))
        own = [max(network.smallest, round(side * shrink)) for side in guide.shape[:2]]
        size = fixed or ((height, width) if match == "position" else own)
        seen = np.clip(resize(guide, *size), 0, 1)
        answers = network.activations(seen, free.layers)
        steered: Any = sum(
            weight * objectives.guide(term.layer, answers[term.layer], match)
            for weight, term in free.terms
        )
        return mix * steered + (1 - mix) * free

    return at


def _shifted(x: Any, shift: Any) -> Any:
    return ops.roll(x, (shift[0], shift[1]), axis=(1, 2))
