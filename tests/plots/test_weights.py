"""Hinton diagrams, channels, and the atlas drawn."""

import io

import numpy as np
import pytest
from PIL import Image

from dreamkit import plots
from dreamkit.vision.atlas import Atlas, Cells


def shares(figure):
    """How much of a diagram is white inside its grey, and black."""
    grey = np.asarray(Image.open(io.BytesIO(figure.data)).convert("L"), int)
    rows, columns = np.nonzero(grey == 128)
    inside = grey[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return np.mean(inside > 250), np.mean(inside < 5)


def test_areas_are_in_proportion_and_signs_are_colours():
    rows = np.pad([[1.0, -1.0, 0.5]] * 4, 1)  # zeros, all grey, show where the diagram ends
    more, black = shares(plots.hinton(rows, alt="weights"))
    assert more / black == pytest.approx(1.5, abs=0.15)


def test_rows_get_their_names():
    def size(**names):
        data = plots.hinton(np.eye(3), alt="weights", **names).data
        return Image.open(io.BytesIO(data)).size

    plain, named = size(), size(rows=["first", "second", "third"])
    assert named[0] > plain[0] + 20 and abs(named[1] - plain[1]) < 10
    assert size(columns="channels")[1] > plain[1] + 5


def test_a_hinton_diagram_shows_a_matrix():
    with pytest.raises(ValueError, match="matrix"):
        plots.hinton(np.zeros(3), alt="weights")


def test_the_channels_shown_are_those_that_answer_most():
    grid = np.zeros((1, 4, 6, 5))
    grid[..., 3], grid[..., 1] = 2, 1
    assert plots.channels(grid, 2).alt.startswith("Where channels 3, 1 ")
    with pytest.raises(ValueError, match="channels"):
        plots.channels(np.zeros((4, 6)))


def test_a_photo_stays_coloured_only_where_something_is():
    photo = np.zeros((4, 4, 3)) + [1.0, 0.0, 0.0]
    where = np.zeros((4, 4))
    where[0, 0] = 1
    painted = plots.painted(photo, where)
    np.testing.assert_allclose(painted[0, 0], [1, 0, 0])
    assert np.ptp(painted[3, 3]) < 1e-6


def test_like_vectors_become_neighbours():
    rng = np.random.default_rng(0)
    vectors = np.repeat(np.eye(3), 15, axis=0) + 0.01 * rng.random((45, 3))
    places = plots.lay_out(vectors.astype("float32"))
    assert places.min() >= 0 and places.max() <= 1
    groups = places.reshape(3, 15, 2)
    within = groups.std(1).max()
    apart = np.linalg.norm(groups.mean(1)[[0, 1, 2]] - groups.mean(1)[[1, 2, 0]], axis=1).min()
    assert apart > 2 * within


def test_a_window_of_the_atlas_and_its_light():
    pictures = np.full((2, 8, 8, 3), 100, "uint8")
    cells = Cells(2, np.array([[0, 0], [1, 1]]), np.ones(2), np.ones((2, 3)), pictures)
    atlas = Atlas("mixed2", {2: cells})
    sheet = plots.atlas_sheet(atlas, 2)
    assert (
        sheet.shape == (16, 16, 3) and (sheet[:8, :8] == 100).all() and (sheet[:8, 8:] > 240).all()
    )
    assert (plots.atlas_sheet(atlas, 2, (0.5, 0.5, 1, 1)) == sheet[8:, 8:]).all()
    half = plots.atlas_sheet(atlas, 2, lit=np.array([0.0, 0.5]))
    assert 200 < half[:8, :8].min() <= half[:8, :8].max() < 245  # between the cell and the paper
    assert 100 < half[8:, 8:].min() < half[0, 0].min()
    faint = plots.atlas_sheet(atlas, 2, lit=np.array([1.0, 0.0]))
    assert (faint[:8, :8] == 100).all() and (faint[8:, 8:] > 200).all()
    with pytest.raises(ValueError, match="grids of 2"):
        plots.atlas_sheet(atlas, 3)
