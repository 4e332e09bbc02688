"""Classifiers: the mean of word vectors, and layers that learn praise from blame."""

import json
import warnings

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

import dreamkit as dk
from dreamkit.pretrained import card, digest
from dreamkit.text import classifiers
from dreamkit.text.classifiers import Classifier, zeros_and_ones
from dreamkit.text.neighbours import nearest
from dreamkit.text.tokens import Vocabulary
from dreamkit.text.vectors import WordVectors


def test_a_sentence_is_the_mean_of_its_word_vectors(clf, vectors):
    rows = [vectors.vocabulary.numbers[word] - 1 for word in ("the", "film", "film")]
    np.testing.assert_allclose(
        clf.vector("The film: film"), vectors.vectors[rows].mean(0), rtol=1e-5
    )


def test_the_keras_model_reads_words_as_the_classifier_does(clf):
    texts = ["the film is good", "bad music"]
    ids = np.zeros((2, 6), "int32")
    for row, text in zip(ids, texts, strict=True):
        row[: len(text.split())] = clf.vocabulary.ids(text)
    probability = 1 / (1 + np.exp(-ops.convert_to_numpy(clf.model(ids))[:, 0]))
    np.testing.assert_allclose(clf.predict(texts), probability, rtol=1e-4, atol=1e-6)


def own_model(*between, masked=True, last="linear"):
    """A classifier's model for four words, with layers of someone's own between the vectors."""
    keras.utils.set_random_seed(0)
    x = ids = keras.Input((None,), dtype="int32")
    x = kl.Embedding(5, 6, mask_zero=masked, name="words")(x)
    for layer in between:
        x = layer(x)
    x = kl.GlobalAveragePooling1D(name="average")(x)
    return keras.Model(ids, kl.Dense(1, activation=last, name="logit")(x))


FOUR = Vocabulary(("good", "bad", "film", "fun"))


def test_a_model_of_ones_own_is_taken_where_it_reads_alike():
    model = own_model(kl.Dropout(0.5))
    p = Classifier(model, FOUR).predict(["bad film"])
    logit = ops.convert_to_numpy(model(np.array([[2, 3]])))[:, 0]
    np.testing.assert_allclose(p, 1 / (1 + np.exp(-logit)), rtol=1e-5)


@pytest.mark.parametrize(
    "model",
    [
        lambda: own_model(kl.Dense(6)),
        lambda: own_model(kl.LSTM(6, return_sequences=True)),
        lambda: own_model(masked=False),
        lambda: own_model(last="sigmoid"),
    ],
    ids=["another layer", "order", "no mask", "sigmoid"],
)
def test_a_model_that_reads_in_another_way_is_refused(model):
    with pytest.raises(ValueError, match=r"Embedding \(named words.*answers something else"):
        Classifier(model(), FOUR)


def test_a_model_of_another_kind_or_with_damaged_weights_is_refused():
    plain = keras.Sequential([keras.Input((3,)), kl.Dense(1, name="logit")])
    with pytest.raises(ValueError, match="has none named average, words"):
        Classifier(plain, FOUR)
    with pytest.raises(TypeError, match="model must be a Model, got 'imdb'. load_classifier"):
        Classifier("imdb", FOUR)
    model = own_model()
    model.get_layer("logit").set_weights([np.full((6, 1), np.nan), np.zeros(1)])
    with pytest.raises(ValueError, match="answers NaN"):
        Classifier(model, FOUR)


