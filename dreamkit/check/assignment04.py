"""Checks of assignment 04: from text to numbers, and from a distribution to text."""

from typing import Any

import numpy as np

from .report import close, expect, numbers
from .task import task


@task
def windows(answer: Any) -> str:
    """Windows of text, and the character that comes after each."""
    pairs = [tuple(pair) for pair in answer("abcdefg", 3, 2)]
    expect(pairs, "nothing came back.")
    expect(all(len(pair) == 2 for pair in pairs), "each should be a pair: window, next character.")
    expect(all(len(window) == 3 for window, _ in pairs), "every window should have `length`.")
    expect(pairs[0] != ("abc", "c"), "the target is what comes *after* the window.")
    expect(pairs[0] == ("abc", "d"), "the first window starts at the first character.")
    expect(("bcd", "e") not in pairs, "the next window should start `step` characters further on.")
    expect(len(pairs) == 2, f"a window needs a next character; 2 have one, there are {len(pairs)}.")
    expect(pairs == [("abc", "d"), ("cde", "f")], "these are not windows of the text.")
    expect(
        [tuple(pair) for pair in answer("abcd", 3, 1)] == [("abc", "d")],
        "the last window, whose target is the last character, is missing.",
    )
    return "each window has the character that comes after it."


@task
def one_hot(answer: Any) -> str:
    """One 1 in each row."""
    rows = numbers(answer("cabc", "abcd"), None, "the rows")
    expect(rows.shape != (4,), "this is one number for each character, not a row of them.")
    expect(rows.shape == (4, 4), f"4 characters of an alphabet of 4 are 4 × 4, not {rows.shape}.")
    expect(close(rows.sum(1), 1), "each row should hold a single 1.")
    wanted = [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    expect(close(rows, wanted), "the 1 should be at the character's place in the alphabet.")
    expect(
        numbers(answer("a", "abc"), None, "the row").shape == (1, 3),
        "rows are for the text's characters, columns for the alphabet's.",
    )
    return "one row for each character, one 1 in each."


@task
def softmax(answer: Any) -> str:
    """Rows of logits to rows of probabilities."""
    with np.errstate(all="ignore"):
        p = numbers(answer(np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 2.0]])), (2, 3), "the rows")
        large = numbers(answer(np.array([[1000.0, 1001.0], [0.0, -1000.0]])), (2, 2), "the rows")
    expect(not close(p.sum(0), 1), "the columns sum to 1; it should be the rows.")
    expect(close(p.sum(1), 1), "each row should sum to 1.")
    expect(close(p[1], [0.09003057, 0.24472847, 0.66524096]), "exponentials over their own sum.")
    expect(
        np.isfinite(large).all(),
        "exp(1000) is too large for a computer. Adding the same number to all logits of a row "
        "changes nothing: which number makes them harmless?",
    )
    expect(close(large, [[0.26894142, 0.73105858], [1, 0]]), "large logits come out wrong.")
    return "rows sum to 1, and large logits do no harm."


@task
def reweight(answer: Any) -> str:
    """Temperature on probabilities."""
    p = np.array([0.5, 0.3, 0.2])
    with np.errstate(all="ignore"):
        same, cold, hot = (numbers(answer(p.copy(), t), (3,)) for t in (1.0, 0.5, 4.0))
        zero = numbers(answer(np.array([0.6, 0.4, 0.0]), 0.5), (3,))
    expect(close([same.sum(), cold.sum(), hot.sum()], 1), "the result should sum to 1 again.")
    expect(close(same, p), "a temperature of 1 should change nothing.")
    expect(cold[0] > p[0], "below 1 what is likely should become likelier, not less likely.")
    expect(hot[0] < p[0], "a high temperature should make all more alike.")
    expect(close(cold, np.array([25, 9, 4]) / 38), "at T = 1/2 probabilities are squared.")
    expect(np.isfinite(zero).all(), "one probability is 0, and log 0 does not exist.")
    expect(close(zero, [36 / 52, 16 / 52, 0]), "what was impossible should stay impossible.")
    return "cold sharpens, hot levels, 1 leaves alone, and 0 stays 0."


@task
def pick(answer: Any) -> str:
    """One choice for each row, by a running sum."""
    p = np.array([[0.2, 0.5, 0.3], [0.9, 0.05, 0.05], [0.0, 0.1, 0.9]])
    chosen = numbers(answer(p.copy(), np.array([0.1, 0.97, 0.05])), None, "the choices")
    expect(chosen.shape == (3,), f"3 rows make 3 choices; the shape is {chosen.shape}.")
    expect(close(chosen, chosen.astype(int)), "a choice is the number of a character.")
    expect(
        close(chosen, [0, 2, 1]) or close(chosen, [0, 2, 2]) or close(chosen, [0, 2, 0]),
        "the running sum should go along a row: over characters, not over texts.",
    )
    expect(chosen[2] != 0, "a character of probability 0 was chosen.")
    expect(close(chosen, [0, 2, 1]), "take the first character whose running sum exceeds chance.")
    even = np.tile([0.2, 0.5, 0.3], (1000, 1))
    drawn = numbers(answer(even, (np.arange(1000) + 0.5) / 1000), (1000,), "the choices")
    expect(drawn.min() >= 0 and drawn.max() <= 2, "there are only the characters 0, 1 and 2.")
    share = np.bincount(drawn.astype(int), minlength=3) / 1000
    expect(close(share, [0.2, 0.5, 0.3]), f"over 1,000 chances the shares are {share}, not p.")
    return "each is chosen as often as its probability says."


