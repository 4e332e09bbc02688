"""Figures: what they hold, how they show themselves, and that everyone can read them."""

import io

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from PIL import Image

from dreamkit.plots import Figure, bars, curves, film, pictures
from dreamkit.results import Picture


def opened(figure):
    return Image.open(io.BytesIO(figure.data))


GREY, WHITE = np.full((40, 60), 0.5), np.ones((40, 60))


def test_pictures_stand_side_by_side_at_their_own_size():
    sheet = np.asarray(opened(pictures({"": GREY, " ": WHITE}))) / 255
    assert sheet.shape[1] == 60 + 12 + 60
    assert sheet[-20, 30] == pytest.approx(0.5, abs=0.02)
    assert sheet[-20, 100] == pytest.approx(1, abs=0.02)


def test_a_wide_sheet_is_shrunk_to_what_a_laptop_shows():
    wide = {str(n): np.zeros((300, 900)) for n in range(4)}
    image = opened(pictures(wide, columns=2))
    assert image.width == 960
    assert image.height == pytest.approx(2 * (30 + 474 / 3) + 12, abs=2)


@pytest.mark.parametrize("title", ["a very long title, much too long for a picture", "w" * 60])
def test_a_long_title_is_broken_into_lines_and_not_cut_off(title):
    picture = np.zeros((100, 120, 3))
    sheet = np.asarray(opened(pictures({title: picture, "b": picture})).convert("L"))
    assert sheet.shape[0] > 100 + 2 * 20
    above = sheet[:-102]
    assert (above[20:, :120] < 128).any()  # there is a second line
    assert (above[:, 118:130] > 200).all()  # and none reaches the neighbour


def test_alt_text_is_made_of_the_titles_or_given():
    assert pictures({"a": GREY, "b": WHITE}).alt == "Pictures side by side: a; b."
    assert pictures(GREY, alt="A grey field").alt == "A grey field"
    with pytest.raises(ValueError, match="alt text"):
        Figure(b"", "image/png", " ")


def test_what_moves_can_be_folded_away():
    moving = film([np.zeros((8, 8)), np.ones((8, 8))], alt="Dark, then light")
    shown = moving._repr_html_()
    assert shown.startswith("<details open><summary>") and 'alt="Dark, then light"' in shown
    assert repr(moving) == "Dark, then light"


def test_nothing_to_show_is_refused():
    with pytest.raises(ValueError, match="no picture"):
        pictures({})


def test_a_notebook_gets_the_picture_and_its_alt_text():
    shown = DisplayFormatter().format(pictures({"a": GREY}))[0]
    assert set(shown) == {"text/html", "text/plain"}
    assert shown["text/plain"] == "Pictures side by side: a."
    assert f'alt="{shown["text/plain"]}"' in shown["text/html"]


def test_a_film_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no frames"):
        film([], alt="Nothing")


def test_a_dream_may_be_a_frame():
    assert opened(film([Picture(np.zeros((8, 8, 3))), np.ones((8, 8))], alt="Two")).n_frames == 2


def test_alt_text_is_escaped_in_html():
    assert 'alt="a &lt;b&gt; &quot;c&quot;"' in Figure(b"", "image/png", 'a <b> "c"').tag


def test_a_film_has_all_its_frames():
    shown = film([GREY, WHITE, GREY], fps=10, alt="Blinking")
    image = opened(shown)
    assert (image.n_frames, image.size) == (3, (60, 40))
    assert image.info["loop"] == 0
    assert 'alt="Blinking"' in shown._repr_html_()


def test_a_figure_is_saved_as_it_is(tmp_path):
    figure = pictures(GREY, alt="grey")
    assert figure.save(tmp_path / "grey.jpg").read_bytes() == figure.data


def test_a_figure_and_a_film_are_what_their_names_say(tmp_path):
    figure = pictures(GREY, alt="grey")
    for ending, kind in ((".png", "PNG"), (".webp", "WEBP")):
        with Image.open(figure.save(tmp_path / f"grey{ending}")) as image:
            assert (image.format, image.size) == (kind, opened(figure).size)
    with pytest.raises(ValueError, match="ends in .png, .jpg, .jpeg, .webp, got 'grey.pdf'"):
        figure.save(tmp_path / "grey.pdf")
    moving = film([GREY, WHITE], alt="Blinking")
    assert moving.save(tmp_path / "a.webp").read_bytes() == moving.data
    with pytest.raises(ValueError, match="ends in .webp, got 'a.gif'.*save_film"):
        moving.save("a.gif")


@pytest.mark.parametrize(
    "figure",
    [
        curves({"one": [1, 2], "two": [2, 1]}, xlabel="x", ylabel="y", alt="Two lines cross."),
        bars({"a": 1.0, "b": 2.0}, ylabel="y", alt="b is twice a."),
        bars({"a label of some length": 1.0, "b" * 30: 2.0}, ylabel="y", alt="Long labels."),
        bars({"a": {"x": 1, "z": 3}, "b": {"x": 2}}, ylabel="y", alt="Groups of bars."),
    ],
    ids=["curves", "bars", "long", "groups"],
)
def test_nothing_of_a_chart_touches_its_edge(figure):
    chart = np.asarray(opened(figure).convert("L"))
    assert (chart < 128).any()
    edge = np.concatenate([chart[0], chart[-1], chart[:, 0], chart[:, -1]])
    assert (edge == 255).all()


def test_bars_end_where_they_are_told_and_their_names_do_not_hide_them():
    low, high = (opened(bars({"a": 0.5}, ylabel="y", alt="a", highest=top)) for top in (1, 10))
    blue = [(np.asarray(image.convert("RGB"))[..., 0] < 50).sum() for image in (low, high)]
    assert blue[0] > 5 * blue[1]
    groups = {"a": {"one": 1, "two": 1}, "b": {"one": 1, "two": 1}}
    free, fixed = (bars(groups, ylabel="y", alt="a", highest=top) for top in (None, 1))
    assert opened(fixed).width > opened(free).width  # they stand beside


def coloured(figure, colour):
    """How many of a figure's pixels have a colour."""
    return int((np.asarray(opened(figure).convert("RGB")) == colour).all(-1).sum())


def test_bars_that_do_not_count_are_grey():
    how = {"ylabel": "p", "alt": "Two bars."}
    blue, grey = (0, 0x72, 0xB2), (0xBB, 0xBB, 0xBB)
    both = bars({"a": 0.5, "b": 0.5}, **how)
    one = bars({"a": 0.5, "b": 0.5}, grey=["b"], **how)
    assert coloured(one, blue) == pytest.approx(coloured(both, blue) / 2, rel=0.02)
    assert coloured(one, grey) > 1000 > coloured(both, grey)


def test_a_line_of_values_that_stand_apart_has_dots():
    how = {"xlabel": "step", "ylabel": "loss", "alt": "A line."}
    plain = curves({"a": [2.0, 1.0]}, every=10, **how)
    dotted = curves({"a": {0: 2.0, 10: 1.0}}, **how)
    assert opened(plain).size == opened(dotted).size
    blue = (0, 0x72, 0xB2)
    assert coloured(dotted, blue) > 1.03 * coloured(plain, blue)
