"""The sentence explorer follows its controls."""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.widgets import sentence_explorer


@pytest.fixture(scope="module")
def clf():
    return dk.load_classifier("imdb")


@pytest.fixture(scope="module")
def live(clf):
    return sentence_explorer(clf, "I love this show.")


def set_to(live, **values):
    for name, value in values.items():
        live.controls[name].value = value
    assert live.wait(60) and live.error is None


def test_it_shows_curve_cloud_and_map_of_the_last_step(live):
    assert live.picture.value.count("<img") == 3
    assert live.picture.value.count("alt=") == 3
    assert "praise" in live.status.value


def test_dragging_moves_through_one_dream(live):
    set_to(live, step=3)
    dream, shown, step, *_ = live.result
    set_to(live, step=0)
    assert live.result[0] is dream and live.result[1] is shown
    assert (step, live.result[2]) == (3, 0)
    assert f"near: {', '.join(word for word, _ in dream.nearest(0, 4))}" in live.status.value


def test_it_is_the_dream_of_the_plain_call(live, clf):
    set_to(live, text="I hate this.", layer="fc1", unit=5, step=20)
    dream = dk.dream_sentence("I hate this.", clf, "fc1", unit=5)
    np.testing.assert_array_equal(live.result[0].vectors, dream.vectors)
    code = live.code_of_now()
    assert eval(code, {"dk": dk, "clf": clf}) == dream.nearest(20)
    set_to(live, text="I love this show.", layer="fc2", unit=-1)


def test_a_sentence_of_unknown_words_is_explained(live, problems):
    live.controls["text"].value = "zzyzx qwxyz"
    assert live.wait(60)
    assert "None of these words is known" in live.status.value
    assert isinstance(problems.pop(), ValueError)
    set_to(live, text="I love this show.")


def test_a_unit_that_the_layer_lacks_is_explained(live, problems):
    live.controls["layer"].value = "fc1"
    live.controls["unit"].value = 400
    assert live.wait(60)
    assert "from 0 to 255" in live.status.value
    assert isinstance(problems.pop(), ValueError)
    set_to(live, layer="fc2", unit=-1)
