"""Settings bring a picture back, or say what they can't."""

import keras
import numpy as np
import pytest

import dreamkit as dk
from dreamkit.objectives import channel, directions, diversity, layer
from dreamkit.transforms import Transform, size, turn
from dreamkit.vision.features import visualise

QUICK = {"octaves": 1, "steps": 2, "jitter": 3}
DRAWN = {"side": 48, "steps": 2}


def kept(picture, path):
    """The settings in its file, but for the network, which is no one's but the tests'."""
    settings = dk.read_settings(picture.save(path / "a.png"))
    assert settings.pop("network") == "tiny"
    return settings


@pytest.mark.parametrize(
    "objective", [channel("mixed1", 4), {"mixed1": 1 / 3, "mixed2": -1}, ["mixed1", "mixed2"]]
)
def test_a_dream_comes_back(warm_net, photo, objective, tmp_path):
    dream = dk.deepdream(photo, warm_net, objective, **QUICK)
    again = dk.deepdream(photo, warm_net, **kept(dream, tmp_path))
    np.testing.assert_array_equal(again.image, dream.image)
    assert again.settings == dream.settings


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("channel('mixed1')", "can't be made again"),
        ("channel('mixed1', -1)", "A channel must be a whole number"),
        ("channel('mixed9', 1)", "no layer 'mixed9'"),
        ("layer('mixed1') * layer('mixed1')", "a product of scores is no sum"),
        ("layer('mixed1') + open('x')", "can't be made again"),
        ("'a' * 10 * layer('mixed1')", "can't be made again"),
        ("(" * 999 + "layer('mixed1')", "can't be made again"),
        ("open('mixed1')", "no layer"),
    ],
)
def test_nothing_but_objectives_is_made_of_words(warm_net, photo, words, said):
    with pytest.raises(ValueError, match=said):
        dk.deepdream(photo, warm_net, words, **QUICK)


@pytest.mark.filterwarnings("ignore:match and guide_mix")
def test_what_leads_a_dream_or_bounds_it_is_asked_for_again(warm_net, photo, other_photo, tmp_path):
    mask = np.zeros(photo.shape[:2], "float32")
    mask[:20] = 1
    given = {"guide": other_photo, "mask": mask}
    dream = dk.deepdream(photo, warm_net, "mixed1", **given, **QUICK)
    settings = kept(dream, tmp_path)
    with pytest.raises(ValueError, match="mask must .* got '48 × 64 numbers'.*give the same again"):
        dk.deepdream(photo, warm_net, **settings)
    with pytest.warns(UserWarning, match="there is none: this dream is free.*guide="):
        dk.deepdream(photo, warm_net, **settings | {"mask": mask})
    again = dk.deepdream(photo, warm_net, **settings | given)
    np.testing.assert_array_equal(again.image, dream.image)


def test_that_a_dream_was_stopped_is_told(warm_net, photo, tmp_path):
    whole = dk.deepdream(photo, warm_net, "mixed1", **QUICK)
    dream = dk.deepdream(photo, warm_net, "mixed1", **QUICK, progress=lambda *_: False)
    with pytest.warns(UserWarning, match="a.png was stopped after 1 steps"):
        settings = kept(dream, tmp_path)
    again = dk.deepdream(photo, warm_net, **settings)
    np.testing.assert_array_equal(again.image, whole.image)


@pytest.mark.parametrize(
    ("objective", "how"),
    [
        (layer("mixed2"), {"transforms": (turn(100 / 3), size(-0.1, 1 / 3))}),
        (channel("mixed2", 7) + 5 * diversity("mixed2"), {"count": 2}),
    ],
    ids=str,
)
def test_a_feature_comes_back(warm_net, objective, how, tmp_path):
    drawn = visualise(warm_net, objective, **how, **DRAWN)
    one = drawn[1] if isinstance(drawn, list) else drawn
    again = visualise(warm_net, **kept(one, tmp_path))
    found = again[1] if isinstance(drawn, list) else again
    np.testing.assert_array_equal(found.image, one.image)


def test_what_a_feature_was_drawn_of_and_words_can_not_hold_is_refused(warm_net, tmp_path):
    several = visualise(warm_net, directions("mixed2", np.ones((2, 10))), count=2, **DRAWN)
    with pytest.raises(ValueError, match="directions.'mixed2', <2 × 10 numbers>"):
        visualise(warm_net, **kept(several[0], tmp_path))
    dim = Transform(lambda x, by: by * x, lambda rng, side: (np.float32(0.5),), "dim")
    drawn = visualise(warm_net, "mixed2", transforms=dim, **DRAWN)
    with pytest.raises(TypeError, match="must be a Transform, got 'dim'"):
        visualise(warm_net, **kept(drawn, tmp_path))


def test_a_network_that_a_name_does_not_bring_back_is_told(model):
    """Loaded by what it is called, another would dream."""
    named = keras.models.clone_model(model)
    named.name = "dreamnet"
    own = dk.load_network(named, pixels=(0, 1))
    assert own.told == "a network of your own called dreamnet" and own.name == "dreamnet"
    plain = dk.load_network("dreamnet")
    assert plain.told == "dreamnet"
    assert plain.computing_in("mixed_bfloat16").told == "dreamnet in mixed_bfloat16"
    with pytest.raises(ValueError, match="no network 'a network of your own called dreamnet'"):
        dk.load_network(own.told)
