"""One compiled step serves every size, weight, channel and guide: nothing is traced twice."""

import numpy as np
import pytest
from keras import ops

import dreamkit as dk
from dreamkit.objectives import channel, layer, neuron, of, total_variation

pytestmark = [pytest.mark.open_shapes, pytest.mark.filterwarnings("ignore:No gradient")]
KNOBS = {"octaves": 5, "steps": 1}


def brightest(a, power):
    return ops.max(a, axis=(1, 2, 3)) ** power


def assert_traced_once(net, dreams):
    """The first dream compiles a step and nothing else, and it serves all others."""
    climbers = []
    for photo, objective, knobs in dreams:
        dk.deepdream(photo, net, objective, **KNOBS, **knobs)
        climbers += net.climbers.values()
    assert {id(climber) for climber in climbers} == {id(climbers[0])}
    climber = climbers[0]
    parts = climber.step, climber.look, climber.precondition, climber.moved
    assert [part._traces for part in parts] == [1, 0, 0, 0]


@pytest.fixture
def photos(make_picture):
    return [make_picture(seed, *size) for seed, size in enumerate([(48, 64), (57, 40), (70, 71)])]


def test_five_octaves_of_three_photos_trace_the_step_once(net, photos):
    assert_traced_once(net, [(photo, "mixed2", {}) for photo in photos])


@pytest.mark.parametrize(
    "objectives",
    [
        [{"mixed1": 1, "mixed2": 2}, {"mixed1": -3, "mixed2": 0.5}, {"mixed1": 0, "mixed2": 1}],
        [channel("mixed1", number) for number in (0, 9, 5)],
        [neuron("mixed1", 9, (number, 1)) for number in range(3)],
        [layer("mixed1") - weight * total_variation() for weight in (0, 1, 2)],
        [of("mixed1", brightest, number / 4) for number in (1, 2, 3)],
    ],
    ids=["weights", "channels", "positions", "penalties", "one's own"],
)
def test_other_weights_and_data_trace_nothing_new(net, photos, objectives):
    assert_traced_once(
        net, [(photo, objective, {}) for photo, objective in zip(photos, objectives, strict=True)]
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
