"""Ascent rises, moves as far as it says, and touches nothing that it should not."""

import numpy as np
import pytest
from keras import ops

from dreamkit.ascent import Climber, ascend, normalised
from dreamkit.backend import NAME
from dreamkit.objectives import (
    LOGITS,
    channel,
    direction,
    guide,
    l2,
    layer,
    logit,
    neuron,
    total_variation,
)

RNG = np.random.default_rng(5)
KERNEL = RNG.normal(size=(3, 3, 3, 8)).astype("float32") / 5
CLASSES = RNG.normal(size=(8, 4)).astype("float32")
PICTURE = RNG.random((1, 12, 14, 3), "float32")
GUIDE = np.abs(RNG.normal(size=(1, 6, 7, 8))).astype("float32")


def features(x):
    """A network of one layer and a classifier, with random weights."""
    conv = ops.relu(ops.conv(x, KERNEL, strides=2, padding="same"))
    return {"conv": conv, LOGITS: ops.matmul(ops.mean(conv, axis=(1, 2)), CLASSES)}


def roll(x, shift):
    return ops.roll(x, (shift[0], shift[1]), axis=(1, 2))


def last(climb):
    """The array that a climb ends with."""
    return np.asarray(list(climb)[-1][0])


def score(objective, x=PICTURE):
    scores, _ = Climber(features, objective).look(x, *objective.inputs, ())
    return np.asarray(scores)


@pytest.mark.parametrize(
    "objective",
    [
        layer("conv"),
        channel("conv", 1),
        neuron("conv", 2),
        neuron("conv", 2, (1, 5)),
        direction("conv", CLASSES[:, 0]),
        logit(3),
        guide("conv", GUIDE, "position"),
        guide("conv", GUIDE[:, :3], "best"),
        layer("conv") - 0.1 * total_variation() - 0.1 * l2(),
        layer("conv") + 0.5 * channel("conv", 1) - logit(0),
        -layer("conv"),
        -total_variation(),
        -l2(),
    ],
    ids=str,
)
def test_ascent_rises(objective):
    start = score(objective)
    climb = ascend(Climber(features, objective), PICTURE, objective, steps=5, step_size=0.01)
    x, reported = zip(*climb, strict=True)
    assert reported[0] == start  # a step reports the score that it starts from
    history = [*np.ravel(reported), *score(objective, x[-1])]
    assert len(history) == 6
    assert np.all(np.diff(history) > 0)


@pytest.mark.parametrize(("penalty", "weight"), [(total_variation(), 2), (l2(), 2)], ids=str)
def test_a_subtracted_penalty_makes_itself_felt(penalty, weight):
    def penalty_after(objective):
        climber = Climber(features, objective)
        return score(penalty, last(ascend(climber, PICTURE, objective, steps=9, step_size=0.01)))

    with_penalty = penalty_after(layer("conv") - weight * penalty)
    assert with_penalty < penalty_after(layer("conv"))
    assert with_penalty < score(penalty)


def test_the_normalised_gradient_has_mean_size_one_in_every_row():
    gradient = RNG.normal(size=(3, 4, 5, 2)) * np.array([1e-6, 1, 1e6])[:, None, None, None]
    unit = np.asarray(normalised(gradient))
    np.testing.assert_allclose(np.abs(unit).mean((1, 2, 3)), 1, rtol=1e-5)
    np.testing.assert_array_equal(np.sign(unit), np.sign(gradient))


def test_no_gradient_is_no_step_and_no_division_by_zero():
    np.testing.assert_array_equal(normalised(np.zeros((1, 4, 4, 3))), 0)


@pytest.mark.parametrize("size", [0.003, 0.05])
def test_a_step_moves_by_its_size_on_average(size):
    objective = layer("conv")
    x = last(ascend(Climber(features, objective), PICTURE, objective, steps=1, step_size=size))
    np.testing.assert_allclose(np.abs(x - PICTURE).mean(), size, rtol=1e-3)


def test_rows_climb_on_their_own():
    objective = layer("conv")
    pictures = np.concatenate([PICTURE, RNG.random(PICTURE.shape, "float32") * 0.1])
    climber = Climber(features, objective)
    together = last(ascend(climber, pictures, objective, steps=3, step_size=0.01))
    apart = [
        last(ascend(climber, row[None], objective, steps=3, step_size=0.01))[0] for row in pictures
    ]
    np.testing.assert_allclose(together, apart, atol=1e-6)


def test_a_mask_holds_still_exactly_and_scales_elsewhere():
    objective = layer("conv")
    mask = np.ones((1, 12, 14, 1), "float32")
    mask[:, :5], mask[:, 8:] = 0, 0.25

    def moved(mask):
        climber = Climber(features, objective)
        climb = ascend(climber, PICTURE, objective, steps=1, step_size=0.01, mask=mask)
        return last(climb) - PICTURE

    held, free = moved(mask), moved(np.ones_like(mask))
    assert not held[:, :5].any()
    np.testing.assert_allclose(held[:, 5:8], free[:, 5:8], atol=1e-7)
    np.testing.assert_allclose(held[:, 8:], free[:, 8:] / 4, atol=1e-7)


