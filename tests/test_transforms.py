"""Transforms are values: what they are called, what they draw, and what they do to pictures."""

import numpy as np
import pytest
from keras import ops
from scipy.ndimage import map_coordinates

import dreamkit as dk
from dreamkit.movements import moved, movement, picked
from dreamkit.transforms import (
    Chain,
    Transform,
    as_transforms,
    composed,
    noise,
    shift,
    size,
    turn,
)
from tests.tiny import smooth_picture

SIDE = 32
MIDDLE = np.array([(SIDE - 1) / 2] * 2 + [1])
PICTURES = np.stack([smooth_picture(seed, SIDE, SIDE) for seed in (0, 1)])


def seen(transforms, pictures=PICTURES, seed=0):
    """What is seen of pictures through transforms, drawn from a seed."""
    see, draw = composed(transforms)
    drawn = draw(np.random.default_rng(seed), pictures.shape[1])
    return ops.convert_to_numpy(see(ops.convert_to_tensor(pictures), *drawn))


def several(transform, property_of):
    """Of 50 movements that are drawn."""
    rngs = map(np.random.default_rng, range(50))
    return np.array([property_of(*transform.draw(rng, SIDE)) for rng in rngs])


def angle(matrix):
    return np.rad2deg(np.arctan2(matrix[1, 0], matrix[0, 0]))


def enlarged(matrix):
    """The logarithm of how many times."""
    return -np.log(np.linalg.det(matrix)) / 2


def off_the_middle(matrix):
    """How far, in sides."""
    return (matrix @ MIDDLE - MIDDLE)[:2] / SIDE


@pytest.mark.parametrize(
    ("transform", "turns", "grows", "shifts"),
    [
        (turn(10), (-10, 10), (0, 0), 0),
        (size(-0.1, 0.5), (0, 0), (-0.1, 0.5), 0),
        (shift(0.07), (0, 0), (0, 0), 0.07),
    ],
    ids=repr,
)
def test_a_movement_is_of_one_kind_and_as_far_as_it_says(transform, turns, grows, shifts):
    """All that is drawn is within the limits, and comes near both."""
    for limits, found in (
        (turns, several(transform, angle)),
        (grows, several(transform, enlarged)),
        ((-shifts, shifts), several(transform, off_the_middle)),
    ):
        low, high = limits
        assert found.min() >= low - 1e-6 and found.max() <= high + 1e-6
        assert found.min() <= low + 0.1 * (high - low) + 1e-6
        assert found.max() >= high - 0.1 * (high - low) - 1e-6


def test_what_leaves_at_an_edge_comes_in_at_the_other_without_a_seam():
    """At every pixel the mean, weighed by nearness, of four of an endless wallpaper."""
    see, draw = composed([shift(0.3), size(-0.5, 0.5), turn(40)])
    (drawn,) = draw(np.random.default_rng(2), SIDE)
    rows, columns = np.indices((SIDE, SIDE))
    x, y, _ = np.einsum("ab,brc->arc", drawn[0], np.stack([columns, rows, np.ones_like(rows)]))
    assert x.min() < -1 and x.max() > SIDE
    found = ops.convert_to_numpy(see(ops.convert_to_tensor(PICTURES), drawn))
    for picture, answer in zip(PICTURES, found, strict=True):
        for channel in range(3):
            plane = picture[..., channel].astype("float64")
            expected = map_coordinates(plane, [y, x], order=1, mode="grid-wrap")
            np.testing.assert_allclose(answer[..., channel], expected, atol=1e-4)


def test_a_shift_by_whole_pixels_rolls():
    matrix = movement(np.eye(2), np.array([3, -5])).astype("float32")
    found = ops.convert_to_numpy(moved(ops.convert_to_tensor(PICTURES), matrix))
    np.testing.assert_allclose(found, np.roll(PICTURES, (5, -3), axis=(1, 2)), atol=1e-6)


def test_the_nearest_pixel_is_picked_of_pictures_of_any_shape():
    see, draw = composed([shift(0.2), size(-0.3, 0.4), turn(30)])
    wide = smooth_picture(0, SIDE, 50)
    for seed in range(3):
        (drawn,) = draw(np.random.default_rng(seed), (SIDE, 50))
        rows, columns = np.indices((SIDE, 50))
        x, y, _ = np.einsum("ab,brc->arc", drawn[0], np.stack([columns, rows, np.ones_like(rows)]))
        nearest = wide[np.floor(y + 0.5).astype(int) % SIDE, np.floor(x + 0.5).astype(int) % 50]
        found = ops.convert_to_numpy(picked(ops.convert_to_tensor(wide[None]), *drawn))[0]
        other = np.abs(found - nearest).max(axis=2) > 1e-6  # halves may go either way
        assert np.mean(other) < 0.01
        between = ops.convert_to_numpy(see(ops.convert_to_tensor(wide[None]), drawn))[0]
        assert np.abs(between - found).mean() < 0.03


