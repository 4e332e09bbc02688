"""A spectrum climbs: the decoding is a transform, and what is drawn excites what was asked for."""

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

import dreamkit as dk
from dreamkit import objectives
from dreamkit.vision.features import (
    EQUALISED,
    NOISE,
    decode,
    drawn,
    faint,
    moved,
    movement,
    visualise,
    visualise_directions,
    visualise_several,
)

SIDE = 32


def decoded(spectrum):
    return ops.convert_to_numpy(decode(ops.convert_to_tensor(spectrum)))


def planes(spectrum):
    """Pictures before the sigmoid."""
    picture = decoded(spectrum)
    return np.log(picture / (1 - picture))


def single(row, column, size=0.01):
    spectrum = np.zeros((1, SIDE, SIDE, 3), "float32")
    spectrum[0, row, column] = size
    return spectrum


def test_nothing_is_grey():
    np.testing.assert_allclose(decoded(np.zeros((1, SIDE, SIDE, 3), "float32")), 0.5)


def test_a_single_number_is_a_single_wave():
    wave = planes(single(3, 0))[0, :, 5, 0]
    strength = np.abs(np.fft.rfft(wave))
    assert strength.argmax() == 3 and strength[3] > 100 * np.delete(strength, 3).max()


def test_coarse_waves_are_larger_in_proportion_to_their_length():
    coarse, fine = (planes(single(row, 0)).std() for row in (2, 8))
    np.testing.assert_allclose(coarse / fine, 4**EQUALISED, rtol=1e-3)


def test_colours_rise_and_fall_together():
    noise = np.random.default_rng(0).standard_normal((1, SIDE, SIDE, 3)).astype("float32")
    red, green, _ = decoded(0.1 * noise)[0].reshape(-1, 3).T
    assert np.corrcoef(red, green)[0, 1] > 0.7


def test_movements_turn_about_the_middle_and_not_far():
    for seed in range(5):
        matrix = movement(np.random.default_rng(seed), SIDE)
        middle = np.array([(SIDE - 1) / 2] * 2 + [1])
        assert np.abs(matrix @ middle - middle[:2]).max() <= 0.071 * SIDE
        assert 0.6 < np.sqrt(np.linalg.det(matrix[:, :2])) < 1.11


def seen(spectrum, matrix):
    noise = np.zeros((SIDE, SIDE, 3), "float32")
    return ops.convert_to_numpy(moved(ops.convert_to_tensor(spectrum), matrix, noise))


def test_what_leaves_at_an_edge_comes_in_at_the_other_without_a_seam():
    """At every pixel the mean, weighed by nearness, of four of an endless wallpaper."""
    from scipy.ndimage import map_coordinates

    spectrum = faint(np.random.default_rng(1), 2, SIDE)
    matrix = movement(np.random.default_rng(2), SIDE)
    rows, columns = np.indices((SIDE, SIDE))
    x, y = np.einsum("ab,brc->arc", matrix, np.stack([columns, rows, np.ones_like(rows)]))
    for picture, found in zip(decoded(spectrum), seen(spectrum, matrix), strict=True):
        for channel in range(3):
            plane = picture[..., channel].astype("float64")
            expected = map_coordinates(plane, [y, x], order=1, mode="grid-wrap")
            np.testing.assert_allclose(found[..., channel], expected, atol=1e-4)


def test_a_shift_by_whole_pixels_rolls():
    spectrum = faint(np.random.default_rng(1), 1, SIDE)
    matrix = np.array([[1, 0, 3], [0, 1, -5]], "float32")
    rolled = np.roll(decoded(spectrum), (5, -3), axis=(1, 2))
    np.testing.assert_allclose(seen(spectrum, matrix), rolled, atol=1e-6)


@pytest.mark.parametrize(
    ("transforms", "turns", "grows", "shifts"),
    [((), 0, 0, 0), (["turn"], 1, 0, 0), (["size"], 0, 1, 0), (["shift"], 0, 0, 1)],
)
def test_each_transform_can_be_left_out(transforms, turns, grows, shifts):
    matrix = movement(np.random.default_rng(0), SIDE, transforms)
    middle = np.array([(SIDE - 1) / 2] * 2 + [1])
    assert (abs(matrix[0, 1]) > 1e-3) == turns
    assert (abs(np.linalg.det(matrix[:, :2]) - 1) > 1e-3) == grows
    assert (np.abs(matrix @ middle - middle[:2]).max() > 1e-3) == shifts


def test_noise_is_new_at_every_step_or_left_out():
    rng = np.random.default_rng(0)
    _, one = drawn(rng, SIDE, ["noise"])
    _, other = drawn(rng, SIDE, ["noise"])
    assert np.abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.1
    assert one.std() == pytest.approx(NOISE, rel=0.05)
    grey = np.zeros((2, SIDE, SIDE, 3), "float32")
    found = ops.convert_to_numpy(moved(ops.convert_to_tensor(grey), movement(rng, SIDE), one))
    np.testing.assert_allclose(found, [0.5 + one] * 2, atol=1e-5)
    assert not drawn(rng, SIDE, ["turn"])[1].any()