def test_a_file_that_is_damaged_or_swapped_is_refused(clf, tmp_path):
    path = tmp_path / "mine.keras"
    clf.save(path)
    whole, card_of_it = path.read_bytes(), path.with_suffix(".json").read_text(encoding="utf-8")
    dk.build_classifier(FOUR).save(tmp_path / "other.keras")
    for content in (whole[:-100], (tmp_path / "other.keras").read_bytes()):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="mine.keras is not the file that its card"):
            dk.load_classifier(path)
    facts = json.loads(card_of_it)
    path.write_bytes(whole[:-100])
    for card_, message in (
        (card_of_it[:-9], "mine.json is cut short or damaged"),
        ("[1]", "mine.json holds no names"),
        (json.dumps({**facts, "sha256": digest(path)}), "mine.keras could not be read as a Keras"),
        (json.dumps({**facts, "sha256": digest(path), "words": 3}), "card tells of no words"),
    ):
        path.with_suffix(".json").write_text(card_, encoding="utf-8")
        with pytest.raises(ValueError, match=message):
            dk.load_classifier(path)
    with pytest.raises(ValueError, match="mine.h5 is no .keras file"):
        dk.load_classifier(tmp_path / "mine.h5")


@pytest.mark.parametrize(
    "labels",
    [
        [True, False] * 8,
        np.array([1.0, 0.0] * 8),
        np.eye(2)[[1, 0] * 8],
        np.eye(2, dtype=bool)[[1, 0] * 8].tolist(),
        np.array([1, 0] * 8)[:, None],
    ],
)
def test_labels_may_be_numbers_or_bools_or_columns(labels):
    expected = np.float32([1, 0] * 8)
    np.testing.assert_array_equal(zeros_and_ones(labels, 16), expected)


@pytest.mark.parametrize(
    "labels", [["pos", "neg"], [[1], [0, 1]], None, 1, {1, 0}, np.ones((2, 3)), [1, np.nan], "10"]
)
def test_other_labels_are_refused(labels):
    with pytest.raises(ValueError, match="a 0 or a 1 for each of the 2 texts, .*; got "):
        zeros_and_ones(labels, 2)


def test_praise_is_told_from_blame(clf):
    p = clf.predict(["the music is great", "a superb story", "an awful film", "dull"])
    assert p.shape == (4,)
    assert (p[:2] > 0.8).all() and (p[2:] < 0.2).all()


def test_frozen_vectors_stay_as_they_were_and_fine_tuned_ones_move(clf, vectors):
    np.testing.assert_array_equal(clf.vectors, vectors.vectors)
    texts, labels = ["good film", "bad film"] * 8, [1, 0] * 8
    tuned = dk.build_classifier(vectors, fine_tune=True)
    dk.train_classifier(tuned, texts, labels, epochs=2)
    moved = np.abs(tuned.vectors - vectors.vectors).max(1)
    good, lovely = (vectors.vocabulary.numbers[word] - 1 for word in ("good", "lovely"))
    assert moved[good] > 3 * moved[lovely]  # which only decays


def test_vectors_can_be_learnt_with_the_labels():
    texts, labels = ["what a treat", "what a bore", "a treat", "a bore, a bore"] * 10, [1, 0] * 20
    learnt = dk.build_classifier(texts, dimensions=6)
    training = dk.train_classifier(learnt, texts, labels, epochs=15)
    losses = training.losses["loss"]
    assert len(losses) == 15 and losses[-1] < 0.5 * losses[0]
    assert learnt.vectors.shape == (4, 6)
    assert learnt.predict(["treat"])[0] > 0.8 > 0.2 > learnt.predict(["bore"])[0]


@pytest.fixture
def rows(monkeypatch):
    """What a training gives the model to read, in place of the training."""
    given = []
    monkeypatch.setattr(classifiers, "fit", lambda model, loss, x, *how, **rest: given.append(x))
    return lambda: given[-1]


TREEBANK = "i did n't like it 's good bad does ca wo not".split()


@pytest.fixture
def treebank():
    """As GloVe has words: "did" and "n't"."""
    table = np.random.default_rng(0).normal(size=(len(TREEBANK), 4)).astype("float32")
    return WordVectors(Vocabulary(tuple(TREEBANK)), table)


