"""The explorers of responses and of the atlas show what their line of code says."""

import keras
import numpy as np
import pytest
from keras import layers as kl

import dreamkit as dk
from dreamkit.vision.atlas import Atlas, Grid
from dreamkit.widgets import atlas_explorer, response_explorer


@pytest.fixture(scope="module")
def net():
    """Two junctions, an average, and one dense layer."""
    keras.utils.set_random_seed(0)
    x = picture = keras.Input((None, None, 3))
    for name in ("mixed1", "mixed2"):
        x = kl.Concatenate(name=name)(
            [kl.Conv2D(4, k, padding="same", activation="relu")(x) for k in (1, 3)]
        )
    scores = kl.Dense(5)(kl.GlobalAveragePooling2D()(x))
    network = dk.load_network(keras.Model(picture, scores, name="tiny"))
    network.classes = list("abcde")
    return network


@pytest.fixture(scope="module")
def photo():
    return dk.sample_image("clouds", max_side=48)


def grid(size, network, shade):
    places = np.array([(row, column) for row in range(size) for column in range(size)])
    count = len(places)
    means = np.random.default_rng(0).random((count, network.channels("mixed2")))
    pictures = np.full((count, 8, 8, 3), shade, "uint8")
    return Grid(size, places, np.full(count, 4), means.astype("float32"), pictures)


@pytest.fixture
def atlas(net):
    return Atlas("mixed2", {8: grid(8, net, 0), 16: grid(16, net, 100)})


def test_another_layer_shows_its_own_channels(net, photo):
    live = response_explorer({"photo": photo}, net)
    live.controls["layer"].value = "mixed1"
    assert live.wait()
    assert live.result.shape == net.activations(photo, ["mixed1"])["mixed1"].shape
    assert "'mixed1'" in live.code_of_now() and "8 channels" in live.status.value


def test_zooming_in_changes_to_the_finer_grid(atlas, net):
    live = atlas_explorer(atlas, net)
    assert live.result.max() < 0.05  # the coarse grid is black
    live.controls["zoom"].value = 4
    assert live.wait()
    assert live.result.mean() == pytest.approx(100 / 255, abs=0.01)
    assert "atlas, 16, (0.375, 0.375, 0.625, 0.625)" in live.code_of_now()


def test_a_class_lights_up_its_squares(atlas, net):
    live = atlas_explorer(atlas, net)
    live.controls["lit"].value = "b"
    assert live.wait() and live.error is None
    assert live.result.max() > 0.5 and live.result.min() < 0.1
    assert "speaking_for(net, atlas.grids[8], 'b')" in live.code_of_now()
