"""What is measured of a dream's picture, where the answer is known."""

import numpy as np
import pytest

from benchmarks import climbs, judge
from tools.measure import PAGE, kept


def test_a_blur_keeps_the_light_and_takes_what_is_fine():
    rng = np.random.default_rng(0)
    flat = np.full((40, 50), 0.3)
    np.testing.assert_allclose(climbs.blurred(flat, 2), flat)
    noise = rng.normal(size=(200, 200))
    expected = 1 / (2 * np.sqrt(np.pi) * 2)  # of white noise under a Gaussian of sigma 2
    assert climbs.blurred(noise, 2).std() == pytest.approx(expected, rel=0.05)


def test_roughness_is_that_of_the_smooth_quarter():
    photo = np.full((80, 80, 3), 0.5)
    photo[:, 40:] += np.random.default_rng(0).normal(size=(80, 40, 1)) * 0.1
    where = climbs.smooth(photo)
    assert where.mean() == pytest.approx(0.25, abs=0.01) and not where[:, 40:].any()
    assert climbs.roughness(photo, where) == pytest.approx(0, abs=1e-9)
    rough = photo + np.random.default_rng(1).normal(size=(80, 80, 1)) * 0.02
    assert climbs.roughness(rough, where) == pytest.approx(2, rel=0.15)  # % of white


def test_a_frame_is_more_change_along_the_edge():
    photo = np.zeros((64, 64, 3))
    dream = photo + 0.1
    assert climbs.frame(photo, dream) == pytest.approx(1)
    dream[: climbs.FRAME] = 0.3
    assert climbs.frame(photo, dream) > 1.4


def test_a_small_picture_has_four_windows_and_a_larger_one_is_covered():
    assert judge.windows(np.zeros((256, 256, 3))).shape == (4, judge.SIDE, judge.SIDE, 3)
    numbers = np.arange(427 * 640, dtype="float32").reshape(427, 640, 1) / (427 * 640)
    found = judge.windows(np.repeat(numbers, 3, -1))
    assert len(found) == 3 * 5
    assert found[0, 0, 0, 0] == numbers[0, 0, 0] and found[-1, -1, -1, 0] == numbers[-1, -1, 0]


def test_animals_are_the_first_classes():
    class Network:
        def predict_on_batch(self, pictures):
            logits = np.zeros((len(pictures), 1000))
            logits[0, 5] = logits[1:, judge.ANIMALS] = 20
            return logits

    assert judge.animals(Network(), np.zeros((256, 256, 3))) == (0.25, [5])


def test_better_is_nearer_to_what_is_best():
    found = {
        str(photo): {c: dict.fromkeys(climbs.MEASURES, v) for c, v in looks.items()}
        for photo, looks in enumerate(
            [
                {"pixels": 1.0, "spectrum": 3.0},
                {"pixels": 0.5, "spectrum": 0.5},
                {"pixels": 2.0, "spectrum": 1.0},
            ]
        )
    }
    assert climbs.better(found, "roughness", "spectrum") == (1, 1)
    assert climbs.better(found, "score", "spectrum") == (1, 1)
    assert climbs.better(found, "frame", "spectrum") == (1, 1)


def test_dreams_that_are_compared_have_changed_as_much():
    for each in kept("climbs")["looks"].values():
        for way in climbs.WAYS:
            assert each[way]["tries"][-1][1] == pytest.approx(climbs.CHANGE, rel=climbs.CLOSE)


def test_the_page_has_what_was_measured_last():
    assert climbs.table(kept("climbs")) in PAGE.read_text(encoding="utf-8")
