"""A spectrum climbs: the decoding is a transform, and what is drawn excites what was asked for."""

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

import dreamkit as dk
from dreamkit import objectives
from dreamkit.objectives.objective import evaluate
from dreamkit.transforms import Transform, noise, turn
from dreamkit.vision.features import TRANSFORMS, visualise

AIM = objectives.channel("mixed2", 7)
QUICK = {"side": 48, "steps": 3}


def answer(net, picture, channel):
    return net.activations(picture, "mixed2")[..., channel].mean()


def test_what_is_drawn_excites_the_channel(warm_net):
    feature = visualise(
        warm_net, objectives.channel("mixed2", 8), side=48, steps=12, step_size=0.005
    )
    grey = np.full((48, 48, 3), 0.5, "float32")
    assert answer(warm_net, feature.image, 8) > answer(warm_net, grey, 8)
    assert feature.image.shape == (48, 48, 3) and feature.image.dtype == np.float32
    assert 0 <= feature.image.min() < feature.image.max() <= 1


def test_history_is_the_score_at_the_start_and_after_every_step(warm_net):
    """Without transforms the last is that of the picture itself."""
    told = []
    feature = visualise(warm_net, AIM, transforms=(), progress=lambda *s: told.append(s), **QUICK)
    assert len(feature.history) == 4 and feature.history[-1] > feature.history[0]
    np.testing.assert_allclose(feature.history[-1], answer(warm_net, feature.image, 7), rtol=1e-4)
    assert told == [(n, 3, feature.history[n]) for n in (1, 2, 3)]
    assert not feature.stopped


def test_an_objective_may_be_given_as_layers_or_left_out(warm_net):
    def drawn(objective):
        return visualise(warm_net, objective, **QUICK)

    assert drawn(None).settings["objective"] == drawn("mixed2").settings["objective"] == "mixed2"
    both = drawn(["mixed1", "mixed2"])
    assert both.settings["objective"] == {"mixed1": 1.0, "mixed2": 1.0}
    summed = drawn(objectives.layer("mixed1") + objectives.layer("mixed2"))
    np.testing.assert_array_equal(both.image, summed.image)


def test_the_settings_draw_the_same_again(warm_net):
    settings = visualise(warm_net, AIM, seed=4, **QUICK).settings
    assert settings == {
        "network": "tiny",
        "objective": "channel('mixed2', 7)",
        "side": 48,
        "steps": 3,
        "step_size": 0.002,
        "seed": 4,
        "transforms": ["shift(0.07)", "size(-0.1, 0.5)", "turn(10)", "noise(0.12)"],
    }
    assert settings["transforms"] == list(map(repr, TRANSFORMS))
    written = [eval(text, vars(dk.transforms)) for text in settings["transforms"]]
    again = visualise(warm_net, AIM, seed=4, transforms=written, **QUICK)
    np.testing.assert_array_equal(again.image, visualise(warm_net, AIM, seed=4, **QUICK).image)


def test_a_picture_drawn_without_transforms_is_another(warm_net):
    plain, turned, usual = (
        visualise(warm_net, AIM, transforms=transforms, **QUICK)
        for transforms in ((), turn(30), TRANSFORMS)
    )
    assert plain.settings["transforms"] == []
    assert turned.settings["transforms"] == ["turn(30)"]
    assert (
        np.abs(plain.image - usual.image).max() > 0.001 < np.abs(turned.image - plain.image).max()
    )


def test_what_the_network_sees_is_what_transforms_make_of_the_picture(warm_net):
    """Seen in red alone, nothing but red is drawn."""
    red = Transform(ops.multiply, lambda rng, side: (np.float32([1, 0, 0]),), "red")
    drawn = visualise(warm_net, objectives.of("input", mean_of), transforms=[red], **QUICK)
    seen = visualise(warm_net, objectives.of("input", mean_of), transforms=(), **QUICK)
    np.testing.assert_allclose(seen.history[-1], seen.image.mean(), rtol=1e-4)
    np.testing.assert_allclose(drawn.history[-1], drawn.image[..., 0].mean() / 3, rtol=1e-4)


