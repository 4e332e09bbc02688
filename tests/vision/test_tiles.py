"""Tiles are gathered into what one look at the whole picture would give, without seams."""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.ascent import Climber
from dreamkit.objectives import layer, logit
from dreamkit.vision import tiles
from dreamkit.vision.tiles import (
    BYTES,
    LARGEST,
    LARGEST_ON_CPU,
    SMALLEST,
    Tiled,
    fitting,
    gathered,
)

SIDE = 128


def windows_seen(shape, side, shift=(0, 0)):
    """Gather the picture itself, noting every tile that was looked at."""
    seen = []

    def look(tile):
        seen.append(tile)
        return tile

    picture = np.random.default_rng(0).normal(size=(1, *shape, 3)).astype("float32")
    return picture, gathered(look, picture, side, shift), seen


@pytest.mark.parametrize("shift", [(0, 0), (5, -9)])
@pytest.mark.parametrize(
    "shape",
    [(32, 32), (33, 32), (20, 70), (32, 57), (100, 41), (97, 131), (24, 56), (24, 57), (31, 200)],
)
def test_the_weights_of_the_tiles_add_up_to_one_everywhere(shape, shift):
    """Gathered from tiles, a pixel is itself: none is left out, counted twice or divided by 0."""
    picture, together, seen = windows_seen(shape, 32, shift)
    np.testing.assert_allclose(together, picture, rtol=1e-5, atol=1e-6)
    assert {tile.shape[1:3] for tile in seen} == {(min(32, shape[0]), min(32, shape[1]))}


def test_tiles_are_cut_from_the_shifted_picture():
    picture, _, seen = windows_seen((40, 50), 32, (3, -4))
    shifted = np.roll(picture, (3, -4), axis=(1, 2))
    np.testing.assert_array_equal(seen[0], shifted[:, :32, :32])
    np.testing.assert_array_equal(seen[-1], shifted[:, -32:, -32:])


def test_a_picture_that_fits_is_one_tile():
    picture, together, seen = windows_seen((32, 30), 32)
    assert len(seen) == 1
    np.testing.assert_array_equal(together, picture)


def test_no_more_tiles_than_an_overlap_of_a_quarter_asks_for():
    # 24 new pixels per tile after the first 32: 80 = 32 + 2 × 24, and 81 needs one more
    assert len(windows_seen((32, 80), 32)[2]) == 3
    assert len(windows_seen((32, 81), 32)[2]) == 4


def test_what_a_tile_says_near_its_inner_edge_does_not_count():
    """There it lacks its surroundings; its outer edge is the picture's, and counts."""

    def edges(tile):
        marked = np.zeros_like(tile)
        marked[:, :, :2] = marked[:, :, -2:] = 1
        return marked

    together = gathered(edges, np.zeros((1, 32, 80, 3), "float32"), 32)
    np.testing.assert_array_equal(np.flatnonzero(together[0, 0, :, 0]), [0, 1, 78, 79])


class Brightness:
    """A climber whose score is the brightness and whose gradient is the picture."""

    def look(self, x, weights, data, draw):
        assert draw[0].tolist() == [0, 0]  # the tiles are cut from a picture that is shifted
        return weights * x.mean((1, 2, 3)), x

    def precondition(self, gradient, factor):
        return factor * gradient

    def moved(self, x, gradient, size):
        return gradient.mean((1, 2, 3)), x + size * gradient


def test_the_score_is_the_mean_over_the_tiles():
    halves = np.zeros((1, 32, 56, 3), "float32")  # two tiles of 32 columns, 8 in common
    halves[:, :, 28:] = 1
    scores, gradient = Tiled(Brightness(), 32).look(halves, 3, (), (np.zeros(2, "int32"),))
    np.testing.assert_allclose(scores, [1.5], rtol=1e-6)
    np.testing.assert_allclose(gradient, halves, rtol=1e-6)


def test_a_step_is_put_together_from_tiles_preconditioned_one_by_one():
    pictures = np.random.default_rng(0).random((1, 40, 50, 3), "float32")
    draw = (np.array([3, -4], "int32"),)
    scores, slopes, onward = Tiled(Brightness(), 32).step(pictures, (2, ()), draw, (3,), (0.1,))
    np.testing.assert_allclose(scores, 2 * pictures.mean((1, 2, 3)), rtol=0.05)
    np.testing.assert_allclose(slopes, 3 * pictures.mean((1, 2, 3)), rtol=1e-5)
    np.testing.assert_allclose(onward, 1.3 * pictures, rtol=1e-5)


# Columns where one tile's weight falls and the next one's rises (three tiles, a margin of 16).
MEETING = slice(56, 72)


@pytest.fixture
def wide(make_picture):
    """Two tiles of 128 pixels with 32 in common, columns 96 to 128."""
    return make_picture(3, height=96, width=224)


def cosine(a, b):
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


def error_by_column(tiled, whole):
    """Root mean square of the error over that of the whole."""
    return np.sqrt(np.square(tiled - whole).mean((0, 2)) / np.square(whole).mean())


def dreams(net, picture, objective="mixed2", **knobs):
    """What a dream adds to a picture, in one piece and in tiles."""
    knobs = {"octaves": 2, "steps": 5, "step_size": 0.01, "jitter": 8, **knobs}
    for tile in (768, SIDE):
        yield dk.deepdream(picture, net, objective, tile=tile, **knobs).image - picture


