"""Learning: losses fall, the best is kept, and what was interrupted goes on."""

import io
import json
import sys

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

import dreamkit as dk
from dreamkit.chars import learning
from dreamkit.chars.corpus import Alphabet
from dreamkit.chars.learning import WINDOW, one_epoch, prepare, split, train_writer
from dreamkit.chars.writer import Writer

TEXT = "to be or not to be, that is the question. " * 100
ALPHABET = Alphabet.of(TEXT)


def writer(seed=0):
    return dk.build_writer(TEXT, units=24, dropout=0.1, seed=seed)


def weights(writer):
    return np.concatenate([w.ravel() for w in writer.model.get_weights()])


def test_losses_fall_to_next_to_nothing_on_a_text_that_repeats():
    learner = writer()
    before = learner.loss(TEXT)
    training = train_writer(learner, TEXT, epochs=8, learning_rate=0.05)
    assert not training.stopped
    assert len(training.epochs) == 8
    assert before > 2.5
    assert learner.loss(TEXT) < 0.3
    assert training.epochs[-1].validation_loss < training.epochs[0].validation_loss
    best = min(epoch.validation_loss for epoch in training.epochs)
    assert learner.loss(split(TEXT)[1]) == pytest.approx(best, abs=1e-5)
    assert all(len(epoch.sample) == 50 for epoch in training.epochs)


def test_of_a_short_text_the_end_is_kept_out_of_a_long_one_blocks_all_over():
    learnt, kept_out = split("0123456789" * 10, 0.2)
    assert (len(learnt), len(kept_out)) == (80, 20)
    assert learnt + kept_out == "0123456789" * 10
    book = "".join(str(chapter) * 20_000 for chapter in range(10))
    learnt, kept_out = split(book, 0.1)
    assert kept_out == "".join(str(chapter) * 2_000 for chapter in range(10))
    assert learnt == "".join(str(chapter) * 18_000 for chapter in range(10))


class Recorder:
    """A model that learns nothing and notes what it is shown."""

    def __init__(self):
        self.layers, self.seen = [], []

    def reset_metrics(self):
        pass

    def train_on_batch(self, x, y):
        self.seen.append((x, y))
        return 0.0


@pytest.mark.parametrize("window", [WINDOW, 100])
def test_streams_run_on_from_window_to_window_and_targets_are_one_ahead(window):
    ids = np.arange(5000, dtype="int32")
    model = Recorder()
    list(one_epoch(model, ids, 4, window, (0, 0)))
    for x, y in model.seen:
        assert x.shape == (4, window)
        np.testing.assert_array_equal(y, x + 1)
    for (before, _), (after, _) in zip(model.seen, model.seen[1:], strict=False):
        np.testing.assert_array_equal(after[:, 0], before[:, -1] + 1)
    shown = np.concatenate([x.ravel() for x, _ in model.seen])
    assert len(np.unique(shown)) == len(shown) > 0.9 * len(ids)


def test_every_epoch_begins_at_another_character():
    def first(epoch):
        model = Recorder()
        list(one_epoch(model, np.arange(5000, dtype="int32"), 4, WINDOW, (0, epoch)))
        return int(model.seen[0][0][0, 0])

    begun = [first(epoch) for epoch in range(20)]
    assert len(set(begun)) > 10 and min(begun) >= 0 and max(begun) <= WINDOW


def test_the_rate_warms_up_and_falls_to_0_at_the_last_step():
    model = writer().model

    def rate(step):
        model.optimizer.iterations.assign(step)
        return float(model.optimizer.learning_rate)

    prepare(model, 0.5, 40)  # of which 4 warm up
    np.testing.assert_allclose(
        [rate(s) for s in (0, 2, 4, 22, 40)], [0, 0.25, 0.5, 0.25, 0], atol=1e-6
    )
    prepare(model, 0.5, 8)  # too few to warm up
    np.testing.assert_allclose([rate(s) for s in (0, 4, 8)], [0.5, 0.25, 0], atol=1e-6)


def test_a_gradient_of_any_length_is_cut_to_a_length_of_1():
    """So a step after a loud one is as long as after a quiet one: Adam would remember it."""
    values = []
    for loud in (5.0, 5000.0):
        model = writer().model
        prepare(model, 0.5, 8)
        for size in (loud, 1.0):
            gradients = [np.full(w.shape, size, "float32") for w in model.trainable_weights]
            model.optimizer.apply(
                [ops.convert_to_tensor(g) for g in gradients], model.trainable_weights
            )
        values.append(np.concatenate([w.ravel() for w in model.get_weights()]))
    np.testing.assert_allclose(values[0], values[1], atol=1e-5)


