"""The explorers of responses and of the atlas show what their line of code says."""

import io

import numpy as np
import pytest
from PIL import Image

import dreamkit as dk
from dreamkit.vision.atlas import Atlas, Grid
from dreamkit.widgets import atlas_explorer, response_explorer


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


def test_another_layer_shows_its_own_channels(net, photo, set_to, typed):
    live = response_explorer({"photo": photo}, net)
    set_to(live, layer="mixed1")
    assert live.result == typed(live, net=net, photos={"photo": photo})
    assert live.result == dk.plots.channels(net.activations(photo, ["mixed1"])["mixed1"])
    assert live.result.tag == live.picture.value and "10 channels" in live.status.value
    assert live.save not in live.children[0].children[0].children  # it is not a dream


def shades(figure):
    with Image.open(io.BytesIO(figure.data)) as picture:
        return np.asarray(picture.convert("L"), int)


def test_zooming_in_changes_to_the_finer_grid(atlas, net, set_to, typed):
    live = atlas_explorer(atlas, net)
    assert live.result == typed(live, atlas=atlas, net=net)
    assert shades(live.result).shape == (64, 64) and shades(live.result).max() < 10  # coarse: black
    set_to(live, zoom=4)
    assert live.result == typed(live, atlas=atlas, net=net)
    assert shades(live.result).shape == (32, 32)
    assert shades(live.result).mean() == pytest.approx(100, abs=3)
    assert "atlas, 16, (0.375, 0.375, 0.625, 0.625)" in live.code_of_now()


def test_a_class_lights_up_its_squares(atlas, net, set_to, typed):
    live = atlas_explorer(atlas, net)
    set_to(live, lit="b")
    assert live.result == typed(live, atlas=atlas, net=net)
    assert shades(live.result).max() > 120 and shades(live.result).min() < 30
    assert "speaking_for(net, atlas.grids[8], 'b')" in live.code_of_now()
