"""A dream in the open: its moments, one by one, of which ``deepdream`` is the last."""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.objectives import channel, directions

HOW = {"octaves": 2, "steps": 3, "step_size": 0.01, "jitter": 6}


def dreams(photo, other):
    """What is dreamt over, and how: plainly, guided, masked, in tiles."""
    wide = np.tile(photo, (1, 3, 1))
    return {
        "plain": (photo, {}),
        "guided": (photo, {"guide": other, "guide_mix": 0.7}),
        "masked": (photo, {"mask": np.linspace(0, 1, 48 * 64).reshape(48, 64), "seed": 3}),
        "in tiles": (wide, {"tile": 128}),
        "without jitter or light": (photo, {"jitter": 0, "keep_light": 0, "octaves": 3}),
    }


@pytest.mark.parametrize(
    "kind", ["plain", "guided", "masked", "in tiles", "without jitter or light"]
)
def test_the_last_moment_is_the_dream(warm_net, photo, other_photo, kind):
    """Bit for bit, and so are the scores on the way."""
    picture, how = dreams(photo, other_photo)[kind]
    how = HOW | how
    moments = list(dk.dreaming(picture, warm_net, "mixed2", **how))
    dream = dk.deepdream(picture, warm_net, "mixed2", **how)
    np.testing.assert_array_equal(moments[-1].image, dream.image)
    assert tuple(moment.score for moment in moments) == dream.history
    steps = how["octaves"] * how["steps"]
    assert [(m.done, m.total) for m in moments] == [(n, steps) for n in range(steps + 1)]
    np.testing.assert_array_equal(moments[0].image, picture)


@pytest.mark.parametrize("after", [1, 2, 3, 4, 6])
def test_broken_off_it_is_the_dream_that_was_stopped_there(warm_net, photo, after):
    """Within an octave, where one ends (3), and where the last one does (6)."""
    for moment in dk.dreaming(photo, warm_net, "mixed2", **HOW):
        if moment.done == after:
            break
    stopped = dk.deepdream(photo, warm_net, "mixed2", **HOW, progress=lambda done, *_: done < after)
    np.testing.assert_array_equal(moment.image, stopped.image)
    assert moment.score == stopped.history[-1] and len(stopped.history) == after + 1


def test_every_moment_shows_what_the_dream_keeps_then(warm_net, photo):
    """Also later, when the dream has gone on."""
    moments = list(dk.dreaming(photo, warm_net, "mixed2", **HOW))
    frames = dk.deepdream(photo, warm_net, "mixed2", **HOW, keep=1).frames
    for moment, frame in zip(moments[1:], frames, strict=True):
        np.testing.assert_allclose(moment.image, frame / 255, atol=0.6 / 255)
        assert (moment.image.shape, moment.image.dtype) == (photo.shape, np.float32)
    moved = [np.abs(moment.image - photo).mean() for moment in moments]
    assert moved[0] == 0 and np.all(np.diff(moved) > 0)


def test_nothing_is_dreamt_that_is_not_asked_for(net, photo):
    moments = dk.dreaming(photo, net, "mixed2", octaves=1, steps=1000)
    assert not net.climbers
    assert [next(moments).done for _ in range(3)] == [0, 1, 2]


def test_it_takes_what_a_dream_takes_but_for_keep_and_progress(net, photo):
    few, usual = {"octaves": 1, "steps": 1}, {**dk.deepdream.__kwdefaults__}
    del usual["keep"], usual["progress"]
    *_, short = dk.dreaming(photo, net, **few)
    *_, spelt_out = dk.dreaming(photo, net, **usual | few)
    np.testing.assert_array_equal(short.image, spelt_out.image)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"objective": "mixed3"}, "no layer 'mixed3'. Did you mean"),
        ({"objective": channel("mixed2", 10)}, "10 channels, numbered 0 to 9"),
        ({"objective": directions("mixed2", np.ones((3, 10)))}, "for 3 pictures side by side"),
        ({"steps": 0}, "steps must be"),
        ({"octaves": 40}, "At most octaves="),
        ({"stepsize": 0.01}, "got 'stepsize'. Did you mean 'step_size'"),
        ({"keep": 3}, "A setting of a dream must be .*got 'keep'"),
        (
            {"progress": print},
            "A setting of a dream must be .*got 'progress'",
        ),
        ({"mask": np.ones(3)}, "mask must have"),
        ({"photo": np.full((48, 64, 3), np.nan)}, "NaN"),
        ({"network": 3}, "A network is what load_network gives"),
    ],
    ids=str,
)
def test_what_can_not_be_is_refused_before_the_first_moment(net, photo, how, message):
    with pytest.raises(ValueError, match=message):
        dk.dreaming(**{"photo": photo, "network": net, **how})
    assert not net.climbers
