"""Checks of assignment 02: a second picture steers the dream, and a measure of whether it does."""

from typing import Any

import numpy as np

from .report import close, expect, numbers, slope
from .task import task

HERE = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0]])  # three positions of two channels
GUIDE = np.array([[0.0, 2.0], [1.0, 1.0], [4.0, 0.0]])


@task
def guided_score(answer: Any) -> str:
    """The dot product, position by position."""
    score = numbers(answer(HERE.copy(), GUIDE.copy()), (), "the score")
    expect(not close(score, 3), "this is a sum; a larger layer would score more.")
    expect(not close(score, 1), "divide by the number of elements, channels included.")
    expect(close(score, 0.5), "multiply element by element, then take the mean.")
    own = numbers(answer(HERE.copy(), HERE.copy()), (), "the score")
    expect(close(own, 2.5), "guided by itself, a picture should score its own mean square.")
    twice = numbers(answer(2 * HERE, GUIDE.copy()), (), "the score")
    expect(close(twice, 1.0), "answering twice as strongly should double the score.")
    return "it is the mean of products, and a picture guided by itself dreams freely."


@task
def guided_gradient(answer: Any) -> str:
    """The gradient of the guided score through a linear layer."""
    x = np.array([[0.5, -1.0, 2.0], [1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    weights = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]])
    gradient = numbers(answer(x.copy(), weights.copy(), GUIDE.copy()), (3, 3), "the gradient")
    wanted = slope(lambda point: float(np.mean((point @ weights) * GUIDE)), x)
    expect(not close(gradient, -wanted), "this points away from the guide.")
    expect(not close(gradient, 6 * wanted), "the score is a mean, so its gradient is one too.")
    expect(
        close(gradient, wanted),
        "nudging x a little gives another slope. How much does each answer change with each x, "
        "and how much does the score change with each answer?",
    )
    return "it agrees with the slope measured by nudging."


@task
def best_match(answer: Any) -> str:
    """Every position with its best match in the guide."""
    guide = np.vstack([GUIDE, [[0.0, 0.0]]])
    score = numbers(answer(HERE.copy(), guide.copy()), (), "the score")
    expect(
        not close(score, 2.125), "this asks which place of the *photo* suits each of the guide's."
    )
    expect(not close(score, 6), "divide by the number of channels too, as in the other matching.")
    expect(not close(score, 18), "take the mean over positions, and over channels.")
    expect(close(score, 3), "for each position, the largest of its products with the guide's.")
    shuffled = numbers(answer(HERE.copy(), guide[::-1].copy()), (), "the score")
    expect(close(shuffled, score), "where in the guide a match is should not matter.")
    return "each place takes what suits it best, wherever that is in the guide."


@task
def best_places(answer: Any) -> str:
    """Where in the guide the best match is."""
    guide = np.vstack([GUIDE, [[1.5, 1.5]]])
    places = numbers(answer(HERE.copy(), guide.copy()), None, "the places")
    expect(places.shape == (3,), f"3 positions have 3 matches; the shape is {places.shape}.")
    expect(places.max() <= 3 and places.min() >= 0, "these are no rows of the guide.")
    expect(close(places, [2, 2, 0]), "give the row of the guide with the largest dot product.")
    return "these are the places that the dream looks at."


@task
def cosines(answer: Any) -> str:
    """All cosines of two sets of vectors."""
    table = numbers(answer(HERE.copy(), GUIDE.copy()[:2]), (3, 2), "the table")
    expect(np.abs(table).max() <= 1 + 1e-6, "a cosine is never above 1: divide by both lengths.")
    longer = numbers(answer(5 * HERE, GUIDE[:2] / 7), (3, 2), "the table")
    expect(close(table, longer), "longer vectors should have the same cosines.")
    wanted = [[0, 0.70710678], [0.4472136, 0.9486833], [1, 0.70710678]]
    expect(close(table, wanted), "row i, column j should hold the cosine of a[i] and b[j].")
    with np.errstate(all="ignore"):
        silent = numbers(answer(np.zeros((1, 2)), GUIDE.copy()), (1, 3), "the table")
    expect(close(silent, 0), "a vector of length 0 is like nothing: its cosines should be 0.")
    return "only directions count, and silence is like nothing."


@task
def similarity(answer: Any) -> str:
    """The mean best cosine."""
    a = np.array([[1.0, 0.0], [0.0, 1.0]])
    b = np.array([[3.0, 0.0]])
    one = numbers(answer(a.copy(), b.copy()), (), "the similarity")
    expect(
        not close(one, 1),
        "one place of the picture has nothing in common with the guide. Whose positions are "
        "averaged: the picture's or the guide's?",
    )
    expect(close(one, 0.5), "take each position's best cosine, then the mean of those.")
    other = numbers(answer(b.copy(), a.copy()), (), "the similarity")
    expect(close(other, 1), "the other way round each position finds its like.")
    expect(
        close(numbers(answer(2 * a, a.copy()), (), "the similarity"), 1),
        "a picture that answers like the guide, only more strongly, is as similar as can be.",
    )
    return "1 would mean that only vectors of the guide occur."


@task
def mixed(answer: Any) -> str:
    """Between free and guided."""
    free = numbers(answer(2.0, 10.0, 0.0), (), "the score")
    expect(not close(free, 10), "a mix of 0 is a free dream, 1 listens only to the guide.")
    expect(close(free, 2), "with a mix of 0 the guide should not be heard at all.")
    expect(close(numbers(answer(2.0, 10.0, 1.0), ()), 10), "a mix of 1 should be the guide alone.")
    expect(close(numbers(answer(2.0, 10.0, 0.25), ()), 4), "a quarter of the way from 2 to 10?")
    return "0 is free, 1 is guided, and the way between is straight."


@task
def wins(answer: Any) -> str:
    """The share of pairs in which the own guide does better."""
    share = numbers(answer([0.5, 0.4, 0.9, 0.7], [0.3, 0.6, 0.1, 0.7]), (), "the share")
    expect(not close(share, 2), "this is a count. Of how many?")
    expect(not close(share, 0.75), "a tie is no win.")
    expect(not close(share, 0.25), "who is compared with whom? The own guide should win.")
    expect(close(share, 0.5), "count the pairs in which `own` is larger, and divide by all pairs.")
    return "a share can be compared with chance, one half."
