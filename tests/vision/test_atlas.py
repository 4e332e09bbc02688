"""The atlas averages what it should, survives a file and an interruption, and points to patches."""

import numpy as np
import pytest

from benchmarks.attacks import CHANCES, flipped, known
from dreamkit.lessons.lesson06_attack import (
    pasted,
    similar_classes,
    square_patch,
    suggested_patches,
    suggested_square,
    winners,
)
from dreamkit.lessons.lesson06_groups import activation_groups
from dreamkit.networks.loading import load_network
from dreamkit.objectives import directions
from dreamkit.vision.atlas import Atlas, Grid, class_scores, load_atlas, names_of, speaking_for
from dreamkit.vision.features import visualise
from recipes.atlas import binned, lay_out, make_atlas, sampled


@pytest.fixture
def named(net):
    net.classes = list("abcde")
    return net


def test_a_file_that_is_no_atlas_is_refused(tmp_path):
    grid = Grid(2, np.zeros((1, 2)), np.ones(1), np.ones((1, 3)), np.ones((1, 8, 8, 3), "uint8"))
    path = Atlas("mixed2", {2: grid}).save(tmp_path / "atlas.npz")
    (tmp_path / "cut.npz").write_bytes(path.read_bytes()[:-200])
    (tmp_path / "text.npz").write_text("hello", encoding="utf-8")
    (tmp_path / "empty.npz").write_bytes(b"")
    np.savez(tmp_path / "other.npz", weights=np.ones(3))
    np.save(tmp_path / "array.npy", np.ones(3))
    for name in ("cut.npz", "text.npz", "empty.npz", "other.npz", "array.npy"):
        with pytest.raises(ValueError, match=f"{name} is no atlas, or is cut short or damaged"):
            load_atlas(tmp_path / name)
    with pytest.raises(FileNotFoundError, match="no file .*none.npz"):
        load_atlas(tmp_path / "none.npz")


def test_squares_hold_the_mean_of_what_fell_into_them():
    vectors = np.array([[1.0], [3.0], [5.0], [7.0]], "float32")
    points = np.array([[0.1, 0.1], [0.2, 0.2], [0.9, 0.1], [1.0, 1.0]])
    places, counts, means = binned(vectors, points, 2, fewest=1)
    assert places.tolist() == [[0, 0], [0, 1], [1, 1]]
    assert counts.tolist() == [2, 1, 1] and means.ravel().tolist() == [2, 5, 7]
    assert binned(vectors, points, 2, fewest=2)[1].tolist() == [2]


def test_samples_are_different_activations_of_each_picture(net, make_picture):
    pictures = np.stack([make_picture(seed) for seed in range(3)])
    found = sampled(net, "mixed2", pictures, each=4).reshape(3, 4, 10)
    for picture, vectors in zip(pictures, found, strict=True):
        grid = net.activations(picture, ["mixed2"])["mixed2"].reshape(-1, 10)
        places = [np.abs(grid - vector).max(1).argmin() for vector in vectors]
        np.testing.assert_allclose(grid[places], vectors, atol=1e-5)
        assert len(set(places)) == 4


def test_like_vectors_become_neighbours():
    rng = np.random.default_rng(0)
    vectors = np.repeat(np.eye(3), 15, axis=0) + 0.01 * rng.random((45, 3))
    places = lay_out(vectors.astype("float32"))
    assert places.min() >= 0 and places.max() <= 1
    groups = places.reshape(3, 15, 2)
    within = groups.std(1).max()
    apart = np.linalg.norm(groups.mean(1)[[0, 1, 2]] - groups.mean(1)[[1, 2, 0]], axis=1).min()
    assert apart > 2 * within


def test_class_scores_average_to_the_logits(make_model, photo):
    model = make_model()
    weights, _ = model.layers[-1].get_weights()
    model.layers[-1].set_weights([weights, np.linspace(-2, 2, 5)])  # its own biases are all 0
    named = load_network(model)
    answers = named.activations(photo, ["pool2", "logits"])
    scores = class_scores(named, answers["pool2"].reshape(-1, 10))
    np.testing.assert_allclose(scores.mean(0), answers["logits"][0], rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="10 channels"):
        class_scores(named, np.zeros((1, 3)))


def test_the_square_that_speaks_most_for_a_class_counts_as_1(named):
    """Whatever the scale of the scores; half as much counts a quarter, and against it nothing."""
    weights, bias = named.model.layers[-1].get_weights()
    direction = weights[:, 1] / (weights[:, 1] @ weights[:, 1])
    means = np.stack([(score - bias[1]) * direction for score in (3.0, 6.0, -6.0)])
    np.testing.assert_allclose(speaking_for(named, some_grid(means), "b"), [0.25, 1, 0], atol=1e-5)


def test_a_square_is_named_after_the_class_that_it_speaks_for_most(named):
    weights, bias = named.model.layers[-1].get_weights()
    means = (np.eye(5)[[2, 0]] - bias) @ np.linalg.pinv(weights)
    assert names_of(named, some_grid(means)) == ["c", "a"]


@pytest.mark.parametrize("name", ["efficientnet_lite0", "dreamnet"])
def test_a_bundled_atlas_is_of_what_its_network_tells_classes_from(name):
    atlas, network = load_atlas(name), load_network(name)
    for grid in atlas.grids.values():
        assert len(set(names_of(network, grid))) > 20
        assert grid.means.shape[1] == network.channels(atlas.layer)


