"""What functions give back says in one line what it is, and shows itself."""

import base64
import inspect
import io
import re
import typing

import keras
import numpy as np
import pytest
from bs4 import BeautifulSoup
from IPython.core.formatters import DisplayFormatter
from PIL import Image

import dreamkit as dk
from dreamkit.chars.concepts import Found
from dreamkit.chars.corpus import Alphabet
from dreamkit.images import WIDEST
from dreamkit.lessons.lesson05_grammar import film_sentences
from dreamkit.lessons.lesson05_readers import build_reader
from dreamkit.lessons.lesson06_groups import Groups
from dreamkit.lessons.lesson07_unit import LoneUnit
from dreamkit.plots import Figure, Film, Letters, WordMap
from dreamkit.results import WIDTH, Epoch, Picture, Training, table
from dreamkit.text.dream import SentenceDream
from dreamkit.text.swaps import Swap, WordDream
from dreamkit.text.tokens import Vocabulary
from dreamkit.text.vectors import WordVectors
from dreamkit.vision.atlas import Atlas, Grid
from dreamkit.watching import Moment

GREY = np.full((40, 60, 3), 0.5, "float32")
LONG = "a very long sentence about nothing at all, " * 20
# A doctor's report is a table in a terminal too.
PRINTED = {"Report"}


def network():
    """As many junctions as a large one has, with names as long."""
    x = picture = keras.Input((None, None, 3))
    for number in range(40):
        x = keras.layers.Conv2D(1, 1, name=f"convolution_of_block_number_{number}")(x)
    return dk.load_network(keras.Model(picture, x, name="n" * 99), pixels=(0, 1))


def examples():
    """At least one of each kind of result, large where it can be."""
    net, vocabulary = network(), Vocabulary(tuple(f"word{n}" * 9 for n in range(20_000)))
    objective = sum(dk.objectives.mean(name) for name in net.layers)
    few, vectors = Vocabulary(vocabulary.words[:300]), np.zeros((300, 100), "float32")
    path = SentenceDream(LONG, vectors, (0.0,) * 300, 0.5, {}, None)
    grid = Grid(16, np.zeros((250, 2), int), np.ones(250), vectors, np.zeros((250, 4, 4, 3)))
    swaps = tuple(Swap(n, "old", "new", 0.1, 0.2) for n in range(99))
    yield from (net, net.table(), objective, objective.terms[0][1])
    yield dk.objectives.guide(net.layers[0], np.zeros((1, 9, 9, 1)))
    yield dk.objectives.of(net.layers[0], np.max, np.zeros((9, 9)), 1 / 3)
    yield from (dk.transforms.size(-1 / 3, 2 / 3), dk.Transform(np.negative, lambda rng, side: ()))
    yield Moment(GREY[None], np.array([1 / 3]), 1, 999, lambda x: x[0])
    yield Picture(GREY, (0.1234567,) * 40, {"network": net.name, "objective": str(objective)}, True)
    yield from (Figure(b"", "image/png", LONG), Film(b"", "image/webp", LONG), Letters("", LONG))
    yield from (path, WordDream((LONG,) * 100, swaps), WordVectors(few, vectors))
    yield WordMap(path, ["word"] * 99, ["positive"] * 99, vectors[:, :2], vectors[:, :2], "tsne")
    yield from (grid, Atlas("mixed6", {16: grid, 32: grid}))
    yield Groups(np.zeros((6, 9, 9)), np.zeros((6, 384)), 0.5)
    alphabet = Alphabet("".join(map(chr, range(1000))))
    yield from (vocabulary, alphabet, dk.build_writer(alphabet, units=4, layers=3))
    yield from (film_sentences(40, 2)["training"], dk.load_classifier("imdb"))
    yield build_reader("convolution + GRU", vocabulary, units=2, dimensions=2)
    epoch = Epoch(1 / 3, 1 / 7, 2 / 3, LONG[:50])
    yield from (epoch, Training((epoch,) * 99, stopped=True))
    yield from (Found(123, True, 1 / 3, -1 / 7), LoneUnit(4095, 1 / 3, False))


@pytest.fixture(scope="module")
def results():
    return list(examples())


def test_every_result_says_in_one_line_what_it_is(results):
    lines = [repr(result) for result in results]
    assert not [line for line in lines if len(line) > 200 or "\n" in line]
    assert not [line for line in lines if "array(" in line or " at 0x" in line]


def test_no_public_result_is_forgotten(results):
    """Every class of ours that a public function says it returns is among the examples."""
    homes = (dk, dk.plots, dk.objectives)
    given = {
        kind.__name__
        for home in homes
        for function in (getattr(home, name) for name in dir(home))
        if inspect.isfunction(function)
        for hint in [typing.get_type_hints(function).get("return")]
        for kind in (hint, *typing.get_args(hint))
        if getattr(kind, "__module__", "").startswith("dreamkit.")
    }
    assert len(given) > 10
    assert given <= PRINTED | {type(result).__name__ for result in results}


def shown(result):
    """The one picture that a result shows itself as, and its alt text."""
    (tag,) = BeautifulSoup(result._repr_html_(), "html.parser").find_all("img")
    data = re.fullmatch(r"data:image/jpeg;base64,(.+)", tag["src"])[1]
    return Image.open(io.BytesIO(base64.b64decode(data))), tag["alt"]


