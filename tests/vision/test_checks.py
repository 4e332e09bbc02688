"""What can't be dreamt is refused before any step, with an error that says what to do."""

import inspect
import re
from dataclasses import FrozenInstanceError, fields

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

import dreamkit as dk
from dreamkit.networks.loading import load_network
from dreamkit.objectives import (
    channel,
    directions,
    guide,
    layer,
    logit,
    neuron,
    total_variation,
)
from dreamkit.vision.settings import Settings


def refused(message, photo, net, objective="mixed2", **knobs):
    """The error comes with this message, and before any step."""
    calls = []
    with pytest.raises(ValueError, match=message):
        dk.deepdream(photo, net, objective, progress=lambda *step: calls.append(step), **knobs)
    assert not calls
    assert not [climber for climber in net.climbers.values() if climber.step._traces]


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
    ("objective", "message"),
    [
        ("mixed3", "no layer 'mixed3'. Did you mean 'mixed"),
        ({"mixed1": 1.0, "mixd2": 1.0}, "no layer 'mixd2'. Did you mean 'mixed2'"),
        (layer("mixed3"), "no layer 'mixed3'"),
        ({}, "objective is empty"),
        ("", "no layer ''"),
        (channel("mixed1", 10), "10 channels, numbered 0 to 9"),
        (logit(5), "5 channels, numbered 0 to 4"),
        (neuron("mixed2", 0, (50, 0)), "position|row"),
        (neuron("average", 0), "average"),
        ({"mixed1": NAN}, "weight|finite|number"),
        (7, "objective must be a layer's name, several"),
        ([1, "mixed1"], "objective must be"),
        ([], "objective is empty"),
        ({2: 1.0}, "objective must be"),
        ({"mixed1": "much"}, "weight must be a number, got 'much'"),
        (logit("tabby"), "no names of classes, so 'tabby'"),
        (directions("mixed2", np.ones((2, 10))), "for 2 pictures side by side, and .* are 1"),
    ],
    ids=str,
)
def test_a_bad_objective_is_refused_before_any_step(net, photo, objective, message):
    refused(message, photo, net, objective)


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
    refused("seed must be a whole number from 0", photo, net, seed=-1)


def test_settings_are_those_of_a_dream_and_stay_as_they_are():
    """What is usual stands in the signature alone, where people read it."""
    arguments = inspect.signature(dk.deepdream).parameters
    usual = {field.name: arguments[field.name].default for field in fields(Settings)}
    others = {"photo", "network", "objective", "guide", "mask", "keep", "progress"}
    assert set(arguments) - set(usual) == others
    with pytest.raises(TypeError, match="missing"):
        Settings(steps=3)
    with pytest.raises(FrozenInstanceError):
        Settings(**usual).steps = 3


def test_bad_ways_to_guide_are_refused_before_any_step(net, photo, other_photo):
    refused("'position' or 'best', got 'nearest'", photo, net, guide=other_photo, match="nearest")
    for objective in (channel("mixed2", 3), layer("mixed2") - total_variation()):
        refused("With a guide, name layers as the objective", photo, net, objective, guide=photo)
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


def test_layers_may_be_a_list_or_layers_of_keras(warm_net, photo):
    knobs = {"octaves": 1, "steps": 1}
    expected = dk.deepdream(photo, warm_net, {"mixed1": 1.0, "mixed2": 1.0}, **knobs)
    for given in (["mixed1", "mixed2"], [warm_net.model.get_layer(f"mixed{n}") for n in (1, 2)]):
        dream = dk.deepdream(photo, warm_net, given, **knobs)
        np.testing.assert_array_equal(dream.image, expected.image)
        assert dream.settings == expected.settings


@pytest.mark.parametrize("knob", ["seed", "step_size", "steps", "octaves", "jitter", "tile"])
@pytest.mark.parametrize("value", [-1, "0.1", NAN, np.inf, [3]], ids=str)
def test_a_knob_that_is_no_such_number_is_refused_by_name(net, photo, knob, value):
    refused(knob, photo, net, **{knob: value})


def test_what_is_no_function_and_no_mask_is_refused_by_name(net, photo):
    with pytest.raises(ValueError, match="progress must be a function, got 3"):
        dk.deepdream(photo, net, progress=3)
    refused("mask must have the photo's height and width", photo, net, mask="left")


def spoilt(model, name, weights):
    """The model with other weights in one layer."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    layer = copy.get_layer(name)
    layer.set_weights(
        [np.full_like(w, v) for w, v in zip(layer.get_weights(), weights, strict=True)]
    )
    return load_network(copy, pixels=(0, 1))


@pytest.mark.parametrize("value", [NAN, np.inf, 1e30], ids=str)
def test_weights_that_training_has_spoilt_give_no_dream(model, photo, value):
    broken = spoilt(model, "stem", (value, 0))
    with pytest.raises(ValueError, match="nowhere to climb.*NaN or infinite"):
        dk.deepdream(photo, broken, "mixed2", octaves=1)
    with pytest.raises(ValueError, match="nowhere to climb"):
        dk.deepdream(photo, broken, {"mixed2": 1e38}, octaves=1)


def test_a_layer_that_never_answers_leaves_the_picture_as_it_is_and_says_so(model, photo):
    silent = spoilt(model, "stem", (0, -1))
    with pytest.warns(UserWarning, match=r"No gradient of layer\('stem'\).*is silent"):
        dream = dk.deepdream(photo, silent, "stem", octaves=2, steps=2)
    np.testing.assert_allclose(dream.image, photo, atol=1e-6)


def test_a_layer_behind_a_step_without_slope_is_refused(photo):
    x = picture = keras.Input((None, None, 3))
    for name in ("first", "second"):
        x = kl.Conv2D(4, 3, name=name)(x)
    steps = kl.Identity(name="steps")(ops.cast(ops.cast(x, "int32"), "float32"))
    net = load_network(keras.Model(picture, steps), pixels=(0, 1))
    if keras.config.backend() == "jax":  # it calls no slope a slope of 0
        with pytest.warns(UserWarning, match="No gradient"):
            dk.deepdream(photo, net, "steps", octaves=1, steps=1)
        return
    wide = np.tile(photo, (1, 3, 1))
    for climb in (
        lambda: dk.deepdream(photo, net, "steps", octaves=1),
        lambda: dk.deepdream(wide, net, "steps", octaves=1, tile=128),
        lambda: dk.visualise(net, "steps", side=32),
        lambda: dk.visualise(net, "steps", side=32, count=2),
    ):
        with pytest.raises(ValueError, match="No gradient reaches what climbs"):
            climb()
