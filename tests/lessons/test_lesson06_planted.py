"""The planted bias is in the pictures, and a network falls for it."""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.lessons.lesson06_planted import accuracy, build_shapes, scenes, train_shapes


@pytest.mark.parametrize("matching", [0.0, 0.5, 1.0])
def test_as_many_backgrounds_match_as_asked_for(matching):
    pictures, shapes, grounds = scenes(20, matching=matching)
    assert np.mean(shapes == grounds) == matching
    assert pictures.shape == (20, 48, 48, 3) and pictures.dtype == "float32"
    assert pictures.min() >= 0 and pictures.max() <= 1


def test_meadows_are_green_and_the_sea_is_blue():
    pictures, _, grounds = scenes(20, matching=0.5)
    _, green, blue = pictures.mean((1, 2)).T
    assert ((blue > green) == grounds).all()


def test_a_share_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="matching"):
        scenes(4, matching=2)


def test_a_network_learns_the_background_and_is_misled_by_it():
    pictures, shapes, _ = scenes(160, matching=1.0)
    model = build_shapes()
    train_shapes(model, pictures, shapes, epochs=6)
    network = dk.load_network(model, pixels=(0, 1))
    assert accuracy(network, *scenes(60, matching=1.0, seed=1)[:2]) > 0.9
    assert accuracy(network, *scenes(60, matching=0.0, seed=1)[:2]) < 0.3
