"""Concepts mark the right places, and a planted cell is found and holds on another text."""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.chars import concepts
from dreamkit.chars.concepts import (
    CONCEPTS,
    correlations,
    place_in_line,
    place_in_word,
    random_directions,
    word_starts,
)


def test_places_are_counted():
    assert place_in_line("ab\n\nc").tolist() == [1, 2, 0, 0, 1]
    assert place_in_word("to it’s, 7").tolist() == [1, 2, 0, 1, 2, 3, 4, 0, 0, 0]
    assert word_starts("to it's").tolist() == [1, 0, 0, 1, 0, 0, 0]


def test_quotes_and_brackets_are_open_until_they_close():
    assert CONCEPTS["inside quotes"]('a "b c" d').tolist() == [0, 0, 1, 1, 1, 1, 0, 0, 0]
    assert CONCEPTS["inside quotes"]('6" or so, then "b"').tolist() == [0] * 15 + [1, 1, 0]
    assert CONCEPTS["inside quotes"]('never "closed').sum() == 0
    assert CONCEPTS["inside brackets"]("a (b) (c").tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


def test_correlations_are_those_of_numpy_and_0_for_what_never_moves():
    rng = np.random.default_rng(0)
    activity, values = rng.normal(size=(50, 3)), rng.normal(size=50)
    activity[:, 1] = 7.0
    r = correlations(activity, values)
    expected = [np.corrcoef(activity[:, i], values)[0, 1] for i in (0, 2)]
    np.testing.assert_allclose(r[[0, 2]], expected)
    assert r[1] == 0


def test_random_directions_are_a_rotation():
    turn = random_directions(20, seed=1)
    np.testing.assert_allclose(turn.T @ turn, np.eye(20), atol=1e-5)
    assert not np.allclose(turn, random_directions(20, seed=2))


def test_random_directions_point_either_way_equally_often():
    """Each axis: that of a decomposition alone always has the same sign on the diagonal."""
    turns = np.array([random_directions(4, seed) for seed in range(200)])
    ahead = (np.diagonal(turns, axis1=1, axis2=2) > 0).mean(0)
    assert ((ahead > 0.35) & (ahead < 0.65)).all(), ahead


@pytest.fixture
def planted(monkeypatch):
    """A writer that stands for one of 30 cells: cell 7 falls within quotes, the rest is noise."""

    def read(text, writer):
        cells = np.random.default_rng(len(text)).normal(size=(len(text), 30)).astype("float32")
        cells[:, 7] = 0.3 * cells[:, 7] - CONCEPTS["inside quotes"](text)
        return cells

    monkeypatch.setattr(concepts, "read_cells", read)
    return dk.build_writer("ab", units=2)


def test_a_planted_cell_is_found_with_its_sign_and_beats_random_directions(planted):
    text, unseen = 'he said "so it is" and left. ' * 40, 'then "no", and "yes". ' * 30
    found = dk.find_cells(text, planted, unseen)
    quotes = found["inside quotes"]
    assert quotes.cell == 7 and not quotes.rises
    assert quotes.score > 0.7 > quotes.random + 0.2


def test_a_concept_of_ones_own_may_be_of_truth_values(planted):
    def vowel(text):
        return np.array([c in "aeiou" for c in text])

    text = "he said so and left. " * 40
    found = dk.find_cells(text, planted, text, {"yes": vowel, "1": lambda t: 1 * vowel(t)})
    assert found["yes"] == found["1"]


@pytest.mark.parametrize("concept", [None, False, "vowel", lambda text: None, lambda text: 3])
def test_what_is_no_concept_is_refused(planted, concept):
    with pytest.raises((TypeError, ValueError), match="'odd'"):
        dk.find_cells("so it is. " * 9, planted, "no. " * 9, {"odd": concept})


def test_what_is_learnt_from_chance_does_not_hold_on_another_text(planted):
    found = dk.find_cells("so it is. " * 60, planted, "no, and yes. " * 60)
    assert abs(found["start of a word"].score) < 0.15


def test_concepts_that_never_vary_are_left_out(planted):
    found = dk.find_cells("so it is. " * 20, planted, "no (and yes). " * 20)
    assert set(found) == set(CONCEPTS) - {"inside quotes", "inside brackets"}


def test_a_bundled_writer_has_a_cell_that_follows_the_line():
    """Found in one half of what it wrote itself, and scored on the other."""
    writer = dk.load_writer("shakespeare")
    written = writer.generate(["\n"] * 24, 512, 0.8, seed=0)
    line = dk.find_cells("".join(written[:12]), writer, "".join(written[12:]))["place in the line"]
    assert line.score > 0.6 > line.random
