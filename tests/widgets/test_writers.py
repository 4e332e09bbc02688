"""The temperature explorer and the training explorer follow their controls."""

from datetime import datetime

import pytest

import dreamkit as dk
from dreamkit.widgets import next_char_bars, temperature_explorer, training_explorer

TEXT = "to be or not to be, that is the question. " * 80


@pytest.fixture(scope="module")
def writer():
    writer = dk.build_writer(TEXT, units=32)
    dk.train_writer(writer, TEXT, epochs=4, learning_rate=0.02)
    return writer


@pytest.fixture
def live(writer):
    return temperature_explorer(writer, "to be")


def set_to(live, **values):
    for name, value in values.items():
        live.controls[name].value = value
    assert live.wait(60) and live.error is None


def test_it_shows_bars_and_the_text_of_the_plain_call(live, writer):
    likely, prompt, text = live.result
    assert text == writer.generate("to be", 400, 0.5, seed=0)
    assert likely == pytest.approx(writer.next_char("to be", 0.5), rel=1e-5)
    assert live.picture.value.count("<img") == 1 and text[:20] in live.picture.value


def test_the_slider_changes_the_temperature_alone(live, writer):
    set_to(live, temperature=1.5)
    assert live.result[2] == writer.generate("to be", 400, 1.5, seed=0)
    set_to(live, temperature=0.0, top_k=3, length=100, seed=5)
    assert live.result[2] == writer.generate("to be", 100, 0.0, top_k=3, seed=5)
    assert eval(live.code_of_now(), {"writer": writer}) == live.result[2]


@pytest.mark.filterwarnings("ignore:The writer has never seen")
def test_strange_characters_are_replaced_and_html_is_not_run(live):
    set_to(live, prompt="to <b>é")
    assert live.result[1] == "to <b>é"
    assert "<b>to &lt;b&gt;é</b>" in live.picture.value


def test_bars_name_spaces_and_line_ends():
    figure = next_char_bars({" ": 0.5, "\n": 0.3, "a": 0.2, "b": 0.0})
    assert figure.alt == "Likely next characters: ␣ 0.50, ⏎ 0.30, a 0.20."


@pytest.fixture
def trainer():
    trainer = training_explorer({"question": TEXT, "short": "to"})
    trainer.units.value, trainer.epochs.value = 32, 3
    return trainer


def test_a_training_shows_its_loss_and_samples(trainer):
    trainer.start.click()
    assert trainer.wait() and trainer.error is None
    assert trainer.status.value == "Done."
    assert trainer.samples.value.count("epoch") == 3
    assert "<img" in trainer.curve.value
    assert trainer.bar.value == trainer.bar.max > 3
    assert trainer.writer.generate("to be", 10, 0)


def test_stop_keeps_what_was_learnt_and_start_begins_anew(trainer):
    trainer.epochs.value = 20
    trainer.start.click()
    trainer.stop.click()
    assert trainer.wait()
    assert trainer.status.value == "Stopped." and trainer.training.stopped
    assert trainer.writer is not None
    trainer.epochs.value = 1
    trainer.start.click()
    assert trainer.wait()
    assert trainer.status.value == "Done."


def test_a_text_that_is_too_short_is_explained(trainer, problems):
    trainer.text.value = "short"
    trainer.start.click()
    assert trainer.wait()
    assert "The text has 2 characters" in trainer.status.value
    assert isinstance(problems.pop(), ValueError)


def uploaded(name, content):
    """A file as ipywidgets 8 or 7 gives it."""
    import ipywidgets

    if int(ipywidgets.__version__.split(".")[0]) >= 8:
        return (
            {
                "name": name,
                "type": "",
                "size": 1,
                "content": memoryview(content),
                "last_modified": datetime(2026, 1, 1),
            },
        )
    return {name: {"content": content, "metadata": {}}}


def test_a_file_becomes_a_text_to_choose(trainer, problems):
    trainer.file.set_trait("value", uploaded("mine.txt", b"\xef\xbb\xbfone\r\ntwo"))
    assert trainer.text.value == "mine.txt"
    assert trainer._texts["mine.txt"] == "one\ntwo"
    trainer.file.set_trait("value", uploaded("bad.txt", b"\xff\xfe\x00"))
    assert "bad.txt is not UTF-8" in trainer.status.value
    assert isinstance(problems.pop(), ValueError)


def test_no_text_to_choose_is_refused():
    with pytest.raises(ValueError, match="at least one text"):
        training_explorer({})
