"""The Transformer of lesson 04 looks back and never ahead, learns, and writes."""

import keras
import numpy as np
import pytest
from keras import ops

import dreamkit as dk
from dreamkit.chars.corpus import Alphabet
from dreamkit.lessons.lesson04_transformer import TransformerWriter, build_transformer

TEXT = "to be or not to be, that is the question. "


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return build_transformer(15, width=16, blocks=2, heads=2, context=32, dropout=0.0)


def said(model, ids):
    return ops.convert_to_numpy(model(np.array(ids, "int32"), training=False))


def test_what_comes_later_does_not_count_and_what_came_before_does(model):
    ids = np.random.default_rng(0).integers(0, 15, (1, 20))
    other = ids.copy()
    other[0, 10] = (ids[0, 10] + 1) % 15
    before, after = said(model, ids), said(model, other)
    np.testing.assert_allclose(after[:, :10], before[:, :10], atol=1e-5)
    assert (np.abs(after - before)[:, 10:].max(-1) > 1e-3).all()


def test_order_counts(model):
    swapped = said(model, [[2, 1, 3]])[0, -1]
    assert np.abs(said(model, [[1, 2, 3]])[0, -1] - swapped).max() > 1e-3


def test_it_learns_a_sentence_and_writes_it():
    keras.utils.set_random_seed(0)
    alphabet = Alphabet.of(TEXT)
    model = build_transformer(len(alphabet), width=32, blocks=1, heads=2, context=32, dropout=0.0)
    ids = alphabet.encode(TEXT * 20)
    windows = np.stack([ids[i : i + 33] for i in range(0, 700, 5)])  # 42 ways to begin
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit(windows[:, :-1], windows[:, 1:], epochs=25, verbose=0)
    writer = TransformerWriter(model, alphabet, 32)
    assert writer.generate(TEXT[:30], 60, temperature=0) == (TEXT * 3)[30:90]
    assert writer.generate("to", 20, 1.5, seed=1) == writer.generate("to", 20, 1.5, seed=1)
    with pytest.raises(ValueError, match="prompt is empty"):
        writer.generate("", 10)


def test_the_size_of_the_lesson_is_about_that_of_its_lstm():
    lstm = dk.build_writer("".join(map(chr, range(65, 65 + 57))), units=132)
    ratio = build_transformer(57).count_params() / lstm.model.count_params()
    assert ratio == pytest.approx(1, abs=0.01)


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match="heads must divide width, got 5 heads for a width of 64"):
        build_transformer(57, heads=5)
    with pytest.raises(ValueError, match="blocks"):
        build_transformer(57, blocks=0)
