"""Folding batch normalisation changes how a network computes, and not what."""

import keras
import numpy as np
import pytest

from dreamkit.networks.folding import fold_batch_norm
from dreamkit.networks.loading import load_network

layers = keras.layers


def with_random_statistics(model):
    rng = np.random.default_rng(1)
    for layer in model.layers:
        layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    return model


def answer(model):
    x = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, 3)).astype("float32")
    return keras.ops.convert_to_numpy(model(x, training=False))


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("use_bias", [True, False])
def test_a_folded_network_answers_the_same(scale, center, use_bias):
    picture = keras.Input((None, None, 3))
    x = layers.Conv2D(4, 3, 2, use_bias=use_bias, name="conv")(picture)
    x = layers.BatchNormalization(scale=scale, center=center, name="norm")(x)
    model = with_random_statistics(keras.Model(picture, layers.ReLU()(x)))
    before = answer(model)
    folded = fold_batch_norm(model)
    assert isinstance(folded.get_layer("norm"), layers.Identity)
    np.testing.assert_allclose(answer(folded), before, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(answer(model), before)


def test_a_convolution_that_others_look_at_too_is_left_alone():
    picture = keras.Input((None, None, 3))
    x = layers.Conv2D(4, 3, padding="same", name="conv")(picture)
    x = layers.Add()([x, layers.BatchNormalization(name="norm")(x)])
    model = with_random_statistics(keras.Model(picture, x))
    assert fold_batch_norm(model) is model


def test_a_convolution_that_is_itself_asked_for_is_left_alone():
    picture = keras.Input((None, None, 3))
    conv = layers.Conv2D(4, 3, name="conv")(picture)
    model = keras.Model(picture, [conv, layers.BatchNormalization()(conv)])
    assert fold_batch_norm(model) is model


def test_a_convolution_asked_for_beside_its_normalisation_answers_as_it_does_alone():
    picture = keras.Input((16, 16, 3))  # of one size, so that the graph is built anew
    x = layers.BatchNormalization(name="norm")(layers.Conv2D(4, 3, name="conv")(picture))
    net = load_network(with_random_statistics(keras.Model(picture, layers.ReLU()(x))))
    photo = np.random.default_rng(0).random((16, 16, 3), "float32")
    both, alone = net.activations(photo, ["conv", "norm"]), net.activations(photo, ["conv"])
    np.testing.assert_array_equal(both["conv"], alone["conv"])


def test_a_convolution_with_an_activation_is_left_alone():
    picture = keras.Input((None, None, 3))
    x = layers.Conv2D(4, 3, activation="relu")(picture)
    model = keras.Model(picture, layers.BatchNormalization()(x))
    assert fold_batch_norm(model) is model
