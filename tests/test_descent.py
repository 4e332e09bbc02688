"""Trainings: told of every step, stopped at any, and what was learnt is kept."""

import signal

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.descent import descend, fit
from dreamkit.lessons.lesson05_grammar import Reviews
from dreamkit.lessons.lesson05_readers import build_reader, train_reader
from dreamkit.lessons.lesson06_planted import build_shapes, scenes, train_shapes
from dreamkit.results import Epoch, Training
from dreamkit.text.tokens import Vocabulary

TEXTS, LABELS = ["good film", "bad film", "good", "so bad"] * 8, [1, 0] * 16
WRITTEN = "to be or not to be. " * 60


def writer(progress, epochs=3):
    writer = dk.build_writer(WRITTEN, units=8)
    return writer.model, lambda: dk.train_writer(
        writer, WRITTEN, epochs=epochs, progress=progress, after_epoch=lambda epoch: None
    )


def classifier(progress, epochs=3):
    classifier = dk.build_classifier(TEXTS, dimensions=4)
    return classifier.model, lambda: dk.train_classifier(
        classifier, TEXTS, LABELS, epochs=epochs, progress=progress
    )


def reader(progress, epochs=3):
    reader = build_reader("average", Vocabulary(("good", "bad")), length=2)
    reviews = Reviews(TEXTS, np.array(LABELS))
    return reader.model, lambda: train_reader(
        reader, reviews, epochs=epochs, batch=8, progress=progress
    )


def shapes(progress, epochs=3):
    model = build_shapes()
    pictures, kinds, _ = scenes(70, matching=0.5)
    return model, lambda: train_shapes(model, pictures, kinds, epochs=epochs, progress=progress)


every_training = pytest.mark.parametrize("training", [writer, classifier, reader, shapes])


def weights(model):
    return np.concatenate([np.ravel(weight) for weight in model.get_weights()])


@every_training
def test_progress_is_told_of_every_step(training):
    seen = []
    _, train = training(lambda *told: seen.append(told), epochs=2)
    result = train()
    assert [done for done, _, _ in seen] == list(range(1, len(seen) + 1))
    assert {total for _, total, _ in seen} == {len(seen)}
    assert all(np.isfinite(loss) for _, _, loss in seen)
    assert len(result.epochs) == 2 and not result.stopped


@every_training
@pytest.mark.parametrize("way", ["Ctrl-C", "interrupted", "told to stop"])
def test_whoever_stops_keeps_what_was_learnt(training, way):
    def progress(done, total, loss):
        if done <= total // 2:
            return True
        if way == "Ctrl-C":
            signal.raise_signal(signal.SIGINT)
        if way == "interrupted":
            raise KeyboardInterrupt
        return way != "told to stop"

    model, train = training(progress)
    before = weights(model)
    result = train()
    assert result.stopped and len(result.epochs) == 1
    after = weights(model)
    assert np.isfinite(after).all() and np.abs(after - before).max() > 1e-4


@every_training
def test_the_same_seed_gives_the_same_losses(training):
    losses = [training(None, epochs=2)[1]().losses for _ in range(2)]
    np.testing.assert_allclose(losses[0]["loss"], losses[1]["loss"], rtol=1e-5)


def test_a_classifier_that_was_stopped_shows_the_vectors_it_has_learnt():
    clf = dk.build_classifier(TEXTS, dimensions=4)
    dk.train_classifier(clf, TEXTS, LABELS, progress=lambda done, total, loss: done < 3)
    np.testing.assert_array_equal(clf.vectors, clf.model.get_layer("words").get_weights()[0][1:])


class Recorder:
    """A model that notes which rows it is given, and whose loss is the step's number."""

    def __init__(self):
        self.seen = []

    def compile(self, optimizer, loss):
        assert loss == "loss" and float(optimizer.learning_rate) == pytest.approx(0.5)

    def reset_metrics(self):
        self.seen.append([])

    def train_on_batch(self, x, y):
        np.testing.assert_array_equal(y, 10 * x)
        self.seen[-1].append(x.tolist())
        return len(self.seen[-1])


def test_an_epoch_has_every_row_once_in_an_order_of_its_own():
    model, x = Recorder(), np.arange(10)
    result = fit(model, "loss", x, 10 * x, epochs=2, batch=4, learning_rate=0.5, seed=0)
    assert [len(batch) for batch in model.seen[0]] == [4, 4, 2]
    first, second = ([row for batch in epoch for row in batch] for epoch in model.seen)
    assert sorted(first) == sorted(second) == x.tolist() and first != second
    assert result.losses == {"loss": [3, 3]}


def test_an_earlier_training_is_continued():
    told = []
    result = descend(
        lambda number: [number, number], 3, 2, lambda *now: told.append(now), done=[Epoch(9.0, 1.0)]
    )
    assert told == [(3, 6, 1), (4, 6, 1), (5, 6, 2), (6, 6, 2)]
    assert result.losses == {"loss": [9, 1, 2]}


def test_ctrl_c_is_heard_after_the_step_and_then_means_what_it_did_before():
    before, finished = signal.getsignal(signal.SIGINT), []

    def epoch(number):
        for step in range(4):
            if (number, step) == (1, 2):
                signal.raise_signal(signal.SIGINT)
            finished.append((number, step))  # whatever a step does at its end
            yield 1.0

    result = descend(epoch, 3, 4, lambda done, total, loss: None)
    assert finished[-1] == (1, 2)
    assert result.stopped and len(result.epochs) == 1
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_pressed_twice_does_not_wait_for_the_step():
    def endless(number):
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)
        yield from iter(float, 1)

    assert descend(endless, 1, 1, lambda done, total, loss: None).stopped


EPOCHS = (Epoch(2.5, 1.25, 2.75, "<b>"), Epoch(1.5, 1.5, 1.75, "to be"))


def test_a_training_says_on_one_line_how_its_losses_fell():
    assert repr(Training(EPOCHS)) == "<Training: epochs: 2, loss 2.5 to 1.5, held out 2.75 to 1.75>"
    assert repr(Training((), stopped=True)) == "<Training: epochs: 0, stopped>"
    assert len(repr(Training(EPOCHS * 500, stopped=True))) < 200
    assert Training(EPOCHS).seconds == 2.75
    assert str(EPOCHS[1]) == "loss 1.500  held out 1.750  2 s  'to be'"
    assert str(Epoch(1.5, 0.4)) == "loss 1.500  0 s"


def test_a_training_shows_its_epochs_in_a_list():
    shown = Training(EPOCHS, stopped=True)._repr_html_()
    assert shown.count("<li>loss ") == 2 and "held out 2.750" in shown
    assert "&lt;b&gt;" in shown and "<b>" not in shown
    assert "Stopped" in shown and "Stopped" not in Training(EPOCHS)._repr_html_()