def some_grid(means):
    count = len(means)
    places = np.stack([np.arange(count), np.arange(count)], axis=1)
    pictures = np.repeat(np.arange(count, dtype="uint8") * 40, 8 * 8 * 3).reshape(count, 8, 8, 3)
    return Grid(count, places, np.arange(count) + 4, means.astype("float32"), pictures)


def test_a_file_gives_back_the_atlas(tmp_path):
    grid = some_grid(np.random.default_rng(0).random((5, 10)))
    found = load_atlas(Atlas("mixed2", {5: grid}).save(tmp_path / "atlas.npz"))
    assert found.layer == "mixed2" and list(found.grids) == [5]
    again = found.grids[5]
    assert np.array_equal(again.places, grid.places) and np.array_equal(again.counts, grid.counts)
    np.testing.assert_allclose(again.means, grid.means, atol=1e-3)
    assert np.abs(again.pictures.astype(int) - grid.pictures).max() < 12  # WebP


def test_a_file_gives_back_every_one_of_many_pictures_in_its_place(tmp_path):
    """More than one WebP file holds."""
    light = np.arange(401) % 5 * 50
    pictures = np.repeat(light.astype("uint8"), 96 * 96 * 3).reshape(-1, 96, 96, 3)
    grid = Grid(21, np.zeros((401, 2), int), np.ones(401), np.ones((401, 3)), pictures)
    again = load_atlas(Atlas("mixed2", {21: grid}).save(tmp_path / "atlas.npz")).grids[21]
    assert again.pictures.shape == pictures.shape
    np.testing.assert_allclose(again.pictures.mean((1, 2, 3)), light, atol=12)


def test_making_goes_on_where_it_was_stopped(net, make_picture, tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (40, 32, 32, 3), dtype="uint8")
    how = {"sizes": (2,), "side": 32, "steps": 2}
    whole = make_atlas(net, "mixed2", pictures, tmp_path, **how)
    assert whole.grids[2].counts.sum() <= 40 and whole.grids[2].pictures.shape[1:] == (32, 32, 3)

    def never(*_, **__):
        raise AssertionError("it was done already")

    monkeypatch.setattr("dreamkit.vision.features.visualise", never)
    monkeypatch.setattr("recipes.atlas.sampled", never)
    again = make_atlas(net, "mixed2", pictures, tmp_path, **how)
    assert np.array_equal(again.grids[2].pictures, whole.grids[2].pictures)


def test_the_square_suggested_speaks_for_one_class_against_the_other(named):
    weights, _ = named.model.layers[-1].get_weights()
    means = np.stack([weights[:, 1] - weights[:, 0], weights[:, 0] - weights[:, 1]])
    grid = some_grid(means)
    assert suggested_square(named, grid, "a", "b") == 0
    assert suggested_square(named, grid, "b", "a") == 1
    assert len(similar_classes(named, some_grid(np.random.default_rng(0).random((6, 10))))) == 10


def test_a_piece_is_the_middle_of_a_drawing():
    pictures = np.zeros((2, 8, 8, 3), "uint8")
    pictures[1, 2:6, 2:6] = 255
    grid = Grid(2, np.zeros((2, 2), int), np.ones(2), np.ones((2, 3)), pictures)
    assert square_patch(grid, 1, 4).shape == (4, 4, 3) and (square_patch(grid, 1, 4) == 1).all()
    assert not square_patch(grid, 0, 4).any()


def test_a_suggested_patch_raises_what_it_is_meant_to(named):
    grid = some_grid(np.random.default_rng(0).random((6, 10)))
    pairs = [("a", "b"), ("b", "a")]
    patches = suggested_patches(named, "mixed2", grid, pairs, side=32)
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
    seen = winners(named, pictures)
    name = named.classes[seen[0]]
    black, white = np.zeros((16, 16, 3)), np.ones((16, 16, 3))
    own = pictures[seen == seen[0]]
    after = [winners(named, pasted(own, patch, i)) for i, patch in enumerate((black, white))]
    expected = np.mean([answers == seen[0] for answers in after])
    np.testing.assert_array_equal(known(named, pictures, name), own)
    assert flipped(named, own, [black, white], name) == pytest.approx(expected)
    places = [np.mean(winners(named, pasted(own, black, i)) == seen[0]) for i in range(CHANCES)]
    assert flipped(named, own, [black], name) == pytest.approx(np.mean(places))


def test_without_an_atlas_a_patch_is_what_tells_two_classes_apart(named):
    weights, _ = named.model.layers[-1].get_weights()
    (patch,) = suggested_patches(named, named.layers[-1], None, [("a", "b")], side=32)
    apart = (weights[:, 1] - weights[:, 0])[None]
    same = visualise(named, directions(named.layers[-1], apart), side=32, steps=80)
    np.testing.assert_allclose(patch, same.image)


def test_groups_give_back_most_and_say_where(net, photo):
    few, many = (activation_groups(photo, net, "mixed2", n) for n in (2, 6))
    assert few.where.shape[0] == 2 and few.where.min() >= 0 and few.where.max() <= 1 + 1e-6
    assert few.directions.shape == (2, 10)
    assert 0 < few.explained < many.explained <= 1
    with pytest.raises(ValueError, match="groups"):
        activation_groups(photo, net, "mixed2", 99)
