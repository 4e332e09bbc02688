"""Sentence dreams: they climb, the path is kept, and words are near where they should be."""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.objectives import channel, directions, logit, neuron
from dreamkit.text.dream import dream_sentence
from dreamkit.text.neighbours import nearest, telling_words

TEXT = "the film is good"


@pytest.mark.parametrize(
    ("objective", "guide"),
    [
        ("fc1", None),
        ("fc2", None),
        (["fc1", "fc2"], None),
        ({"fc1": 1.0, "logit": 0.1}, None),
        ("liveliest", None),
        ("fc2", "the music was dreadful"),
        ({"fc1": 1.0, "fc2": 2.0}, "the music was dreadful"),
        (channel("logit", 0), None),
        (-channel("logit", 0), None),
    ],
    ids=str,
)
def test_the_score_rises(clf, objective, guide):
    if objective == "liveliest":  # other units may be dead: no gradient leads to them
        objective = channel("fc1", int(np.argmax(clf.activations(clf.vector(TEXT)[None], "fc1"))))
    dream = dream_sentence(TEXT, clf, objective, guide=guide, steps=10)
    assert len(dream.history) == len(dream.vectors) == 11
    assert dream.history[-1] > dream.history[0]
    assert np.mean(np.diff(dream.history) > 0) > 0.8


def test_the_path_starts_at_the_sentence_and_every_step_is_as_long_as_asked(clf):
    dream = dream_sentence(TEXT, clf, steps=6, step_size=0.3)
    np.testing.assert_allclose(dream.vectors[0], clf.vector(TEXT), rtol=1e-6)
    steps = np.abs(np.diff(dream.vectors, axis=0)).mean(1)
    np.testing.assert_allclose(steps, 0.3, rtol=1e-3)
    assert dream.prediction == pytest.approx(clf.predict([TEXT])[0])


def test_the_settings_say_what_was_climbed(clf):
    def settings(objective, **how):
        return dream_sentence(TEXT, clf, objective, steps=2, **how).settings

    assert settings("fc1", guide="good") == {
        "classifier": "mine",
        "objective": "fc1",
        "guide": "good",
        "steps": 2,
        "step_size": 0.15,
    }
    assert settings(["fc1", "fc2"])["objective"] == {"fc1": 1.0, "fc2": 1.0}
    assert settings(channel("fc2", 14))["objective"] == "channel('fc2', 14)"


def test_a_classifier_may_be_named():
    named, loaded = (
        dream_sentence("I love this show.", c, steps=2) for c in ("imdb", dk.load_classifier())
    )
    np.testing.assert_array_equal(named.vectors, loaded.vectors)
    assert named.settings == loaded.settings and named.settings["classifier"] == "imdb"
    with pytest.raises(TypeError, match="classifier must be a Classifier, got 3. load_classifier"):
        dream_sentence(TEXT, 3)


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
    answers = clf.activations(clf.vector(TEXT)[None], "fc2")[0]
    for unit in np.argsort(-answers)[:3]:
        dream_sentence([TEXT, "a dull story"], clf, channel("fc2", unit), steps=2)
        dream_sentence(TEXT, clf, channel("fc2", unit), steps=3)
    climber = clf.climbers[channel("fc2", 0).structure,]
    assert (climber.step._traces, climber.look._traces) == (1, 0)


def test_stopping_keeps_the_path_so_far(clf):
    dream = dream_sentence(TEXT, clf, steps=9, progress=lambda done, total, score: done < 4)
    assert dream.stopped and len(dream.vectors) == len(dream.history) == 5
    whole = dream_sentence(TEXT, clf, steps=9)
    np.testing.assert_array_equal(dream.vectors, whole.vectors[:5])


def test_progress_is_told_the_mean_score_of_all_sentences(clf):
    told = []
    dreams = dream_sentence(
        [TEXT, "a dull story"], clf, steps=3, progress=lambda *step: told.append(step)
    )
    mean = np.mean([dream.history for dream in dreams], axis=0)
    assert [step[:2] for step in told] == [(1, 3), (2, 3), (3, 3)]
    np.testing.assert_allclose([score for _, _, score in told], mean[1:], rtol=1e-4)


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
        (TEXT, {"objective": "fc3"}, ValueError, "got 'fc3'"),
        (TEXT, {"objective": 7}, ValueError, "objective must be a layer's name"),
        (TEXT, {"objective": channel("fc2", 512)}, ValueError, "has 512 channels"),
        (TEXT, {"objective": neuron("fc2", 1)}, ValueError, "'fc2' has no positions"),
        (TEXT, {"objective": logit("praise")}, ValueError, "mine has no classes; climb channel"),
        (TEXT, {"objective": logit(0)}, ValueError, "mine has no classes; climb channel"),
        (
            TEXT,
            {"objective": directions("fc2", np.ones((2, 512)))},
            ValueError,
            "for 2 pictures side by side, and here they are 1",
        ),
        (TEXT, {"objective": channel("fc2", 1), "guide": TEXT}, ValueError, "name layers"),
        (TEXT, {"guide": "..."}, ValueError, "no words"),
        (TEXT, {"steps": 0}, ValueError, "steps"),
        (TEXT, {"step_size": 0}, ValueError, "step_size"),
    ],
)
def test_bad_input_is_refused_before_any_step(clf, text, knobs, error, message):
    before = dict(clf.climbers)
    with pytest.raises(error, match=message):
        dream_sentence(text, clf, progress=pytest.fail, **knobs)
    assert clf.climbers == before


def test_the_bundled_classifier_dreams_of_its_verdict():
    bundled = dk.load_classifier("imdb")
    love, hate = dream_sentence(["I love this show.", "I hate this."], bundled)
    assert {"this", "it"} <= {word for word, _ in love.nearest(0, 8)}
    assert {"wonderful", "amazing"} <= {word for word, _ in love.nearest(-1, 25)}
    assert {"pathetic", "dreadful"} <= {word for word, _ in hate.nearest(-1, 25)}
    for dream in (love, hate):
        assert np.corrcoef(np.arange(21), dream.norms())[0, 1] ** 2 > 0.98
