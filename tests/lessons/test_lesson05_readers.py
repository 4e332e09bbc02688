"""Readers: what each of them can tell apart, and that dropout keeps one mask over time."""

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

from dreamkit.lessons import lesson05_grammar as reviews
from dreamkit.lessons.lesson05_grammar import Reviews, film_sentences
from dreamkit.lessons.lesson05_readers import (
    READINGS,
    SelfAttention,
    build_reader,
    train_reader,
    verdicts,
)
from dreamkit.text.tokens import Vocabulary, tokenize
from dreamkit.text.vectors import WordVectors

VOCABULARY = Vocabulary(("good", "bad", "not", "just", "the", "plot", "was"))


@pytest.fixture(scope="module")
def data():
    return film_sentences(2000, 200)


@pytest.mark.parametrize("reading", READINGS)
def test_only_averages_are_blind_to_order(reading):
    reader = build_reader(reading, VOCABULARY)
    one, other = reader.predict(["not good, just bad", "not bad, just good"])
    assert (abs(one - other) < 1e-6) == (reading in ("average", "attention, no places"))


def test_attention_is_what_its_formula_says_and_skips_empty_places():
    layer = SelfAttention()
    x = np.random.default_rng(0).normal(size=(1, 5, 3)).astype("float32")
    mask = np.array([[True, True, True, False, False]])
    layer.build(x.shape)
    places, ask, answer, say = layer.get_weights()
    words = (x[0] + places)[:3]
    fits = np.exp((words @ ask) @ (words @ answer).T / np.sqrt(3))
    told = words + fits / fits.sum(1, keepdims=True) @ (words @ say)
    got = keras.ops.convert_to_numpy(layer(x, mask=mask))[0]
    np.testing.assert_allclose(got[:3], told, atol=1e-5)


@pytest.mark.parametrize("reading", ["average", "GRU", "bidirectional", "attention, no places"])
def test_empty_places_are_not_read(reading):
    text = ["the plot was not good, just bad"]
    short, long = (build_reader(reading, VOCABULARY, length=n) for n in (8, 30))
    np.testing.assert_allclose(short.predict(text), long.predict(text), atol=1e-5)


def test_parameters_are_counted_by_hand():
    reader = build_reader("LSTM", Vocabulary(("a", "b")), dimensions=3, units=5)
    assert reader.parameters == 3 * 3 + 4 * (3 * 5 + 5 * 5 + 5) + (5 + 1)
    frozen = build_reader("LSTM", brought(("a", "b"), 3), units=5)
    assert frozen.parameters == 4 * (3 * 5 + 5 * 5 + 5) + (5 + 1)


def test_the_last_words_of_a_long_text_are_read():
    reader = build_reader("GRU", Vocabulary(("a", "b", "c")), length=2)
    assert reader.encode(["a b c", "c and a", "?"]).tolist() == [[2, 3], [3, 1], [0, 0]]


def test_the_average_fails_and_one_that_sees_neighbours_does_not(data):
    vocabulary = Vocabulary.of(map(tokenize, data["training"].texts), 500)
    for reading in ("average", "convolution"):
        reader = build_reader(reading, vocabulary)
        training = train_reader(reader, data["training"], epochs=3)
        assert len(training.epochs) == 3 and training.seconds > 0
        for kind in ("new sentences", "new templates"):
            right = reader.accuracy(data[kind])
            assert abs(right - 0.5) <= 0.01 if reading == "average" else right > 0.95


def test_a_recurrent_reader_learns_order():
    reader = build_reader("GRU", VOCABULARY, length=2, units=8)
    order = Reviews(["good bad", "bad good"] * 64, np.tile([1, 0], 64))
    losses = train_reader(reader, order, epochs=5, batch=16).losses["loss"]
    assert losses[-1] < 0.2 and losses[-1] < losses[0]
    assert reader.accuracy(order) == 1


def brought(words, dimensions=8):
    rng = np.random.default_rng(0)
    table = rng.normal(size=(len(words), dimensions)).astype("float32")
    return WordVectors(Vocabulary(tuple(words)), table)


