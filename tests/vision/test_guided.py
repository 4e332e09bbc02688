"""Guided dreams go where their guide is, measured against another guide and no guide at all.

How alike two pictures are to a layer is a cosine: between the channels at the same position, or
between those of every position and of whichever position of the guide is most like it.
"""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.networks.network import Network

PAIRS = 12
KNOBS = {"octaves": 1, "steps": 15, "step_size": 0.02, "jitter": 4}
LAYER = "mixed2"


def unit(activations):
    return activations / (np.linalg.norm(activations, axis=-1, keepdims=True) + 1e-9)


def alike_by_position(activations, guide):
    return (unit(activations) * unit(guide)).sum(-1).mean()


def alike_at_best(activations, guide):
    here, there = (unit(a).reshape(-1, a.shape[-1]) for a in (activations, guide))
    return (here @ there.T).max(axis=1).mean()


def movements(net, match, alike, guides, photos):
    """Three numbers for every photo: how far its activations moved towards

    its own guide, another guide, and, in a dream without one, towards its own guide.
    """

    def seen(picture):
        return net.activations(picture, LAYER)[0]

    for photo, (own, other) in zip(photos, guides, strict=True):
        guided = seen(dk.deepdream(photo, net, LAYER, guide=own, match=match, **KNOBS).image)
        free = seen(dk.deepdream(photo, net, LAYER, **KNOBS).image)
        before, own, other = seen(photo), seen(own), seen(other)
        yield (
            alike(guided, own) - alike(before, own),
            alike(guided, other) - alike(before, other),
            alike(free, own) - alike(before, own),
        )


def assert_guided(own, towards_other, unguided):
    """On average, and in all but at most one of the pairs."""
    assert own.mean() > 0.01
    assert own.mean() > towards_other.mean() + 0.03
    assert own.mean() > unguided.mean() + 0.03
    assert np.sum(own > towards_other) >= PAIRS - 1
    assert np.sum(own > unguided) >= PAIRS - 1


def test_matched_by_position_dreams_move_towards_their_guide(warm_net, make_picture):
    guides = [(make_picture(100 + n), make_picture(200 + n)) for n in range(PAIRS)]
    photos = [make_picture(n) for n in range(PAIRS)]
    assert_guided(
        *np.transpose(list(movements(warm_net, "position", alike_by_position, guides, photos)))
    )


def test_best_matched_dreams_move_towards_their_guide(warm_net, make_picture):
    """Guides of opposite tints: random blobs of every colour match any others well enough."""

    def tinted(seed, colour):
        return (0.75 * colour + 0.25 * make_picture(seed)).astype("float32")

    colours = np.random.default_rng(0).random((PAIRS, 3))
    guides = [
        (tinted(100 + n, colour), tinted(200 + n, 1 - colour)) for n, colour in enumerate(colours)
    ]
    photos = [make_picture(n) for n in range(PAIRS)]
    assert_guided(*np.transpose(list(movements(warm_net, "best", alike_at_best, guides, photos))))


@pytest.mark.parametrize("match", ["best", "position"])
def test_the_guided_score_rises_at_every_mix(warm_net, photo, other_photo, match):
    for mix in (0.0, 0.5, 1.0):
        dream = dk.deepdream(
            photo, warm_net, LAYER, guide=other_photo, match=match, guide_mix=mix, **KNOBS
        )
        assert dream.history[-1] > dream.history[0]
        assert (dream.settings["match"], dream.settings["guide_mix"]) == (match, mix)


def test_the_best_match_is_the_default(warm_net, photo, other_photo):
    default = dk.deepdream(photo, warm_net, LAYER, guide=other_photo, octaves=2, steps=2)
    assert (default.settings["match"], default.settings["guide_mix"]) == ("best", 1.0)
    assert "match" not in dk.deepdream(photo, warm_net, LAYER, octaves=2, steps=2).settings


