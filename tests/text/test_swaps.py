"""Dreams in real words: every swap helps, and what holds the sentence together stays."""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.objectives import channel, directions, layer, logit, neuron
from dreamkit.text.swaps import dream_words
from dreamkit.text.tokens import Vocabulary
from dreamkit.text.vectors import WordVectors

TEXT, VERDICT = "the film is good", channel("logit", 0)


def test_every_swap_of_a_dream_in_words_helps_and_is_what_it_says(clf):
    dream = dream_words("The film is good.", clf, VERDICT, choices=15)
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
    assert len(dream_words("The film is bad.", clf, VERDICT, rounds=1).swaps) <= 1
    whole = dream_words("The film is bad.", clf, VERDICT, rounds=50, choices=15)
    assert len(whole.swaps) <= 2  # film and bad; the rest holds the sentence together
    with pytest.raises(ValueError, match="rounds"):
        dream_words(TEXT, clf, rounds=0)


def test_progress_is_told_the_score_after_every_swap(clf):
    told = []
    dream = dream_words(
        "The film is good.", clf, VERDICT, rounds=5, progress=lambda *step: told.append(step)
    )
    assert [step[:2] for step in told] == [(n + 1, 5) for n in range(len(dream.swaps))]
    np.testing.assert_allclose([step[2] for step in told], [s.after for s in dream.swaps], 1e-5)
    assert not dream.stopped
    for swap, following in zip(dream.swaps, dream.swaps[1:], strict=False):
        assert following.before == pytest.approx(swap.after, rel=1e-4)


def test_an_objective_may_be_given_as_layers(clf):
    dream = dream_words(TEXT, clf, {"fc1": 2.0}, rounds=2)
    assert dream == dream_words(TEXT, clf, 2 * layer("fc1"), rounds=2) and dream.swaps
    assert dream_words(TEXT, clf, rounds=2) == dream_words(TEXT, clf, "fc2", rounds=2)


def test_a_classifier_may_be_named():
    named, loaded = (
        dream_words("I love this show.", c, rounds=1) for c in ("imdb", dk.load_classifier())
    )
    assert named == loaded and named.swaps
    with pytest.raises(TypeError, match="classifier must be a Classifier, got 3. load_classifier"):
        dream_words(TEXT, 3)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"text": "..."}, ValueError, "no words"),
        ({"text": 5}, TypeError, "text"),
        ({"rounds": 0}, ValueError, "rounds must be"),
        ({"choices": 0}, ValueError, "choices must be"),
        ({"progress": 3}, ValueError, "progress must be a function"),
        ({"objective": "fc3"}, ValueError, "got 'fc3'"),
        ({"objective": channel("fc2", 512)}, ValueError, "has 512 channels"),
        ({"objective": neuron("fc2", 1)}, ValueError, "'fc2' has no positions"),
        ({"objective": logit("praise")}, ValueError, "mine has no classes; climb channel"),
        ({"objective": directions("fc2", np.ones((2, 512)))}, ValueError, "for 2 pictures"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_any_swap(clf, given, error, message):
    before = dict(clf.climbers)
    with pytest.raises(error, match=message):
        dream_words(**{"text": TEXT, "classifier": clf, "progress": pytest.fail, **given})
    assert clf.climbers == before


def test_only_words_that_are_read_as_themselves_come_in():
    """Published vectors have ". . .", "low-budget", "'s" and "Fine" among their nearest."""
    words = "good low-budget . 's Fine fine n't superb film did".split()
    table = np.random.default_rng(0).normal(0, 0.1, (10, 4)).astype("float32") + 1
    classifier = dk.build_classifier(WordVectors(Vocabulary(tuple(words)), table))
    text = "Film good, didn't good film"
    dream = dk.dream_words(text, classifier, "fc1", rounds=5, choices=9)
    assert dream.swaps
    assert {swap.new for swap in dream.swaps} <= {"superb", "fine", "good", "film"}
    for sentence, swap in zip(dream.sentences[1:], dream.swaps, strict=True):
        vector = classifier.vector(sentence)[None]
        score = float((classifier.activations(vector, "fc1") ** 2).mean())
        assert score == pytest.approx(swap.after, rel=1e-4)
        assert "didn't" in sentence