def test_bounds_are_kept_and_reached():
    objective = layer("conv")
    climb = ascend(
        Climber(features, objective), PICTURE, objective, steps=5, step_size=0.3, bounds=(0.2, 0.8)
    )
    for x, _ in climb:
        x = np.asarray(x)
        assert x.min() == np.float32(0.2)
        assert x.max() == np.float32(0.8)


def test_without_bounds_there_are_none():
    objective = layer("conv")
    x = last(ascend(Climber(features, objective), PICTURE, objective, steps=5, step_size=0.3))
    assert x.max() > 1.5


def test_a_transform_changes_what_is_seen_and_not_what_climbs():
    objective = layer("conv")
    seen = []
    climber = Climber(features, objective, transform=roll)
    shifts = iter(np.array([[1, 0], [5, 3]], "int32"))
    climb = ascend(
        climber, PICTURE, objective, steps=2, step_size=0.1, mask=0, draw=lambda: (next(shifts),)
    )
    for x, scores in climb:
        np.testing.assert_array_equal(x, PICTURE)
        seen.append(scores[0])
    expected = [score(objective, np.roll(PICTURE, s, (1, 2)))[0] for s in ([1, 0], [5, 3])]
    np.testing.assert_allclose(seen, expected, rtol=1e-5)
    assert seen[0] != seen[1]


def test_the_gradient_comes_back_through_the_transform():
    """Rolling inside the gradient is rolling the picture, and the gradient back again."""
    objective = neuron("conv", 2)
    shift = np.array([4, -2], "int32")
    _, plain = Climber(features, objective).look(
        np.roll(PICTURE, shift, (1, 2)), *objective.inputs, ()
    )
    _, rolled = Climber(features, objective, roll).look(PICTURE, *objective.inputs, (shift,))
    np.testing.assert_allclose(rolled, np.roll(plain, -shift, (1, 2)), atol=1e-7)
    assert np.any(np.asarray(plain) != np.asarray(rolled))


def dreamt(seed):
    rng = np.random.default_rng(seed)
    objective = layer("conv")
    climb = ascend(
        Climber(features, objective, roll),
        PICTURE,
        objective,
        steps=4,
        step_size=0.01,
        draw=lambda: (rng.integers(-5, 6, 2, dtype="int32"),),
    )
    return last(climb)


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    np.testing.assert_array_equal(dreamt(1), dreamt(1))
    assert np.any(dreamt(1) != dreamt(2))


def test_the_gradient_is_treated_before_it_is_normalised():
    objective = layer("conv")

    def only_red(gradient, strength):
        return gradient * strength * np.array([1, 0, 0], "float32")

    climber = Climber(features, objective, treat=only_red)
    climb = ascend(climber, PICTURE, objective, steps=1, step_size=0.01, settings=(7,))
    moved = last(climb) - PICTURE
    assert not moved[..., 1:].any()
    np.testing.assert_allclose(np.abs(moved).mean(), 0.01, rtol=1e-3)


def test_the_gradient_may_be_gathered_in_another_way():
    objective = layer("conv")
    climber, look = Climber(features, objective), Climber(features, objective).look

    def backwards(x, *inputs):
        scores, gradient = look(x, *inputs)
        return scores, -np.asarray(gradient)

    climber.look = backwards
    climb = ascend(climber, PICTURE, objective, steps=5, step_size=0.01)
    assert score(objective, last(climb)) < score(objective)


def test_a_climber_serves_every_objective_of_its_structure_and_every_size():
    climber = Climber(features, channel("conv", 0) - l2())
    for number in range(3):
        objective = channel("conv", number) - number * l2(number / 10)
        x = RNG.random((1, 8 + number, 20 - number, 3), "float32")
        list(ascend(climber, x, objective, steps=2, step_size=0.01))
        scores, _ = climber.look(x, *objective.inputs, ())
        np.testing.assert_allclose(scores, score(objective, x), rtol=1e-4, atol=1e-6)
    if NAME == "tensorflow":
        assert (climber.look.traces, climber.step.traces) == (1, 1)


def test_steps_are_taken_one_by_one():
    """Nothing runs ahead, so a climb can be stopped after any step."""
    calls = []
    objective = layer("conv")
    climb = ascend(
        Climber(features, objective),
        PICTURE,
        objective,
        steps=100,
        step_size=0.01,
        draw=lambda: calls.append(1) or (),
    )
    assert not calls
    next(climb), next(climb)
    assert len(calls) == 2


def test_steps_shrink_near_the_bound_that_they_lead_to():
    """A step of 0.1 upwards: from the middle, 0.1 and 0.05 below the end, and near the start."""
    start = np.array([[0.5], [0.9], [0.95], [0.05]], "float32")
    up = layer("x")
    climber = Climber(lambda x: {"x": x}, up)
    moved = last(ascend(climber, start, up, steps=1, step_size=0.1, bounds=(0, 1))) - start
    np.testing.assert_allclose(moved[:, 0], [0.1, 0.04, 0.02, 0.1], atol=1e-6)
