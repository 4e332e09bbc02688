"""Writers of Chinese, Greek, emoji and Python: they learn, write in their signs, and are kept."""

import inspect
import textwrap

import numpy as np
import pytest

import dreamkit as dk

TEXTS = {  # each with the number of its signs; what is kept out begins within an astronaut's emoji
    "Chinese": (24, "學而時習之,不亦說乎?有朋自遠方來,不亦樂乎?人不知而不慍,不亦君子乎?\n" * 50),
    "Greek": (25, "Ἐν ἀρχῇ ἦν ὁ λόγος, καὶ ὁ λόγος ἦν πρὸς τὸν θεόν, καὶ θεὸς ἦν ὁ λόγος.\n" * 30),
    "joined emoji": (
        11,
        "👩‍🚀🚀🌍 👍🏽👍🏽 🇩🇪🇫🇷 👨‍👩‍👧 ❤️‍🔥!\n" * 121,
    ),  # the cut falls within an astronaut
    "Python": (82, inspect.getsource(textwrap.TextWrapper)),
}


@pytest.mark.parametrize("script", TEXTS)
def test_a_writer_learns_any_script_and_writes_in_its_signs(script, tmp_path):
    count, text = TEXTS[script]
    writer = dk.build_writer(text, units=32, name="scribe")
    assert len(writer.alphabet) == count
    before, first = writer.loss(text), writer.alphabet.signs(text)[0]
    training = dk.train_writer(writer, text, epochs=2, learning_rate=0.03, after_epoch=str)
    assert before == pytest.approx(np.log(count), rel=0.05)  # all signs alike
    assert training.epochs[1].validation_loss < training.epochs[0].validation_loss < 0.8 * before
    written = writer.generate(first, 100, 1.0, seed=0)
    signs = writer.alphabet.signs(written)
    assert len(signs) == 100 and set(signs) <= set(writer.alphabet.characters)
    again = dk.load_writer(writer.save(tmp_path / "scribe.keras").with_suffix(".keras"))
    assert again.alphabet == writer.alphabet
    assert again.generate(first, 100, 1.0, seed=0) == written
    assert again.loss(text) == pytest.approx(writer.loss(text), abs=1e-6)


def test_what_a_writer_of_short_sayings_has_learnt_it_says_by_heart():
    _, text = TEXTS["Chinese"]
    writer = dk.build_writer(text, units=32)
    dk.train_writer(writer, text, epochs=3, learning_rate=0.05, after_epoch=str)
    assert writer.generate("有朋", 10, temperature=0) == "自遠方來,不亦樂乎?"
