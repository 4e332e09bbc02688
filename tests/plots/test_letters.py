"""Coloured text: every character is there, its colour tells the sign, words tell the extremes."""

import re

import pytest

from dreamkit.plots import letters


def test_each_run_of_one_shade_is_one_span_and_nothing_is_lost():
    figure = letters("a<b\nc", [1, 1, -1, 0, 0])
    spans = re.findall(r'background:(#\w+)">([^<]*)<', figure.html)
    assert spans == [("#5aa0e6", "a&lt;"), ("#e68228", "b"), ("#ffffff", "⏎\nc")]


def test_what_is_coloured_in_full_may_be_said():
    figure = letters("abc", [0, 3, 9], most=6)
    assert re.findall(r"background:(#\w+)", figure.html) == ["#ffffff", "#acd0f2", "#5aa0e6"]
    assert repr(figure) == 'the value is highest (9.00) after "abc", lowest (0.00) after "a".'
    with pytest.raises(ValueError, match="most must be a number above 0"):
        letters("a", [1], most=0)


def test_words_say_where_it_is_highest_and_lowest():
    figure = letters("to be", [0, 0, 0.25, -0.5, 1], name="cell 7")
    assert repr(figure) == 'cell 7 is highest (1.00) after "to be", lowest (-0.50) after "to b".'
    assert "<figcaption>cell 7 is highest (1.00)" in figure.html


def test_a_joined_emoji_is_one_character():
    figure = letters("a👩‍🚀b", [0, 1, -1])
    assert ">👩‍🚀<" in figure.html
    assert 'highest (1.00) after "a👩‍🚀"' in repr(figure)


def test_one_value_for_each_character():
    with pytest.raises(ValueError, match="each of the text's 5 characters"):
        letters("to be", [0, 1])
    with pytest.raises(ValueError, match="at least one"):
        letters("", [])
