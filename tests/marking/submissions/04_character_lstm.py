"""Answers to assignment 04: `other` ones are right in another way, a `mutant` has one mistake."""

import numpy as np


# %% windows | other: a while loop
def windows(text, length, step):
    pairs, start = [], 0
    while start + length < len(text):
        end = start + length
        pairs.append([text[start:end], text[end]])
        start += step
    return pairs


# %% windows | other: all of them, then every step-th
def windows(text, length, step):
    ends = range(length, len(text))
    return [(text[end - length : end], text[end]) for end in ends][::step]


# %% windows | other: a generator
def windows(text, length, step):
    for start in range(0, len(text) - length, step):
        yield text[start : start + length], text[start + length]


# %% windows | mutant: the target is the window's last character
def windows(text, length, step):
    starts = range(0, len(text) - length, step)
    return [(text[i : i + length], text[i + length - 1]) for i in starts]


# %% windows | mutant: every step, whatever was asked
def windows(text, length, step):
    return [(text[i : i + length], text[i + length]) for i in range(len(text) - length)]


# %% windows | mutant: the last window is forgotten
def windows(text, length, step):
    starts = range(0, len(text) - length - 1, step)
    return [(text[i : i + length], text[i + length]) for i in starts]


# %% one_hot | other: rows of the identity matrix
def one_hot(text, alphabet):
    return np.eye(len(alphabet))[[alphabet.index(character) for character in text]]


# %% one_hot | other: a comparison, which gives booleans
def one_hot(text, alphabet):
    return np.array(list(text))[:, None] == np.array(list(alphabet))[None]


# %% one_hot | mutant: the wrong way round
def one_hot(text, alphabet):
    return np.eye(len(alphabet))[[alphabet.index(character) for character in text]].T


# %% one_hot | mutant: which characters occur, not where
def one_hot(text, alphabet):
    return [[1.0 if character in text else 0.0 for character in alphabet]] * len(text)


# %% one_hot | mutant: the number of the character
def one_hot(text, alphabet):
    return [alphabet.index(character) for character in text]


# %% softmax | other: row by row
def softmax(logits):
    rows = []
    for row in logits:
        weights = [float(np.exp(value - max(row))) for value in row]
        rows.append([weight / sum(weights) for weight in weights])
    return rows


# %% softmax | other: minus the logarithm of the sum
def softmax(logits):
    return np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))


# %% softmax | mutant: no protection from large logits
def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


# %% softmax | mutant: the wrong axis
def softmax(logits):
    weights = np.exp(logits - logits.max())
    return weights / weights.sum(axis=0, keepdims=True)


# %% softmax | mutant: one sum for all rows
def softmax(logits):
    weights = np.exp(logits - logits.max())
    return weights / weights.sum()


# %% reweight | other: with logarithms of what can occur
def reweight(p, temperature):
    new = np.zeros(len(p))
    can = p > 0
    new[can] = np.exp(np.log(p[can] / p.max()) / temperature)
    return new / np.sum(new)


# %% reweight | other: powers, in plain Python
def reweight(p, temperature):
    powers = [float(value) ** (1 / temperature) for value in p]
    return [power / sum(powers) for power in powers]


# %% reweight | mutant: temperature multiplied
def reweight(p, temperature):
    weights = p**temperature
    return weights / weights.sum()


# %% reweight | mutant: does not sum to 1
def reweight(p, temperature):
    return p ** (1 / temperature)


# %% reweight | mutant: probabilities divided, not their logarithms
def reweight(p, temperature):
    weights = np.exp(p / temperature)
    return weights / weights.sum()


# %% reweight | mutant: a small number against log 0 lets through the impossible
def reweight(p, temperature):
    weights = np.exp(np.log(p + 1e-2) / temperature)
    return weights / weights.sum()


# %% pick | other: the first place where it is exceeded
def pick(p, chance):
    return np.argmax(np.cumsum(p, axis=-1) > np.reshape(chance, (-1, 1)), axis=-1)


# %% pick | other: a search in each row
def pick(p, chance):
    sums = [np.cumsum(row) for row in p]
    return [int(np.searchsorted(s, c, side="right")) for s, c in zip(sums, chance, strict=True)]


# %% pick | mutant: the wrong axis
def pick(p, chance):
    return np.argmax(np.cumsum(p, axis=0) > chance[:, None], axis=1)


# %% pick | mutant: always the likeliest
def pick(p, chance):
    return np.argmax(p, axis=1)


# %% pick | mutant: the last before, not the first that exceeds
def pick(p, chance):
    return np.maximum(np.sum(np.cumsum(p, axis=1) <= chance[:, None], axis=1) - 1, 0)


