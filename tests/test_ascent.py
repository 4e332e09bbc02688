"""Ascent rises, moves as far as it says, and touches nothing that it should not."""

import numpy as np
import pytest
from keras import ops

from dreamkit.ascent import UNBOUNDED, Climber, ascend, climbing, moved
from dreamkit.backend import NAME, Compiled
from dreamkit.objectives import (
    channel,
    direction,
    guide,
    l2,
    layer,
    logit,
    neuron,
    of,
    total_variation,
)
from dreamkit.objectives.objective import LOGITS
from dreamkit.watching import NotFinite

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
    return np.asarray(list(climb)[-1].onward)


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
    steps = list(climb)
    np.testing.assert_array_equal(steps[0].x, PICTURE)
    assert steps[0].scores == start  # a step tells from where it leads, and what that scores
    for one, next_one in zip(steps, steps[1:], strict=False):
        np.testing.assert_array_equal(one.onward, next_one.x)
    history = [*np.ravel([step.scores for step in steps]), *score(objective, steps[-1].onward)]
    assert len(history) == 6
    assert np.all(np.diff(history) > 0)


def test_a_climb_ends_at_the_moment_at_which_its_last_step_has_arrived():
    objective, climber = layer("conv"), Climber(features, layer("conv"))
    how = {"step_size": 0.01}
    moments = list(climbing(climber, PICTURE, objective, steps=3, show=np.asarray, **how))
    assert [(m.done, m.total) for m in moments] == [(n, 3) for n in range(4)]
    steps = list(ascend(climber, PICTURE, objective, steps=3, **how))
    for moment, x in zip(moments, [PICTURE, *(step.onward for step in steps)], strict=True):
        np.testing.assert_array_equal(moment.image, x)
        np.testing.assert_allclose(moment.scores, score(objective, x), rtol=1e-5)


@pytest.mark.parametrize(("penalty", "weight"), [(total_variation(), 2), (l2(), 2)], ids=str)
def test_a_subtracted_penalty_makes_itself_felt(penalty, weight):
    def penalty_after(objective):
        climber = Climber(features, objective)
        return score(penalty, last(ascend(climber, PICTURE, objective, steps=9, step_size=0.01)))

    with_penalty = penalty_after(layer("conv") - weight * penalty)
    assert with_penalty < penalty_after(layer("conv"))
    assert with_penalty < score(penalty)


def moved_by(x, gradient):
    """The slopes of a gradient, and where a step of size 1 along it leads."""
    one, bounds = np.float32(1), np.array(UNBOUNDED, "float32")
    return map(np.asarray, Compiled(moved)(x, gradient, one, one, bounds))


def test_a_step_is_along_the_gradient_over_its_mean_size_in_every_row():
    gradient = RNG.normal(size=(3, 4, 5, 2)) * np.array([1e-6, 1, 1e6])[:, None, None, None]
    gradient = gradient.astype("float32")
    slopes, step = moved_by(np.zeros_like(gradient), gradient)
    np.testing.assert_allclose(slopes, np.abs(gradient).mean((1, 2, 3)), rtol=1e-5)
    np.testing.assert_allclose(np.abs(step).mean((1, 2, 3)), 1, rtol=1e-5)
    np.testing.assert_array_equal(np.sign(step), np.sign(gradient))


def test_no_gradient_is_no_step_and_no_division_by_zero():
    slopes, step = moved_by(PICTURE, np.zeros_like(PICTURE))
    np.testing.assert_array_equal(slopes, 0)
    np.testing.assert_array_equal(step, PICTURE)


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

    def change(mask):
        climber = Climber(features, objective)
        climb = ascend(climber, PICTURE, objective, steps=1, step_size=0.01, mask=mask)
        return last(climb) - PICTURE

    held, free = change(mask), change(np.ones_like(mask))
    assert not held[:, :5].any()
    np.testing.assert_allclose(held[:, 5:8], free[:, 5:8], atol=1e-7)
    np.testing.assert_allclose(held[:, 8:], free[:, 8:] / 4, atol=1e-7)