def test_noise_is_new_every_time_and_the_same_for_all_pictures():
    grey = np.full((2, SIDE, SIDE, 3), 0.5, "float32")
    one, other = (seen([noise(0.12)], grey, seed) - 0.5 for seed in (0, 1))
    np.testing.assert_array_equal(one[0], one[1])
    assert one.std() == pytest.approx(0.12, rel=0.05)
    assert np.abs(np.corrcoef(one[0].ravel(), other[0].ravel())[0, 1]) < 0.1


def test_movements_side_by_side_are_as_one_after_the_other():
    """But for mixing pixels again, and for the edges, where each would bring in its own."""
    one, two = shift(0.2), turn(20)
    together = seen([one, two])
    see, draw = composed([one, two])
    assert see == Chain((moved,)) and len(draw(np.random.default_rng(0), SIDE)) == 1
    rng = np.random.default_rng(0)
    second, first = (each.draw(rng, SIDE)[0].astype("float32") for each in (two, one))
    apart = moved(moved(ops.convert_to_tensor(PICTURES), first), second)
    inner = np.s_[:, 8:-8, 8:-8]
    off = np.abs(ops.convert_to_numpy(apart) - together)[inner]
    assert off.mean() < 0.01 and off.max() < 0.06
    assert np.abs(together - PICTURES).mean() > 0.1
    swapped = moved(moved(ops.convert_to_tensor(PICTURES), second), first)
    assert np.abs(ops.convert_to_numpy(swapped) - together)[inner].mean() > 2 * off.mean()


def test_what_stands_between_movements_is_done_between_them():
    """Noise that is shifted afterwards is shifted along."""
    grey = np.zeros((1, SIDE, SIDE, 3), "float32")
    by_eight = Transform(moved, lambda rng, side: (movement(np.eye(2), np.array([8, 0])),))
    before, after = seen([noise(0.1), by_eight], grey), seen([by_eight, noise(0.1)], grey)
    np.testing.assert_allclose(before, np.roll(after, -8, axis=2), atol=1e-6)
    assert np.abs(before - after).mean() > 0.1
    assert composed([noise(), by_eight])[0] != composed([by_eight, noise()])[0]


def test_no_transforms_show_the_picture_itself():
    assert as_transforms(()) == as_transforms([]) == ()
    np.testing.assert_array_equal(seen(()), PICTURES)


def mixed_with(pictures, colour, share):
    return (1 - share) * pictures + share * colour


def test_one_of_one_s_own_gets_what_it_draws():
    def draw(rng, side):
        assert side == SIDE
        return np.float64([1, 0, 0]), rng.uniform(0, 1)

    reddish = Transform(mixed_with, draw, "reddish")
    share = np.random.default_rng(4).uniform(0, 1)
    expected = (1 - share) * PICTURES + share * np.float32([1, 0, 0])
    np.testing.assert_allclose(seen([reddish], seed=4), expected, atol=1e-6)
    assert repr([reddish, turn(5)]) == "[reddish, turn(5)]"


def test_transforms_are_values():
    """What is equal is compiled once, however often it is made; what it draws is no part of it."""
    assert repr((turn(), size(), shift(), noise())) == (
        "(turn(10), size(-0.1, 0.5), shift(0.07), noise(0.12))"
    )
    assert composed([turn(3), noise(0.1)])[0] == composed([shift(0.2), size(), noise(0.2)])[0]
    assert hash(composed([turn(3)])[0]) == hash(composed([shift()])[0])
    assert composed([noise()])[0] != composed([turn()])[0]
    assert as_transforms(turn(3)) == as_transforms([turn(3)]) == (turn(3),)


@pytest.mark.parametrize(
    "wrong", ["turn", ["turn"], None, turn, [turn], [turn(3), None], 3, moved, [[turn(3)]]]
)
def test_what_is_no_transform_is_refused(net, wrong):
    with pytest.raises(TypeError, match="must be a Transform, got .*turn.10. is one; .. is none"):
        dk.visualise(net, "mixed1", side=16, steps=1, transforms=wrong)
    assert not net.climbers


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: turn(181), "degrees must be a number from 0 to 180, got 181"),
        (lambda: turn(-1), "degrees must be"),
        (lambda: turn("10"), "degrees must be"),
        (lambda: size(0.5, -0.1), "most must be a number from 0.5 to 3, got -0.1"),
        (lambda: size(-4), "least must be"),
        (lambda: shift(1.1), "share must be a number from 0 to 1"),
        (lambda: noise(-0.1), "deviation must be a number from 0"),
        (lambda: noise(np.nan), "deviation must be"),
    ],
)
def test_impossible_numbers_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_what_draws_no_tuple_or_applies_no_function_is_refused(net):
    """The comma of ``(array,)`` is easily forgotten."""
    forgotten = Transform(lambda x, by: by * x, lambda rng, side: rng.uniform(0.5, 1, 1))
    with pytest.raises(TypeError, match=r"draws must be a tuple, got an array \(1,\). .*comma"):
        dk.visualise(net, "mixed1", side=16, steps=1, transforms=[forgotten])
    for wrong in ((3, lambda rng, side: ()), (lambda x: x, 3)):
        with pytest.raises(ValueError, match="must be a function, got"):
            Transform(*wrong)
