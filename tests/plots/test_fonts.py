"""Letters that the usual font lacks: from another font on this machine, or with a word."""

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from matplotlib import font_manager, get_data_path, rcParams
from PIL import Image

import dreamkit as dk
from dreamkit.plots import bars, clouds, curves, hinton, map_film, pictures
from dreamkit.plots.fonts import font_file, lettering
from dreamkit.text.vectors import WordVectors

STIX, BOLD, LAST = (
    str(Path(get_data_path(), "fonts", "ttf", f"{name}.ttf"))
    for name in ("STIXGeneral", "STIXGeneralBol", "LastResortHE-Regular")
)
RARE = "ⒶⒷ"  # are in STIX, and not in DejaVu Sans
FIGURES = {
    "cloud": lambda word: clouds({"a": [(word, 0.9), ("fun", 0.5)]}),
    "title": lambda word: pictures({word: np.zeros((30, 60, 3))}),
    "bars": lambda word: bars({word: 1.0}, ylabel="y", alt="a"),
    "groups": lambda word: bars({"a": {"b": 1.0, word: 1.0}}, ylabel="y", alt="a"),
    "curves": lambda word: curves({"a": [1], "b": [2]}, xlabel=word, ylabel="y", alt="a"),
    "hinton": lambda word: hinton(np.ones((2, 1)), rows=[word, "a"], alt="a"),
}


@pytest.fixture
def installed(monkeypatch):
    def install(*files):
        monkeypatch.setattr(font_manager, "findSystemFonts", lambda: list(files))

    install()
    return install


def grey(figure):
    return np.asarray(Image.open(io.BytesIO(figure.data)).convert("L"))


@pytest.mark.parametrize("kind", FIGURES)
def test_letters_come_from_a_font_that_has_them(installed, kind):
    with pytest.warns(UserWarning, match="No font here has Ⓐ Ⓑ: boxes stand for them") as said:
        boxes = grey(FIGURES[kind](RARE))
    assert [each.category for each in said].count(UserWarning) == 1
    installed(STIX)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        letters = grey(FIGURES[kind](RARE))
    assert not np.array_equal(letters, boxes)


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (
            ["很好", "电影"],
            "No font here has 好 影 很 电: .* such as Noto Sans CJK .fonts-noto-cjk.;",
        ),
        (["すごい", "영화"], "Noto Sans CJK"),
        (["अच्छी"], "has अ च छ: .* Noto Sans Devanagari .fonts-noto-core."),
        (["ดีมาก", "good"], "Noto Sans Thai"),
        (["很", "த"], "Noto Sans CJK .fonts-noto-cjk. and Noto Sans Tamil"),
        (["🎬"], "Noto Emoji"),
        (["\ue000"], "Install a font that has them; it is found at once"),
    ],
)
def test_what_no_font_has_is_told_once_with_what_to_install(installed, words, advice):
    with pytest.warns(UserWarning, match=advice) as said:
        clouds({"a": [(word, 0.5) for word in words], "b": [("fun", 1)]})
    assert [each.category for each in said].count(UserWarning) == 1


def test_what_the_usual_font_has_needs_no_other(installed):
    installed(STIX)
    usual = font_file(["good"])
    assert Path(usual).name == "DejaVuSans.ttf"
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        said = ["καλή", "фильм", "رائع", "می\u200cخواهم", "❤\ufe0f", "a\nb \xad", ""]
        assert font_file(said) == usual
        clouds({"a": [(word, 0.5) for word in said]})


def test_the_font_that_has_most_is_taken_and_a_plain_one_before_a_bold_one(installed, tmp_path):
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    installed(LAST, str(tmp_path / "broken.ttf"), str(tmp_path / "none.ttf"), BOLD, STIX)
    assert font_file(["Ⓐ"]) == STIX
    with pytest.warns(UserWarning, match="has 很: "):  # which would be boxes in LAST too
        assert font_file(["Ⓐ很"]) == STIX


def test_matplotlibs_own_fonts_stay_as_they_were(installed):
    installed(STIX)
    before = rcParams["font.family"]
    with lettering(RARE, "a"):
        assert rcParams["font.family"] == [*before, "STIXGeneral"]
    assert rcParams["font.family"] == before


def test_a_film_of_a_map_tells_it_once_and_dollars_are_words(installed):
    words = dk.Vocabulary(("很好", "坏", "$_$", ". . .", "good", "bad"))
    table = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
    dream = dk.dream_sentence("good", dk.build_classifier(WordVectors(words, table)), steps=2)
    shown = dk.plots.word_map(dream, method="pca", words=3)
    with pytest.warns(UserWarning, match="No font here has 坏 好 很") as said:
        map_film(shown)
    assert [each.category for each in said].count(UserWarning) == 1


def test_words_of_several_lines_and_words_without_room_are_no_riddle():
    cloud = clouds({"a": [("two\nlines", 0.5), ("fun", 0.4)]})
    np.testing.assert_array_equal(
        grey(cloud), grey(clouds({"a": [("two lines", 0.5), ("fun", 0.4)]}))
    )
    with pytest.warns(UserWarning, match="has room for .* of 99 words. Give it a larger width="):
        clouds({"a": [(f"word{n}", 0.5) for n in range(99)]}, width=120)


@pytest.mark.parametrize("label", ["\ud83d", "$_$", "$5 or $10"])
def test_half_an_emoji_and_dollars_are_no_riddle_either(label):
    assert grey(bars({label: 1.0}, ylabel="y", alt="a")).size
    assert grey(bars({"a": {label: 1.0, "b": 1.0}}, ylabel="y", alt="a")).size
    assert grey(curves({"a": [1], label: [2]}, xlabel="x", ylabel="y", alt="a")).size


def test_a_dollar_is_drawn_as_one():
    one, two = (grey(bars({label: 1.0}, ylabel="y", alt="a")) for label in ("$5", "$5$"))
    assert (two < 128).sum() > (one < 128).sum()
