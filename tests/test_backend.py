"""Gradients are right, rows are apart, and one trace serves every size."""

import numpy as np
import pytest
from keras import ops

from dreamkit.backend import Compiled, with_gradient


def bumpy(x, scale):
    """One number per row: smooth, mixes neighbours, its gradient is no constant."""
    return ops.sum(ops.sin(x[:, 1:]) * ops.square(x[:, :-1]), axis=1) * scale


def finite_differences(function, x, epsilon=1e-5):
    """Gradient of ``function(x).sum()`` by central differences."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = epsilon
        rise = np.sum(function(x + nudge)) - np.sum(function(x - nudge))
        gradient[index] = rise / (2 * epsilon)
    return gradient


@pytest.fixture
def x():
    return np.random.default_rng(3).normal(size=(3, 5))  # float64, for exact differences


def test_the_gradient_is_that_of_finite_differences(x):
    value, gradient = Compiled(with_gradient(bumpy))(x, np.float64(1.7))
    expected = finite_differences(lambda x: np.asarray(bumpy(x, 1.7)), x)
    np.testing.assert_allclose(value, 1.7 * (np.sin(x[:, 1:]) * x[:, :-1] ** 2).sum(1), rtol=1e-12)
    np.testing.assert_allclose(gradient, expected, rtol=1e-7, atol=1e-9)


def test_a_row_s_gradient_depends_on_that_row_alone(x):
    look = Compiled(with_gradient(bumpy))
    together = np.asarray(look(x, np.float64(1))[1])
    apart = [np.asarray(look(row[None], np.float64(1))[1])[0] for row in x]
    np.testing.assert_array_equal(together, apart)


def test_a_compiled_function_is_traced_once_for_all_sizes():
    double = Compiled(lambda x, pair: (2 * x, pair[0] + pair[1]))
    assert double.traces == 0  # nothing is compiled before it is needed
    for size in [(1, 4, 6, 3), (1, 9, 2, 3), (5, 1, 1, 3)]:
        x = np.random.default_rng(0).normal(size=size).astype("float32")
        doubled, total = double(x, (np.float32(size[1]), np.float32(1)))
        np.testing.assert_array_equal(doubled, 2 * x)
        assert float(total) == size[1] + 1
    assert double.traces == 1


def test_a_compiled_function_keeps_the_number_of_channels():
    """Convolutions must know their channels, so the last axis is not open."""
    double = Compiled(lambda x: 2 * x)
    double(np.ones((1, 4, 3), "float32"))
    with pytest.raises((TypeError, ValueError)):
        double(np.ones((1, 4, 5), "float32"))
