"""The temperature explorer and the training explorer follow their controls."""

import html
import re
from datetime import datetime

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.widgets import (
    next_char_bars,
    surprise_explorer,
    temperature_explorer,
    training_explorer,
)

TEXT = "to be or not to be, that is the question. " * 80


@pytest.fixture(scope="module")
def writer():
    writer = dk.build_writer(TEXT, units=32)
    dk.train_writer(writer, TEXT, epochs=4, learning_rate=0.02)
    return writer


@pytest.fixture
def live(writer):
    return temperature_explorer(writer, "to be")


def test_it_shows_bars_and_the_text_of_the_plain_call(live, writer):
    text = live.result
    assert text == writer.generate("to be", 400, 0.5, seed=0)
    assert f"one of {len(writer.alphabet)}, together 100%" in live.status.value
    likely = next_char_bars(writer.next_char("to be", 0.5), 30, len(writer.alphabet))
    assert likely.tag in live.picture.value and text[:20] in live.picture.value


def test_the_slider_changes_the_temperature_alone(live, writer, set_to, typed):
    set_to(live, temperature=1.5)
    assert live.result == writer.generate("to be", 400, 1.5, seed=0)
    set_to(live, temperature=0.0, top_k=3, length=100, seed=5)
    assert live.result == writer.generate("to be", 100, 0.0, top_k=3, seed=5)
    assert live.result == typed(live, writer=writer)
    assert "one of 1, together 100%" in live.status.value


def test_the_nucleus_cuts_the_tail_which_stays_in_sight(live, writer, set_to, typed):
    set_to(live, temperature=1.5, top_p=0.6)
    p = list(writer.next_char("to be", 1.5).values())
    kept = sum(q > 0 for q in writer.next_char("to be", 1.5, top_p=0.6).values())
    assert sum(p[:kept]) >= 0.6 > sum(p[: kept - 1])
    assert live.result == writer.generate("to be", 400, 1.5, top_p=0.6, seed=0)
    assert live.result == typed(live, writer=writer)
    assert "cut off: ␣, a," in live.picture.value  # after a comma
    assert f"one of {kept}, together {sum(p[:kept]):.0%}" in live.status.value


@pytest.mark.filterwarnings("ignore:The writer has never seen")
def test_strange_characters_are_replaced_and_html_is_not_run(live, writer, set_to, typed):
    set_to(live, prompt="to <b>é")
    assert live.result == typed(live, writer=writer)
    assert "<b>to &lt;b&gt;é</b>" in live.picture.value


def test_one_move_reads_the_prompt_twice(live, writer, set_to, monkeypatch):
    read, read_it = [], writer.ids
    monkeypatch.setattr(writer, "ids", lambda *how: read.append(how) or read_it(*how))
    set_to(live, temperature=0.9)
    assert len(read) == 2  # to write, and for the bars


def test_it_stops_in_the_middle_of_its_text(writer):
    live = temperature_explorer(writer, "to be")
    text = live._call(**live._read())(lambda done, total, score: done < 100)
    assert 100 <= len(text) < 200 and live.result.startswith(text)


def test_bars_name_spaces_and_line_ends():
    figure = next_char_bars({" ": 0.5, "\n": 0.3, "a": 0.2, "b": 0.0})
    assert figure.alt == "Likely next characters: ␣ 0.50, ⏎ 0.30, a 0.20."
    figure = next_char_bars({" ": 0.5, "\n": 0.3, "a": 0.2, "b": 0.0}, kept=1)
    assert figure.alt == "Likely next characters: ␣ 0.50, ⏎ 0.30, a 0.20; cut off: ⏎, a."


def test_a_text_is_coloured_by_surprise_as_it_is_typed(writer, set_to, typed):
    live = surprise_explorer(writer, "to be")
    set_to(live, text="to be or <b>")
    assert 'after "to be or  b "' in html.unescape(live.picture.value)  # as the writer reads it
    np.testing.assert_array_equal(live.result, writer.surprises("to be or  b "))
    assert live.result[-1] > 3.5 > live.result[4]  # it knows "to be or"
    perplexity = writer.perplexity("to be or  b ")
    assert f"perplexity {perplexity:.2f}, {np.log2(perplexity):.2f} bits" in live.status.value
    assert "the surprise in bits is highest" in live.picture.value
    with pytest.warns(UserWarning, match="never seen"):
        np.testing.assert_array_equal(live.result, typed(live, writer=writer))


