"""Cells: what is read off is the LSTM's own memory, windows change nothing, and held cells hold."""

import numpy as np
import pytest
from keras import ops

import dreamkit as dk
from dreamkit.chars import build
from dreamkit.chars import cells as module
from dreamkit.chars.measures import entropy

TEXT = "to be or not to be, that is the question. " * 60


@pytest.fixture(scope="module", params=[1, 2], ids=["one layer", "two layers"])
def writer(request):
    return dk.build_writer(TEXT, units=12, layers=request.param, seed=1)


def by_hand(writer, text):
    """One character after the other through the cells' own gates, in NumPy."""

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    table = np.asarray(writer.model.get_layer("embedding").embeddings)
    weights = [lstm.get_weights() for lstm in writer.lstms]
    h = [np.zeros(lstm.units) for lstm in writer.lstms]
    c = [np.zeros(lstm.units) for lstm in writer.lstms]
    told = []
    for number in writer.alphabet.encode(text):
        x = table[number]
        for layer, (kernel, recurrent, bias) in enumerate(weights):
            i, f, new, o = np.split(x @ kernel + h[layer] @ recurrent + bias, 4)
            c[layer] = sigmoid(f) * c[layer] + sigmoid(i) * np.tanh(new)
            x = h[layer] = sigmoid(o) * np.tanh(c[layer])
        told.append(np.tanh(np.concatenate(c)))
    return np.array(told)


def test_cells_are_tanh_of_the_memory_computed_by_hand(writer):
    told = dk.read_cells(TEXT[:50], writer)
    assert told.shape == (50, 12 * len(writer.lstms)) and told.dtype == "float32"
    np.testing.assert_allclose(told, by_hand(writer, TEXT[:50]), atol=1e-5)


@pytest.mark.parametrize("length", [1, 30, 31, 50, 51, 131])
def test_windows_say_what_reading_at_once_says(writer, length, monkeypatch):
    whole = by_hand(writer, TEXT[:length])
    monkeypatch.setattr(module, "WINDOW", 20)
    monkeypatch.setattr(module, "WARM_UP", 30)  # more than these untrained cells remember
    told = dk.read_cells(TEXT[:length], writer)
    assert told.shape == whole.shape
    np.testing.assert_allclose(told, whole, atol=1e-3)


def test_last_cells_are_the_last_row_for_texts_of_any_length(writer, monkeypatch):
    monkeypatch.setattr(module, "SIDE_BY_SIDE", 2)
    texts = [TEXT[:90], "to", TEXT[:64]]
    expected = [dk.read_cells(text, writer)[-1] for text in texts]
    np.testing.assert_allclose(dk.last_cells(texts, writer), expected, atol=1e-5)


def test_what_cannot_be_read_is_refused(writer):
    with pytest.raises(ValueError, match="at least one character"):
        dk.read_cells("", writer)
    with pytest.raises(ValueError, match="never seen 'x'"):
        dk.read_cells("x", writer)
    with pytest.raises(TypeError, match="texts must hold texts; number 1 is 3"):
        dk.last_cells(["to", 3], writer)


READINGS = {
    "read_cells": lambda writer: dk.read_cells("to", writer),
    "last_cells": lambda writer: dk.last_cells(["to"], writer),
    "find_cells": lambda writer: dk.find_cells("to be", writer, "or not")["start of a word"],
    "entropy": lambda writer: entropy("to be", writer),
}


@pytest.mark.parametrize("name", READINGS)
def test_a_writer_may_be_named_or_be_a_file(writer, name, tmp_path, monkeypatch):
    read, path = READINGS[name], writer.save(tmp_path / "mine.keras").with_suffix(".keras")
    for given in (path, str(path)):
        np.testing.assert_equal(read(given), read(writer))
    asked = []
    monkeypatch.setattr(build, "load_writer", lambda name: asked.append(name) or writer)
    np.testing.assert_equal(read("nietzsche"), read(writer))
    assert asked == ["nietzsche"]


@pytest.mark.parametrize("name", READINGS)
def test_what_is_no_writer_is_told_what_to_do(name):
    with pytest.raises(TypeError, match='writer must be a Writer, got 3. Name one, "nietzsche"'):
        READINGS[name](3)
    with pytest.raises(ValueError, match="no bundled 'nitzsche'.*Did you mean 'nietzsche'"):
        READINGS[name]("nitzsche")


def test_the_text_comes_first(writer):
    """Whoever has them the other way round is told so, and no text is looked up as a name."""
    for wrong in (dk.read_cells, lambda *both: dk.find_cells(*both, "or not"), entropy):
        with pytest.raises(TypeError, match="Expected a text"):
            wrong(writer, "to be")
    with pytest.raises(TypeError, match="texts must be a list of texts"):
        dk.last_cells(writer, ["to be"])


@pytest.mark.parametrize("held", [2, 6], ids=["first layer", "second layer"])
def test_a_held_cell_changes_what_is_written_as_by_hand(held):
    """The first characters written greedily, with the memory set before each."""
    writer = dk.build_writer(TEXT, units=4, layers=2, seed=0)
    kernel = writer.model.get_layer("logits")
    kernel.set_weights([8 * w for w in kernel.get_weights()])
    state = writer.loop.read([writer.alphabet.encode("to be")])
    (*hidden,), logits = state
    written = ""
    for _ in range(20):
        number = int(ops.argmax(logits))
        written += writer.alphabet.characters[number]
        x = writer.model.get_layer("embedding")(np.array([number]))
        for layer, (lstm, (h, c)) in enumerate(zip(writer.lstms, hidden, strict=True)):
            here = np.arange(4) + 4 * layer == held
            c = ops.where(here, np.float32(np.arctanh(0.9)), c)
            x, hidden[layer] = lstm.cell(x, [h, c])
        logits = kernel(x)
    assert writer.generate("to be", 20, 0, hold={held: 0.9}) == written
    assert writer.generate("to be", 20, 0) != written


def test_a_cell_is_held_where_the_tanh_of_its_memory_is_the_value(writer):
    last = 12 * len(writer.lstms) - 1
    held = writer.loop.held({0: 0.9, last: -0.5})
    which, at = (np.concatenate(part) for part in zip(*held, strict=True))
    assert np.flatnonzero(which).tolist() == [0, last]
    np.testing.assert_allclose(np.tanh(at[which]), [0.9, -0.5], rtol=1e-6)


def test_holding_nothing_changes_nothing(writer):
    assert writer.generate("to", 70, seed=1, hold={}) == writer.generate("to", 70, seed=1)


def test_holding_works_in_every_layer_and_for_several_texts(writer):
    last = 12 * len(writer.lstms) - 1
    both = writer.generate(["to", "be"], 30, seed=1, hold={0: 0.5, last: -0.5})
    assert [len(text) for text in both] == [30, 30]


@pytest.mark.parametrize(
    "hold, said",
    [({99: 0.5}, "from 0 to"), ({-1: 0.5}, "from 0 to"), ({0: 1.0}, "above -1 and below 1")],
)
def test_what_cannot_be_held_is_refused_before_anything_is_written(writer, hold, said):
    with pytest.raises(ValueError, match=said):
        writer.stream("to", hold=hold)
