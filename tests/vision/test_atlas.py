"""The atlas averages what it should, survives a file and an interruption, and points to patches."""

import numpy as np
import pytest

from dreamkit.training.atlas import make_atlas
from dreamkit.vision.atlas import Atlas, Cells, binned, class_scores, load_atlas, sampled
from dreamkit.vision.attack import (
    alike,
    cut,
    flipped,
    pasted,
    predicted,
    suggested,
    suggested_patches,
)
from dreamkit.vision.groups import activation_groups


@pytest.fixture
def named(net):
    net.classes = list("abcde")
    return net


def test_squares_hold_the_mean_of_what_fell_into_them():
    vectors = np.array([[1.0], [3.0], [5.0], [7.0]], "float32")
    points = np.array([[0.1, 0.1], [0.2, 0.2], [0.9, 0.1], [1.0, 1.0]])
    places, counts, means = binned(vectors, points, 2, fewest=1)
    assert places.tolist() == [[0, 0], [0, 1], [1, 1]]
    assert counts.tolist() == [2, 1, 1] and means.ravel().tolist() == [2, 5, 7]
    assert binned(vectors, points, 2, fewest=2)[1].tolist() == [2]


def test_a_sample_is_an_activation_of_each_picture(net, make_picture):
    pictures = np.stack([make_picture(seed) for seed in range(3)])
    for picture, vector in zip(pictures, sampled(net, "mixed2", pictures), strict=True):
        grid = net.activations(picture, ["mixed2"])["mixed2"].reshape(-1, 10)
        assert np.abs(grid - vector).max(1).min() < 1e-5


def test_class_scores_average_to_the_logits(named, photo):
    answers = named.activations(photo, ["pool2", "logits"])
    scores = class_scores(named, answers["pool2"].reshape(-1, 10))
    np.testing.assert_allclose(scores.mean(0), answers["logits"][0], rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="10 channels"):
        class_scores(named, np.zeros((1, 3)))


def some_cells(means):
    count = len(means)
    places = np.stack([np.arange(count), np.arange(count)], axis=1)
    pictures = np.repeat(np.arange(count, dtype="uint8") * 40, 8 * 8 * 3).reshape(count, 8, 8, 3)
    return Cells(count, places, np.arange(count) + 4, means.astype("float32"), pictures)


def test_a_file_gives_back_the_atlas(tmp_path):
    cells = some_cells(np.random.default_rng(0).random((5, 10)))
    found = load_atlas(Atlas("mixed2", {5: cells}).save(tmp_path / "atlas.npz"))
    assert found.layer == "mixed2" and list(found.grids) == [5]
    again = found.grids[5]
    assert np.array_equal(again.places, cells.places) and np.array_equal(again.counts, cells.counts)
    np.testing.assert_allclose(again.means, cells.means, atol=1e-3)
    assert np.abs(again.pictures.astype(int) - cells.pictures).max() < 12  # WebP


def test_making_goes_on_where_it_was_stopped(net, make_picture, tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (40, 32, 32, 3), dtype="uint8")
    how = {"sizes": (2,), "side": 32, "steps": 2}
    whole = make_atlas(net, "mixed2", pictures, tmp_path, **how)
    assert whole.grids[2].counts.sum() <= 40 and whole.grids[2].pictures.shape[1:] == (32, 32, 3)

    def never(*_, **__):
        raise AssertionError("it was done already")

    monkeypatch.setattr("dreamkit.vision.features.visualise_directions", never)
    monkeypatch.setattr("dreamkit.vision.atlas.sampled", never)
    again = make_atlas(net, "mixed2", pictures, tmp_path, **how)
    assert np.array_equal(again.grids[2].pictures, whole.grids[2].pictures)


def test_the_cell_suggested_speaks_for_one_class_against_the_other(named):
    weights, _ = named.model.layers[-1].get_weights()
    means = np.stack([weights[:, 1] - weights[:, 0], weights[:, 0] - weights[:, 1]])
    cells = some_cells(means)
    assert suggested(named, cells, "a", "b") == 0
    assert suggested(named, cells, "b", "a") == 1
    assert len(alike(named, some_cells(np.random.default_rng(0).random((6, 10))))) == 10


def test_a_piece_is_the_middle_of_a_drawing():
    pictures = np.zeros((2, 8, 8, 3), "uint8")
    pictures[1, 2:6, 2:6] = 255
    cells = Cells(2, np.zeros((2, 2), int), np.ones(2), np.ones((2, 3)), pictures)
    assert cut(cells, 1, 4).shape == (4, 4, 3) and (cut(cells, 1, 4) == 1).all()
    assert not cut(cells, 0, 4).any()


def test_a_suggested_patch_raises_what_it_is_meant_to(named):
    cells = some_cells(np.random.default_rng(0).random((6, 10)))
    pairs = [("a", "b"), ("b", "a")]
    patches = suggested_patches(named, "mixed2", cells, pairs, side=32)
    assert patches.shape == (2, 32, 32, 3)
    gains = [named.activations(patch, ["logits"])["logits"][0][:2] @ [-1, 1] for patch in patches]
    assert gains[0] > gains[1]


def test_a_patch_is_in_one_corner_and_nowhere_else():
    pictures = np.zeros((6, 16, 16, 3), "float32")
    changed = pasted(pictures, np.ones((4, 4, 3)))
    assert (changed.sum((1, 2, 3)) == 4 * 4 * 3).all() and not pictures.any()
    corners = {tuple(picture[[0, 0, -1, -1], [0, -1, 0, -1], 0]) for picture in changed}
    assert all(sum(corner) == 1 for corner in corners) and len(corners) > 1
    with pytest.raises(ValueError, match="does not fit"):
        pasted(pictures, np.ones((17, 17, 3)))


def test_flips_are_counted_among_pictures_seen_rightly(named, make_picture):
    pictures = np.stack([make_picture(seed, 32, 32) for seed in range(8)])
    seen = predicted(named, pictures)
    name = named.classes[seen[0]]
    patch = np.zeros((16, 16, 3))
    after = predicted(named, pasted(pictures[seen == seen[0]], patch))
    expected = np.mean(after == seen[0])
    assert flipped(named, pictures, patch, name, name) == pytest.approx(expected)


def test_groups_give_back_most_and_say_where(net, photo):
    few, many = (activation_groups(photo, net, "mixed2", n) for n in (2, 6))
    assert few.where.shape[0] == 2 and few.where.min() >= 0 and few.where.max() <= 1 + 1e-6
    assert few.directions.shape == (2, 10)
    assert 0 < few.explained < many.explained <= 1
    with pytest.raises(ValueError, match="groups"):
        activation_groups(photo, net, "mixed2", 99)
