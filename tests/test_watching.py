"""Whoever watches a climb is told of every step, and may end it: what was climbed is kept."""

import io
import signal
import sys
import threading
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image

import dreamkit as dk
from dreamkit.text.tokens import Vocabulary
from dreamkit.text.vectors import WordVectors
from dreamkit.vision.features import STARTS
from dreamkit.watching import Moment, NotFinite, Watch, bar
from tests.tiny import smooth_picture, tiny_network

PHOTO, WIDE = smooth_picture(0), smooth_picture(3, 96, 224)
WORDS = tuple(f"{a}{b}" for a in "ba ke li mo nu pa ri".split() for b in "ro ta wi fu ke".split())


def climb(total=4, breaks=lambda done: None):
    """Two numbers that grow by 1 with every step; ``breaks`` is called within each."""
    for done in range(total + 1):
        breaks(done)
        x = np.array([[done], [10 * done]], "float32")
        yield Moment(x, x[:, 0], done, total, lambda x: np.full((2, 2, 3), x[0, 0] / total))


def press(times=1):
    for _ in range(times):
        signal.raise_signal(signal.SIGINT)


@pytest.fixture(autouse=True)
def handler():
    """Whatever happens, Ctrl-C means afterwards what it meant before."""
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before


def test_a_climb_is_followed_to_its_last_moment_and_told_after_every_step():
    told = []
    watch = Watch(lambda *step: told.append(step))
    last = watch.follow(climb())
    assert (last.done, last.total, last.score) == (4, 4, 22)
    assert told == [(n, 4, 5.5 * n) for n in (1, 2, 3, 4)]
    assert watch.histories == [(0, 1, 2, 3, 4), (0, 10, 20, 30, 40)]
    assert not watch.stopped and not watch.frames
    assert repr(last) == "<Moment: 4 of 4 steps, score 22>"


def test_frames_are_kept_after_every_so_many_steps():
    watch = Watch(keep=2)
    watch.follow(climb(5))
    assert [frame[0, 0, 0] for frame in watch.frames] == [102, 204]
    assert {(frame.dtype.name, frame.shape) for frame in watch.frames} == {("uint8", (2, 2, 3))}


def test_only_false_stops():
    """A function that ends in ``bar.update()`` may return anything."""
    for answer in (None, 0, "", True):
        watch = Watch(lambda *_, answer=answer: answer)
        assert watch.follow(climb()).done == 4 and not watch.stopped
    watch = Watch(lambda done, *_: done < 2)
    assert watch.follow(climb()).done == 2
    assert watch.stopped and watch.histories[0] == (0, 1, 2)


def test_ctrl_c_is_heard_when_the_step_in_hand_is_done():
    finished = []

    def breaks(done):
        if done == 3:
            press()
        finished.append(done)

    watch = Watch()
    assert watch.follow(climb(breaks=breaks)).done == 3
    assert watch.stopped and finished == [0, 1, 2, 3]


def test_ctrl_c_twice_does_not_wait_for_the_step():
    finished = []

    def breaks(done):
        if done == 3:
            press(2)
        finished.append(done)

    watch = Watch()
    assert watch.follow(climb(breaks=breaks)).done == 2
    assert watch.stopped and finished == [0, 1, 2]


def test_where_there_is_nothing_yet_an_interruption_is_passed_on():
    with pytest.raises(KeyboardInterrupt):
        Watch().follow(climb(breaks=lambda done: press(2)))
    watch = Watch()
    assert watch.follow(climb(breaks=lambda done: press())).done == 0
    assert watch.stopped


def test_nan_ends_a_climb_with_a_warning_and_at_its_start_with_an_error():
    def breaks_at(step):
        def breaks(done):
            if done == step:
                raise NotFinite("there is nowhere to climb")

        return breaks

    watch = Watch()
    with pytest.warns(UserWarning, match="The dream ends here: there is nowhere to climb") as noted:
        assert watch.follow(climb(breaks=breaks_at(2))).done == 1
    assert watch.stopped and noted[0].filename == __file__
    with pytest.raises(NotFinite):
        Watch().follow(climb(breaks=breaks_at(0)))


