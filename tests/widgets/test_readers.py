"""The reader explorer follows its controls."""

import pytest

from dreamkit.lessons.lesson05_readers import build_reader, verdicts
from dreamkit.text.tokens import Vocabulary
from dreamkit.widgets import reader_explorer

VOCABULARY = Vocabulary(("good", "bad", "not", "just", "the", "plot", "was"))


@pytest.fixture(scope="module")
def readers():
    return {name: build_reader(name, VOCABULARY) for name in ("average", "convolution")}


@pytest.fixture(scope="module")
def live(readers):
    return reader_explorer(readers, "The plot was not bad, just good.")


def test_it_starts_with_the_whole_sentence(live, readers):
    assert live.controls["words"].value == 7
    assert live.result == verdicts(readers, "The plot was not bad, just good.")
    assert "<b>the plot was not bad just good</b>" in live.picture.value
    assert live.picture.value.count("<img") == 1


def test_dragging_reads_fewer_words(live, readers, set_to, typed):
    before = live.result
    set_to(live, words=4)
    assert before != live.result == typed(live, readers=readers)
    assert "<b>the plot was not</b>" in live.picture.value
    assert "of 2 readers say praise" in live.status.value


def test_what_is_typed_is_text_and_nothing_else(live, readers, set_to, typed):
    set_to(live, text="good <b>plot & bad")
    assert "<b>good plot bad</b>" in live.picture.value
    assert live.result == typed(live, readers=readers)


def test_a_sentence_without_words_is_explained(live, problems):
    live.controls["text"].value = "..."
    assert live.wait(60)
    assert "no words" in live.status.value
    assert isinstance(problems.pop(), ValueError)
