"""A spectrum climbs: the photo is kept exactly, waves are waves, and static stays away."""

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

import dreamkit as dk
from dreamkit.images import resize
from dreamkit.objectives import channel, layer, logit, neuron, of, total_variation
from dreamkit.objectives.objective import INPUT
from dreamkit.vision.canvas import ENDS, Canvas, changed
from dreamkit.vision.canvas import logit as logit_of
from dreamkit.vision.settings import LARGEST
from dreamkit.vision.spectrum import CONTRAST, EQUALISED, added, decode, natural_colours, waves

QUICK = {"climb": "spectrum", "octaves": 2, "steps": 3}
SIZE = (24, 36)
EVERYWHERE = np.ones((1, 1, 1), "float32")


def dreamt(photo, net, objective="mixed2", **knobs):
    return dk.deepdream(photo, net, objective, **{**QUICK, **knobs})


def hard(make_picture, height=48, width=64):
    """A picture that reaches black and white."""
    return np.clip(1.6 * make_picture(3, height, width) - 0.3, 0, 1)


def fine(picture):
    """What a picture has that one of half its size has not."""
    height, width = picture.shape[:2]
    return picture - resize(resize(picture, height // 2, width // 2), height, width)


@pytest.mark.parametrize(("height", "width"), [(48, 64), (64, 40), (33, 33), (600, 30)])
def test_at_zero_steps_the_photo_is_itself_to_the_last_bit(warm_net, make_picture, height, width):
    photo = hard(make_picture, height, width)
    assert photo.min() == 0 and photo.max() == 1
    start = next(dk.dreaming(photo, warm_net, "mixed2", climb="spectrum", octaves=1))
    np.testing.assert_array_equal(start.image, photo)


def test_what_climbs_from_zeros_is_the_photo_s_own_spectrum(make_picture):
    """The inverse of ``decode``, over nothing: the same picture, and the same with any change."""
    photo = make_picture(0, *SIZE)
    at = logit_of(photo) / CONTRAST @ np.linalg.inv(natural_colours())
    down, across, scale = (ops.convert_to_numpy(each) for each in waves(SIZE))
    spectrum = np.einsum("ab,bcd,ce->aed", down[..., 0], at, across[..., 0]) / scale
    grey = Canvas.of(np.full((*SIZE, 3), 0.5, "float32"), EVERYWHERE)
    own = Canvas.of(photo, EVERYWHERE)
    change = 0.01 * np.random.default_rng(0).standard_normal((1, *SIZE, 3)).astype("float32")
    for added_to in (0 * change, change):
        over_grey = ops.convert_to_numpy(decode((spectrum + added_to).astype("float32"), *grey))
        over_photo = ops.convert_to_numpy(decode(added_to, *own))
        inside = np.abs(photo - 0.5) < 0.5 - ENDS  # elsewhere the logit has lost something
        np.testing.assert_allclose(over_grey[0][inside], over_photo[0][inside], atol=2e-5)


@pytest.mark.parametrize(("row", "column"), [(1, 0), (0, 5), (3, 4), (11, 2)])
def test_one_number_moved_is_one_wave(row, column):
    """Of its frequency down and across, and of no other; the finer, the weaker."""
    spectrum = np.zeros((1, *SIZE, 3), "float32")
    spectrum[0, row, column] = 0.1
    plane = ops.convert_to_numpy(added(spectrum, *waves(SIZE)))[0, :, :, 0]
    strength = np.abs(np.fft.fft2(plane))
    there = {(row, column), (-row % 24, column), (row, -column % 36), (-row % 24, -column % 36)}
    assert {tuple(place) for place in np.argwhere(strength > 1e-3 * strength.max())} <= there
    cycles = np.hypot(row * 36 / 24, column)
    np.testing.assert_allclose(np.std(plane) * cycles**EQUALISED, single_scale(), rtol=1e-3)


def single_scale():
    spectrum = np.zeros((1, *SIZE, 3), "float32")
    spectrum[0, 0, 1] = 0.1
    return np.std(ops.convert_to_numpy(added(spectrum, *waves(SIZE)))[0, :, :, 0])


def test_light_that_is_kept_is_that_of_the_broadest_waves():
    free, kept = (ops.convert_to_numpy(waves((64, 64), light)[2])[:, 0, 0] for light in (0, 1))
    share = kept / free
    assert max(share[:2]) < 0.1 * share[32]
    assert share[16] == pytest.approx(share[32], rel=1e-3)
    scale = ops.convert_to_numpy(waves((64, 48), 1)[2])
    assert np.sqrt(np.mean(scale**2)) == pytest.approx(1)


@pytest.mark.parametrize("octaves", [1, 3])
def test_where_the_mask_is_zero_the_photo_stays_exactly(warm_net, make_picture, octaves):
    photo, mask = hard(make_picture), np.zeros((48, 64), "float32")
    mask[10:30, 20:50], mask[:, 55:] = 1, 0.2
    moments = list(
        dk.dreaming(photo, warm_net, "mixed2", mask=mask, **{**QUICK, "octaves": octaves})
    )
    for moment in moments:
        np.testing.assert_array_equal(moment.image[mask == 0], photo[mask == 0])
    moved = np.abs(moments[-1].image - photo)
    assert moved[mask == 1].mean() > 3 * moved[mask == np.float32(0.2)].mean() > 0


def test_a_photo_larger_than_what_climbs_keeps_its_detail(warm_net, make_picture):
    """The change has hardly any of its own up there."""
    rng = np.random.default_rng(0)
    photo = 0.2 + 0.6 * make_picture(0, 200, 4 * LARGEST)
    photo += 0.1 * rng.uniform(-1, 1, photo.shape).astype("float32")
    how = {"octaves": 1, "steps": 2, "step_size": 0.0005}
    *_, last = dk.dreaming(photo, warm_net, "mixed1", climb="spectrum", **how)
    assert max(last.x.shape) == LARGEST and last.image.shape == photo.shape
    assert np.abs(last.image - photo).mean() > 0.003
    before, after = (fine(picture).ravel() for picture in (photo, last.image))
    assert np.corrcoef(before, after)[0, 1] > 0.95
    size = last.x.shape[1:3]
    lost = resize(resize(photo, *size), *photo.shape[:2])  # as enlarging the picture would
    assert np.corrcoef(before, fine(lost).ravel())[0, 1] < 0.5


def test_of_a_panorama_the_shorter_side_is_large_enough(net, make_picture):
    *_, last = dk.dreaming(make_picture(0, 12, 900), net, "mixed1", **{**QUICK, "octaves": 1})
    assert last.x.shape[1:3] == (net.smallest, 600)


def test_a_network_of_one_size_dreams_over_any_photo(photo):
    """As it sees a photo squeezed into its size."""
    stack = [keras.Input((32, 32, 3)), kl.Conv2D(4, 3), kl.Flatten(), kl.Dense(5)]
    net = dk.load_network(keras.Sequential(stack), pixels=(0, 1))
    name = net.model.layers[-1].name
    assert net.fixed_size([name]) == (32, 32)
    image = dreamt(photo, net, name, octaves=2).image
    assert image.shape == photo.shape and np.abs(image - photo).mean() > 0.002


@pytest.mark.parametrize(
    "objective",
    [
        "mixed1",
        {"mixed1": 1.0, "mixed2": 0.5},
        channel("mixed1", 4),
        neuron("mixed2", 7),
        logit(1),
        layer("mixed2") - 0.01 * total_variation(),
    ],
    ids=str,
)
def test_every_kind_of_objective_rises(warm_net, photo, objective):
    """Seen still; the scores on the way are those of looks through noise."""

    dream = dreamt(photo, warm_net, objective, octaves=1, steps=15, step_size=0.02)
    looks = {seed: [] for seed in range(2)}
    for picture in (photo, dream.image):
        for seed, scores in looks.items():
            how = {"climb": "spectrum", "octaves": 1, "noise": 0, "seed": seed}
            scores.append(next(dk.dreaming(picture, warm_net, objective, **how)).score)
    assert all(after > before for before, after in looks.values())


def test_seeds_stops_and_what_is_kept_are_those_of_every_dream(warm_net, photo):
    once, again, other = (dreamt(photo, warm_net, seed=seed, keep=2) for seed in (3, 3, 4))
    np.testing.assert_array_equal(once.image, again.image)
    assert once.history == again.history and np.any(once.image != other.image)
    assert len(once.history) == 7 and len(once.frames) == 3
    np.testing.assert_allclose(once.frames[-1] / 255, once.image, atol=0.6 / 255)
    stopped = dreamt(photo, warm_net, seed=3, progress=lambda done, *_: done < 4)
    assert stopped.stopped and stopped.history == once.history[:5]
    np.testing.assert_allclose(once.frames[1] / 255, stopped.image, atol=0.6 / 255)


@pytest.mark.parametrize("knobs", [{}, {"match": "position", "guide_mix": 0.7}, {"match": "best"}])
def test_settings_come_back(warm_net, photo, other_photo, knobs, tmp_path):
    guided = {"guide": other_photo} if knobs else {}
    dream = dreamt(photo, warm_net, noise=0.2, keep_light=0.5, seed=9, **knobs, **guided)
    settings = dk.read_settings(dream.save(tmp_path / "dream.png"))
    assert settings == dream.settings and settings["climb"] == "spectrum"
    assert not {"jitter", "smoothing", "natural_colour", "tile"} & set(settings)
    del settings["network"]
    again = dk.deepdream(photo, warm_net, settings.pop("objective"), **settings, **guided)
    np.testing.assert_array_equal(again.image, dream.image)


def test_every_knob_is_felt(warm_net, photo):
    plain = dreamt(photo, warm_net).image
    for knob in (
        {"octaves": 3},
        {"octave_scale": 1.8},
        {"steps": 4},
        {"step_size": 0.02},
        {"noise": 0.3},
        {"keep_light": 0.1},
    ):
        assert np.any(dreamt(photo, warm_net, **knob).image != plain), knob


def test_by_position_a_guide_is_seen_where_it_is(warm_net, photo, make_picture):
    """Nothing is moved: without noise the first score is that of the photo as it stands."""
    guide = make_picture(1, 48, 64)
    how = {"climb": "spectrum", "octaves": 1, "noise": 0, "guide": guide}
    seen, there = (warm_net.activations(picture, "mixed2") for picture in (photo, guide))
    scores = {
        (match, seed): next(
            dk.dreaming(photo, warm_net, "mixed2", match=match, seed=seed, **how)
        ).score
        for match in ("position", "best")
        for seed in (0, 1)
    }
    for seed in (0, 1):
        assert scores["position", seed] == pytest.approx(np.mean(seen * there), rel=1e-4)
    assert scores["best", 0] != scores["best", 1]


def test_pictures_are_moved_as_visualise_moves_them_and_seen_through_noise(warm_net):
    """Of a picture that is the number of its column, the mean pixel tells the movement."""
    columns = np.tile(np.linspace(0.2, 0.8, 64, dtype="float32")[None, :, None], (48, 1, 3))
    middle = of(INPUT, lambda x: x[:, 24, 32, 0])
    moments = list(
        dk.dreaming(
            columns,
            warm_net,
            middle,
            climb="spectrum",
            octaves=1,
            steps=60,
            noise=0,
            mask=np.zeros((48, 64)),
        )
    )
    seen = np.array([moment.score for moment in moments])
    off = (seen - columns[24, 32, 0]) / (0.6 / 63) / 64  # in sides
    assert 0.05 < np.abs(off).max() < 0.1 and len(np.unique(seen.round(4))) > 5


def test_noise_is_as_strong_as_it_says_and_new_at_every_step(warm_net):
    grey = np.full((48, 64, 3), 0.5, "float32")
    spread = of(INPUT, lambda x: ops.std(x, axis=(1, 2, 3)))
    how = {"climb": "spectrum", "octaves": 1, "steps": 5, "mask": np.zeros((48, 64))}
    scores = [m.score for m in dk.dreaming(grey, warm_net, spread, noise=0.2, **how)]
    assert np.mean(scores) == pytest.approx(0.2, rel=0.03) and len(set(scores)) == 6


@pytest.mark.parametrize("seed", range(3))
def test_it_has_less_static_than_pixels_at_the_same_change(warm_net, make_picture, seed):
    photo = 0.2 + 0.6 * make_picture(seed, 96, 96)

    def static(**how):
        change = dk.deepdream(photo, warm_net, "mixed2", octaves=2, steps=6, **how).image - photo
        return fine(change).std() / np.abs(change).mean()

    assert static(climb="spectrum") < 0.95 * static()


def test_nothing_burns(warm_net, make_picture):
    photo = 0.1 + 0.8 * make_picture(0)
    image = dreamt(photo, warm_net, octaves=1, steps=20, step_size=0.01, keep_light=0).image
    assert np.abs(image - photo).mean() > 0.1
    assert np.mean((image < 1 / 255) | (image > 254 / 255)) < 0.02
    change = np.full((12, 16, 3), 40, "float32")
    assert changed(photo, EVERYWHERE, change).max() <= 1


def test_broad_light_stays(warm_net, photo):
    free, kept = (
        np.abs(resize(dreamt(photo, warm_net, keep_light=share).image - photo, 4, 4)).mean()
        for share in (0.0, 1.0)
    )
    assert kept < 0.6 * free


def test_a_film_may_fall_into_it(warm_net, photo):
    frames = list(dk.zoom(photo, warm_net, "mixed2", frames=3, climb="spectrum", octaves=1))
    assert [frame.shape for frame in frames] == 3 * [photo.shape]
    assert np.abs(frames[2] - frames[1]).mean() > 0


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"climb": "waves"}, "climb must be 'pixels' or 'spectrum', got 'waves'"),
        ({"jitter": 3}, "jitter=3 means nothing with climb='spectrum', which has 'noise'"),
        ({"tile": 256}, "tile=256 means nothing"),
        ({"smoothing": 0}, "smoothing=0 means nothing"),
        ({"natural_colour": 0.5}, "natural_colour=0.5 means nothing"),
        ({"climb": "pixels", "noise": 0.1}, "noise=0.1 means nothing with climb='pixels'"),
        ({"noise": -1}, "noise"),
        ({"noise": "much"}, "noise"),
        ({"octaves": 40}, "At most octaves="),
        ({"objective": "mixed3"}, "no layer 'mixed3'"),
    ],
    ids=str,
)
def test_what_can_not_be_is_refused_before_any_step(net, photo, how, message):
    objective = how.pop("objective", "mixed2") if "objective" in how else "mixed2"
    with pytest.raises(ValueError, match=message):
        dreamt(photo, net, objective, **{**{"climb": "spectrum"}, **how})
    assert not net.climbers


@pytest.mark.open_shapes
def test_one_trace_serves_every_size_and_mask(net, make_picture):
    for seed, size in enumerate([(48, 64), (57, 40), (33, 33)]):
        mask = np.full(size, 0.5) if seed else None
        dreamt(make_picture(seed, *size), net, mask=mask)
    (climber,) = net.climbers.values()
    assert climber.step._traces == 1
