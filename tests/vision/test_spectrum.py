"""A spectrum's numbers are waves: coarse ones large, colours as in nature, a soft start."""

import numpy as np
from keras import ops

from dreamkit.vision.canvas import Canvas
from dreamkit.vision.features import initial_spectra
from dreamkit.vision.spectrum import EQUALISED, decode

SIDE = 32


def decoded(spectrum):
    grey = Canvas.of(np.full((SIDE, SIDE, 3), 0.5, "float32"), np.ones((1, 1, 1)))
    return ops.convert_to_numpy(decode(ops.convert_to_tensor(spectrum), *grey))


def planes(spectrum):
    """Pictures before the sigmoid."""
    picture = decoded(spectrum)
    return np.log(picture / (1 - picture))


def single(row, column, size=0.01):
    spectrum = np.zeros((1, SIDE, SIDE, 3), "float32")
    spectrum[0, row, column] = size
    return spectrum


def test_nothing_is_grey():
    np.testing.assert_allclose(decoded(np.zeros((1, SIDE, SIDE, 3), "float32")), 0.5)


def test_a_single_number_is_a_single_wave():
    wave = planes(single(3, 0))[0, :, 5, 0]
    strength = np.abs(np.fft.rfft(wave))
    assert strength.argmax() == 3 and strength[3] > 100 * np.delete(strength, 3).max()


def test_coarse_waves_are_larger_in_proportion_to_their_length():
    coarse, fine = (planes(single(row, 0)).std() for row in (2, 8))
    np.testing.assert_allclose(coarse / fine, 4**EQUALISED, rtol=1e-3)


def test_colours_rise_and_fall_together():
    noise = np.random.default_rng(0).standard_normal((1, SIDE, SIDE, 3)).astype("float32")
    red, green, _ = decoded(0.1 * noise)[0].reshape(-1, 3).T
    assert np.corrcoef(red, green)[0, 1] > 0.7


def test_the_start_is_of_coarse_waves():
    spectra = initial_spectra(np.random.default_rng(0), 4, SIDE)
    assert np.abs(spectra[:, 1:3, 1:3]).mean() > 4 * np.abs(spectra[:, 14:18, 14:18]).mean()
    assert 0.001 < decoded(spectra).std() < 0.02