def test_a_not_is_not_lost_with_published_vectors(treebank, rows, tmp_path):
    classifier = dk.build_classifier(treebank)
    parts = [TREEBANK.index(part) for part in "i did n't like it".split()]
    expected = treebank.vectors[parts].mean(0)
    np.testing.assert_allclose(classifier.vector("I didn’t like it"), expected, 1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        dk.train_classifier(classifier, ["It's good", "I didn't like it"], [1, 0])
    np.testing.assert_allclose(rows()[1], expected, 1e-6)
    classifier.save(tmp_path / "mine.keras")
    again = dk.load_classifier(tmp_path / "mine.keras")
    np.testing.assert_array_equal(
        again.vector("I didn't like it"), classifier.vector("I didn't like it")
    )


def test_how_much_is_unknown_is_told_before_a_training(treebank, rows):
    texts = ["good good good mystery mystery", "bad bad film film film"]
    with pytest.warns(UserWarning, match=r"50.0% of 10: film \(3\), mystery \(2\)\.") as said:
        dk.train_classifier(dk.build_classifier(treebank), texts, [1, 0], epochs=1)
    assert [each.category for each in said].count(UserWarning) == 1


def test_texts_are_learnt_from_as_they_are_read(rows):
    """Up to their last word, which tells; those of a batch at one length, of few."""
    lengths = (3, 399, 400, 401, 900, 1500)
    texts = [" ".join([*"the film".split() * n, end][-n:]) for n in lengths for end in "xy"]
    classifier = dk.build_classifier(texts, dimensions=4)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        dk.train_classifier(classifier, texts, [1, 0] * 6)
    x, places = rows(), np.arange(12)
    assert len(x) == 12
    widths = [x[places[:n]].shape[1] for n in (2, 6, 8, 12)]
    assert widths == [400, 400, 800, 1600]
    learnt = 1 / (1 + np.exp(-ops.convert_to_numpy(classifier.model(x[places]))[:, 0]))
    np.testing.assert_allclose(learnt, classifier.predict(texts), rtol=1e-4)


def test_short_texts_are_padded_no_further_than_the_longest(rows):
    texts = ["a b c", "a"]
    dk.train_classifier(dk.build_classifier(texts), texts, [1, 0])
    np.testing.assert_array_equal(rows()[np.array([1, 0])], [[1, 0, 0], [1, 2, 3]])


def test_a_text_as_long_as_a_book_is_cut_with_a_word(rows, monkeypatch):
    texts = ["good " * 4000, "bad " * 3200, "good", "bad"]
    classifier = dk.build_classifier(texts, dimensions=2)
    message = "first 3,200 words of a text are learnt from: 1 of the 4 texts .* 800 of their words"
    with pytest.warns(UserWarning, match=message):
        dk.train_classifier(classifier, texts, [1, 0, 1, 0], epochs=1)


def test_words_that_hold_anything_are_saved(tmp_path):
    odd = (
        ". . .",
        "a\tb",
        "a\nb",
        "",
        " ",
        "\xa0",
        "\0",
        "\u2028",
        "\x85",
        '"',
        "x,y",
        "\\",
        "GOOD",
    )
    words = Vocabulary((*odd, "good", "bad"))
    table = np.random.default_rng(0).normal(size=(len(words.words), 3)).astype("float32")
    classifier = dk.build_classifier(WordVectors(words, table))
    classifier.save(tmp_path / "mine.keras")
    again = dk.load_classifier(tmp_path / "mine.keras")
    assert again.vocabulary.words == words.words
    np.testing.assert_array_equal(again.predict(["good bad"]), classifier.predict(["good bad"]))


def test_a_card_of_an_older_version_is_read(clf, tmp_path):
    card = clf.save(tmp_path / "mine.keras")
    facts = json.loads(card.read_text(encoding="utf-8"))
    card.write_text(json.dumps({**facts, "words": " ".join(facts["words"])}), encoding="utf-8")
    assert dk.load_classifier(tmp_path / "mine.keras").vocabulary == clf.vocabulary
    card.write_text(json.dumps({**facts, "words": [1, 2]}), encoding="utf-8")
    with pytest.raises(ValueError, match="tells of no words"):
        dk.load_classifier(tmp_path / "mine.keras")


def test_it_is_saved_over_no_other_file(tmp_path):
    clf, data = dk.build_classifier(["good", "bad"], dimensions=2), '[{"text": "good"}]'
    (tmp_path / "reviews.json").write_text(data, encoding="utf-8")
    with pytest.raises(ValueError, match=r"reviews\.json is another program's"):
        clf.save(tmp_path / "reviews.keras")
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == [data]
    clf.save(tmp_path / "mine.keras")
    clf.save(tmp_path / "mine.keras")


def test_it_is_saved_with_its_words(clf, tmp_path):
    card = clf.save(tmp_path / "mine.keras", seed=0)
    assert json.loads(card.read_text(encoding="utf-8"))["words"] == list(clf.vocabulary.words)
    again = dk.load_classifier(tmp_path / "mine.keras")
    texts = ["the film is good", "poor music"]
    np.testing.assert_allclose(again.predict(texts), clf.predict(texts), rtol=1e-5)


def test_files_that_are_no_classifier_are_refused(clf, tmp_path):
    with pytest.raises(FileNotFoundError, match="no file"):
        dk.load_classifier(tmp_path / "mine.keras")
    with pytest.raises(ValueError, match="not a text classifier"):
        dk.load_classifier("dreamnet")
    with pytest.raises(ValueError, match="no bundled 'imbd'.*imdb"):
        dk.load_classifier("imbd")
    with pytest.raises(ValueError, match="do not belong together"):
        Classifier(clf.model, Vocabulary(("one", "two")))
    with pytest.raises(ValueError, match=".keras"):
        clf.save(tmp_path / "mine.h5")


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["good", "bad"], [1], "a 0 or a 1 for each of the 2 texts"),
        (["good", "bad"], [1, 2], "a 0 or a 1"),
        (["good", "bad"], [1, 1], "both must occur"),
        (["good", "..."], [1, 0], "Text 1 has no known word"),
    ],
)
def test_texts_and_labels_that_teach_nothing_are_refused(texts, labels, message):
    with pytest.raises(ValueError, match=message):
        dk.train_classifier(dk.build_classifier(["good", "bad"]), texts, labels)