def mean_of(pictures):
    return ops.mean(pictures, axis=(1, 2, 3))


def test_climbs_from_the_start_that_is_answered_most(warm_net, monkeypatch):
    loud = np.full((48, 48, 3), 0.0, "float32")
    loud[2, 3] = 1.0

    def starts(rng, count, side):
        spectra = np.zeros((count, side, side, 3), "float32")
        spectra[count // 2] = loud
        return spectra

    monkeypatch.setattr("dreamkit.vision.features.initial_spectra", starts)
    aim = 0 * AIM + objectives.total_variation()
    feature = visualise(warm_net, aim, side=48, steps=1, step_size=1e-6)
    assert feature.image.std() > 0.01  # all the others are grey


def test_where_all_soft_starts_leave_a_unit_silent_a_louder_one_is_climbed():
    picture = keras.Input((None, None, 3))
    red = kl.Conv2D(1, 1, activation="relu", name="red")
    model = keras.Model(picture, red(picture))
    red.set_weights([np.array([1.0, 0, 0]).reshape(1, 1, 3, 1), np.array([-0.6])])
    network = dk.load_network(model, pixels=(0, 1))
    aim = objectives.channel("red", 0)
    found = visualise(network, aim, side=32, steps=2, step_size=0.01, transforms=())
    assert found.history[2] > found.history[0] > 0


def test_the_same_seed_draws_the_same(warm_net):
    one, same, other = (visualise(warm_net, AIM, seed=seed, **QUICK).image for seed in (0, 0, 1))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_a_network_says_how_large_it_draws(warm_net, monkeypatch):
    monkeypatch.setattr(warm_net, "side", 40)
    assert visualise(warm_net, AIM, steps=1).image.shape == (40, 40, 3)
    assert dk.load_network("dreamnet").side < dk.load_network().side == 224


def test_with_a_count_so_many_climb_side_by_side_from_starts_of_their_own(warm_net):
    pictures = visualise(warm_net, AIM, count=3, **QUICK)
    assert [picture.image.shape for picture in pictures] == [(48, 48, 3)] * 3
    images, histories = zip(*((p.image, p.history) for p in pictures), strict=True)
    assert all(len(history) == 4 for history in histories) and len(set(histories)) == 3
    assert min(np.abs(images[i] - images[i - 1]).max() for i in range(3)) > 0.01
    assert isinstance(visualise(warm_net, AIM, count=1, **QUICK), list)


def test_progress_is_told_the_mean_score_of_all(warm_net):
    told = []
    pictures = visualise(warm_net, AIM, count=2, progress=lambda *s: told.append(s), **QUICK)
    mean = np.mean([picture.history for picture in pictures], axis=0)
    assert [step[:2] for step in told] == [(1, 3), (2, 3), (3, 3)]
    np.testing.assert_allclose([score for _, _, score in told], mean[1:], rtol=1e-5)


def test_directions_side_by_side_are_the_same_as_one_by_one(warm_net):
    vectors = np.eye(10, dtype="float32")[[6, 9]]
    both = visualise(warm_net, objectives.directions("mixed2", vectors), count=2, **QUICK)
    for vector, picture in zip(vectors, both, strict=True):
        alone = visualise(warm_net, objectives.directions("mixed2", vector[None]), **QUICK)
        np.testing.assert_allclose(picture.image, alone.image, atol=1e-4)
        np.testing.assert_allclose(picture.history, alone.history, rtol=1e-3)
    assert np.abs(both[0].image - both[1].image).max() > 0.01


def test_diversity_makes_the_faces_of_one_channel_differ(warm_net):
    def alike(weight):
        aim = AIM + weight * objectives.diversity("mixed2")
        drawn = visualise(warm_net, aim, count=3, side=32, steps=15, step_size=0.02)
        pictures = np.stack([picture.image for picture in drawn])
        answers = warm_net.features(["mixed2"])(pictures)
        diverse = objectives.diversity("mixed2")
        score = evaluate(diverse.structure, answers, *diverse.inputs)
        return -float(ops.convert_to_numpy(score).mean())

    assert alike(100) < alike(0)


def test_a_dream_and_a_visualisation_of_one_objective_keep_their_own_steps(net, photo):
    aim = objectives.channel("mixed1", 0)
    dk.deepdream(photo, net, aim, octaves=1, steps=1)
    visualise(net, aim, side=48, steps=1)
    assert len(net.climbers) == 2


@pytest.mark.open_shapes
def test_one_trace_serves_all_sizes_counts_and_numbers_of_transforms(net):
    for number, how in (
        (7, {"side": 48}),
        (8, {"side": 32, "count": 3}),
        (9, {"side": 48, "transforms": [turn(3), noise(0.5)]}),
    ):
        visualise(net, objectives.channel("mixed2", number), steps=2, **how)
    (climber,) = net.climbers.values()
    assert climber.step._traces == 1 and climber.look._traces == 0
    visualise(net, AIM, side=48, steps=1, transforms=())
    assert len(net.climbers) == 2  # to see something else is another step


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"side": 0}, "side must be a whole number from 8"),
        ({"steps": 0}, "steps must be"),
        ({"step_size": 0}, "step_size must be"),
        ({"seed": -1}, "seed must be"),
        ({"count": 0}, "count must be"),
        ({"count": 2.0}, "count must be"),
        ({"progress": 3}, "progress must be a function, got 3"),
        ({"objective": objectives.channel("mixed1", 99)}, "10 channels"),
        ({"objective": objectives.neuron("mixed2", 0, (12, 0))}, "12 × 12 positions"),
        ({"objective": "mixed3"}, "no layer 'mixed3'. Did you mean"),
        ({"objective": objectives.logit("tabby")}, "no names of classes"),
        ({"objective": 7}, "objective must be a layer's name"),
        (
            {"objective": objectives.directions("mixed2", np.ones((2, 10))), "count": 3},
            "for 2 pictures side by side, and here they are 3",
        ),
        (
            {"objective": objectives.directions("mixed2", np.ones((2, 10)))},
            "for 2 pictures side by side, and here they are 1. .*draws several with count=2",
        ),
    ],
    ids=str,
)
def test_what_can_not_be_is_refused_before_any_work(net, given, words):
    how = {"objective": AIM, "side": 48, "progress": pytest.fail} | given
    with pytest.raises(ValueError, match=words):
        visualise(net, **how)
    assert not net.climbers


