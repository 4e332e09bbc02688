"""Answers to assignment 02: `other` ones are right in another way, a `mutant` has one mistake."""

import numpy as np


# %% guided_score | other: a sum over its count
def guided_score(a, g):
    return float(np.einsum("pc,pc->", a, g)) / a.size


# %% guided_score | other: a loop
def guided_score(a, g):
    total = 0.0
    for i in range(len(a)):
        for j in range(len(a[0])):
            total += a[i][j] * g[i][j]
    return total / (len(a) * len(a[0]))


# %% guided_score | mutant: sum for mean
def guided_score(a, g):
    return np.sum(a * g)


# %% guided_score | mutant: a cosine
def guided_score(a, g):
    return np.sum(a * g) / np.linalg.norm(a) / np.linalg.norm(g)


# %% guided_score | mutant: divided by the positions only
def guided_score(a, g):
    return np.sum(a * g) / len(a)


# %% guided_gradient | other: einsum
def guided_gradient(x, W, g):
    return np.einsum("pc,ic->pi", g, W) / np.size(g)


# %% guided_gradient | other: position by position
def guided_gradient(x, W, g):
    rows = []
    for at_guide in g:
        rows.append([float(np.dot(inputs, at_guide)) / g.size for inputs in W])
    return rows


# %% guided_gradient | mutant: not divided
def guided_gradient(x, W, g):
    return g @ W.T


# %% guided_gradient | mutant: away from the guide
def guided_gradient(x, W, g):
    return -g @ W.T / g.size


# %% guided_gradient | mutant: that of a free dream
def guided_gradient(x, W, g):
    return 2 * (x @ W) @ W.T / g.size


# %% best_match | other: loops
def best_match(a, g):
    best = [max(float(np.dot(p, q)) for q in g) for p in a]
    return sum(best) / len(best) / len(a[0])


# %% best_match | other: broadcast
def best_match(a, g):
    products = (a[:, None, :] * g[None, :, :]).mean(axis=-1)
    return products.max(axis=1).mean()


# %% best_match | mutant: the wrong axis
def best_match(a, g):
    return np.mean(np.max(a @ g.T, axis=0)) / a.shape[1]


# %% best_match | mutant: all matches, not the best
def best_match(a, g):
    return np.mean(a @ g.T) / a.shape[1]


# %% best_match | mutant: not divided by the channels
def best_match(a, g):
    return np.mean(np.max(a @ g.T, axis=1))


# %% best_places | other: loops
def best_places(a, g):
    places = []
    for p in a:
        products = [float(np.dot(p, q)) for q in g]
        places.append(products.index(max(products)))
    return places


# %% best_places | other: sorted
def best_places(a, g):
    return np.argsort(g @ a.T, axis=0)[-1]


# %% best_places | mutant: the wrong axis
def best_places(a, g):
    return np.argmax(a @ g.T, axis=0)


# %% best_places | mutant: the worst place
def best_places(a, g):
    return np.argmin(a @ g.T, axis=1)


# %% best_places | mutant: the nearest place, not the largest product
def best_places(a, g):
    return np.argmin(((a[:, None] - g[None]) ** 2).sum(-1), axis=1)


# %% cosines | other: loops
def cosines(a, b):
    def cosine(p, q):
        product = np.linalg.norm(p) * np.linalg.norm(q)
        return float(p @ q) / product if product > 0 else 0.0

    return [[cosine(p, q) for q in b] for p in a]


# %% cosines | other: unit vectors first
def cosines(a, b):
    def unit(rows):
        lengths = np.sqrt((rows**2).sum(axis=1, keepdims=True))
        return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)

    return unit(a) @ unit(b).T


# %% cosines | mutant: missing normalisation
def cosines(a, b):
    return a @ b.T


# %% cosines | mutant: only one of the lengths
def cosines(a, b):
    return a @ b.T / np.maximum(np.linalg.norm(a, axis=1, keepdims=True), 1e-12)


# %% cosines | mutant: nan where a vector is silent
def cosines(a, b):
    lengths = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)
    return a @ b.T / lengths


# %% cosines | mutant: one length for the whole array
def cosines(a, b):
    return a @ b.T / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-12)


# %% similarity | other: loops
def similarity(a, b):
    best = []
    for p in a:
        best.append(max(p @ q / (np.linalg.norm(p) * np.linalg.norm(q)) for q in b))
    return sum(best) / len(best)


# %% similarity | other: broadcast, in float32
def similarity(a, b):
    a, b = a.astype("float32")[:, None], b.astype("float32")[None]
    cosine = (a * b).sum(-1) / np.sqrt((a * a).sum(-1) * (b * b).sum(-1))
    return cosine.max(axis=-1).mean()


# %% similarity | mutant: the wrong axis
def similarity(a, b):
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    b = b / np.linalg.norm(b, axis=1, keepdims=True)
    return np.mean(np.max(a @ b.T, axis=0))


# %% similarity | mutant: products for cosines
def similarity(a, b):
    return np.mean(np.max(a @ b.T, axis=1))


# %% similarity | mutant: the mean of all cosines
def similarity(a, b):
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    b = b / np.linalg.norm(b, axis=1, keepdims=True)
    return np.mean(a @ b.T)


# %% mixed | other: from free, part of the way
def mixed(free, guided, mix):
    return free + mix * (guided - free)


# %% mixed | other: a dot product
def mixed(free, guided, mix):
    return np.dot([1 - mix, mix], [free, guided])


# %% mixed | mutant: swapped
def mixed(free, guided, mix):
    return mix * free + (1 - mix) * guided


# %% mixed | mutant: the free part is not taken back
def mixed(free, guided, mix):
    return free + mix * guided


# %% wins | other: a count in plain Python
def wins(own, other):
    count = 0
    for mine, theirs in zip(own, other, strict=True):
        if mine > theirs:
            count += 1
    return count / len(own)


# %% wins | other: the sign of the difference
def wins(own, other):
    return np.count_nonzero(np.subtract(own, other) > 0) / np.size(own)


# %% wins | mutant: a tie counts
def wins(own, other):
    return np.mean(np.array(own) >= np.array(other))


# %% wins | mutant: a count
def wins(own, other):
    return np.sum(np.array(own) > np.array(other))


# %% wins | mutant: the other way round
def wins(own, other):
    return np.mean(np.array(own) < np.array(other))
