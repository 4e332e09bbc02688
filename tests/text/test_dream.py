"""Sentence dreams: they climb, the path is kept, and words are near where they should be."""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.text.dream import dream_sentence
from dreamkit.text.neighbours import nearest, telling_words, words_of_unit
from dreamkit.text.swaps import dream_words

TEXT = "the film is good"


@pytest.mark.parametrize(
    ("layer", "knobs"),
    [
        ("fc1", {}),
        ("fc2", {}),
        ("fc1", {"unit": "liveliest"}),
        ("fc2", {"guide": "the music was dreadful"}),
        (dk.objectives.channel("logit", 0), {}),
        (-dk.objectives.channel("logit", 0), {}),
    ],
    ids=str,
)
def test_the_score_rises(clf, layer, knobs):
    if "unit" in knobs:  # others may be dead: no gradient leads to them
        answers = clf.activations(clf.vector(TEXT)[None], layer)[0]
        knobs = {"unit": int(np.argmax(answers))}
    dream = dream_sentence(TEXT, clf, layer, steps=10, **knobs)
    assert len(dream.history) == len(dream.vectors) == 11
    assert dream.history[-1] > dream.history[0]
    assert np.mean(np.diff(dream.history) > 0) > 0.8


def test_the_path_starts_at_the_sentence_and_every_step_is_as_long_as_asked(clf):
    dream = dream_sentence(TEXT, clf, steps=6, step_size=0.3)
    np.testing.assert_allclose(dream.vectors[0], clf.vector(TEXT), rtol=1e-6)
    steps = np.abs(np.diff(dream.vectors, axis=0)).mean(1)
    np.testing.assert_allclose(steps, 0.3, rtol=1e-3)
    assert dream.prediction == pytest.approx(clf.predict([TEXT])[0])


def test_history_is_the_mean_square_of_the_layer_and_norms_its_length(clf):
    dream = dream_sentence(TEXT, clf, "fc2", steps=4)
    np.testing.assert_allclose(dream.norms("fc2") ** 2 / 512, dream.history, rtol=1e-3)


