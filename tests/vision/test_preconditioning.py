"""Preconditioned gradients: less noise, related colours, and still uphill."""

import numpy as np
import pytest
from keras import ops

import dreamkit as dk
from dreamkit.vision.preconditioning import COLOUR_COVARIANCE, _blur, natural_gradient, square_root

NOISE = np.random.default_rng(8).normal(size=(2, 40, 48, 3)).astype("float32")


def preconditioned(smoothing, colour, gradient=NOISE):
    arguments = map(ops.convert_to_tensor, (gradient, np.float32(smoothing), np.float32(colour)))
    return ops.convert_to_numpy(natural_gradient(*arguments))


def share_of_fine_detail(x):
    """Share of the power in waves shorter than four pixels."""
    power = np.abs(np.fft.fft2(x, axes=(1, 2))) ** 2
    rows, columns = np.fft.fftfreq(x.shape[1])[:, None], np.fft.fftfreq(x.shape[2])
    fine = np.hypot(rows, columns) > 0.25
    return power[:, fine].sum() / power.sum()


def correlation_of_colours(x):
    red, green, blue = np.moveaxis(x, -1, 0).reshape(3, -1)
    return np.corrcoef([red, green, blue])[np.triu_indices(3, 1)]


def gaussian(sigma, radius):
    weights = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * sigma**2))
    return weights / weights.sum()


def test_nothing_asked_for_is_the_gradient_up_to_scale():
    result = preconditioned(0, 0)
    for row, given in zip(result, NOISE, strict=True):
        scale = row.std() / given.std()
        np.testing.assert_allclose(row, scale * given, rtol=1e-4, atol=1e-5)


def test_a_smaller_gradient_becomes_the_same_and_stays_smaller():
    """So tiles can be preconditioned one by one and then added."""
    small, whole = 1e4 * preconditioned(1, 1, 1e-4 * NOISE), preconditioned(1, 1)
    np.testing.assert_allclose(small, whole, rtol=1e-3, atol=1e-3 * whole.std())


def test_rows_are_on_their_own():
    together = preconditioned(1, 1)
    np.testing.assert_allclose(together[:1], preconditioned(1, 1, NOISE[:1]), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(together[1:], preconditioned(1, 1, NOISE[1:]), rtol=1e-4, atol=1e-5)


def test_no_gradient_stays_none():
    np.testing.assert_array_equal(preconditioned(1, 1, np.zeros_like(NOISE)), 0)


def test_smoothing_lowers_the_share_of_fine_detail():
    plain, half, full = (share_of_fine_detail(preconditioned(s, 0)) for s in (0, 0.5, 1))
    assert plain > 1.2 * half
    assert half > 1.2 * full


def test_smoothing_leaves_the_colours_apart():
    red = NOISE * np.float32([1, 0, 0])
    assert preconditioned(1, 0, red)[..., 0].any() and not preconditioned(1, 0, red)[..., 1:].any()


def test_natural_colours_rise_and_fall_together():
    plain, half, full = (correlation_of_colours(preconditioned(0, c)) for c in (0, 0.5, 1))
    assert np.abs(plain).max() < 0.1
    assert np.all(plain < half)
    assert np.all(half < full)


def test_independent_colours_become_those_of_natural_pictures():
    covariance = np.cov(preconditioned(0, 1).reshape(-1, 3).T)
    expected = COLOUR_COVARIANCE / np.trace(COLOUR_COVARIANCE)
    np.testing.assert_allclose(covariance / np.trace(covariance), expected, atol=0.02)


def test_natural_colour_leaves_detail_as_fine_as_it_was():
    np.testing.assert_allclose(
        share_of_fine_detail(preconditioned(0, 1)), share_of_fine_detail(NOISE), rtol=0.1
    )


def test_the_colour_covariance_is_one_and_its_root_squared():
    values = np.linalg.eigvalsh(COLOUR_COVARIANCE)
    assert values.min() > 0
    np.testing.assert_allclose(values.max(), 1, atol=2e-3)
    root = square_root(COLOUR_COVARIANCE)
    np.testing.assert_allclose(root @ root, COLOUR_COVARIANCE, atol=1e-6)


@pytest.mark.parametrize("sigma", [1.0, 2.5])
def test_a_blurred_point_is_a_gaussian_and_colours_do_not_mix(sigma):
    point = np.zeros((1, 31, 31, 3), "float32")
    point[0, 15, 15, 1] = 1
    blurred = ops.convert_to_numpy(_blur(ops.convert_to_tensor(point), sigma))
    expected = np.zeros_like(point)
    expected[0, :, :, 1] = np.outer(gaussian(sigma, 15), gaussian(sigma, 15))
    np.testing.assert_allclose(blurred, expected, atol=2e-5)  # cut off at four sigma


def test_a_blurred_constant_is_that_constant_up_to_the_edges():
    flat = ops.full((1, 30, 34, 3), 0.7)
    blurred = ops.convert_to_numpy(_blur(flat, 2.5))
    np.testing.assert_allclose(blurred, 0.7, rtol=1e-5)


@pytest.mark.parametrize(("smoothing", "colour"), [(0, 0), (1, 0), (0, 1), (1, 1), (0.3, 0.7)])
def test_scores_still_rise(warm_net, photo, smoothing, colour):
    dream = dk.deepdream(
        photo,
        warm_net,
        "mixed2",
        octaves=1,
        steps=8,
        step_size=0.01,
        jitter=0,
        smoothing=smoothing,
        natural_colour=colour,
        keep_light=0,
    )
    assert dream.history[-1] > 1.2 * dream.history[0]
    assert np.all(np.diff(dream.history) > 0)
