"""Hinton diagrams, channels, and the atlas drawn."""

import io

import numpy as np
import pytest
from PIL import Image

from dreamkit import plots
from dreamkit.vision.atlas import Atlas, Grid


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


def test_a_window_of_the_atlas_and_its_light():
    pictures = np.full((2, 8, 8, 3), 100, "uint8")
    grid = Grid(2, np.array([[0, 0], [1, 1]]), np.ones(2), np.ones((2, 3)), pictures)
    atlas = Atlas("mixed2", {2: grid})
    sheet = plots.atlas_sheet(atlas, 2)
    assert (
        sheet.shape == (16, 16, 3) and (sheet[:8, :8] == 100).all() and (sheet[:8, 8:] > 240).all()
    )
    assert (plots.atlas_sheet(atlas, 2, (0.5, 0.5, 1, 1)) == sheet[8:, 8:]).all()
    half = plots.atlas_sheet(atlas, 2, lit=np.array([0.0, 0.5]))
    assert 200 < half[:8, :8].min() <= half[:8, :8].max() < 245  # between the square and the paper
    assert 100 < half[8:, 8:].min() < half[0, 0].min()
    faint = plots.atlas_sheet(atlas, 2, lit=np.array([1.0, 0.0]))
    assert (faint[:8, :8] == 100).all() and (faint[8:, 8:] > 200).all()
    figure = plots.atlas_figure(atlas, 2, (0.5, 0, 1, 1))
    assert Image.open(io.BytesIO(figure.data)).size == (8, 16)
    assert figure.alt == "The atlas of mixed2, 2 × 2, from 50% to 100% across and 0% to 100% down."
    assert plots.atlas_figure(atlas, 2, alt="Two grey squares.").alt == "Two grey squares."
    with pytest.raises(ValueError, match="size must be 2, got 3"):
        plots.atlas_sheet(atlas, 3)


def test_squares_are_as_large_as_many_fell_into_them():
    pictures = np.zeros((3, 20, 20, 3), "uint8")
    places = np.array([[0, 0], [0, 1], [1, 1]])
    sheet = Grid(2, places, np.array([100, 25, 100]), np.ones((3, 3)), pictures).sheet()
    black = (sheet == 0).all(-1)
    assert black[:20, :20].all() and black[20:, 20:].all() and not black[20:, :20].any()
    assert black[:20, 20:].sum() == 10 * 10 and black[5:15, 25:35].all()


def test_a_name_is_written_into_its_own_square_only():
    pictures = np.zeros((2, 60, 60, 3), "uint8")
    grid = Grid(2, np.array([[0, 0], [1, 0]]), np.ones(2), np.ones((2, 3)), pictures)
    atlas = Atlas("mixed2", {2: grid})
    plain = plots.atlas_sheet(atlas, 2)
    for names in (["", "wok"], ["", "a much too long name for so small a square"]):
        changed = (plots.atlas_sheet(atlas, 2, names=names) != plain).any(-1)
        assert changed[100:, :60].any() and not changed[:100].any() and not changed[:, 60:].any()