def test_the_best_weights_are_kept(monkeypatch):
    learner, found = writer(), []
    losses = iter([2.0, 2.0, 1.0, 1.0, 3.0, 3.0])  # on the text learnt from, and on that kept out
    monkeypatch.setattr(Writer, "loss", lambda self, text: next(losses))
    training = train_writer(
        learner, TEXT, epochs=3, after_epoch=lambda epoch: found.append(weights(learner))
    )
    assert [epoch.validation_loss for epoch in training.epochs] == [2, 1, 3]
    assert np.abs(found[1] - found[0]).max() > 0
    np.testing.assert_array_equal(weights(learner), found[1])


class Killed(Exception):
    """The machine goes down."""


def test_a_training_that_is_killed_goes_on_from_its_last_epoch(tmp_path):
    whole = writer()
    expected = train_writer(whole, TEXT, epochs=4, folder=tmp_path / "whole")

    def kill(done, total, loss):
        if done > 0.6 * total:
            raise Killed

    with pytest.raises(Killed):
        train_writer(writer(), TEXT, epochs=4, folder=tmp_path / "killed", progress=kill)
    again = writer(seed=5)  # its weights are replaced by those kept
    steps = []
    training = train_writer(
        again,
        TEXT,
        epochs=4,
        folder=tmp_path / "killed",
        progress=lambda done, total, loss: steps.append(done),
    )
    assert len(training.epochs) == 4
    assert steps[0] > 1  # the first two epochs were not repeated
    losses, expected = training.losses["held out"], expected.losses["held out"]
    np.testing.assert_allclose(losses, expected, rtol=0.05)
    log = json.loads((tmp_path / "killed" / "log.json").read_text(encoding="utf-8"))
    assert len(log["epochs"]) == 4


def test_a_training_that_goes_on_does_not_take_a_worse_epoch_for_the_best(tmp_path, monkeypatch):
    losses = iter([2.0, 1.0, 2.0, 3.0])  # on the text learnt from, and on that kept out
    monkeypatch.setattr(Writer, "loss", lambda self, text: next(losses))
    first, again = writer(), writer(seed=5)
    train_writer(first, TEXT[:840], epochs=1, folder=tmp_path)
    training = train_writer(again, TEXT[:840], epochs=2, folder=tmp_path)
    assert [epoch.validation_loss for epoch in training.epochs] == [1, 3]
    np.testing.assert_array_equal(weights(again), weights(first))


def test_a_finished_training_is_not_repeated(tmp_path):
    first = train_writer(writer(), TEXT, epochs=2, folder=tmp_path)
    again = writer(seed=5)
    assert train_writer(again, TEXT, epochs=2, folder=tmp_path, progress=pytest.fail) == first
    best = min(epoch.validation_loss for epoch in first.epochs)
    assert again.loss(split(TEXT)[1]) == pytest.approx(best, rel=1e-4)


def test_stopping_keeps_what_was_learnt():
    learner = writer()
    before = weights(learner)
    training = train_writer(learner, TEXT, epochs=3, progress=lambda done, total, loss: done < 4)
    assert training.stopped and training.epochs == ()
    assert np.abs(weights(learner) - before).max() > 0

    def interrupt(done, total, loss):
        if done > total / 2:
            raise KeyboardInterrupt

    training = train_writer(learner, TEXT, epochs=4, progress=interrupt)
    assert training.stopped and len(training.epochs) == 2


@pytest.mark.parametrize("window, streams", [(WINDOW, 32), (2 * WINDOW, 16)])
def test_a_step_has_as_many_characters_with_windows_of_any_length(window, streams, monkeypatch):
    seen = []
    monkeypatch.setattr(learning, "UPDATES", 1)
    monkeypatch.setattr(
        learning,
        "one_epoch",
        lambda model, ids, streams, window, seed: seen.append((streams, window)),
    )
    with pytest.raises(TypeError):  # nothing to go through
        train_writer(writer(), TEXT, window=window)
    assert seen == [(streams, window)]


