"""Answers to assignment 01: `other` ones are right in another way, a `mutant` has one mistake."""

import numpy as np

from setup import enlarge  # the notebook's own; what is above the first `# %%` is not used


# %% to_network | other: about the middle
def to_network(picture):
    return (np.asarray(picture) - 0.5) / 0.5


# %% to_network | other: stretched with interp
def to_network(picture):
    return np.interp(picture, [0, 1], [-1, 1])


# %% to_network | mutant: stays in [0, 1]
def to_network(picture):
    return picture * 1.0


# %% to_network | mutant: moved but not stretched
def to_network(picture):
    return picture - 1


# %% mean_square | other: a loop in plain Python, which gives a float
def mean_square(activations):
    total, flat = 0.0, activations.flatten().tolist()
    for a in flat:
        total += a * a
    return total / len(flat)


# %% mean_square | other: a dot product, in float32
def mean_square(activations):
    flat = np.ravel(activations).astype("float32")
    return flat @ flat / flat.size


# %% mean_square | mutant: sum for mean
def mean_square(activations):
    return np.sum(activations**2)


# %% mean_square | mutant: no square
def mean_square(activations):
    return np.mean(activations)


# %% mean_square | mutant: divided by the first side only
def mean_square(activations):
    return np.sum(activations**2) / len(activations)


# %% weighted_score | other: a loop
def weighted_score(activations, weights):
    score = 0
    for name in weights:
        layer = np.ravel(activations[name])
        score += weights[name] * layer.dot(layer) / layer.size
    return score


# %% weighted_score | other: over all layers, with 0 for those without a weight
def weighted_score(activations, weights):
    squares = {name: (a**2).mean() for name, a in activations.items()}
    return float(np.sum([weights.get(name, 0) * square for name, square in squares.items()]))


# %% weighted_score | mutant: weights left out
def weighted_score(activations, weights):
    return sum(np.mean(activations[name] ** 2) for name in weights)


# %% weighted_score | mutant: all elements in one pot
def weighted_score(activations, weights):
    total = sum(weight * np.sum(activations[name] ** 2) for name, weight in weights.items())
    return total / sum(activations[name].size for name in weights)


# %% weighted_score | mutant: the layer is weighted before it is squared
def weighted_score(activations, weights):
    return sum(np.mean((weight * activations[name]) ** 2) for name, weight in weights.items())


# %% score_gradient | other: unit by unit
def score_gradient(x, W):
    gradient = [0.0] * len(x)
    for row in W:
        a = max(0.0, float(np.dot(row, x)))
        for j, weight in enumerate(row):
            gradient[j] += 2 * a * float(weight) / len(W)
    return gradient


# %% score_gradient | other: with a mask of the units that are on
def score_gradient(x, W):
    before = W.dot(x)
    return (2 * before * (before > 0)).dot(W) / W.shape[0]


# %% score_gradient | mutant: the 2 of the square is missing
def score_gradient(x, W):
    return W.T @ np.maximum(W @ x, 0) / len(W)


# %% score_gradient | mutant: no ReLU
def score_gradient(x, W):
    return 2 * W.T @ (W @ x) / len(W)


# %% score_gradient | mutant: divided by the pixels, not the units
def score_gradient(x, W):
    return 2 * W.T @ np.maximum(W @ x, 0) / len(x)


# %% ascent_step | other: says what to do where the gradient is 0
def ascent_step(picture, gradient, step_size):
    size = np.abs(gradient).mean()
    if size == 0:
        return picture
    return np.minimum(np.maximum(picture + gradient * (step_size / size), 0), 1)


# %% ascent_step | other: the sum of sizes over their number, in float32
def ascent_step(picture, gradient, step_size):
    gradient = gradient.astype("float32")
    total = np.sum(np.absolute(gradient)) or np.float32(1)
    return np.clip(picture + step_size * gradient * gradient.size / total, 0.0, 1.0)


# %% ascent_step | mutant: descent
def ascent_step(picture, gradient, step_size):
    return np.clip(picture - step_size * gradient / (np.mean(np.abs(gradient)) + 1e-12), 0, 1)


# %% ascent_step | mutant: missing normalisation
def ascent_step(picture, gradient, step_size):
    return np.clip(picture + step_size * gradient, 0, 1)


# %% ascent_step | mutant: the mean without the size
def ascent_step(picture, gradient, step_size):
    return np.clip(picture + step_size * gradient / (np.mean(gradient) + 1e-12), 0, 1)


# %% ascent_step | mutant: no clip
def ascent_step(picture, gradient, step_size):
    return picture + step_size * gradient / (np.mean(np.abs(gradient)) + 1e-12)


# %% ascent_step | mutant: divides by 0
def ascent_step(picture, gradient, step_size):
    return np.clip(picture + step_size * gradient / np.mean(np.abs(gradient)), 0, 1)


# %% climb | other: with a while, and functions inside
def climb(picture, look, steps, step_size):
    def step(picture, gradient):
        return np.clip(picture + step_size * gradient / np.abs(gradient).mean(), 0, 1)

    scores = []
    while len(scores) < steps:
        score, gradient = look(picture)
        scores.append(float(score))
        picture = step(picture, gradient)
    return picture, scores


