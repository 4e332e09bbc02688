"""Assignment 01: the checks of gradient ascent, octaves and jitter."""

import keras
import pytest

import dreamkit as dk
from dreamkit.check.report import NotYet
from dreamkit.vision.octaves import octave_sizes
from tests.check.answers import gets_a_hint, passes, right, title, wrong

NAME = "01_deepdream"


@pytest.mark.parametrize("answer", right(NAME), ids=title)
def test_a_right_answer_passes_and_is_told_so(answer, capsys):
    assert passes(answer, capsys)


@pytest.mark.parametrize("answer", wrong(NAME), ids=title)
def test_a_mistake_gets_a_hint_that_is_no_answer(answer):
    assert gets_a_hint(answer)


def test_tensors_and_lists_are_answers_too():
    dk.check.mean_square(lambda a: keras.ops.mean(keras.ops.square(keras.ops.array(a, "float32"))))
    dk.check.to_network(lambda picture: (2 * picture - 1).tolist())


def test_the_packages_own_octaves_are_right():
    dk.check.octave_sizes(lambda h, w, octaves, scale: octave_sizes((h, w), octaves, scale))


@pytest.mark.parametrize(
    ("result", "hint"),
    [(None, "None"), ("text", "numbers"), ([[1], [1, 2]], "numbers"), ([1, 2], "a single number")],
)
def test_a_result_that_is_no_number_is_told(result, hint):
    with pytest.raises(NotYet, match=hint):
        dk.check.mean_square(lambda a: result)


def test_a_result_of_another_form_is_a_hint_and_no_traceback():
    with pytest.raises(NotYet, match="another form"):
        dk.check.octave_sizes(lambda *arguments: 3)