@pytest.mark.parametrize("fine_tune", [False, True])
def test_vectors_brought_in_stay_or_are_tuned(fine_tune):
    vectors = brought(VOCABULARY.words)
    reader = build_reader("average", vectors, fine_tune=fine_tune)
    train_reader(reader, Reviews(["good", "bad"] * 8, np.tile([1, 0], 8)), epochs=1)
    moved = np.abs(reader.model.get_layer("words").get_weights()[0][1:] - vectors.vectors)
    assert (moved.max() > 1e-3) == fine_tune
    assert moved[VOCABULARY.numbers["plot"] - 1].max() == 0


def test_vectors_brought_in_lend_their_meaning_to_words_never_trained_on(data):
    praise = f"{reviews.PRAISE} {reviews.NEW_PRAISE}".split()
    blame = f"{reviews.BLAME} {reviews.NEW_BLAME}".split()
    words = {word for part in data.values() for text in part.texts for word in tokenize(text)}
    vectors = brought(sorted(words), 16)
    for row, word in enumerate(vectors.vocabulary.words):
        vectors.vectors[row, 0] += 4 * ((word in praise) - (word in blame))
    reader = build_reader("convolution", vectors)
    train_reader(reader, data["training"], epochs=3)
    assert reader.accuracy(data["new words"]) > 0.8


def surviving(recurrent_dropout_layer, steps=12, units=400):
    """Share of a memory of ones that is left after each step."""
    layer = recurrent_dropout_layer(units)
    layer.build((1, steps, 1))
    layer.cell.kernel.assign(ops.zeros((1, units)))
    layer.cell.recurrent_kernel.assign(ops.eye(units))
    states = layer(
        np.zeros((1, steps, 1), "float32"),
        initial_state=[ops.ones((1, units))],
        training=True,
    )
    return ops.convert_to_numpy(states)[0] > 0


def test_recurrent_dropout_keeps_one_mask_over_time():
    kept = surviving(
        lambda units: kl.SimpleRNN(
            units, activation="linear", use_bias=False, recurrent_dropout=0.5, return_sequences=True
        )
    )
    assert 0.4 < kept[0].mean() < 0.6
    assert (kept == kept[0]).all()  # a fresh mask would leave 0.5 ** 12 of it


def test_the_reader_with_recurrent_dropout_has_that_layer():
    reader = build_reader("recurrent dropout", VOCABULARY)
    (lstm,) = (layer for layer in reader.model.layers if isinstance(layer, kl.LSTM))
    assert lstm.recurrent_dropout == lstm.dropout == 0.2
    assert isinstance(reader.model, keras.Model)


def test_verdicts_of_the_first_words():
    readers = {name: build_reader(name, VOCABULARY) for name in ("average", "convolution")}
    text = "The plot was not good, just bad."
    said = verdicts(readers, text, words=4)
    assert list(said) == list(readers)
    for name, reader in readers.items():
        (expected,) = reader.predict(["the plot was not"])
        assert said[name] == pytest.approx(float(expected), abs=1e-6)
    assert verdicts(readers, text) == verdicts(readers, text, words=7) != said
    with pytest.raises(ValueError, match="no words in '...'"):
        verdicts(readers, "...")
    with pytest.raises(ValueError, match="words must be"):
        verdicts(readers, text, words=0)


def test_bad_calls_are_refused():
    with pytest.raises(ValueError, match="got 'lstm'. Did you mean 'LSTM'"):
        build_reader("lstm", VOCABULARY)
    with pytest.raises(ValueError, match="units must be .* got 0"):
        build_reader("LSTM", VOCABULARY, units=0)
    with pytest.raises(ValueError, match="fine_tune=True needs word vectors"):
        build_reader("LSTM", VOCABULARY, fine_tune=True)
    reader = build_reader("average", VOCABULARY)
    with pytest.raises(TypeError, match="list of texts"):
        reader.predict("good")
    with pytest.raises(ValueError, match="both must occur"):
        train_reader(reader, Reviews(["good", "bad"], np.array([1, 1])))
