"""Checks of assignment 03: sentence vectors, their ascent, and the words they end near."""

from typing import Any

import numpy as np

from .report import close, expect, hill, numbers, plain, raises_value_error, slope
from .task import task

VECTORS = {
    "good": np.array([2.0, 0.0, 1.0]),
    "film": np.array([0.0, 1.0, 1.0]),
    "bad": np.array([-2.0, 0.0, 1.0]),
}


@task
def sentence_vector(answer: Any) -> str:
    """The mean of the known words' vectors."""
    vector = numbers(answer(["good", "film"], dict(VECTORS)), (3,), "the vector")
    expect(not close(vector, [2, 1, 2]), "this is the sum: a long sentence would be a long vector.")
    expect(close(vector, [1, 0.5, 1]), "average the word vectors, number by number.")
    with_unknown = numbers(answer(["good", "fylm", "film"], dict(VECTORS)), (3,), "the vector")
    expect(close(with_unknown, vector), "a word without a vector should not count at all.")
    twice = numbers(answer(["bad", "film", "bad"], dict(VECTORS)), (3,), "the vector")
    expect(close(twice, [-4 / 3, 1 / 3, 1]), "a word that occurs twice should count twice.")
    expect(
        raises_value_error(lambda: answer(["qwerty"], dict(VECTORS))),
        "with no known word there is no mean: raise a ValueError that says so.",
    )
    return "a mean of what is known, and a clear error when nothing is."


WEIGHTS = np.array([[1.0, 2.0], [-1.0, 0.5], [2.0, -1.0]])
BIAS = np.array([0.5, -2.0, 1.0])


def _norm(x: np.ndarray) -> float:
    return float(np.linalg.norm(np.maximum(WEIGHTS @ x + BIAS, 0)))


@task
def layer_norm(answer: Any) -> str:
    """The length of a ReLU layer's answer."""
    x = np.array([1.0, 0.5])
    score = numbers(answer(x.copy(), WEIGHTS.copy(), BIAS.copy()), (), "the norm")
    expect(not close(score, 12.5), "this is the square of the length.")
    expect(not close(score, 5), "this is a plain sum, not a length.")
    with_negative = float(np.linalg.norm(WEIGHTS @ x + BIAS))
    expect(not close(score, with_negative), "a ReLU unit never answers below 0.")
    expect(close(score, _norm(x)), "the matrix, the bias, the ReLU; then the length of that.")
    return "that is how strongly the layer answers."


@task
def norm_gradient(answer: Any) -> str:
    """The gradient of that length, against a slope measured with small nudges."""
    x = np.array([1.0, 0.5])
    gradient = numbers(answer(x.copy(), WEIGHTS.copy(), BIAS.copy()), (2,), "the gradient")
    wanted = slope(_norm, x)
    expect(not close(gradient, -wanted), "this points downhill.")
    expect(
        not close(gradient, wanted * _norm(x)),
        "this is the gradient of half the square. What does the root add to the chain?",
    )
    expect(
        close(gradient, wanted),
        "nudging x gives another slope. The length changes along the answer's own direction, and "
        "only units that are on pass anything back.",
    )
    return "it agrees with the slope measured by nudging."


@task
def dream_path(answer: Any) -> str:
    """The whole path of an ascent."""
    path = numbers(answer(np.array([1.0, 3.0]), hill("vector"), 2, 1.0), None, "the path")
    expect(path.ndim == 2, f"the path should have one row for each point, not shape {path.shape}.")
    expect(len(path) == 3, f"2 steps pass through 3 points, the start included, not {len(path)}.")
    expect(close(path[0], [1, 3]), "the first point should be the sentence's own vector.")
    first = path[1] - path[0]
    expect(first[0] > 0, "the path goes down. Which way is the gradient?")
    expect(
        close(np.abs(first).mean(), 1),
        f"a step of 1 changed a number by {np.abs(first).mean():.3g} on average, not by 1.",
    )
    expect(not close(path[2], [4, 4]), "look again before every step: the gradient changes too.")
    expect(close(path[1:], [[2.5, 3.5], [3.666667, 4.333333]]), "the steps are off.")
    return "from the sentence upwards, step by step, and no wall to stop it."


