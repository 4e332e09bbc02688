"""The reader explorer follows its controls."""

import pytest

import dreamkit as dk
from dreamkit.lessons.lesson05_readers import verdicts
from dreamkit.text.tokens import Vocabulary
from dreamkit.widgets import reader_explorer

VOCABULARY = Vocabulary(("good", "bad", "not", "just", "the", "plot", "was"))


@pytest.fixture(scope="module")
def readers():
    return {name: dk.build_reader(name, VOCABULARY) for name in ("average", "convolution")}


@pytest.fixture(scope="module")
def live(readers):
    return reader_explorer(readers, "The plot was not bad, just good.")


def test_it_starts_with_the_whole_sentence(live, readers):
    said, words, count = live.result
    assert count == 7 and words[-1] == "good"
    assert said == verdicts(readers, "The plot was not bad, just good.")
    assert live.picture.value.count("<img") == 1


def test_dragging_reads_fewer_words(live, readers):
    live.controls["words"].value = 4
    assert live.wait(60) and live.error is None
    code = live.code_of_now()
    assert eval(code, {"verdicts": verdicts, "readers": readers}) == live.result[0]
    assert "<b>the plot was not</b>" in live.picture.value
    assert "of 2 readers say praise" in live.status.value


def test_what_is_typed_is_text_and_nothing_else(live, readers):
    live.controls["text"].value = "good <b>plot & bad"
    assert live.wait(60) and live.error is None
    assert live.result[1] == ["good", "plot", "bad"]


def test_a_sentence_without_words_is_explained(live, problems):
    live.controls["text"].value = "..."
    assert live.wait(60)
    assert "no words" in live.status.value
    assert isinstance(problems.pop(), ValueError)
