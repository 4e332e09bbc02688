"""A spectrum climbs: the decoding is a transform, and what is drawn excites what was asked for."""

import numpy as np
import pytest
from keras import ops

from dreamkit import objectives
from dreamkit.vision.features import decode, faint, moved, movement, visualise, visualise_directions

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
    np.testing.assert_allclose(coarse / fine, 4, rtol=1e-3)


def test_colours_rise_and_fall_together():
    noise = np.random.default_rng(0).standard_normal((1, SIDE, SIDE, 3)).astype("float32")
    red, green, _ = decoded(0.1 * noise)[0].reshape(-1, 3).T
    assert np.corrcoef(red, green)[0, 1] > 0.7


def test_movements_turn_about_the_middle_and_change_nothing_in_grey():
    matrix = movement(np.random.default_rng(0), SIDE)
    grey = np.zeros((2, SIDE, SIDE, 3), "float32")
    seen = ops.convert_to_numpy(moved(ops.convert_to_tensor(grey), matrix))
    np.testing.assert_allclose(seen, 0.5, atol=1e-5)
    for _ in range(5):
        a, b, x0, c, d, y0, *_ = movement(np.random.default_rng(_), SIDE)[0]
        middle = (SIDE - 1) / 2
        place = np.array([a * middle + b * middle + x0, c * middle + d * middle + y0])
        assert np.abs(place - middle).max() <= 8.01
        assert 0.85 < np.sqrt(a * d - b * c) < 1.17


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


def test_the_start_is_of_coarse_waves():
    spectra = faint(np.random.default_rng(0), 4, SIDE)
    assert np.abs(spectra[:, 1:3, 1:3]).mean() > 4 * np.abs(spectra[:, 14:18, 14:18]).mean()
    assert 0.01 < decoded(spectra).std() < 0.2


def test_the_same_seed_draws_the_same(warm_net):
    aim = objectives.channel("mixed2", 7)
    one, same, other = (
        visualise(warm_net, aim, side=48, steps=2, seed=seed).image for seed in (0, 0, 1)
    )
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_directions_side_by_side_are_the_same_as_one_by_one(warm_net):
    vectors = np.eye(10, dtype="float32")[[6, 9]]
    both = visualise_directions(warm_net, "mixed2", vectors, side=48, steps=3)
    for vector, picture in zip(vectors, both, strict=True):
        alone = visualise_directions(warm_net, "mixed2", vector[None], side=48, steps=3)[0]
        np.testing.assert_allclose(picture, alone, atol=1e-4)
    assert np.abs(both[0] - both[1]).max() > 0.01


def test_a_dream_and_a_visualisation_of_one_objective_keep_their_own_steps(net, photo):
    from dreamkit.vision.dream import deepdream

    aim = objectives.channel("mixed1", 0)
    deepdream(photo, net, aim, octaves=1, steps=1)
    visualise(net, aim, side=48, steps=1)
    assert len(net.climbers) == 2


@pytest.mark.parametrize(
    ("numbers", "words"),
    [({"side": 0}, "side"), ({"steps": 0}, "steps"), ({"step_size": 0}, "step_size")],
)
def test_impossible_numbers_are_refused(net, numbers, words):
    with pytest.raises(ValueError, match=words):
        visualise(net, objectives.channel("mixed1", 0), **{"side": 48, **numbers})
    with pytest.raises(ValueError, match="10 channels"):
        visualise(net, objectives.channel("mixed1", 99), side=48)
    assert not net.climbers