def test_bad_calls_are_refused(clf):
    with pytest.raises(TypeError, match="list of texts"):
        clf.predict("good")
    with pytest.raises(ValueError, match="'fc2' or 'logit', got 'fc3'"):
        clf.check(["fc3"])
    with pytest.raises(ValueError, match="fine_tune"):
        dk.build_classifier(["good", "bad"], fine_tune=True)
    with pytest.raises(TypeError, match="list of texts"):
        dk.build_classifier("good")
    with pytest.raises(ValueError, match="no words to learn"):
        dk.build_classifier(["...", ""])
    with pytest.raises(ValueError, match="epochs must be"):
        dk.train_classifier(clf, ["good", "bad"], [1, 0], epochs=0)


def test_a_classifier_is_built_for_the_most_frequent_words():
    texts = ["a film", "a plot", "a a film"]
    assert dk.build_classifier(texts, size=2).vocabulary.words == ("a", "film")
    words = Vocabulary(("one", "two"))
    assert dk.build_classifier(words, dimensions=3).vectors.shape == (2, 3)


def test_the_bundled_classifier_is_small_and_its_vectors_mean_something():
    assert card("imdb")["bytes"] <= 10_000_000
    clf = dk.load_classifier("imdb")

    def near(word):
        vector = clf.vectors[clf.vocabulary.numbers[word] - 1]
        rows, _ = nearest(vector, clf.vectors, 6)
        return {clf.vocabulary.words[row] for row in rows}

    assert "movie" in near("film")
    assert {"terrible", "horrible"} <= near("awful")
    love, hate = clf.predict(["I love this show.", "I hate this."])
    assert love > 0.8 > 0.2 > hate
