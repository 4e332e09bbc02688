"""What can't be dreamt is refused before any step, with an error that says what to do."""

import re

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.objectives import channel, guide, layer, logit, neuron


def refused(message, photo, net, target="mixed2", **knobs):
    """The error comes with this message, and before any step."""
    calls = []
    with pytest.raises(ValueError, match=message):
        dk.deepdream(photo, net, target, progress=lambda *step: calls.append(step), **knobs)
    assert not calls
    assert not [climber for climber in net.climbers.values() if climber.look.traces]


def with_value(picture, value):
    broken = np.array(picture)
    broken[3, 4, 1] = value
    return broken


NAN, WIDE = float("nan"), (48, 64)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda p: p[:1, :1], "1 × 1 pixels, and tiny needs at least 8. Enlarge the photo"),
        (lambda p: p[:7], "needs at least 8. Enlarge the photo"),
        (lambda p: with_value(p, NAN), "NaN"),
        (lambda p: with_value(p, np.inf), "infinite"),
        (lambda p: with_value(p, 1.5), "to 1.5"),
        (lambda p: with_value((p * 255).astype(int), 256), "to 256"),
        (lambda p: with_value((p * 255).astype(int), -1), "got -1"),
        (lambda p: p[None], r"\(1, 48, 64, 3\)"),
    ],
    ids=["1x1", "too small", "NaN", "inf", "above 1", "above 255", "below 0", "batch"],
)
def test_a_bad_photo_is_refused_before_any_step(net, photo, spoil, message):
    refused(message, spoil(photo), net, octaves=1)


@pytest.mark.parametrize("match", ["best", "position"])
def test_a_bad_guide_is_refused_before_any_step(net, photo, match):
    refused("NaN", photo, net, guide=with_value(photo, NAN), match=match)
    refused(r"\(48,\)", photo, net, guide=photo[:, 0, 0], match=match)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("mixed3", "no layer 'mixed3'. Did you mean 'mixed"),
        ({"mixed1": 1.0, "mixd2": 1.0}, "no layer 'mixd2'. Did you mean 'mixed2'"),
        (layer("mixed3"), "no layer 'mixed3'"),
        ({}, "target is empty"),
        ("", "no layer ''"),
        (channel("mixed1", 10), "10 channels, numbered 0 to 9"),
        (logit(5), "5 channels, numbered 0 to 4"),
        (neuron("mixed2", 0, (50, 0)), "position|row"),
        (neuron("average", 0), "average"),
        ({"mixed1": NAN}, "weight|finite|number"),
    ],
    ids=str,
)
def test_a_bad_target_is_refused_before_any_step(net, photo, target, message):
    refused(message, photo, net, target)


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        *[("steps", value) for value in (0, -1, 2.5, "ten", None)],
        *[("octaves", value) for value in (0, -1, 1.5)],
        *[("octave_scale", value) for value in (1, 0.5, -2, NAN)],
        *[("step_size", value) for value in (0, -0.01, 1, NAN)],
        *[("jitter", value) for value in (-1, 2.5)],
        *[("smoothing", value) for value in (-1, NAN)],
        *[("natural_colour", value) for value in (-1, NAN)],
        *[("guide_mix", value) for value in (-0.1, 1.1, NAN)],
        *[("tile", value) for value in (0, 127)],
        *[("mask", value) for value in (np.ones((64, 48)), np.ones(48), np.full(WIDE, 2.0))],
        *[("mask", value) for value in (np.full(WIDE, -0.1), np.full(WIDE, NAN))],
    ],
    ids=lambda value: f"shape {value.shape}" if isinstance(value, np.ndarray) else str(value),
)
def test_a_bad_knob_is_refused_by_name_before_any_step(net, photo, knob, value):
    refused(knob, photo, net, **{knob: value})


def test_a_bad_seed_is_refused_before_any_step(net, photo):
    refused("non-negative", photo, net, seed=-1)


def test_bad_ways_to_guide_are_refused_before_any_step(net, photo, other_photo):
    refused('"position" or "best", got \'nearest\'', photo, net, guide=other_photo, match="nearest")
    refused("name layers", photo, net, layer("mixed2"), guide=other_photo)
    refused("tile", photo[:, :1].repeat(200, 1), net, guide=photo, match="position", tile=128)


@pytest.mark.parametrize("scale", [1.2, 1.4, 2.0])
@pytest.mark.parametrize("side", [8, 9, 11, 15, 16, 24, 31, 32, 45, 64])
def test_the_error_says_how_many_octaves_fit(warm_net, make_picture, side, scale):
    """That many really do, and one more does not."""
    picture, calls = make_picture(0, side, side + 5), []

    def dream(octaves):
        return dk.deepdream(
            picture,
            warm_net,
            "mixed1",
            octaves=octaves,
            octave_scale=scale,
            steps=1,
            progress=lambda *step: calls.append(step) or False,
        )

    with pytest.raises(ValueError, match="At most octaves=") as raised:
        dream(40)
    (fit,) = map(int, re.findall(r"octaves=(\d+)", str(raised.value)))
    assert not calls
    assert dream(fit).stopped
    assert len(calls) == 1
    with pytest.raises(ValueError, match=f"octaves={fit} fit"):
        dream(fit + 1)
    assert len(calls) == 1


@pytest.mark.parametrize("match", ["best", "position"])
def test_too_many_octaves_are_refused_with_a_guide_too(net, photo, match):
    refused("At most octaves=6 fit", photo, net, guide=photo, match=match, octaves=40)


def test_a_guide_s_objective_of_another_network_is_refused(net, photo):
    foreign = guide("mixed2", np.ones((1, 4, 4, 7), "float32"), "best")
    refused("does not fit: layer 'mixed2' has 10 channels", photo, net, foreign)
