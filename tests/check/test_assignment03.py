"""Assignment 03: the checks of sentence vectors, their ascent, and the words near them."""

import pytest
from scipy import stats

import dreamkit as dk
from dreamkit.text.neighbours import nearest
from tests.check.answers import gets_a_hint, passes, right, title, wrong

NAME = "03_text_deepdream"


@pytest.mark.parametrize("answer", right(NAME), ids=title)
def test_a_right_answer_passes_and_is_told_so(answer, capsys):
    assert passes(answer, capsys)


@pytest.mark.parametrize("answer", wrong(NAME), ids=title)
def test_a_mistake_gets_a_hint_that_is_no_answer(answer):
    assert gets_a_hint(answer)


def test_the_packages_own_neighbours_are_right():
    dk.check.neighbours(lambda point, vectors, k: nearest(point, vectors, k)[0])


def test_another_librarys_straightness_is_right():
    dk.check.straightness(lambda values: stats.linregress(range(len(values)), values).rvalue ** 2)
