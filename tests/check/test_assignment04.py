"""Assignment 04: the checks of distributions, temperature and chance."""

import keras
import pytest
from scipy import stats

import dreamkit as dk
from dreamkit.chars.sampling import pick
from dreamkit.check.report import NotYet
from tests.check.answers import gets_a_hint, passes, right, title, wrong

NAME = "04_character_lstm"


@pytest.mark.parametrize("answer", right(NAME), ids=title)
def test_a_right_answer_passes_and_is_told_so(answer, capsys):
    assert passes(answer, capsys)


@pytest.mark.parametrize("answer", wrong(NAME), ids=title)
def test_a_mistake_gets_a_hint_that_is_no_answer(answer):
    assert gets_a_hint(answer)


def test_tensors_are_answers_too():
    dk.check.softmax(lambda logits: keras.ops.softmax(keras.ops.array(logits, "float32")))


def test_the_packages_own_sampling_is_right():
    dk.check.reweight(dk.reweight)
    dk.check.pick(lambda *arrays: pick(*map(keras.ops.convert_to_tensor, arrays)))


def test_another_librarys_entropy_is_right():
    dk.check.entropy(lambda p: stats.entropy(p, base=2, axis=1).mean())


def test_a_result_of_another_form_is_a_hint_and_no_traceback():
    with pytest.raises(NotYet, match="another form"):
        dk.check.windows(lambda *arguments: None)
