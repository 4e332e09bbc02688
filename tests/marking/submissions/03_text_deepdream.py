"""Answers to assignment 03: `other` ones are right in another way, a `mutant` has one mistake."""

import numpy as np


# %% sentence_vector | other: adds up, then divides
def sentence_vector(words, vectors):
    total, count = 0, 0
    for word in words:
        if word in vectors:
            total, count = total + vectors[word], count + 1
    if count == 0:
        raise ValueError("no known word")
    return total / count


# %% sentence_vector | other: a stack
def sentence_vector(words, vectors):
    rows = list(filter(lambda row: row is not None, map(vectors.get, words)))
    return np.stack(rows).mean(axis=0)  # np.stack of nothing raises a ValueError


# %% sentence_vector | mutant: sum for mean
def sentence_vector(words, vectors):
    known = [vectors[word] for word in words if word in vectors]
    if not known:
        raise ValueError("no known word")
    return np.sum(known, axis=0)


# %% sentence_vector | mutant: unknown words count as zeros
def sentence_vector(words, vectors):
    known = [vectors[word] for word in words if word in vectors]
    if not known:
        raise ValueError("no known word")
    return np.sum(known, axis=0) / len(words)


# %% sentence_vector | mutant: each word once
def sentence_vector(words, vectors):
    known = [vectors[word] for word in dict.fromkeys(words) if word in vectors]
    if not known:
        raise ValueError("no known word")
    return np.mean(known, axis=0)


# %% sentence_vector | mutant: no error when nothing is known
def sentence_vector(words, vectors):
    known = [vectors[word] for word in words if word in vectors]
    return np.mean(known, axis=0) if known else np.zeros(3)


# %% layer_norm | other: root of the sum of squares
def layer_norm(x, W, b):
    h = W.dot(x) + b
    h[h < 0] = 0
    return np.sqrt(np.sum(h**2))


# %% layer_norm | other: a loop
def layer_norm(x, W, b):
    total = 0.0
    for row, bias in zip(W.tolist(), b.tolist(), strict=True):
        answer = bias + sum(w * v for w, v in zip(row, x.tolist(), strict=True))
        total += max(answer, 0.0) ** 2
    return total**0.5


# %% layer_norm | mutant: no root
def layer_norm(x, W, b):
    return np.sum(np.maximum(W @ x + b, 0) ** 2)


# %% layer_norm | mutant: no ReLU
def layer_norm(x, W, b):
    return np.linalg.norm(W @ x + b)


# %% layer_norm | mutant: no bias
def layer_norm(x, W, b):
    return np.linalg.norm(np.maximum(W @ x, 0))


# %% norm_gradient | other: the derivative of the root
def norm_gradient(x, W, b):
    h = np.clip(W @ x + b, 0, None)
    squares = np.sum(h * h)
    return 0.5 * squares**-0.5 * (2 * h) @ W


# %% norm_gradient | other: unit by unit
def norm_gradient(x, W, b):
    answers = [max(0.0, float(row @ x + bias)) for row, bias in zip(W, b, strict=True)]
    length = sum(a**2 for a in answers) ** 0.5
    return sum(a / length * row for a, row in zip(answers, W, strict=True))


# %% norm_gradient | mutant: not divided by the length
def norm_gradient(x, W, b):
    return W.T @ np.maximum(W @ x + b, 0)


# %% norm_gradient | mutant: units that are off pass something back
def norm_gradient(x, W, b):
    h = W @ x + b
    return W.T @ h / np.linalg.norm(h)


# %% norm_gradient | mutant: downhill
def norm_gradient(x, W, b):
    h = np.maximum(W @ x + b, 0)
    return -W.T @ h / np.linalg.norm(h)


# %% dream_path | other: an array made beforehand
def dream_path(x, look, steps, step_size):
    path = np.empty((steps + 1, len(x)))
    path[0] = x
    for step in range(steps):
        gradient = np.asarray(look(path[step])[1])
        path[step + 1] = path[step] + gradient * (step_size / np.abs(gradient).mean())
    return path


# %% dream_path | other: a generator, and a list of lists
def dream_path(x, look, steps, step_size):
    def points(x):
        yield x
        for _ in range(steps):
            score, gradient = look(x)
            x = x + step_size * gradient * len(gradient) / np.sum(np.abs(gradient))
            yield x

    return [point.tolist() for point in points(x)]


# %% dream_path | mutant: descent
def dream_path(x, look, steps, step_size):
    path = [x]
    for _ in range(steps):
        gradient = look(path[-1])[1]
        path.append(path[-1] - step_size * gradient / np.mean(np.abs(gradient)))
    return np.array(path)


# %% dream_path | mutant: without the start
def dream_path(x, look, steps, step_size):
    path = []
    for _ in range(steps):
        gradient = look(x)[1]
        x = x + step_size * gradient / np.mean(np.abs(gradient))
        path.append(x)
    return np.array(path)


# %% dream_path | mutant: missing normalisation
def dream_path(x, look, steps, step_size):
    path = [x]
    for _ in range(steps):
        path.append(path[-1] + step_size * look(path[-1])[1])
    return np.array(path)


# %% dream_path | mutant: divided by the length
def dream_path(x, look, steps, step_size):
    path = [x]
    for _ in range(steps):
        gradient = look(path[-1])[1]
        path.append(path[-1] + step_size * gradient / np.linalg.norm(gradient))
    return np.array(path)


