"""Draw the sky of ``sample_image("clouds")``: ``python -m recipes.clouds``."""

import numpy as np
from PIL import Image

from dreamkit.files import whole_file
from dreamkit.vision.samples import CLOUDS

SEED = 12
WHITE, GREY = np.array([1.0, 0.99, 0.97]), np.array([0.52, 0.59, 0.70])
ZENITH, HORIZON = np.array([0.14, 0.35, 0.70]), np.array([0.64, 0.79, 0.94])


def sky(seed: int = SEED) -> np.ndarray:
    """White cumulus in a blue sky, lit from the upper left.

    Parameters
    ----------
    seed : int
        Another seed, another sky.

    Returns
    -------
    numpy.ndarray, float64, shape (427, 640, 3), RGB in [0, 1]

    Notes
    -----
    Shapes are noise whose amplitude falls with frequency, and puffs are 1 - abs(noise), which
    has round tops and sharp creases: Perlin, "An Image Synthesizer" (SIGGRAPH 1985). What is
    thick casts its shadow on what lies behind it, seen from the sun.

    Examples
    --------
    >>> from recipes.clouds import sky
    >>> sky().shape
    (427, 640, 3)
    """
    rng = np.random.default_rng(seed)
    size = (512, 768)  # more than is shown, because this noise wraps round at the edges
    y, x = np.fft.fftfreq(size[0])[:, None], np.fft.rfftfreq(size[1])
    frequency = np.hypot(0.6 * y, x)  # clouds are wider than tall
    frequency[0, 0] = np.inf

    def filtered(field: np.ndarray, gain: np.ndarray) -> np.ndarray:
        return np.fft.irfft2(np.fft.rfft2(field) * gain, size)

    def noise(gain: np.ndarray) -> np.ndarray:
        field = filtered(rng.standard_normal(size), gain)
        return np.asarray(field / field.std())

    thickness = noise((frequency > 1 / 600) / frequency**1.75)
    for octave in range(5):
        band = np.exp(-1.4 * np.log2(frequency * 160 / 2**octave) ** 2) / frequency
        thickness += 0.5 * 0.55**octave * (0.8 - np.abs(noise(band)))
    thickness = np.clip(thickness, 0, None)

    shadow = np.zeros(size)
    for distance in (6, 12, 24, 48):  # moved away from the sun, the softer the farther
        turn = 2j * np.pi * distance * (0.85 * y + 0.5 * x)
        shadow += filtered(thickness, np.exp(-turn - distance**2 * (y**2 + x**2))) / 4

    thickness, shadow = (field[:427, :640, None] for field in (thickness, shadow))
    light = np.clip(1.02 - 0.5 * shadow + 0.16 * thickness, 0, 1)
    cover = np.clip(thickness / 1.5, 0, 1)
    cover = cover**2 * (3 - 2 * cover)  # no hard rims
    down = np.linspace(0, 1, 427)[:, None, None] ** 0.8
    sky = ZENITH + (HORIZON - ZENITH) * down
    return np.asarray(np.clip(sky * (1 - cover) + (GREY + (WHITE - GREY) * light) * cover, 0, 1))


if __name__ == "__main__":
    drawn = Image.fromarray((sky() * 255).round().astype("uint8"))
    with whole_file(CLOUDS) as file:
        drawn.save(file, "WEBP", lossless=True, quality=100, method=6)
