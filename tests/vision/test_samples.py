"""The samples: photographs, and clouds that look like clouds."""

import sys

import numpy as np
import pytest
from sklearn.datasets import load_sample_image

import dreamkit as dk
from recipes.clouds import sky


@pytest.mark.parametrize(("name", "file"), [("temple", "china.jpg"), ("flower", "flower.jpg")])
def test_the_photographs_are_scikit_learns(name, file):
    np.testing.assert_array_equal(
        dk.sample_image(name), load_sample_image(file).astype("float32") / 255
    )
    assert dk.sample_image(name, max_side=64).shape == (43, 64, 3)


def test_clouds_are_white_in_a_sky_that_pales_towards_the_horizon():
    clouds = dk.sample_image("clouds")
    np.testing.assert_array_equal(clouds, dk.sample_image("clouds"))
    assert (clouds.shape, clouds.dtype) == ((427, 640, 3), np.float32)
    assert 0 <= clouds.min() < clouds.max() <= 1
    red, blue = clouds[:, :, 0], clouds[:, :, 2]
    cloud, sky = np.minimum(red, blue) > 0.85, blue - red > 0.25
    assert cloud.mean() > 0.08
    assert sky.mean() > 0.4
    assert np.median(red[:50][sky[:50]]) + 0.2 < np.median(red[-50:][sky[-50:]])


def test_the_detail_of_clouds_fades_as_in_nature():
    """Amplitude over frequency falls steadily, by a power of at least 1 (a photograph's is ~1)."""
    amplitude = np.abs(np.fft.fft2(dk.sample_image("clouds")[:, :, 0]))
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(640), np.fft.fftfreq(427)))
    edges = 2.0 ** np.arange(-7, 0)
    bands = [
        amplitude[(frequency > low) & (frequency <= high)].mean()
        for low, high in zip(edges[:-1], edges[1:], strict=True)
    ]
    assert (np.diff(np.log2(bands)) < -1).all()


def test_the_clouds_are_those_that_the_recipe_draws():
    assert np.abs(dk.sample_image("clouds") - sky()).max() < 1 / 255


@pytest.mark.parametrize(
    ("name", "shape"), [("portrait", (600, 512)), ("cat", (300, 451)), ("launch", (427, 640))]
)
def test_the_bundled_photographs_are_sharp_and_of_many_tones(name, shape):
    photo = dk.sample_image(name)
    assert photo.shape == (*shape, 3)
    low, high = np.quantile(photo, (0.05, 0.95))
    assert high - low > 0.3


def test_an_unknown_sample_lists_those_there_are():
    with pytest.raises(ValueError, match="'temple', 'flower', .* or 'launch', got 'tempel'"):
        dk.sample_image("tempel")


def test_without_scikit_learn_the_clouds_are_left(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match="sample 'temple' .* needs scikit-learn, which"):
        dk.sample_image("temple")
    assert dk.sample_image("clouds", max_side=8).shape == (5, 8, 3)