# %% climb | other: by calling itself; scores as an array, both in a list
def climb(picture, look, steps, step_size):
    if steps == 0:
        return [picture, np.zeros(0)]
    score, gradient = look(picture)
    moved = picture + step_size * np.array(gradient) / np.mean(np.abs(gradient))
    picture, scores = climb(np.clip(moved, 0, 1), look, steps - 1, step_size)
    return [picture, np.concatenate([[score], scores])]


# %% climb | mutant: looks only once
def climb(picture, look, steps, step_size):
    score, gradient = look(picture)
    scores = []
    for _ in range(steps):
        scores.append(look(picture)[0])
        picture = np.clip(picture + step_size * gradient / np.mean(np.abs(gradient)), 0, 1)
    return picture, scores


# %% climb | mutant: descent
def climb(picture, look, steps, step_size):
    scores = []
    for _ in range(steps):
        score, gradient = look(picture)
        scores.append(score)
        picture = np.clip(picture - step_size * gradient / np.mean(np.abs(gradient)), 0, 1)
    return picture, scores


# %% climb | mutant: the score after the step
def climb(picture, look, steps, step_size):
    scores = []
    for _ in range(steps):
        gradient = look(picture)[1]
        picture = np.clip(picture + step_size * gradient / np.mean(np.abs(gradient)), 0, 1)
        scores.append(look(picture)[0])
    return picture, scores


# %% climb | mutant: shows a row of pictures where one is expected
def climb(picture, look, steps, step_size):
    scores = []
    for _ in range(steps):
        score, gradient = look(picture[None])
        scores.append(score)
        picture = np.clip(picture + step_size * gradient / np.mean(np.abs(gradient)), 0, 1)
    return picture, scores


# %% octave_sizes | other: a loop that inserts in front
def octave_sizes(height, width, octaves, scale):
    sizes = []
    for k in range(octaves):
        sizes.insert(0, (int(round(height / scale**k)), int(round(width / scale**k))))
    return sizes


# %% octave_sizes | other: an array of rows
def octave_sizes(height, width, octaves, scale):
    powers = np.arange(octaves - 1, -1, -1)
    return np.rint(np.outer(scale ** (-1.0 * powers), [height, width])).astype(int)


# %% octave_sizes | other: one after the other, by a generator
def octave_sizes(height, width, octaves, scale):
    for k in range(octaves - 1, -1, -1):
        yield round(height / scale**k), round(width / scale**k)


# %% octave_sizes | mutant: largest first
def octave_sizes(height, width, octaves, scale):
    return [(round(height / scale**k), round(width / scale**k)) for k in range(octaves)]


# %% octave_sizes | mutant: rounds down
def octave_sizes(height, width, octaves, scale):
    return [(int(height / scale**k), int(width / scale**k)) for k in reversed(range(octaves))]


# %% octave_sizes | mutant: one octave too small
def octave_sizes(height, width, octaves, scale):
    powers = range(octaves, 0, -1)
    return [(round(height / scale**k), round(width / scale**k)) for k in powers]


# %% next_octave | other: enlarged by hand
def next_octave(photo, photo_small, dream_small):
    start = photo.copy()
    for row in range(photo.shape[0]):
        for column in range(photo.shape[1]):
            here = row // 2, column // 2
            start[row, column] += dream_small[here] - photo_small[here]
    return start


# %% next_octave | other: the enlarged dream plus the detail that was lost
def next_octave(photo, photo_small, dream_small):
    lost = photo - enlarge(photo_small)
    return enlarge(dream_small) + lost


# %% next_octave | other: kept in [0, 1], as the step keeps it
def next_octave(photo, photo_small, dream_small):
    return np.clip(photo + enlarge(dream_small - photo_small), 0, 1)


# %% next_octave | mutant: the detail stays lost
def next_octave(photo, photo_small, dream_small):
    return enlarge(dream_small)


# %% next_octave | mutant: the dream is added to the photo
def next_octave(photo, photo_small, dream_small):
    return photo + enlarge(dream_small)


# %% next_octave | mutant: the change the wrong way round
def next_octave(photo, photo_small, dream_small):
    return photo + enlarge(photo_small - dream_small)


# %% jittered_gradient | other: one axis after the other
def jittered_gradient(picture, look, down, right):
    shifted = np.roll(np.roll(picture, down, 0), right, 1)
    gradient = np.asarray(look(shifted)[1])
    return np.roll(np.roll(gradient, -right, 1), -down, 0)


# %% jittered_gradient | other: with indices
def jittered_gradient(picture, look, down, right):
    rows = (np.arange(picture.shape[0]) - down) % picture.shape[0]
    columns = (np.arange(picture.shape[1]) - right) % picture.shape[1]
    score, gradient = look(picture[rows][:, columns])
    back = np.zeros_like(picture)
    back[np.ix_(rows, columns)] = gradient
    return back


# %% jittered_gradient | mutant: not moved back
def jittered_gradient(picture, look, down, right):
    return look(np.roll(picture, (down, right), axis=(0, 1)))[1]


# %% jittered_gradient | mutant: no jitter
def jittered_gradient(picture, look, down, right):
    return look(picture)[1]


# %% jittered_gradient | mutant: down and right mixed up
def jittered_gradient(picture, look, down, right):
    gradient = look(np.roll(picture, (right, down), axis=(0, 1)))[1]
    return np.roll(gradient, (-right, -down), axis=(0, 1))