# %% straightness | other: one minus what a fitted line leaves
def straightness(values):
    steps = np.arange(len(values))
    line = np.polyval(np.polyfit(steps, values, 1), steps)
    return 1 - np.sum((values - line) ** 2) / np.sum((values - np.mean(values)) ** 2)


# %% straightness | other: covariance over variances
def straightness(values):
    values = np.array(values) - np.mean(values)
    steps = np.arange(len(values)) - (len(values) - 1) / 2
    return (values @ steps) ** 2 / ((values @ values) * (steps @ steps))


# %% straightness | mutant: the correlation itself
def straightness(values):
    return np.corrcoef(np.arange(len(values)), values)[0, 1]


# %% straightness | mutant: the share of steps that rise
def straightness(values):
    return np.mean(np.diff(values) > 0)


# %% neighbours | other: sorted in plain Python
def neighbours(point, vectors, k):
    def cosine(row):
        return vectors[row] @ point / np.linalg.norm(vectors[row])

    return sorted(range(len(vectors)), key=cosine, reverse=True)[:k]


# %% neighbours | other: by distance between unit vectors
def neighbours(point, vectors, k):
    unit = vectors / np.sqrt((vectors**2).sum(1))[:, None]
    distance = np.linalg.norm(unit - point / np.linalg.norm(point), axis=1)
    return np.argsort(distance, kind="stable")[:k]


# %% neighbours | mutant: dot products, without the lengths
def neighbours(point, vectors, k):
    return np.argsort(-(vectors @ point))[:k]


# %% neighbours | mutant: the farthest
def neighbours(point, vectors, k):
    return np.argsort(vectors @ point / np.linalg.norm(vectors, axis=1))[:k]


# %% neighbours | mutant: nearest last
def neighbours(point, vectors, k):
    return np.argsort(vectors @ point / np.linalg.norm(vectors, axis=1))[-k:]


# %% neighbours | mutant: by Euclidean distance
def neighbours(point, vectors, k):
    return np.argsort(np.linalg.norm(vectors - point, axis=1))[:k]


# %% mean_valence | other: a loop
def mean_valence(words, lexicon):
    total = 0
    for word in words:
        if word in lexicon:
            total += lexicon[word]
    return total / len(words)


# %% mean_valence | other: an average of counted words
def mean_valence(words, lexicon):
    return sum(words.count(word) * value for word, value in lexicon.items()) / len(words)


# %% mean_valence | mutant: neutral words do not count
def mean_valence(words, lexicon):
    known = [lexicon[word] for word in words if word in lexicon]
    return np.mean(known) if known else 0.0


# %% mean_valence | mutant: without signs
def mean_valence(words, lexicon):
    return np.mean([abs(lexicon.get(word, 0.0)) for word in words])


# %% best_swap | other: all sentences, the best of them
def best_swap(words, position, candidates, vectors, score):
    sentences = [words]
    for candidate in candidates:
        sentences.append(words[:position] + [candidate] + words[position + 1 :])
    return max(sentences, key=lambda s: float(score(sum(vectors[w] for w in s) / len(s))))


# %% best_swap | other: moves the mean by the difference of the two words
def best_swap(words, position, candidates, vectors, score):
    mean = np.mean([vectors[word] for word in words], axis=0)
    old, best = words[position], words[position]
    top = score(mean)
    for candidate in candidates:
        here = score(mean + (vectors[candidate] - vectors[old]) / len(words))
        if here > top:
            best, top = candidate, here
    return tuple(best if i == position else word for i, word in enumerate(words))


# %% best_swap | mutant: the worst swap
def best_swap(words, position, candidates, vectors, score):
    sentences = [words] + [words[:position] + [c] + words[position + 1 :] for c in candidates]
    return min(sentences, key=lambda s: float(score(np.mean([vectors[w] for w in s], axis=0))))


# %% best_swap | mutant: swaps even when it does not help
def best_swap(words, position, candidates, vectors, score):
    sentences = [words[:position] + [c] + words[position + 1 :] for c in candidates]
    return max(sentences, key=lambda s: float(score(np.mean([vectors[w] for w in s], axis=0))))


# %% best_swap | mutant: the first swap that helps
def best_swap(words, position, candidates, vectors, score):
    before = score(np.mean([vectors[word] for word in words], axis=0))
    for candidate in candidates:
        new = words[:position] + [candidate] + words[position + 1 :]
        if score(np.mean([vectors[word] for word in new], axis=0)) > before:
            return new
    return words


# %% unit_words | other: pairs that are sorted
def unit_words(answers, unit, words, k):
    pairs = sorted(zip(answers[:, unit].tolist(), words, strict=True), reverse=True)
    return [word for _, word in pairs[:k]]


# %% unit_words | other: an array of words
def unit_words(answers, unit, words, k):
    return np.array(words)[np.argsort(answers.T[unit])[::-1]][:k].tolist()


# %% unit_words | mutant: the wrong axis
def unit_words(answers, unit, words, k):
    order = np.argsort(-answers[unit])
    return [words[row] for row in order if row < len(words)][:k]


# %% unit_words | mutant: weakest first
def unit_words(answers, unit, words, k):
    return [words[row] for row in np.argsort(answers[:, unit])[:k]]