def test_sentences_in_a_batch_dream_as_they_would_alone(clf):
    texts = [TEXT, "a dull story", "the music was great"]
    together = dream_sentence(texts, clf, steps=5)
    assert [dream.text for dream in together] == texts
    for dream in together:
        alone = dream_sentence(dream.text, clf, steps=5)
        np.testing.assert_allclose(alone.vectors, dream.vectors, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(alone.history, dream.history, rtol=1e-3)


def test_praise_stays_with_praise_and_blame_with_blame(clf):
    words, _, vectors = telling_words(clf, 5)
    up, down = dream_sentence([TEXT, "the film is bad"], clf)

    def leaning(dream, step):
        rows, values = nearest(dream.vectors[step], vectors, 10)
        similarity = dict(zip([words[row] for row in rows], values, strict=True))
        return np.mean([similarity[w] for w in words[:5]]) - np.mean(
            [similarity[w] for w in words[5:]]
        )

    assert leaning(up, 0) > 0 < leaning(up, -1)
    assert leaning(down, 0) < 0 > leaning(down, -1)


def test_a_guide_leads_the_other_way(clf):
    free, led = (dream_sentence(TEXT, clf, guide=g) for g in (None, "a dreadful, dull film"))

    def verdict(dream):
        return clf.activations(dream.vectors[-1:], "logit")[0, 0]

    assert verdict(led) < 0 < verdict(free)


@pytest.mark.open_shapes
def test_one_trace_serves_sentences_units_and_batches(clf):
    for knobs in ({"unit": 1}, {"unit": 2}, {"unit": 5}):
        dream_sentence([TEXT, "a dull story"], clf, "fc2", steps=2, **knobs)
        dream_sentence(TEXT, clf, "fc2", steps=3, **knobs)
    key = (dk.objectives.channel("fc2", 0).structure,)
    assert clf.climbers[key].look.traces == 1


def test_stopping_keeps_the_path_so_far(clf):
    dream = dream_sentence(TEXT, clf, steps=9, progress=lambda done, total, score: done < 4)
    assert len(dream.vectors) == len(dream.history) == 5

    def interrupt(done, total, score):
        if done == 3:
            raise KeyboardInterrupt

    dream = dream_sentence(TEXT, clf, steps=9, progress=interrupt)
    assert len(dream.vectors) == len(dream.history) == 4


def test_progress_is_told_the_mean_score_of_all_sentences(clf):
    told = []
    dreams = dream_sentence(
        [TEXT, "a dull story"], clf, steps=3, progress=lambda *step: told.append(step)
    )
    mean = np.mean([dream.history for dream in dreams], axis=0)
    assert [step[:2] for step in told] == [(1, 3), (2, 3), (3, 3)]
    np.testing.assert_allclose([score for _, _, score in told], mean[:3], rtol=1e-4)


def test_the_nearest_words_are_among_as_many_of_the_most_frequent_as_asked(clf):
    found = dream_sentence(TEXT, clf, steps=1).nearest(k=5, frequent=5)
    assert {word for word, _ in found} == set(clf.vocabulary.words[:5])


@pytest.mark.parametrize(
    ("text", "knobs", "error", "message"),
    [
        ("", {}, ValueError, "no words"),
        ("zebra xylophone", {}, ValueError, "zebra, xylophone"),
        ([], {}, ValueError, "text is empty"),
        ([TEXT, 5], {}, TypeError, "number 1 is 5"),
        (TEXT, {"layer": "fc3"}, ValueError, "got 'fc3'"),
        (TEXT, {"unit": 512}, ValueError, "from 0 to 511 .of layer 'fc2'"),
        (TEXT, {"unit": -1}, ValueError, "from 0"),
        (TEXT, {"unit": 1, "guide": TEXT}, ValueError, "not both"),
        (TEXT, {"guide": "..."}, ValueError, "no words"),
        (TEXT, {"layer": dk.objectives.layer("fc1"), "unit": 1}, ValueError, "name a layer"),
        (TEXT, {"steps": 0}, ValueError, "steps"),
        (TEXT, {"step_size": 0}, ValueError, "step_size"),
    ],
)
def test_bad_input_is_refused_before_any_step(clf, text, knobs, error, message):
    with pytest.raises(error, match=message):
        dream_sentence(text, clf, progress=pytest.fail, **knobs)


def test_nearest_by_both_measures():
    table = np.array([[2.0, 0], [0, 1], [-1, 0], [0.6, 0.6]])
    rows, values = nearest(np.array([1.0, 0]), table, 2)
    assert rows.tolist() == [0, 3]
    np.testing.assert_allclose(values, [1, np.sqrt(0.5)])
    rows, values = nearest(np.array([1.0, 0]), table, 2, "euclidean")
    assert rows.tolist() == [3, 0]
    np.testing.assert_allclose(values, [np.hypot(0.4, 0.6), 1])
    for bad in ({"metric": "taxi"}, {"k": 0}):
        with pytest.raises(ValueError, match="must be"):
            nearest(table[0], table, **bad)


def test_words_of_a_unit_are_those_with_the_highest_activation(clf):
    found = words_of_unit(clf, 2, "fc1", k=3)
    every = clf.activations(clf.vectors, "fc1")[:, 2]
    assert [value for _, value in found] == sorted(every.tolist(), reverse=True)[:3]
    with pytest.raises(ValueError, match="0 to 255"):
        words_of_unit(clf, 256, "fc1")


def test_telling_words_are_the_extremes_of_the_verdict(clf):
    words, kinds, vectors = telling_words(clf, 4)
    assert set(words[:4]) <= {"good", "great", "fine", "lovely", "superb"}
    assert set(words[4:]) <= {"bad", "awful", "dull", "poor", "dreadful"}
    assert kinds == ["positive"] * 4 + ["negative"] * 4
    assert vectors.shape == (8, 8)


def test_every_swap_of_a_dream_in_words_helps_and_is_what_it_says(clf):
    verdict = dk.objectives.channel("logit", 0)
    dream = dream_words("The film is good.", clf, verdict, choices=15)
    assert dream.swaps
    for swap, before, after in zip(dream.swaps, dream.sentences, dream.sentences[1:], strict=False):
        assert swap.after > swap.before
        scores = clf.activations(np.stack([clf.vector(before), clf.vector(after)]), "logit")[:, 0]
        np.testing.assert_allclose(scores, [swap.before, swap.after], rtol=1e-3, atol=1e-4)
        assert (swap.old in before.lower()) and (swap.new in after.lower())
    assert all(
        sentence.startswith("The ") and sentence.endswith(".") for sentence in dream.sentences
    )
    assert len({swap.position for swap in dream.swaps}) == len(dream.swaps)


def test_a_dream_in_words_ends_when_nothing_helps_and_stays_within_its_rounds(clf):
    verdict = dk.objectives.channel("logit", 0)
    assert len(dream_words("The film is bad.", clf, verdict, rounds=1).swaps) <= 1
    whole = dream_words("The film is bad.", clf, verdict, rounds=50, choices=15)
    assert len(whole.swaps) <= 2  # film and bad; the rest holds the sentence together
    with pytest.raises(ValueError, match="rounds"):
        dream_words(TEXT, clf, rounds=0)


def test_the_bundled_classifier_dreams_of_its_verdict():
    bundled = dk.load_classifier("imdb")
    love, hate = dream_sentence(["I love this show.", "I hate this."], bundled)
    assert {"this", "it"} <= {word for word, _ in love.nearest(0, 8)}
    assert {"wonderful", "amazing"} <= {word for word, _ in love.nearest(-1, 25)}
    assert {"pathetic", "dreadful"} <= {word for word, _ in hate.nearest(-1, 25)}
    for dream in (love, hate):
        assert np.corrcoef(np.arange(21), dream.norms())[0, 1] ** 2 > 0.98