@pytest.mark.parametrize("match", ["best", "position"])
def test_a_mix_of_nothing_is_the_unguided_dream(warm_net, photo, other_photo, match):
    knobs = {"octaves": 2, "steps": 3, "step_size": 0.02}
    free = dk.deepdream(photo, warm_net, LAYER, **knobs).image
    mixed = [
        dk.deepdream(
            photo, warm_net, LAYER, guide=other_photo, match=match, guide_mix=mix, **knobs
        ).image
        for mix in (0.0, 0.5, 1.0)
    ]
    np.testing.assert_allclose(mixed[0], free, atol=1e-4)
    distances = [np.abs(image - free).mean() for image in mixed]
    assert distances[0] < distances[1] < distances[2]


def test_the_score_is_the_dot_product_with_the_guide(warm_net, photo, other_photo):
    """Over the number of elements, at the photo's own size, before the first step."""
    start = dk.deepdream(
        photo, warm_net, LAYER, guide=photo, match="position", octaves=1, steps=1, jitter=0
    ).history[0]
    seen = warm_net.activations(photo, LAYER)
    np.testing.assert_allclose(start, np.mean(seen**2), rtol=1e-4)

    start = dk.deepdream(
        photo, warm_net, LAYER, guide=other_photo, match="best", octaves=1, steps=1, jitter=0
    ).history[0]
    channels = seen.shape[-1]
    there = warm_net.activations(other_photo, LAYER).reshape(-1, channels)
    expected = (seen.reshape(-1, channels) @ there.T).max(axis=1).mean() / channels
    np.testing.assert_allclose(start, expected, rtol=1e-4)


def test_several_layers_are_guided_by_their_weights(warm_net, photo, other_photo):
    knobs = {"guide": other_photo, "octaves": 1, "steps": 2}

    def image(weights):
        return dk.deepdream(photo, warm_net, weights, **knobs).image

    np.testing.assert_array_equal(image({LAYER: 1.0}), image(LAYER))
    np.testing.assert_array_equal(image(dk.objectives.layer(LAYER)), image(LAYER))
    assert np.any(image({"mixed1": 1.0, LAYER: 1.0}) != image({"mixed1": 1.0, LAYER: 5.0}))


@pytest.mark.parametrize("size", [(5, 5), (9, 300), (48, 64)])
@pytest.mark.parametrize("match", ["best", "position"])
def test_a_guide_may_have_any_size(warm_net, photo, make_picture, match, size):
    dream = dk.deepdream(
        photo, warm_net, LAYER, guide=make_picture(1, *size), match=match, octaves=1, jitter=0
    )
    assert dream.history[-1] > dream.history[0]


def test_a_large_guide_is_seen_at_224_pixels_at_most(warm_net, photo, make_picture, monkeypatch):
    answer, seen = Network.activations, []

    def noted(network, picture, names):
        seen.append(picture.shape[:2])
        return answer(network, picture, names)

    monkeypatch.setattr(Network, "activations", noted)
    dk.deepdream(photo, warm_net, LAYER, guide=make_picture(1, 448, 300), octaves=2, steps=1)
    assert set(seen) == {(224, 150)}


def test_by_position_a_picture_as_large_as_a_tile_is_still_whole(warm_net, make_picture):
    knobs = {"guide": make_picture(1), "match": "position", "octaves": 1, "steps": 1, "tile": 128}
    assert dk.deepdream(make_picture(0, 96, 128), warm_net, LAYER, **knobs).settings["tile"] == 128
    with pytest.raises(ValueError, match="compares whole pictures"):
        dk.deepdream(make_picture(0, 96, 129), warm_net, LAYER, **knobs)


def test_an_objective_by_position_is_climbed_in_its_place(warm_net, photo):
    """No margin is put around the photo: the positions of the two would not be the same."""
    answers = warm_net.activations(photo[::-1], "mixed2")
    towards = dk.objectives.guide("mixed2", answers, "position")
    dream = dk.deepdream(photo, warm_net, towards, octaves=1, steps=4, keep_light=0)
    assert dream.history[-1] > dream.history[0]
    with pytest.raises(ValueError, match="at the smallest octave layer 'mixed2' has"):
        dk.deepdream(photo, warm_net, towards, octaves=2, steps=1)