def test_of_several_writers_one_is_chosen_to_be_surprised(writer, set_to, typed, problems):
    emoji = dk.build_writer("👩‍🚀👍🏽", units=4)
    writers = {"old": writer, "new": emoji}
    live = surprise_explorer(writers, "to be")
    set_to(live, text="👍🏽👩‍🚀", writer="new")
    assert live.result == typed(live, writers=writers)
    assert live.result == pytest.approx(np.log(2), abs=0.1)  # one of two
    assert 'after "👍🏽👩‍🚀"' in html.unescape(live.picture.value)
    live.controls["text"].value = ""
    assert live.wait(60) and "at least two characters" in live.status.value
    assert isinstance(problems.pop(), ValueError)
    with pytest.raises(ValueError, match="at least one writer"):
        surprise_explorer({}, "to be")
    with pytest.raises(TypeError, match="writer"):
        surprise_explorer("nietzsche", "to be")


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
    loss, held_out = (f"{values[-1]:.2f}" for values in trainer.training.losses.values())
    assert re.search(rf'<img [^>]*loss [\d.]+, held out {held_out}\."', trainer.curve.value)
    assert f"epoch 3: loss {loss}, held out {held_out}" in trainer.samples.value
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


def test_a_writer_goes_on_writes_and_is_saved(trainer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert trainer.go_on.disabled and trainer.write.disabled and trainer.save.disabled
    trainer.epochs.value = 1
    trainer.start.click()
    assert trainer.wait() and not trainer.go_on.disabled
    writer, loss = trainer.writer, trainer.training.epochs[-1].validation_loss
    trainer.go_on.click()
    assert trainer.wait() and trainer.error is None
    assert trainer.writer is writer and trainer.training.epochs[-1].validation_loss < loss
    trainer.prompt.value = "to <b>e"
    with pytest.warns(UserWarning, match="never seen"):
        trainer.write.click()
    assert "<b>to &lt;b&gt;e</b>" in trainer.written.value and len(trainer.written.value) > 400
    trainer.name.value = "v1.0"
    trainer.save.click()
    trainer.save.click()
    (tmp_path / "reviews.json").write_text("[1]", encoding="utf-8")  # the reader's data
    trainer.name.value = "reviews"
    trainer.save.click()
    assert "reviews-2.keras" in trainer.status.value
    assert (tmp_path / "reviews.json").read_text(encoding="utf-8") == "[1]"
    again = dk.load_writer("v1.0-2.keras")
    assert again.generate("to", 20, 0) == writer.generate("to", 20, 0)
    later = training_explorer({"question": TEXT}, again)
    assert not later.go_on.disabled


def test_a_text_that_is_too_short_is_explained(trainer, problems):
    trainer.text.value = "short"
    trainer.start.click()
    assert trainer.wait()
    assert "The text has 2 characters" in trainer.status.value
    assert trainer.writer is None and trainer.save.disabled
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
    assert "7 characters. That is less than a page" in trainer.status.value
    trainer.file.set_trait("value", uploaded("bad.txt", b"na\xefve"))
    assert "bad.txt is not UTF-8" in trainer.status.value
    assert isinstance(problems.pop(), ValueError)


def test_what_an_upload_may_have_is_said_before(trainer):
    assert "20,000 characters, or more" in trainer.status.value
    assert "files of up to 10 MB; of a larger one give the path" in trainer.status.value


@pytest.mark.parametrize("name", ["notes.md", "setup.py", "thesis.tex"])
def test_a_path_is_read_whatever_text_it_is(trainer, name, tmp_path, problems):
    path = tmp_path / name
    path.write_text("\\alpha # x\n" * 250, encoding="utf-8")
    trainer.path.value = str(path)
    assert trainer.text.value == name and trainer._texts[name] == path.read_text(encoding="utf-8")
    assert trainer.status.value.startswith(f"{name}: 2,750 characters. That is little")
    path.write_text("long\n" * 4000, encoding="utf-8")
    trainer.path.value = ""
    trainer.path.value = str(path)
    assert trainer.status.value == f"{name}: 20,000 characters. "
    trainer.path.value = str(tmp_path / "note.md")
    assert "There is no file" in trainer.status.value and trainer.text.value == name
    assert isinstance(problems.pop(), FileNotFoundError)


def test_a_file_of_another_encoding_is_read_when_its_name_is_given(trainer, problems):
    trainer.file.set_trait("value", uploaded("windows.txt", "naïve – “yes”".encode("cp1252")))
    assert "windows.txt is not UTF-8: byte 2" in trainer.status.value
    assert isinstance(problems.pop(), ValueError)
    trainer.encoding.value = "cp1252"
    assert trainer._texts["windows.txt"] == "naïve – “yes”"
    assert trainer.text.value == "windows.txt"
    trainer.encoding.value = "cp9999"
    assert "one that Python knows" in trainer.status.value
    assert isinstance(problems.pop(), ValueError)
    trainer.encoding.value = ""  # so it is read as UTF-8 again
    assert isinstance(problems.pop(), ValueError)
    trainer.file.set_trait("value", uploaded("marked.txt", "Ähre".encode("utf-16")))
    assert trainer._texts["marked.txt"] == "Ähre"


def test_no_text_to_choose_is_refused():
    with pytest.raises(ValueError, match="at least one text"):
        training_explorer({})
