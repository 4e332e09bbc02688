"""One compiled step serves every size, weight, channel and guide: nothing is traced twice."""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.objectives import channel, layer, neuron, total_variation

pytestmark = pytest.mark.open_shapes
KNOBS = {"octaves": 5, "steps": 1}


def assert_traced_once(net, dreams):
    """The first dream compiles a step, and it serves all others."""
    climbers = []
    for photo, target, knobs in dreams:
        dk.deepdream(photo, net, target, **KNOBS, **knobs)
        climbers += net.climbers.values()
    assert {id(climber) for climber in climbers} == {id(climbers[0])}
    climber = climbers[0]
    assert [f.traces for f in (climber.look, climber.treat, climber.step)] == [1, 1, 1]


@pytest.fixture
def photos(make_picture):
    return [make_picture(seed, *size) for seed, size in enumerate([(48, 64), (57, 40), (70, 71)])]


def test_five_octaves_of_three_photos_trace_the_step_once(net, photos):
    assert_traced_once(net, [(photo, "mixed2", {}) for photo in photos])


@pytest.mark.parametrize(
    "targets",
    [
        [{"mixed1": 1, "mixed2": 2}, {"mixed1": -3, "mixed2": 0.5}, {"mixed1": 0, "mixed2": 1}],
        [channel("mixed1", number) for number in (0, 9, 5)],
        [neuron("mixed1", 3, (number, 1)) for number in range(3)],
        [layer("mixed1") - weight * total_variation() for weight in (0, 1, 2)],
    ],
    ids=["weights", "channels", "positions", "penalties"],
)
def test_other_weights_and_data_trace_nothing_new(net, photos, targets):
    assert_traced_once(
        net, [(photo, target, {}) for photo, target in zip(photos, targets, strict=True)]
    )


@pytest.mark.parametrize("match", ["best", "position"])
def test_other_guides_trace_nothing_new(net, photos, match):
    guides = [
        {"guide": guide, "match": match, "guide_mix": mix}
        for guide, mix in zip(photos[::-1], (1, 0.5, 0), strict=True)
    ]
    assert_traced_once(
        net, [(photo, "mixed2", guide) for photo, guide in zip(photos, guides, strict=True)]
    )


def test_other_knobs_trace_nothing_new(net, photos):
    mask = np.ones(photos[0].shape[:2])
    knobs = (
        {},
        {"smoothing": 0, "natural_colour": 0.5},
        {"jitter": 0},
        {"mask": mask},
        {"seed": 5},
    )
    assert_traced_once(net, [(photos[0], "mixed2", knob) for knob in knobs])


def test_another_layer_is_another_step(net, photos):
    """The count above would see a second trace."""
    with pytest.raises(AssertionError):
        assert_traced_once(net, [(photos[0], "mixed1", {}), (photos[0], "mixed2", {})])