def test_the_gradient_in_tiles_is_that_of_the_whole(warm_net, wide):
    objective = layer("mixed2")
    climber = Climber(warm_net.features(["mixed2"]), objective, lambda x, shift: x)
    inputs = (wide[None], *objective.inputs, (np.zeros(2, "int32"),))
    whole, tiled = (np.asarray(c.look(*inputs)[1])[0] for c in (climber, Tiled(climber, SIDE)))
    assert cosine(whole, tiled) > 0.9999
    # a tile's mean is over fewer positions, so its gradient is larger, everywhere by as much
    tiled = tiled * SIDE / wide.shape[1]
    assert error_by_column(tiled, whole).max() < 0.02


def test_tiles_pasted_without_fading_would_show(warm_net, wide):
    """The measure above finds a seam where there is one."""
    objective = layer("mixed2")
    look = Climber(warm_net.features(["mixed2"]), objective).look
    _, whole = look(wide[None], *objective.inputs, ())
    halves = [look(half[None], *objective.inputs, ())[1] for half in np.split(wide, 2, axis=1)]
    pasted = np.concatenate(halves, axis=2)[0] / 2
    assert error_by_column(pasted, np.asarray(whole)[0]).max() > 0.2


def test_without_jitter_a_dream_in_tiles_is_the_dream_of_the_whole(warm_net, wide):
    whole, tiled = dreams(warm_net, wide, jitter=0)
    assert np.abs(whole).mean() > 0.02
    assert cosine(whole, tiled) > 0.995  # each tile blends its own mix of fine and coarse


def test_with_jitter_a_dream_in_tiles_is_the_dream_of_the_whole(warm_net, wide):
    """Everywhere, at the picture's edges and where tiles meet."""
    errors = []
    for seed in range(4):
        whole, tiled = dreams(warm_net, wide, octaves=1, seed=seed)
        assert cosine(whole, tiled) > 0.95
        errors.append(error_by_column(tiled, whole))
    assert np.mean(errors, axis=0)[MEETING].mean() < 0.13


def test_a_dream_in_tiles_has_no_line_where_they_meet(warm_net, wide):
    """Neighbouring columns differ by no more than they do in the dream of the whole."""
    whole, tiled = (
        np.abs(np.diff(change, axis=1)).mean((0, 2)) for change in dreams(warm_net, wide, octaves=1)
    )
    ratio = tiled[MEETING] / whole[MEETING]
    assert ratio.max() < 1.25
    np.testing.assert_allclose(ratio.mean(), 1, atol=0.1)


def test_a_class_rises_Tiled(warm_net, wide):
    history = dk.deepdream(
        wide, warm_net, logit(2), tile=SIDE, octaves=1, steps=5, jitter=0
    ).history
    assert len(history) == 6
    assert history[-1] > history[0]


@pytest.mark.open_shapes
def test_tiles_of_all_sizes_share_one_trace(net, wide):
    """A dream in tiles compiles the parts of a step; its octaves that need none, the step."""
    for picture in (wide, wide[:90, :200]):
        list(dreams(net, picture))
    (climber,) = net.climbers.values()
    parts = climber.step, climber.look, climber.precondition, climber.moved
    assert [part._traces for part in parts] == [1, 1, 1, 1]


@pytest.fixture
def memory(monkeypatch):
    """Sets what is free: on a GPU, or None if it does not say, and in main memory."""

    def free(gpu, main=10**12, computes=True):
        monkeypatch.setattr(tiles, "on_gpu", lambda: computes)
        monkeypatch.setattr(tiles, "free_gpu_memory", lambda: gpu)
        monkeypatch.setattr(tiles, "free_memory", lambda: main)

    return free


def test_the_numbers_of_a_pixel_are_those_of_all_layers(net):
    stem = 8 / 4  # a stride of 2, so one position for four pixels
    assert net.numbers_per_pixel(["stem"]) == stem
    branches = (4 + 6 + 10) / 4  # narrow, wide, and both together
    assert net.numbers_per_pixel(["mixed1"]) == stem + branches


def test_a_tile_is_as_large_as_memory_allows(net, memory):
    sides = []
    for free in (0, 10**8, 10**9, 10**12):
        memory(gpu=free)
        sides.append(fitting(net, ("mixed2",), 10_000))
    assert sides == [SMALLEST, 640, 2560, LARGEST]
    for side, free in zip(sides[1:3], (10**8, 10**9), strict=True):
        needed = BYTES * net.numbers_per_pixel(["mixed2"])
        assert side**2 * needed < free / 2 <= (2 * side) ** 2 * needed


def test_on_a_cpu_tiles_are_no_larger_than_they_need_to_be(net, memory):
    memory(gpu=None)
    assert fitting(net, ("mixed2",), 10_000) == LARGEST_ON_CPU
    memory(gpu=None, main=10**6)
    assert fitting(net, ("mixed2",), 10_000) == SMALLEST
    memory(gpu=10**12, computes=False)  # a GPU in the machine, and a framework built for CPUs
    assert fitting(net, ("mixed2",), 10_000) == LARGEST_ON_CPU


def test_no_tile_is_twice_as_large_as_the_picture(net, memory):
    memory(gpu=10**12)
    sides = [fitting(net, ("mixed2",), longest) for longest in (100, 320, 321, 900)]
    assert sides == [320, 320, 640, 1280]


def test_the_tile_that_was_chosen_is_a_setting_of_the_dream(net, photo, memory):
    memory(gpu=None)
    assert dk.deepdream(photo, net, octaves=1, steps=1).settings["tile"] == SMALLEST