@task
def straightness(answer: Any) -> str:
    """How much of a curve a straight line explains."""
    line = numbers(answer([2.0, 4.0, 6.0, 8.0]), (), "the straightness")
    expect(close(line, 1), "a straight line should have 1.")
    falling = numbers(answer([9.0, 6.0, 3.0, 0.0]), (), "the straightness")
    expect(close(falling, 1), "a falling line is as straight as a rising one.")
    bent = numbers(answer([0.0, 1.0, 4.0, 9.0]), (), "the straightness")
    expect(not close(bent, 0.958315), "this is the correlation. R² is made of it.")
    expect(close(bent, 0.918367), "0, 1, 4, 9 is less straight than this says, or more.")
    return "R², the share of the rise that a line explains."


@task
def neighbours(answer: Any) -> str:
    """The rows that point most the same way."""
    vectors = np.array([[10.0, 10.0], [1.0, 0.1], [0.0, 2.0], [-3.0, 0.0], [0.9, 0.3]])
    rows = plain(answer(np.array([1.0, 0.0]), vectors.copy(), 3))
    expect(rows.shape == (3,), f"3 neighbours are 3 rows; the shape is {rows.shape}.")
    found = [int(row) for row in numbers(rows)]
    expect(found[0] != 3, "the one that points the other way came first.")
    expect(found[0] != 0, "the longest vector came first, though it points elsewhere.")
    expect(found != [4, 1, 0] and found != [0, 4, 1], "these are right, but nearest comes first.")
    expect(found == [1, 4, 0], "compare directions: the dot product over both lengths.")
    scaled = numbers(answer(np.array([50.0, 0.0]), vectors.copy(), 2), (2,), "the rows")
    expect(close(scaled, [1, 4]), "how long the point's own vector is should not matter.")
    return "nearest first, and only the direction counts."


@task
def mean_valence(answer: Any) -> str:
    """The mean valence of words, most of which have none."""
    lexicon = {"superb": 3.0, "awful": -2.0}
    value = numbers(answer(["superb", "the", "of", "superb"], dict(lexicon)), (), "the mean")
    expect(not close(value, 3), "words that are not in the list count as neutral, and still count.")
    expect(not close(value, 6), "this is a sum.")
    expect(close(value, 1.5), "each word's valence, 0 if it has none, and the mean of all.")
    blame = numbers(answer(["awful", "film"], dict(lexicon)), (), "the mean")
    expect(close(blame, -1), "blame should come out negative.")
    return "neutral words pull towards 0, as they should."


@task
def best_swap(answer: Any) -> str:
    """One step of a dream in real words."""

    def score(vector: np.ndarray) -> float:
        return float(numbers(vector, (3,), "the vector that `score` is given")[0])

    vectors = {**VECTORS, "superb": np.array([4.0, 0.0, 0.0]), "dull": np.array([-3.0, 1.0, 0.0])}
    words = ["bad", "film"]
    swapped = answer(list(words), 0, ["good", "dull", "superb"], vectors, score)
    expect(isinstance(swapped, (list, tuple)), "return the words of the new sentence, as a list.")
    swapped = list(swapped)
    expect(swapped != ["dull", "film"], "the score fell: that is the worst of the swaps.")
    expect(len(swapped) == 2 and swapped[1] == "film", "only the word at `position` may change.")
    expect(swapped[0] != "bad", "one of the candidates would have raised the score.")
    expect(swapped[0] != "good", "better than before, but one candidate is better still.")
    expect(swapped == ["superb", "film"], "this is none of the sentences that could come out.")
    kept = list(answer(["superb", "film"], 0, ["good", "dull"], vectors, score))
    expect(kept == ["superb", "film"], "when no swap helps, the sentence should stay as it is.")
    return "the best swap, and none when none helps."


@task
def unit_words(answer: Any) -> str:
    """The words to which a unit answers most."""
    answers = np.array([[0.0, 5.0, 1.0], [2.0, 0.0, 9.0], [7.0, 1.0, 2.0], [4.0, 3.0, 0.0]])
    words = ["plot", "actor", "dull", "fine"]
    found = list(answer(answers.copy(), 0, list(words), 2))
    expect(len(found) == 2, f"2 words were asked for, {len(found)} came.")
    expect(all(isinstance(word, str) for word in found), "return the words, not their numbers.")
    expect(found != ["actor", "dull"], "this reads along a word. Units are the columns.")
    expect(found != ["plot", "actor"], "these are the words it answers to least.")
    expect(found == ["dull", "fine"], "sort the words by the unit's answer, strongest first.")
    return "strongest first."
