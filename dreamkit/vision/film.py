"""Films: dream, zoom in a little, dream again."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..objectives import Objective
from ..saving import whole_file
from .dream import deepdream
from .images import as_picture
from .networks import Network

BICUBIC = Image.Resampling.BICUBIC


def zoom(
    photo: np.ndarray,
    network: Network,
    target: str | Mapping[str, float] | Objective | None = None,
    *,
    frames: int = 30,
    rate: float = 1.04,
    seed: int = 0,
    octaves: int = 2,
    steps: int = 4,
    **knobs: Any,
) -> Iterator[np.ndarray]:
    """Fall into a dream: every frame is dreamt over the middle of the frame before.

    Parameters
    ----------
    photo, network, target
        As for ``deepdream``.
    frames : int
    rate : float
        How much each frame is enlarged, above 1.
    seed : int
    octaves, steps
        For each frame; few are enough, since every frame goes on from a dream.
    **knobs
        Any other argument of ``deepdream``.

    Yields
    ------
    numpy.ndarray, float32, shape (height, width, 3), in [0, 1]
        The frames, each as soon as it is done.

    Examples
    --------
    >>> frames = zoom(sample_image("clouds"), load_network("dreamnet"), "mixed4", frames=3)
    >>> save_film(frames, "falling.webp")  # doctest: +SKIP
    """
    if not isinstance(frames, (int, np.integer)) or frames < 1:
        raise ValueError(f"frames must be a whole number from 1, got {frames!r}.")
    if not 1 < rate < 2:
        raise ValueError(f"rate must be between 1 and 2 (1.04 is usual), got {rate!r}.")
    return _frames(
        as_picture(photo),
        network,
        target,
        frames,
        rate,
        seed,
        octaves=octaves,
        steps=steps,
        **knobs,
    )


def _frames(
    picture: np.ndarray,
    network: Network,
    target: Any,
    frames: int,
    rate: float,
    seed: int,
    **knobs: Any,
) -> Iterator[np.ndarray]:
    for number in range(frames):
        if number:
            picture = _enlarged_middle(picture, rate)
        dream = deepdream(picture, network, target, seed=seed + number, **knobs)
        picture = dream.image
        yield picture
        if dream.stopped:
            return


def _enlarged_middle(picture: np.ndarray, rate: float) -> np.ndarray:
    """The middle of the picture at its full size, cut out at fractions of a pixel."""
    height, width = picture.shape[:2]
    top, left = height * (1 - 1 / rate) / 2, width * (1 - 1 / rate) / 2
    box = (left, top, width - left, height - top)
    channels = [
        Image.fromarray(np.ascontiguousarray(channel)).resize((width, height), BICUBIC, box)
        for channel in np.moveaxis(picture, 2, 0)
    ]
    return np.clip(np.stack([np.asarray(channel) for channel in channels], axis=2), 0, 1)


def save_film(frames: Iterable[np.ndarray], path: str | Path, fps: float = 12) -> Path:
    """Write frames as an endless animation, ``.webp`` (small) or ``.gif`` (plays anywhere).

    Interrupting keeps the frames so far.

    Parameters
    ----------
    frames : iterable of numpy.ndarray, float32, shape (height, width, 3), in [0, 1]
        All of the same size; a generator such as ``zoom(...)`` is run as it is written.
    path : str or pathlib.Path
    fps : float
        Frames a second.

    Returns
    -------
    pathlib.Path
    """
    path = Path(path)
    if path.suffix.lower() not in (".webp", ".gif"):
        raise ValueError(f"Give the film a name that ends in .webp or .gif, got {path.name!r}.")
    if not fps > 0:
        raise ValueError(f"fps must be above 0, got {fps!r}.")
    pictures = []
    with whole_file(path) as file:
        try:
            for frame in frames:
                pictures.append(Image.fromarray((as_picture(frame) * 255).round().astype("uint8")))
        except KeyboardInterrupt:
            pass
        if not pictures:
            raise ValueError("There are no frames to save.")
        first, *rest = pictures
        kind = path.suffix[1:].upper()
        duration = round(1000 / fps)
        first.save(
            file, kind, save_all=True, append_images=rest, duration=duration, loop=0, quality=80
        )
    return path
