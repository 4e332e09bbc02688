"""Gradients are right, rows are apart, and one trace serves every size."""

import os

import keras
import numpy as np
import pytest
from keras import ops

from dreamkit.backend import NAME, Compiled, with_gradient


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
    return np.random.default_rng(3).normal(size=(3, 5)).astype("float32")


def test_the_gradient_is_that_of_finite_differences(x):
    def exactly(x):
        return (np.sin(x[:, 1:]) * x[:, :-1] ** 2).sum(1) * 1.7

    value, gradient = Compiled(with_gradient(bumpy))(x, np.float32(1.7))
    np.testing.assert_allclose(value, exactly(x), rtol=1e-5)
    expected = finite_differences(exactly, x.astype("float64"))
    np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-6)


def test_a_row_s_gradient_depends_on_that_row_alone(x):
    look = Compiled(with_gradient(bumpy))
    together = np.asarray(look(x, np.float32(1))[1])
    apart = [np.asarray(look(row[None], np.float32(1))[1])[0] for row in x]
    np.testing.assert_allclose(together, apart, rtol=1e-5, atol=1e-6)  # sums may differ in order


def test_a_compiled_function_is_traced_no_more_than_the_framework_needs():
    double = Compiled(lambda x, pair: (2 * x, pair[0] + pair[1]))
    assert double._traces == 0  # nothing is compiled before it is needed
    for size in [(1, 4, 6, 3), (1, 9, 2, 3), (5, 1, 1, 3)]:
        x = np.random.default_rng(0).normal(size=size).astype("float32")
        doubled, total = double(x, (np.float32(size[1]), np.float32(1)))
        np.testing.assert_array_equal(doubled, 2 * x)
        assert float(total) == size[1] + 1
        doubled, _ = double(x, (np.float32(0), np.float32(1)))
    assert double._traces == {"tensorflow": 1, "jax": 3, "torch": 6}[NAME]  # once; by size; always


def test_many_functions_of_many_sizes_run_without_a_word(caplog, capfd):
    """TensorFlow would count the traces of all as those of one, and warn at the fifth."""
    for number in range(8):
        scaled = Compiled(lambda x, number=number: number * x)
        for size in (3, 5):
            np.testing.assert_array_equal(scaled(np.ones((1, size, 3), "float32")), number)
    assert not caplog.records and not any(capfd.readouterr())


def test_weights_that_change_later_count():
    """On JAX they could have become constants of the compiled function."""
    layer = keras.layers.Dense(2, use_bias=False, kernel_initializer="ones")
    layer.build((None, 3))
    answer, x = Compiled(layer), np.ones((1, 3), "float32")
    np.testing.assert_allclose(answer(x), [[3, 3]])
    layer.kernel.assign(2 * layer.kernel)
    np.testing.assert_allclose(answer(x), [[6, 6]])


def test_an_answer_can_be_read_without_more_ado():
    """PyTorch refuses what might still be differentiated."""
    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    x = np.ones((1, 3), "float32")
    assert np.asarray(Compiled(layer)(x)).shape == (1, 2)
    value, gradient = Compiled(with_gradient(lambda x: ops.sum(layer(x), axis=1)))(x)
    assert np.asarray(value).shape == (1,) and np.asarray(gradient).shape == (1, 3)


@pytest.mark.open_shapes
def test_a_compiled_function_keeps_the_number_of_channels():
    """Convolutions must know their channels, so the last axis is not open."""
    double = Compiled(lambda x: 2 * x)
    double(np.ones((1, 4, 3), "float32"))
    with pytest.raises((TypeError, ValueError)):
        double(np.ones((1, 4, 5), "float32"))


def test_a_gpu_s_memory_is_taken_as_it_is_needed():
    assert os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"
