"""Assignment 02: the checks of guided scores, matches and their measure."""

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

import dreamkit as dk
from tests.check.answers import gets_a_hint, passes, right, title, wrong

NAME = "02_guided_dreams"


@pytest.mark.parametrize("answer", right(NAME), ids=title)
def test_a_right_answer_passes_and_is_told_so(answer, capsys):
    assert passes(answer, capsys)


@pytest.mark.parametrize("answer", wrong(NAME), ids=title)
def test_a_mistake_gets_a_hint_that_is_no_answer(answer):
    assert gets_a_hint(answer)


def test_another_librarys_cosines_are_right():
    dk.check.cosines(cosine_similarity)
    dk.check.similarity(lambda picture, guide: cosine_similarity(picture, guide).max(1).mean())


def test_a_share_may_come_from_a_mean_of_truths():
    dk.check.wins(lambda own, other: np.greater(own, other).mean())