@pytest.mark.parametrize("shape", [(32, 32, 3), (28, 28, 1), (24, 40, 3)], ids=str)
def test_a_network_of_one_size_draws_at_that(shape):
    layers = [kl.Conv2D(4, 3, name=name) for name in ("first", "second")]
    model = keras.Sequential([keras.Input(shape), *layers, kl.Flatten(), kl.Dense(2)])
    net, (height, width, _) = dk.load_network(model, pixels=(0, 1)), shape
    how = {"steps": 4, "step_size": 0.02, "transforms": ()}
    drawn = visualise(net, objectives.logit(1), **how)
    assert drawn.image.shape == (height, width, 3) and drawn.history[-1] > drawn.history[0]
    assert drawn.settings["side"] == (height if height == width else None)
    again = visualise(net, objectives.logit(1), side=drawn.settings["side"], **how)
    np.testing.assert_array_equal(again.image, drawn.image)
    assert len(visualise(net, objectives.logit(1), count=2, **how)) == 2
    with pytest.raises(ValueError, match=f"of {height} × {width} pixels only. .* leave side= out"):
        visualise(net, objectives.logit(1), side=48)


def test_arguments_the_wrong_way_round_are_refused_with_a_hint(net):
    with pytest.raises(ValueError, match="got Objective. The network comes first"):
        visualise(AIM, net)
    with pytest.raises(ValueError, match="There is no network 'mixed1'.* by name, a file"):
        visualise("mixed1", net)
    with pytest.raises(ValueError, match="objective must be a layer's name.*, got <Network 'tiny'"):
        visualise(net, net)