def test_a_picture_drawn_without_transforms_is_another(warm_net):
    aim, how = objectives.channel("mixed2", 7), {"side": 48, "steps": 3}
    plain = visualise(warm_net, aim, transforms=(), **how)
    assert not np.array_equal(plain.image, visualise(warm_net, aim, **how).image)
    assert plain.settings["transforms"] == []


def test_what_is_drawn_excites_the_channel(warm_net):
    aim = objectives.channel("mixed2", 8)
    feature = visualise(warm_net, aim, side=48, steps=12, step_size=0.005)
    grey = np.full((48, 48, 3), 0.5, "float32")

    def answer(picture):
        return warm_net.activations(picture, ["mixed2"])["mixed2"][..., 8].mean()

    assert answer(feature.image) > answer(grey)
    assert len(feature.history) == 12 and 0 <= feature.image.min() < feature.image.max() <= 1


def test_climbs_from_the_start_that_is_answered_most(warm_net, monkeypatch):
    loud = np.full((48, 48, 3), 0.0, "float32")
    loud[2, 3] = 1.0

    def starts(rng, count, side):
        spectra = np.zeros((count, side, side, 3), "float32")
        spectra[count // 2] = loud
        return spectra

    monkeypatch.setattr("dreamkit.vision.features.faint", starts)
    aim = objectives.channel("mixed2", 7) * 0 + objectives.total_variation()
    feature = visualise(warm_net, aim, side=48, steps=1, step_size=1e-6)
    assert feature.image.std() > 0.01  # all the others are grey


def test_where_all_faint_starts_leave_a_unit_silent_a_louder_one_is_climbed():
    picture = keras.Input((None, None, 3))
    red = kl.Conv2D(1, 1, activation="relu", name="red")
    model = keras.Model(picture, red(picture))
    red.set_weights([np.array([1.0, 0, 0]).reshape(1, 1, 3, 1), np.array([-0.6])])
    network = dk.load_network(model, pixels=(0, 1))
    aim = objectives.channel("red", 0)
    found = visualise(network, aim, side=32, steps=3, step_size=0.01, transforms=())
    assert found.history[2] > found.history[0] > 0


def test_the_start_is_of_coarse_waves():
    spectra = faint(np.random.default_rng(0), 4, SIDE)
    assert np.abs(spectra[:, 1:3, 1:3]).mean() > 4 * np.abs(spectra[:, 14:18, 14:18]).mean()
    assert 0.001 < decoded(spectra).std() < 0.02


def test_the_same_seed_draws_the_same(warm_net):
    aim = objectives.channel("mixed2", 7)
    one, same, other = (
        visualise(warm_net, aim, side=48, steps=2, seed=seed).image for seed in (0, 0, 1)
    )
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_a_network_says_how_large_it_draws(warm_net, monkeypatch):
    monkeypatch.setattr(warm_net, "side", 40)
    assert visualise(warm_net, objectives.channel("mixed2", 7), steps=1).image.shape == (40, 40, 3)
    assert dk.load_network("dreamnet").side < dk.load_network().side == 224


def test_directions_side_by_side_are_the_same_as_one_by_one(warm_net):
    vectors = np.eye(10, dtype="float32")[[6, 9]]
    both = visualise_directions(warm_net, "mixed2", vectors, side=48, steps=3)
    for vector, picture in zip(vectors, both, strict=True):
        alone = visualise_directions(warm_net, "mixed2", vector[None], side=48, steps=3)[0]
        np.testing.assert_allclose(picture, alone, atol=1e-4)
    assert np.abs(both[0] - both[1]).max() > 0.01


def test_diversity_makes_the_faces_of_one_channel_differ(warm_net):
    def alike(weight):
        aim = objectives.channel("mixed2", 7) + weight * objectives.diversity("mixed2")
        drawn = visualise_several(warm_net, aim, 3, side=32, steps=15, step_size=0.02)
        grams = warm_net.features(["mixed2"])(drawn)["mixed2"]
        diverse = objectives.diversity("mixed2")
        score = objectives.evaluate(diverse.structure, {"mixed2": grams}, *diverse.inputs)
        return -float(ops.convert_to_numpy(score).mean())

    assert alike(100) < alike(0)


def test_a_dream_and_a_visualisation_of_one_objective_keep_their_own_steps(net, photo):
    from dreamkit.vision.dream import deepdream

    aim = objectives.channel("mixed1", 0)
    deepdream(photo, net, aim, octaves=1, steps=1)
    visualise(net, aim, side=48, steps=1)
    assert len(net.climbers) == 2


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"side": 0}, "side"),
        ({"steps": 0}, "steps"),
        ({"step_size": 0}, "step_size"),
        ({"transforms": ["turns"]}, "'turn', 'size', 'shift' or 'noise'"),
    ],
)
def test_impossible_numbers_are_refused(net, numbers, words):
    with pytest.raises(ValueError, match=words):
        visualise(net, objectives.channel("mixed1", 0), **{"side": 48, **numbers})
    with pytest.raises(ValueError, match="10 channels"):
        visualise(net, objectives.channel("mixed1", 99), side=48)
    assert not net.climbers
