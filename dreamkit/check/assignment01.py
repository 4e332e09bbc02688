"""Checks of assignment 01: gradient ascent on a picture, octaves, jitter."""

from typing import Any

import numpy as np

from .report import close, expect, hill, near, numbers, plain, slope
from .task import task


@task
def to_network(answer: Any) -> str:
    """A picture in [0, 1] comes to [-1, 1]."""
    picture = np.array([[0.0, 0.25], [0.5, 1.0]])
    seen = numbers(answer(picture.copy()), (2, 2), "the picture for the network")
    expect(seen.min() < 0, "black came out as 0 or more; the network wants it at -1.")
    expect(seen.max() <= 1 + 1e-6, "white came out above 1. How wide is the range -1 to 1?")
    expect(close(seen[1, 0], 0), "middle grey, 0.5, should end in the middle of the new range.")
    expect(close(seen, [[-1, -0.5], [0, 1]]), "the ends or the steps between them are off.")
    return "black is -1, white is 1, and grey lies in the middle."


@task
def mean_square(answer: Any) -> str:
    """One layer's score."""
    small = np.array([[1.0, -2.0], [0.0, 3.0]])
    score = numbers(answer(small.copy()), (), "the score")
    expect(not close(score, 14), "this is a sum. A layer of more elements would count for more.")
    expect(not close(score, 0.5), "negative and positive activations cancel. What undoes a sign?")
    expect(not close(score, 14**0.5), "this is a length. The lesson divides its square by a count.")
    expect(close(score, 3.5), "look again: square each activation, then make it a fair average.")
    large = np.tile(small, (3, 2, 1))
    repeated = numbers(answer(large), (), "the score of an array with three axes")
    expect(close(repeated, 3.5), "the same activations six times over should score the same.")
    return "the score does not grow with the size of the layer."


@task
def weighted_score(answer: Any) -> str:
    """The score of several layers."""
    activations = {
        "shallow": np.full((4, 4), 1.0),
        "deep": np.array([[2.0, 4.0]]),
        "unused": np.array([100.0]),
    }
    score = numbers(answer(dict(activations), {"deep": 1.0}), (), "the score")
    expect(score < 1000, "a layer that has no weight was counted.")
    expect(close(score, 10), "with one layer of weight 1 it should be that layer's mean square.")
    both = numbers(answer(dict(activations), {"shallow": 3.0, "deep": 0.5}), (), "the score")
    expect(not close(both, 4), "divide by nothing but each layer's own number of elements.")
    expect(close(both, 8), "each layer's own mean square, times its own weight, then added up.")
    against = numbers(answer(dict(activations), {"shallow": 1.0, "deep": -1.0}), (), "the score")
    expect(close(against, -9), "a negative weight should hold a layer down.")
    return "every layer counts by its weight and not by its size."


def _score(x: np.ndarray, weights: np.ndarray) -> float:
    return float(np.mean(np.maximum(weights @ x, 0) ** 2))


@task
def score_gradient(answer: Any) -> str:
    """The gradient of a ReLU layer's mean square, against a slope measured with small nudges."""
    weights = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -0.25], [1.0, 1.0]])
    x = np.array([0.5, 0.25])
    gradient = numbers(answer(x.copy(), weights.copy()), (2,), "the gradient")
    wanted = slope(lambda point: _score(point, weights), x)
    expect(not close(gradient, -wanted), "this points downhill: the sign is turned round.")
    expect(not close(gradient, wanted / 2), "half of it. What is the derivative of a square?")
    expect(not close(gradient, wanted * 4), "the score is a mean, so its gradient is one too.")
    expect(
        close(gradient, wanted),
        f"measured with small nudges the slope at {x} is another. Take the chain step by step: "
        "the mean, the square, the ReLU, the matrix.",
    )
    return "it agrees with the slope measured by nudging."


@task
def ascent_step(answer: Any) -> str:
    """One normalised step upwards that stays a picture."""
    picture = np.array([[0.5, 0.5], [0.5, 0.5]])
    gradient = np.array([[3.0, -1.0], [0.0, 4.0]])
    after = numbers(answer(picture.copy(), gradient.copy(), 0.1), (2, 2), "the new picture")
    change = after - picture
    expect(change[0, 0] > 0, "where the gradient is positive the picture should get brighter.")
    expect(
        close(np.abs(change).mean(), 0.1),
        f"a step of 0.1 changed a pixel by {np.abs(change).mean():.3g} on average, not by 0.1. "
        "Make the gradient's mean size 1 first (sizes have no sign).",
    )
    expect(close(change, 0.05 * gradient), "the change should be proportional to the gradient.")
    bright = numbers(answer(np.full((2, 2), 0.98), gradient.copy(), 0.1), (2, 2))
    expect(bright.max() <= 1, "a pixel came out brighter than white.")
    dark = numbers(answer(np.full((2, 2), 0.02), gradient.copy(), 0.1), (2, 2))
    expect(dark.min() >= 0, "a pixel came out darker than black.")
    with np.errstate(all="ignore"):
        still = numbers(answer(picture.copy(), np.zeros((2, 2)), 0.1), (2, 2))
    expect(close(still, picture), "where the gradient is 0 everywhere, nothing should move.")
    return "uphill, by the size you ask for, and still a picture."