def test_other_errors_are_passed_on():
    def broken(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Watch(broken).follow(climb())
    with pytest.raises(ZeroDivisionError):
        Watch().follow(climb(breaks=broken))


def test_in_a_thread_there_are_no_signals_and_progress_stops_all_the_same():
    watch, found = Watch(lambda done, *_: done < 2), []
    thread = threading.Thread(target=lambda: found.append(watch.follow(climb())))
    thread.start()
    thread.join()
    assert found[0].done == 2 and watch.stopped


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"progress": 3}, "progress must be a function, got 3"),
        ({"keep": 0}, "keep must be a whole number from 1"),
        ({"keep": 1.5}, "keep must be"),
    ],
)
def test_what_can_not_watch_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Watch(**given)


class Climbs(NamedTuple):
    """A function that climbs: what it makes when it is watched, and what it computes with."""

    run: Any  # run(progress) -> result
    model: Any  # has the climbers
    part: str = "step"  # what a climber does once in each of its steps
    before: int = 0  # so often before the first

    def climber(self):
        """The one that it uses, compiled."""
        self.run(lambda *_: False)
        (climber,) = self.model.climbers.values()
        return climber


def classifier():
    """A classifier that has learnt nothing, of the same weights on every framework."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(len(WORDS), 6)).astype("float32")
    made = dk.build_classifier(WordVectors(Vocabulary(WORDS), vectors))
    for layer in map(made.model.get_layer, made.layers):
        kernel, bias = layer.get_weights()
        layer.set_weights([rng.normal(0, 0.1, kernel.shape), bias])
    return made


def net_climbs(run, **how):
    net = tiny_network()
    return Climbs(lambda progress: run(net, progress), net, **how)


def clf_climbs(run, **how):
    clf = classifier()
    return Climbs(lambda progress: run(clf, progress), clf, **how)


SENTENCE = "baro keta liwi moro nufu pake"
DREAM = {"octaves": 2, "steps": 2}
CLIMBS = {
    "deepdream": lambda: net_climbs(
        lambda net, progress: dk.deepdream(PHOTO, net, "mixed2", **DREAM, progress=progress)
    ),
    "deepdream, in tiles": lambda: net_climbs(
        lambda net, progress: dk.deepdream(
            WIDE, net, "mixed2", octaves=1, steps=4, tile=128, progress=progress
        ),
        part="moved",
    ),
    "visualise": lambda: net_climbs(
        lambda net, progress: dk.visualise(net, "mixed2", side=32, steps=4, progress=progress),
        before=STARTS,
    ),
    "visualise, several": lambda: net_climbs(
        lambda net, progress: dk.visualise(
            net, "mixed2", count=2, side=32, steps=4, progress=progress
        )
    ),
    "dream_sentence": lambda: clf_climbs(
        lambda clf, progress: dk.dream_sentence(SENTENCE, clf, steps=4, progress=progress)
    ),
    "dream_sentence, several": lambda: clf_climbs(
        lambda clf, progress: dk.dream_sentence(
            [SENTENCE, "lita keta"], clf, steps=4, progress=progress
        )
    ),
    "dream_words": lambda: clf_climbs(
        lambda clf, progress: dk.dream_words(SENTENCE, clf, rounds=4, progress=progress),
        part="look",
    ),
}


def one(result):
    return result[0] if isinstance(result, list) else result


def history(result):
    """The score at the start and after every step that was taken."""
    if isinstance(one(result), dk.WordDream):
        return (result.swaps[0].before, *(swap.after for swap in result.swaps))
    return one(result).history


def work(result):
    """What was made so far."""
    if isinstance(one(result), dk.SentenceDream):
        return one(result).vectors[-1]
    return result.sentences[-1] if isinstance(result, dk.WordDream) else one(result).image


every_climb = pytest.mark.parametrize("climbs", CLIMBS.values(), ids=CLIMBS)


@every_climb
def test_progress_is_told_the_score_after_every_step(climbs):
    told = []
    climbs = climbs()
    result = climbs.run(lambda *step: told.append(step))
    assert [step[:2] for step in told] == [(n, 4) for n in (1, 2, 3, 4)]
    assert len(history(result)) == 5 and not one(result).stopped
    scores = [history(each)[1:] for each in (result if isinstance(result, list) else [result])]
    np.testing.assert_allclose([score for *_, score in told], np.mean(scores, axis=0), rtol=1e-5)


@every_climb
@pytest.mark.parametrize("way", ["Ctrl-C", "interrupted", "told to stop"])
def test_whoever_stops_keeps_what_was_climbed(climbs, way):
    def progress(done, total, score):
        if done < 2:
            return None
        if way == "Ctrl-C":
            press()
        if way == "interrupted":
            raise KeyboardInterrupt
        return way != "told to stop"

    climbs = climbs()
    result, whole = climbs.run(progress), climbs.run(None)
    assert one(result).stopped and not one(whole).stopped
    assert len(history(result)) == 3
    np.testing.assert_allclose(history(result), history(whole)[:3], rtol=1e-5)
    assert np.any(work(result) != work(whole))


@every_climb
def test_ctrl_c_within_a_step_lets_it_be_finished(climbs):
    climbs, calls = climbs(), []
    climber = climbs.climber()
    real = getattr(climber, climbs.part)

    def pressed(*arguments):
        calls.append("begun")
        if len(calls) == climbs.before + 3:
            press()
        answer = real(*arguments)
        calls[-1] = "finished"
        return answer

    setattr(climber, climbs.part, pressed)
    result = climbs.run(None)
    assert set(calls) == {"finished"} and len(calls) == climbs.before + 3
    assert one(result).stopped and 2 <= len(history(result)) <= 3
    setattr(climber, climbs.part, real)
    np.testing.assert_allclose(
        history(result), history(climbs.run(None))[: len(history(result))], rtol=1e-5
    )


@every_climb
def test_where_scores_become_nan_what_was_climbed_is_kept_with_a_warning(climbs):
    climbs, calls = climbs(), []
    climber = climbs.climber()
    whole, real = climbs.run(None), getattr(climber, climbs.part)

    def spoilt_from(call):
        def spoilt(*arguments):
            calls.append(1)
            first, *others = real(*arguments)
            return np.asarray(first) * (np.nan if len(calls) >= call else 1), *others

        calls.clear()
        setattr(climber, climbs.part, spoilt)

    spoilt_from(climbs.before + 4)
    with pytest.warns(UserWarning, match="The dream ends here: .* nowhere to climb") as noted:
        result = climbs.run(None)
    files = {each.filename for each in noted if "nowhere to climb" in str(each.message)}
    assert files == {__file__}
    assert one(result).stopped and 2 <= len(history(result)) <= 3
    np.testing.assert_allclose(history(result), history(whole)[: len(history(result))], rtol=1e-5)
    for call in (1, climbs.before + 1):
        spoilt_from(call)
        with pytest.raises(ValueError, match="nowhere to climb. The network's weights may be NaN"):
            climbs.run(None)


@pytest.fixture
def zoomed():
    net = tiny_network()
    return lambda progress: dk.zoom(
        PHOTO, net, "mixed2", frames=5, octaves=1, steps=2, progress=progress
    )


@pytest.mark.parametrize("way", ["Ctrl-C", "told to stop"])
def test_a_film_that_is_stopped_ends_with_the_frame_so_far(zoomed, way, tmp_path):
    calls = []

    def stops_in_the_second_frame(done, total, score):
        calls.append(done)
        if len(calls) == 3 and way == "Ctrl-C":
            press()
        return len(calls) < 3 or way == "Ctrl-C"

    whole = list(zoomed(None))
    frames = list(zoomed(stops_in_the_second_frame))
    assert len(whole) == 5 and len(frames) == 2 and calls == [1, 2, 1]
    np.testing.assert_array_equal(frames[0], whole[0])
    assert np.any(frames[1] != whole[1]) and np.any(frames[1] != frames[0])
    calls.clear()
    path = dk.save_film(zoomed(stops_in_the_second_frame), tmp_path / "film.webp")
    with Image.open(path) as film:
        assert film.n_frames == 2


class Gone(io.StringIO):
    def write(self, text):
        raise BrokenPipeError(32, "Broken pipe")


FEW = {"nowhere": None, "gone": Gone(), "few letters": io.TextIOWrapper(io.BytesIO(), "ascii")}


@pytest.mark.parametrize("console", FEW.values(), ids=FEW)
def test_a_bar_that_can_not_be_shown_ends_no_training(console, monkeypatch):
    monkeypatch.setattr(sys, "stderr", console)
    progress = bar(2, "вот")
    assert [progress(done, 2, 0.5) for done in (1, 2)] == [None, None]
