"""The sentence explorer follows its controls."""

import pytest

import dreamkit as dk
from dreamkit.widgets import sentence_explorer


@pytest.fixture(scope="module")
def clf():
    return dk.load_classifier("imdb")


@pytest.fixture(scope="module")
def live(clf):
    return sentence_explorer(clf, "I love this show.")


def test_it_shows_curve_cloud_and_map_of_the_last_step(live):
    assert live.picture.value.count("<img") == 3
    assert live.picture.value.count("alt=") == 3
    assert "praise" in live.status.value


def test_dragging_moves_through_one_dream(live, clf, set_to):
    dream = dk.dream_sentence("I love this show.", clf, "fc2")
    for step in (3, 0):
        set_to(live, step=step)
        assert live.result == dream.nearest(step, 16)
    assert f"near: {', '.join(word for word, _ in dream.nearest(0, 4))}" in live.status.value


def test_it_is_the_dream_of_the_plain_call(live, clf, set_to, typed):
    set_to(live, text="I hate this.", layer="fc1", unit=6, step=20)
    dream = dk.dream_sentence("I hate this.", clf, dk.objectives.channel("fc1", 6))
    assert live.result == dream.nearest(20, 16) == typed(live, clf=clf)
    assert "The unit 6 of fc1 over the steps" in live.picture.value
    set_to(live, text="I love this show.", layer="fc2", unit=-1)


def test_a_sentence_of_unknown_words_is_explained(live, set_to, problems):
    live.controls["text"].value = "zzyzx qwxyz"
    assert live.wait(60)
    assert "None of these words is known" in live.status.value
    assert isinstance(problems.pop(), ValueError)
    set_to(live, text="I love this show.")


def test_a_unit_that_the_layer_lacks_is_explained(live, set_to, problems):
    live.controls["layer"].value = "fc1"
    live.controls["unit"].value = 400
    assert live.wait(60)
    assert "numbered 0 to 255" in live.status.value
    assert isinstance(problems.pop(), ValueError)
    set_to(live, layer="fc2", unit=-1)