def test_a_picture_shows_itself_with_words():
    image = GREY * [1, 0.5, 0]
    settings = {"network": "dreamnet", "objective": "mixed4 <b>"}
    picture = Picture(image, (0.5, 1.0, 2.0), settings)
    assert repr(picture) == "<Picture: 60 × 40 pixels, mixed4 <b> of dreamnet, score 0.5 to 2>"
    seen, alt = shown(picture)
    assert alt == "A dreamt picture: 60 × 40 pixels, mixed4 <b> of dreamnet, score 0.5 to 2"
    assert seen.size == (60, 40)
    np.testing.assert_allclose(np.asarray(seen) / 255, image, atol=0.03)
    assert set(DisplayFormatter().format(picture)[0]) == {"text/html", "text/plain"}


def test_a_picture_says_what_was_visualised_and_that_it_was_stopped():
    settings = {"network": "dreamnet", "objective": "logit(3)"}
    assert "logit(3) of dreamnet, stopped" in repr(Picture(GREY, (), settings, True))
    assert repr(Picture(GREY)) == "<Picture: 60 × 40 pixels>"


def test_what_is_wider_than_a_page_is_shrunk_to_be_shown_and_saved_whole(tmp_path):
    picture = Picture(np.zeros((100, 2 * WIDTH, 3), "float32"))
    assert shown(picture)[0].size == (WIDTH, 50)
    assert dk.load_image(picture.save(tmp_path / "wide.png")).shape == (100, 2 * WIDTH, 3)
    assert shown(Picture(np.zeros((1, 4 * WIDTH, 3), "float32")))[0].size == (WIDTH, 1)
    tall = Picture(np.zeros((WIDEST + 100, 2, 3), "float32"))  # higher than a JPEG may be
    assert shown(tall)[0].size == (2, WIDEST)


def test_an_atlas_and_its_grids_show_their_map():
    pictures = np.full((2, 8, 8, 3), 100, "uint8")
    grid = Grid(2, np.array([[0, 0], [1, 1]]), np.ones(2), np.ones((2, 3)), pictures)
    fine = Grid(9, np.array([[0, 0]]), np.ones(1), np.ones((1, 3)), pictures[:1])
    for result in (grid, Atlas("mixed2", {9: fine, 2: grid})):
        seen, alt = shown(result)
        assert seen.size == (16, 16) and "map" in alt
        assert seen.getpixel((3, 3))[0] < 110 and seen.getpixel((12, 3))[0] > 235


def test_groups_show_where_they_are():
    where = np.zeros((2, 3, 4), "float32")
    where[1, 2, 0] = 1
    seen, _ = shown(Groups(where, np.zeros((2, 9)), 0.5))
    assert seen.size == (2 * 5 * 8, 3 * 8)
    assert seen.getpixel((5 * 8 + 4, 20))[0] > 235 and seen.getpixel((4, 20))[0] < 20


def rows(html):
    found = BeautifulSoup(html, "html.parser").find_all("tr")
    return [[cell.text for cell in row.find_all(["th", "td"])] for row in found]


def test_a_dream_in_words_shows_each_swap():
    dream = WordDream(("a <b>", "a c", "d c"), (Swap(1, "b", "c", 0, 1), Swap(0, "a", "d", 1, 2)))
    assert repr(dream) == "<WordDream of 'a <b>': swaps: 2, score 0 to 2>"
    assert rows(dream._repr_html_())[1:] == [
        ["start", "a <b>", ""],
        ["b → c", "a c", "1"],
        ["a → d", "d c", "2"],
    ]
    assert repr(WordDream(("a",), ())) == "<WordDream of 'a': swaps: 0>"


def test_a_dream_of_a_sentence_shows_the_words_on_its_way():
    dream = dk.dream_sentence("I love this show.", dk.load_classifier("imdb"), steps=3)
    found = rows(dream._repr_html_())
    assert [row[0] for row in found] == ["step", "0", "1", "3"]
    for step, score, words in found[1:]:
        assert words.split(", ") == [word for word, _ in dream.nearest(int(step), 6)]
        assert float(score) == pytest.approx(dream.history[int(step)], rel=0.01)


def test_a_table_says_which_cell_is_about_which():
    soup = BeautifulSoup(table("<i>", ("a", "b"), [(1, "<u>"), (2, "&")]), "html.parser")
    assert soup.caption.text == "<i>" and not soup.find(["i", "u"])
    assert [th["scope"] for th in soup.find_all("th")] == ["col", "col", "row", "row"]
    assert rows(str(soup)) == [["a", "b"], ["1", "<u>"], ["2", "&"]]


def test_a_table_of_layers_is_a_table_as_the_last_line_of_a_cell(results):
    (layers,) = (result for result in results if type(result).__name__ == "LayerTable")
    assert DisplayFormatter().format(layers)[0]["text/plain"] == str(layers)
    assert len(str(layers).splitlines()) == 42


def test_of_a_long_objective_the_settings_keep_all(results):
    net, _, objective, *_ = results
    assert repr(objective).endswith("…") and eval(str(objective), vars(dk.objectives))
    dream = dk.deepdream(np.zeros((8, 8, 3)), net, objective, octaves=1, steps=1)
    assert dream.settings["objective"] == str(objective)