@pytest.mark.parametrize(
    ("text", "knobs", "message"),
    [
        ("to be", {}, "The text has 5 characters"),
        ("t" * 70, {"validation_split": 0.01}, "2 to be kept out"),
        (TEXT + "Ω" * 9, {}, "never seen"),
        (TEXT, {"epochs": 0}, "epochs"),
        (TEXT, {"validation_split": 0}, "validation_split"),
        (TEXT, {"window": 0}, "window must be a whole number from 1 to 2,048"),
    ],
)
def test_bad_input_is_refused_before_any_work(text, knobs, message):
    with pytest.raises(ValueError, match=message):
        train_writer(writer(), text, progress=pytest.fail, **knobs)


def test_a_folder_of_another_writer_is_refused(tmp_path):
    train_writer(writer(), TEXT, epochs=1, folder=tmp_path)
    other = TEXT.replace("q", "Q")
    with pytest.raises(ValueError, match="training of another writer"):
        train_writer(dk.build_writer(other, units=24), other, epochs=2, folder=tmp_path)
    with pytest.raises(ValueError, match="training of another writer"):
        train_writer(dk.build_writer(TEXT, units=25), TEXT, epochs=2, folder=tmp_path)


def test_a_folder_of_another_text_is_refused_and_kept_as_it_was(tmp_path):
    """A diary that grew is another text: its epochs would be those of the old one."""
    train_writer(writer(), TEXT, epochs=1, folder=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ValueError, match="holds the training of another text. Choose another"):
        train_writer(writer(), TEXT + TEXT[:99], epochs=1, folder=tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.fixture
def quick(monkeypatch):
    """A training that takes no time: nothing is learnt, and the sample is always the same."""
    monkeypatch.setattr(learning, "one_epoch", lambda *_: [0.5])
    monkeypatch.setattr(Writer, "loss", lambda self, text: 1.0)
    monkeypatch.setattr(Writer, "generate", lambda self, *_, **__: "вот ✓")


SHORT = TEXT[:840]


def test_nothing_is_said_after_an_epoch_that_is_to_say_nothing(quick, capsys):
    assert len(train_writer(writer(), SHORT, epochs=2, after_epoch=None).epochs) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("given", [False, True, 0, 3, "print", []])
@pytest.mark.parametrize("name", ["after_epoch", "progress"])
def test_what_is_no_function_is_refused_before_any_work(tmp_path, name, given):
    with pytest.raises(ValueError, match=f"{name} must be a function .*None for .* got "):
        train_writer(writer(), SHORT, folder=tmp_path / "new", **{name: given})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("letters", ["cp1252", "ascii"])
@pytest.mark.parametrize("told", [{}, {"after_epoch": lambda epoch: print("now", epoch)}])
def test_a_sample_that_the_console_has_no_letters_for_ends_no_training(
    quick, monkeypatch, letters, told
):
    stream = io.TextIOWrapper(io.BytesIO(), letters, newline="\n")
    monkeypatch.setattr(sys, "stdout", stream)
    assert len(train_writer(writer(), SHORT, epochs=2, **told).epochs) == 2
    stream.flush()
    lines = stream.buffer.getvalue().decode(letters).splitlines()
    assert len(lines) == 2 and lines[0].endswith(r"s  '\u0432\u043e\u0442 \u2713'")


def test_a_console_that_is_gone_ends_no_training(quick, monkeypatch):
    monkeypatch.setattr(sys, "stdout", closed := io.StringIO())
    closed.close()
    assert len(train_writer(writer(), SHORT, epochs=2).epochs) == 2


def files(folder):
    return {path.name: path.is_file() and path.read_bytes() for path in folder.iterdir()}


ANOTHERS = {
    "another program's": '{"loss": [1, 2]}',
    "a list": "[1]",
    "numbers": '{"alphabet": 3, "text": 1, "epochs": []}',
    "no text": '{"alphabet": " .benorto", "epochs": []}',
    "no JSON": "epoch 1: loss 2.5",
    "empty": "",
    "another alphabet": '{"alphabet": "abc", "text": "x", "epochs": []}',
    "a newer version's": {"epochs": [{"loss": 1.0, "seconds": 1.0, "perplexity": 2.7}]},
    "losses in words": {"epochs": [{"loss": "low", "seconds": 1.0}]},
    "no loss": {"epochs": [{"loss": None, "seconds": 1.0}]},
    "epochs counted": {"epochs": 3},
}


@pytest.mark.parametrize("log", ANOTHERS.values(), ids=ANOTHERS)
def test_the_log_of_another_program_is_named_and_nothing_written_over(quick, tmp_path, log):
    learner = writer()
    if isinstance(log, dict):
        learning._Keeper(tmp_path, learner, SHORT).note([])
        log = json.dumps(json.loads((tmp_path / "log.json").read_text(encoding="utf-8")) | log)
    (tmp_path / "log.json").write_text(log, encoding="utf-8")
    (tmp_path / "training.keras").write_bytes(b"precious")
    before = files(tmp_path)
    with pytest.raises(ValueError, match=r"log\.json is no log .*another folder|another writer"):
        train_writer(learner, SHORT, folder=tmp_path, progress=pytest.fail)
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["training.keras", "best.weights.h5"])
def test_files_of_others_without_a_log_are_not_written_over(tmp_path, name):
    (tmp_path / name).write_bytes(b"precious")
    with pytest.raises(FileExistsError, match=f"{name} is not of this training.*another folder"):
        train_writer(writer(), SHORT, folder=tmp_path, progress=pytest.fail)
    assert files(tmp_path) == {name: b"precious"}


