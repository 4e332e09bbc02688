"""Two networks that climb one picture: their logits are added, class by class."""

import keras
import numpy as np
import pytest
from keras import layers as kl

import dreamkit as dk
from dreamkit.lessons.lesson06_ensemble import ensemble


def tiny(classes, seed):
    keras.utils.set_random_seed(seed)
    picture = keras.Input((None, None, 3))
    x = kl.GlobalAveragePooling2D()(kl.Conv2D(4, 3, activation="relu")(picture))
    network = dk.load_network(
        keras.Model(picture, kl.Dense(len(classes), name="logits")(x)), pixels=(0, 1)
    )
    network.classes = classes
    return network


def test_the_logits_of_shared_classes_are_added_whatever_their_order():
    fine, coarse = tiny(["cat", "dog", "owl"], 0), tiny(["dog", "eel", "cat"], 1)
    both = ensemble(fine, coarse)
    assert both.classes == ["cat", "dog"]
    picture = np.random.default_rng(0).random((32, 48, 3), "float32")
    half = picture.reshape(16, 2, 24, 2, 3).mean((1, 3))
    a, b = (n.activations(p, ["logits"])["logits"] for n, p in ((fine, picture), (coarse, half)))
    np.testing.assert_allclose(
        both.activations(picture, ["both"])["both"], a[:, [0, 1]] + b[:, [2, 0]], rtol=1e-4
    )
    drawn = dk.visualise(both, dk.objectives.channel("both", 1), side=24, steps=8, transforms=[])
    assert drawn.history[-1] > drawn.history[0]


def test_networks_that_share_no_class_are_refused():
    with pytest.raises(ValueError, match="know no class by the same name"):
        ensemble(tiny(["cat"], 0), tiny(["dog"], 1))
