"""Word clouds and maps: what is nearer is larger, and every kind can be told without colour."""

import io

import numpy as np
import pytest
from PIL import Image

import dreamkit as dk
from dreamkit.plots import clouds, map_figure, map_figure_3d, map_film, word_map
from dreamkit.plots.maps import LOOKS
from dreamkit.text.tokens import Vocabulary
from dreamkit.text.vectors import WordVectors


@pytest.fixture(scope="module")
def dream():
    return dk.dream_sentence("I love this show.", dk.load_classifier("imdb"), steps=6)


@pytest.fixture(scope="module")
def flat(dream):
    return word_map(dream, method="pca", words=20)


def opened(figure):
    return Image.open(io.BytesIO(figure.data))


def ink(figure):
    return (np.asarray(opened(figure).convert("L")) < 200).sum()


def test_a_word_without_a_direction_has_a_place_too():
    words = Vocabulary(("good", "bad", "fun", "dull", "unk"))
    vectors = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    vectors[4] = 0
    classifier = dk.build_classifier(WordVectors(words, vectors))
    shown = word_map(dk.dream_sentence("good", classifier, steps=5), method="pca", words=3)
    assert np.isfinite(shown.places).all() and np.isfinite(shown.path).all()


def test_a_nearer_word_is_larger():
    near = ink(clouds({"": [("word", 0.9), ("i", 0.1)]}))
    far = ink(clouds({"": [("word", 0.1), ("i", 0.9)]}))
    assert near > far


def test_clouds_are_the_same_each_time_and_say_what_they_show():
    shown = {"before": [("it", 0.7), ("this", 0.6)], "after": [("great", 0.5)]}
    figure = clouds(shown)
    assert figure.data == clouds(shown).data
    assert figure.alt == "Word clouds. before: it, this. after: great."


@pytest.mark.parametrize("nothing", [{}, {"before": []}])
def test_no_words_are_refused(nothing):
    with pytest.raises(ValueError, match="no word"):
        clouds(nothing)


@pytest.mark.parametrize(("method", "dimensions"), [("pca", 2), ("pca", 3), ("tsne", 2)])
def test_a_map_has_a_place_for_each_word_and_step(dream, method, dimensions):
    shown = word_map(dream, method=method, dimensions=dimensions, words=15)
    assert shown.places.shape == (30, dimensions)
    assert shown.path.shape == (7, dimensions)
    assert shown.kinds.count("positive") == shown.kinds.count("negative") == 15
    again = word_map(dream, method=method, dimensions=dimensions, words=15)
    np.testing.assert_array_equal(shown.places, again.places)


def test_the_path_of_praise_goes_towards_the_positive_words(flat):
    def to(kind, step):
        middle = flat.places[[k == kind for k in flat.kinds]].mean(0)
        return np.linalg.norm(flat.path[step] - middle)

    assert to("positive", -1) < to("negative", -1)
    assert to("negative", -1) > to("negative", 0)


def test_kinds_differ_in_shape_as_well_as_in_colour():
    assert len({look["marker"] for look in LOOKS.values()}) == len(LOOKS)
    assert len({look["color"] for look in LOOKS.values()}) == len(LOOKS)


def test_maps_are_drawn_up_to_a_step_and_nothing_touches_the_edge(flat):
    first, last = map_figure(flat, 0), map_figure(flat)
    assert "I love this show." in last.alt
    assert first.data != last.data
    sheet = np.asarray(opened(last).convert("L"))
    assert (np.concatenate([sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]]) == 255).all()


def test_a_film_has_a_frame_for_each_step_and_a_rest(flat):
    assert opened(map_film(flat)).n_frames >= 7


def test_a_map_shows_itself_flat_or_in_space(dream, flat):
    assert flat._repr_html_() == map_figure(flat).tag
    solid = word_map(dream, method="pca", dimensions=3, words=10)
    assert solid._repr_html_() == map_figure_3d(solid).tag
    assert repr(solid) == (
        "<WordMap in 3 dimensions, by pca: 20 words, 6 steps from 'I love this show.'>"
    )


def test_a_map_in_space_is_drawn_and_a_flat_one_refused(dream, flat):
    solid = word_map(dream, method="pca", dimensions=3, words=10)
    assert map_figure_3d(solid).data != map_figure_3d(solid, turn=30).data
    with pytest.raises(ValueError, match="flat"):
        map_figure_3d(flat)


@pytest.mark.parametrize(
    ("knobs", "message"), [({"method": "umap"}, "tsne"), ({"dimensions": 4}, "2 or 3")]
)
def test_maps_that_cannot_be_are_refused(dream, knobs, message):
    with pytest.raises(ValueError, match=message):
        word_map(dream, **knobs)
