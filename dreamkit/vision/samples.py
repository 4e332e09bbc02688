"""Pictures to start with: photographs, and a sky drawn from noise."""

from pathlib import Path

import numpy as np
from PIL import Image

from ..arguments import among
from ..images import as_picture, check_max_side, load_image, pixels_of
from ..missing import explained

PHOTOGRAPHS = {"temple": "china.jpg", "flower": "flower.jpg"}
BUNDLED = "clouds", "portrait", "cat", "launch"  # where from: LICENSE-CONTENT.md
CLOUDS = Path(__file__).with_name("clouds.webp")  # without loss; ``python -m recipes.clouds``


def sample_image(name: str, max_side: int | None = None) -> np.ndarray:
    """A picture to start with.

    Parameters
    ----------
    name : {"temple", "flower", "clouds", "portrait", "cat", "launch"}
        The first two are photographs that come with scikit-learn, the third is a sky drawn from
        noise, the others are photographs in the public domain.
    max_side : int, optional
        As for ``load_image``.

    Returns
    -------
    numpy.ndarray, float32, shape (height, width, 3), RGB in [0, 1]
        (427, 640), of the portrait (600, 512), of the cat (300, 451); or smaller.

    Raises
    ------
    ValueError, ImportError
        There is no such sample; or scikit-learn, which has the photographs, is not installed.

    Examples
    --------
    >>> dk.sample_image("clouds").shape
    (427, 640, 3)

    Taught in lesson 01.
    """
    check_max_side(max_side)
    if among("name", name, (*PHOTOGRAPHS, *BUNDLED)) in BUNDLED:
        return load_image(CLOUDS.with_stem(name), max_side)
    with explained(f"The sample {name!r} (unlike 'clouds')"):
        from sklearn.datasets import load_sample_image
    pixels = load_sample_image(PHOTOGRAPHS[name])
    return as_picture(pixels_of(Image.fromarray(pixels), max_side))