def test_what_can_be_no_folder_of_a_training_is_refused_before_any_work(tmp_path, full_disk):
    file, taken, full = (tmp_path / name for name in ("file", "taken", "full"))
    file.write_text("precious", encoding="utf-8")
    (taken / "log.json").mkdir(parents=True)
    refused = {file: FileExistsError, file / "inside": NotADirectoryError, taken: ValueError}
    for folder, error in refused.items():
        with pytest.raises(error, match=f"{folder}.* Choose another"):
            train_writer(writer(), SHORT, folder=folder, progress=pytest.fail)
    with full_disk(), pytest.raises(OSError, match=r"full.log\.json"):
        train_writer(writer(), SHORT, folder=full, progress=pytest.fail)
    assert file.read_text(encoding="utf-8") == "precious" and not list(full.iterdir())


def test_a_training_that_is_killed_in_its_first_epoch_begins_again(quick, tmp_path):
    def kill(*_):
        raise Killed

    with pytest.raises(Killed):
        train_writer(writer(), SHORT, folder=tmp_path, progress=kill)
    assert list(files(tmp_path)) == ["log.json"]
    assert len(train_writer(writer(), SHORT, epochs=1, folder=tmp_path).epochs) == 1


def test_a_model_that_others_put_in_its_place_is_refused(quick, tmp_path):
    train_writer(writer(), SHORT, epochs=1, folder=tmp_path)
    keras.Sequential([keras.Input((2,)), kl.Dense(1)]).save(tmp_path / "training.keras")
    before = files(tmp_path)
    with pytest.raises(ValueError, match="training of another writer"):
        train_writer(writer(), SHORT, epochs=2, folder=tmp_path, progress=pytest.fail)
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["training.keras", "best.weights.h5", "log.json"])
def test_a_damaged_folder_is_refused_and_the_file_named(tmp_path, name):
    train_writer(writer(), TEXT[:840], epochs=1, folder=tmp_path)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-50])
    learner = writer()
    with pytest.raises(ValueError, match=f"{name} .*(cut short|damaged)"):
        train_writer(learner, TEXT[:840], epochs=2, folder=tmp_path)
    np.testing.assert_array_equal(weights(learner), weights(writer()))


def test_only_writers_of_the_usual_make_are_taught():
    """One that computes in another way would be taught as if it did not."""
    ids = keras.Input((None,), dtype="int32")
    x = kl.Embedding(len(ALPHABET), 64)(ids)
    x = kl.LSTM(24, activation="relu", return_sequences=True)(x)
    own = Writer(keras.Model(ids, kl.Dense(len(ALPHABET))(x)), ALPHABET)
    with pytest.raises(ValueError, match="Only a writer that build_writer made can be taught"):
        train_writer(own, TEXT, progress=pytest.fail)
    small = kl.Embedding(len(ALPHABET), 8)(ids)
    x = kl.LSTM(24, return_sequences=True)(small)
    own = Writer(keras.Model(ids, kl.Dense(len(ALPHABET))(x)), ALPHABET)
    with pytest.raises(ValueError, match="Only a writer that build_writer made can be taught"):
        train_writer(own, TEXT, progress=pytest.fail)