# %% pick | mutant: the first that is larger, without a sum
def pick(p, chance):
    return np.argmax(p > chance[:, None], axis=1)


# %% sample | other: text by text
def sample(logits, temperature, chance):
    chosen = []
    for row, c in zip(logits, chance, strict=True):
        weights = np.exp((row - np.max(row)) / temperature)
        chosen.append(int(np.argmax(np.cumsum(weights / weights.sum()) > c)))
    return chosen


# %% sample | other: logsumexp and a comparison
def sample(logits, temperature, chance):
    cool = logits / temperature
    p = np.exp(cool - np.logaddexp.reduce(cool, axis=1)[:, None])
    return (np.cumsum(p, axis=1) <= chance[:, None]).sum(axis=1)


# %% sample | mutant: temperature multiplied
def sample(logits, temperature, chance):
    warm = (logits - logits.max(axis=1, keepdims=True)) * temperature
    p = np.exp(warm) / np.exp(warm).sum(axis=1, keepdims=True)
    return np.sum(np.cumsum(p, axis=1) <= chance[:, None], axis=1)


# %% sample | mutant: the logarithm of a probability that became 0
def sample(logits, temperature, chance):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    weights = np.exp(np.log(p) / temperature)
    running = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    return np.sum(running <= chance[:, None], axis=1)


# %% sample | mutant: always the likeliest
def sample(logits, temperature, chance):
    return np.argmax(logits, axis=1)


# %% sample | mutant: temperature left out
def sample(logits, temperature, chance):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    running = np.cumsum(p / p.sum(axis=1, keepdims=True), axis=1)
    return np.sum(running <= chance[:, None], axis=1)


# %% entropy | other: only what can occur
def entropy(p):
    bits = [sum(-x * np.log2(x) for x in row if x > 0) for row in p]
    return sum(bits) / len(bits)


# %% entropy | other: nats over log 2
def entropy(p):
    logs = np.log(p, out=np.zeros_like(p), where=p > 0)
    return -(p * logs).sum() / np.log(2) / len(p)


# %% entropy | mutant: nats
def entropy(p):
    return np.mean(-np.sum(p * np.log(np.where(p > 0, p, 1)), axis=1))


# %% entropy | mutant: the logarithm of 0
def entropy(p):
    return np.mean(-np.sum(p * np.log2(p), axis=1))


# %% entropy | mutant: the sign
def entropy(p):
    return np.mean(np.sum(p * np.log2(np.where(p > 0, p, 1)), axis=1))


# %% entropy | mutant: the mean over everything
def entropy(p):
    return np.mean(-p * np.log2(np.where(p > 0, p, 1)))


# %% top_k | other: the rest set to 0
def top_k(p, k):
    new = p.copy()
    new[np.argsort(p)[: len(p) - k]] = 0
    return new / new.sum()


# %% top_k | other: in plain Python
def top_k(p, k):
    best = sorted(p.tolist(), reverse=True)[:k]
    return [x / sum(best) if x in best else 0.0 for x in p.tolist()]


# %% top_k | mutant: does not sum to 1
def top_k(p, k):
    return np.where(p >= np.sort(p)[-k], p, 0)


# %% top_k | mutant: keeps the unlikeliest
def top_k(p, k):
    kept = np.where(p <= np.sort(p)[k - 1], p, 0)
    return kept / kept.sum()


# %% top_k | mutant: all that stay are made alike
def top_k(p, k):
    return np.where(p >= np.sort(p)[-k], 1 / k, 0)


# %% repetition | other: remembers what it has seen
def repetition(words, n):
    seen, again, count = set(), 0, 0
    for start in range(len(words) - n + 1):
        run = " ".join(words[start : start + n])
        again += run in seen
        count += 1
        seen.add(run)
    return again / count


# %% repetition | other: a counter of runs
def repetition(words, n):
    from collections import Counter

    runs = Counter(zip(*(words[i:] for i in range(n)), strict=False))
    return sum(count - 1 for count in runs.values()) / sum(runs.values())


# %% repetition | mutant: the share of distinct runs
def repetition(words, n):
    runs = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    return len(set(runs)) / len(runs)


# %% repetition | mutant: a run too many
def repetition(words, n):
    runs = [tuple(words[i : i + n]) for i in range(len(words))]
    return 1 - len(set(runs)) / len(runs)


# %% repetition | mutant: divided by the words
def repetition(words, n):
    runs = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    return (len(runs) - len(set(runs))) / len(words)
