"""Films: dream, move in a little, dream again."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..arguments import as_array, as_path, number, pair, spoken, whole
from ..files import whole_file
from ..images import as_picture
from ..missing import explained
from ..networks.loading import as_network
from ..networks.network import Network
from ..objectives.objective import Objective
from .dream import deepdream, dreaming
from .filming import FASTEST, write_film


def zoom(
    photo: np.ndarray,
    network: Network,
    objective: str | Iterable[str] | Mapping[str, float] | Objective | None = None,
    *,
    frames: int = 30,
    rate: float = 1.04,
    turn: float = 0.0,
    drift: tuple[float, float] = (0.0, 0.0),
    seed: int = 0,
    octaves: int = 2,
    steps: int = 4,
    guide: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    progress: Callable[[int, int, float], bool | None] | None = None,
    **settings: Any,
) -> Iterator[np.ndarray]:
    """Fall into a dream: every frame is dreamt over the middle of the frame before.

    Parameters
    ----------
    photo, network, objective
        As for ``deepdream``.
    frames : int
    rate : float
        How much each frame is enlarged, above 1.
    turn : float
        By how many degrees each frame is turned, anticlockwise.
    drift : (float, float)
        By how many pixels each frame moves to the right, and down.
    seed : int
    octaves, steps
        For each frame; few are enough, since every frame goes on from a dream.
    guide, mask, progress, **settings
        As for ``deepdream``, in every frame.

    Yields
    ------
    numpy.ndarray, float32, shape (height, width, 3), in [0, 1]
        The frames, each as soon as it is done.

    Examples
    --------
    >>> photo, net = dk.sample_image("clouds", max_side=96), dk.load_network("dreamnet")
    >>> dk.save_film(dk.zoom(photo, net, frames=3), "falling.webp").name
    'falling.webp'

    Taught in lesson 01.
    """
    frames, seed = whole("frames", frames), whole("seed", seed, 0)
    rate = number("rate", rate, above=1, below=2, hint="1.04 is usual")
    turn = number("turn", turn, -180, 180, hint="in degrees")
    right, down = pair("drift", drift, "two numbers, pixels to the right and down")
    each = {**settings, "octaves": octaves, "steps": steps, "guide": guide, "mask": mask}
    start, network = as_picture(photo), as_network(network)
    height, width = start.shape[:2]
    right = number("drift", right, -width, width, hint="in pixels, to the right")
    down = number("drift", down, -height, height, hint="in pixels, down")
    dreaming(start, network, objective, seed=seed, **each)  # raises for what can't be

    def dreamt() -> Iterator[np.ndarray]:
        picture = start
        for frame in range(frames):
            if frame:
                picture = _moved(picture, rate, math.radians(turn), (right, down))
            how = {**each, "seed": seed + frame, "progress": progress}
            dream = deepdream(picture, network, objective, **how)
            picture = dream.image
            yield picture
            if dream.stopped:
                return

    return dreamt()


def _moved(
    picture: np.ndarray, rate: float, angle: float, drift: tuple[float, float]
) -> np.ndarray:
    """The picture enlarged and turned about its middle, and shifted, by fractions of a pixel.

    Where that reaches beyond an edge, it is mirrored there.
    """
    height, width = picture.shape[:2]
    reach = math.hypot(height, width) / 2 * abs(math.sin(angle)) + max(map(abs, drift))
    margin = math.ceil(reach) + 2
    cos, sin = math.cos(angle) / rate, math.sin(angle) / rate
    x, y = width / 2 + drift[0], height / 2 + drift[1]  # where the middle goes
    back = (
        *(cos, -sin, width / 2 + margin - cos * x + sin * y),
        *(sin, cos, height / 2 + margin - sin * x - cos * y),
    )
    around = np.pad(picture, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")
    channels = [
        Image.fromarray(np.ascontiguousarray(channel)).transform(
            (width, height), Image.Transform.AFFINE, back, Image.Resampling.BICUBIC
        )
        for channel in np.moveaxis(around, 2, 0)
    ]
    moved = np.stack([np.asarray(channel) for channel in channels], axis=2)
    return np.asarray(np.clip(moved, 0, 1))


def save_film(frames: Iterable[np.ndarray], path: str | Path, fps: float = 12) -> Path:
    """Write frames as a film: ``.webp`` (small), ``.gif`` (anywhere) or ``.mp4`` (on phones).

    Interrupting keeps the frames so far.

    Parameters
    ----------
    frames : iterable of numpy.ndarray, float32, shape (height, width, 3), in [0, 1]
        All of the same size; a generator such as ``zoom(...)`` is run as it is written. MP4 has
        even sides: of an odd one the last row or column goes, of a single pixel two are made.
    path : str or pathlib.Path
    fps : float
        Frames a second, from 0.01 to 50 in a GIF and to 90 in WebP and MP4. The whole film is as
        long as that makes it; single frames in a GIF by up to 0.01 s more or less.

    Raises
    ------
    TypeError, ValueError
        For another ending or pace, before any frame; for frames of several sizes, or larger than
        the kind of file has room for, 16,383 pixels a side in WebP, 16,384 in MP4, 65,535 in GIF.
    OSError
        The folder is not there or can't be written to.
    ImportError
        For ``.mp4`` where PyAV, which encodes it, is not installed.

    Examples
    --------
    >>> frames = [np.full((32, 32, 3), light) for light in (0, 0.05, 0.1)]
    >>> dk.save_film(frames, "dawn.webp").name
    'dawn.webp'

    Taught in lesson 01.
    """
    path = as_path(path)
    if path.suffix.lower() not in FASTEST:
        endings = spoken(FASTEST)
        raise ValueError(f"Give the film a name that ends in {endings}, got {path.name!r}.")
    one = isinstance(frames, str) or getattr(frames, "ndim", 4) < 4
    if one or not isinstance(frames, Iterable):
        raise TypeError("frames must be a list of pictures, or zoom(...); this is one, or none.")
    if hasattr(frames, "shape"):
        frames = as_array("frames", frames)
    if path.suffix.lower() == ".mp4":
        with explained("A film in .mp4"):
            import av  # noqa: F401 (before the frames are dreamt)
    with whole_file(path) as file:
        write_film(frames, file, path.suffix[1:].upper(), fps)
    return path