@task
def sample(answer: Any) -> str:
    """From logits to choices, at a temperature."""
    logits = np.log(np.tile([0.5, 0.3, 0.2], (1000, 1)))
    chance = (np.arange(1000) + 0.5) / 1000

    def share(temperature: float) -> np.ndarray:
        with np.errstate(all="ignore"):
            drawn = numbers(answer(logits.copy(), temperature, chance.copy()), (1000,), "choices")
        return np.bincount(np.clip(drawn.astype(int), 0, 2), minlength=3) / 1000

    warm, cold, hot = share(1.0), share(0.5), share(4.0)
    expect(np.allclose(warm, [0.5, 0.3, 0.2], atol=0.002), f"at temperature 1: {warm}.")
    expect(cold[0] > warm[0], "at 0.5 the likeliest should be drawn more often, not less.")
    expect(np.allclose(cold, np.array([25, 9, 4]) / 38, atol=0.002), f"at 0.5: {cold}.")
    expect(hot[0] < warm[0], "a high temperature should make all more alike.")
    with np.errstate(all="ignore"):
        extreme = answer(np.array([[-900.0, 800.0, 790.0]] * 2), 0.01, np.array([0.01, 0.99]))
    expect(
        close(numbers(extreme, (2,), "the choices"), 1),
        "with large logits and a low temperature it should choose the likeliest. Beware of "
        "exp of a large number, and of log of a probability that became 0.",
    )
    return "divided before they are probabilities, logits never trip."


@task
def entropy(answer: Any) -> str:
    """How open a choice is, in bits."""
    with np.errstate(all="ignore"):
        even = numbers(answer(np.full((2, 4), 0.25)), (), "the entropy")
        sure = numbers(answer(np.array([[0.0, 1.0, 0.0, 0.0]])), (), "the entropy")
        mean = numbers(answer(np.array([[0.5, 0.5, 0, 0], [0.25] * 4])), (), "the entropy")
    expect(not close(even, -2), "the sign is turned round.")
    expect(not close(even, 1.386294), "these are nats. How many are a bit?")
    expect(not close(even, 4), "take the mean over the rows, not their sum.")
    expect(close(even, 2), "four characters, all alike, are 2 bits: two questions of yes or no.")
    expect(np.isfinite(sure), "p log p is 0 where p is 0, but a computer has to be told.")
    expect(close(sure, 0), "when one character is certain nothing is open.")
    expect(close(mean, 1.5), "1 bit in one row and 2 in the other should make 1.5.")
    return "0 bits when all is certain, log2 of the alphabet when nothing is."


@task
def top_k(answer: Any) -> str:
    """Only the k likeliest."""
    p = np.array([0.1, 0.4, 0.2, 0.3])
    kept = numbers(answer(p.copy(), 2), (4,), "the distribution")
    expect(close(kept[[0, 2]], 0), "the two unlikeliest should be impossible.")
    expect(not close(kept, [0, 0.4, 0, 0.3]), "what is left should sum to 1 again.")
    expect(close(kept, [0, 4 / 7, 0, 3 / 7]), "those that stay should keep their proportions.")
    expect(close(numbers(answer(p.copy(), 4), (4,)), p), "with k = 4 nothing should change.")
    greedy = numbers(answer(p.copy(), 1), (4,), "the distribution")
    expect(close(greedy, [0, 1, 0, 0]), "with k = 1 only the likeliest is left.")
    return "the tail is gone, the rest keep their proportions."


@task
def repetition(answer: Any) -> str:
    """The share of runs of words that were there before."""
    words = "the will to the will to power".split()
    share = numbers(answer(list(words), 2), (), "the share")
    expect(not close(share, 4 / 6), "this is the share of *distinct* runs.")
    expect(not close(share, 2), "this is a count. Of how many runs?")
    expect(not close(share, 2 / 7), "7 words make fewer than 7 runs of two.")
    expect(close(share, 1 / 3), "2 of these 6 pairs occurred before: the second 'the will to'.")
    one = numbers(answer(list(words), 1), (), "the share")
    expect(close(one, 3 / 7), "with n = 1 it should count single words.")
    expect(close(numbers(answer("a b c d".split(), 2), ()), 0), "nothing repeats here.")
    return "0 when all is new, and close to 1 for a text that goes round in circles."