def test_bounds_are_kept_and_reached():
    objective = layer("conv")
    climb = ascend(
        Climber(features, objective), PICTURE, objective, steps=5, step_size=0.3, bounds=(0.2, 0.8)
    )
    for step in climb:
        x = np.asarray(step.onward)
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
    for step in climb:
        np.testing.assert_array_equal(step.onward, PICTURE)
        seen.append(step.scores[0])
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


def test_the_gradient_is_preconditioned_before_it_is_divided_by_its_size():
    objective = layer("conv")

    def only_red(gradient, strength):
        return gradient * strength * np.array([1, 0, 0], "float32")

    climber = Climber(features, objective, precondition=only_red)
    climb = ascend(climber, PICTURE, objective, steps=1, step_size=0.01, settings=(7,))
    change = last(climb) - PICTURE
    assert not change[..., 1:].any()
    np.testing.assert_allclose(np.abs(change).mean(), 0.01, rtol=1e-3)


class Backwards:
    """A climber whose step is put together from another's parts, and goes down."""

    def __init__(self, climber):
        self.climber = climber

    def step(self, x, inputs, draw, settings, how):
        scores, gradient = self.climber.look(x, *inputs, draw)
        gradient = self.climber.precondition(gradient, *settings)
        return scores, *self.climber.moved(x, -np.asarray(gradient), *how)


def test_a_step_may_be_put_together_in_another_way():
    objective = layer("conv")
    climb = ascend(
        Backwards(Climber(features, objective)), PICTURE, objective, steps=5, step_size=0.01
    )
    assert score(objective, last(climb)) < score(objective)
    with_step = ascend(Climber(features, -objective), PICTURE, -objective, steps=5, step_size=0.01)
    climb = ascend(
        Backwards(Climber(features, objective)), PICTURE, objective, steps=5, step_size=0.01
    )
    np.testing.assert_allclose(last(climb), last(with_step), atol=1e-6)


def test_a_climber_serves_every_objective_of_its_structure_and_every_size():
    climber = Climber(features, channel("conv", 0) - l2())
    for number in range(3):
        objective = channel("conv", number) - number * l2(number / 10)
        x = RNG.random((1, 8 + number, 20 - number, 3), "float32")
        list(ascend(climber, x, objective, steps=2, step_size=0.01))
        scores, _ = climber.look(x, *objective.inputs, ())
        np.testing.assert_allclose(scores, score(objective, x), rtol=1e-4, atol=1e-6)
    if NAME == "tensorflow":
        assert (climber.look._traces, climber.step._traces) == (1, 1)


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
    change = last(ascend(climber, start, up, steps=1, step_size=0.1, bounds=(0, 1))) - start
    np.testing.assert_allclose(change[:, 0], [0.1, 0.04, 0.02, 0.1], atol=1e-6)


@pytest.mark.parametrize(
    "scoring",
    [lambda a: ops.mean(a), lambda a: ops.max(a, axis=-1), lambda a: ops.mean(a, axis=(0, 1, 2))],
    ids=["one for all", "one for each place", "one for each channel"],
)
def test_a_score_that_is_not_one_number_for_each_row_is_refused(scoring):
    objective = of("conv", scoring)
    climb = ascend(Climber(features, objective), PICTURE, objective, steps=1, step_size=0.01)
    with pytest.raises(
        ValueError,
        match=r"of\('conv', <lambda>\) must give one number for each .*shape \(1,\), got",
    ):
        next(climb)


def test_where_there_is_nowhere_to_climb_no_step_is_taken():
    def log_of_red(a):
        return ops.log(ops.mean(a[..., 0], axis=(1, 2)))

    objective = of("x", log_of_red)
    climber = Climber(lambda x: {"x": x}, objective)
    climb = ascend(climber, np.zeros((1, 4, 4, 3), "float32"), objective, steps=3, step_size=0.1)
    with pytest.raises(NotFinite, match=r"of\('x', log_of_red\) scores -inf, .* nowhere to climb"):
        next(climb)