@task
def climb(answer: Any) -> str:
    """The ascent loop."""
    result = answer(np.array([0.1, 0.3]), hill("picture"), 2, 0.1)
    expect(
        isinstance(result, (tuple, list)) and len(result) == 2,
        "it should return two things: the picture, and the list of scores.",
    )
    picture, scores = numbers(result[0], (2,), "the picture"), numbers(result[1], None, "scores")
    expect(scores.shape == (2,), f"2 steps should give 2 scores, there are {scores.size}.")
    expect(close(scores[0], 0.03), "the first score should be that of the start, before any step.")
    expect(scores[1] != scores[0], "the score stayed as it was: is the new picture looked at?")
    expect(scores[1] > scores[0], "the score fell. Which way is the gradient?")
    expect(
        not close(picture, [0.4, 0.4]), "look again before every step: the gradient changes too."
    )
    expect(close(scores[1], 0.0875), "the second score is not that of the picture after one step.")
    expect(close(picture, [0.366667, 0.433333]), "the picture should be that after the last step.")
    return "look, step, and look again."


@task
def octave_sizes(answer: Any) -> str:
    """The sizes of the octaves."""
    result = [tuple(numbers(size, (2,), "a size")) for size in answer(100, 200, 3, 2.0)]
    expect(len(result) == 3, f"3 octaves should give 3 sizes, there are {len(result)}.")
    expect(result[0] != (100, 200), "the first octave is the smallest: the dream begins there.")
    expect(result[-1] == (100, 200), "the last octave should be the picture's own size.")
    expect(result == [(25, 50), (50, 100), (100, 200)], "each should be `scale` times the last.")
    odd = [tuple(numbers(size, (2,), "a size")) for size in answer(427, 640, 3, 1.4)]
    whole = all(side == int(side) for size in odd for side in size)
    expect(whole, "a picture has a whole number of pixels.")
    expect(odd != [(217, 326), (305, 457), (427, 640)], "round to the nearest, not always down.")
    expect(
        odd == [(218, 327), (305, 457), (427, 640)],
        "for 427 × 640 pixels and a scale of 1.4 the sizes are off. Divide the picture's own size "
        "by a power of the scale; rounding a rounded size adds up errors.",
    )
    return "smallest first, and the last is the picture itself."


@task
def next_octave(answer: Any) -> str:
    """The start of an octave: the photo, with the change so far."""
    photo = np.array([[0.0, 0.2, 0.5, 0.5], [0.2, 0.4, 0.5, 0.5]])
    small = np.array([[0.2, 0.5]])
    untouched = numbers(answer(photo.copy(), small.copy(), small.copy()), (2, 4), "the picture")
    expect(
        close(untouched, photo),
        "with no dream yet, the photo should come back as it was, with all its detail.",
    )
    result = numbers(answer(photo.copy(), small.copy(), np.array([[0.3, 0.4]])), (2, 4))
    expect(not close(result, photo), "the dream is lost: the small picture's change is missing.")
    wanted = [[0.1, 0.3, 0.4, 0.4], [0.3, 0.5, 0.4, 0.4]]
    expect(close(result, wanted), "enlarge what the dream changed, and nothing else.")
    return "the detail of the photo and the change of the dream are both there."


@task
def jittered_gradient(answer: Any) -> str:
    """The gradient through a shifted picture."""
    grid = np.zeros((3, 4))
    grid[0, 0] = 1.0
    looked = []

    def look(picture: np.ndarray) -> tuple[float, np.ndarray]:
        looked.append(np.array(plain(picture)))
        return float((looked[-1] * grid).sum()), looked[-1] * grid

    picture = np.arange(12.0).reshape(3, 4)
    gradient = numbers(answer(picture.copy(), look, 1, 2), (3, 4), "the gradient")
    expect(looked, "`look` was never called.")
    expect(not close(looked[0], picture), "the network should see the picture shifted.")
    shifted = close(looked[0], np.roll(picture, (1, 2), (0, 1)))
    expect(
        shifted, "the shift is off: `down` rows and `right` columns, and what leaves comes back."
    )
    expect(
        not close(gradient, looked[0] * grid),
        "this gradient belongs to the shifted picture. Where are its pixels in the picture itself?",
    )
    wanted = np.zeros((3, 4))
    wanted[2, 2] = 10
    expect(near(gradient, wanted), "shift the gradient by as much, the other way.")
    return "the network sees a shifted picture, the picture gets the gradient that is its own."
