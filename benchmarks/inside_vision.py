"""Inside DreamNet: do drawings agree with it, and does the atlas point to patches that fool it?

``python -m benchmarks.inside_vision`` prints Markdown and keeps the numbers. It reads the
validation pictures of Tiny ImageNet, which had no part in training, atlas or choice.
"""

import numpy as np

from benchmarks.measure import footer, keep, kept

CLASSES = 8  # how many are drawn, spread over all
CHANNELS = 8
LAYER = "mixed6"
SIDE = 96
PLAIN = {"octaves": 1, "jitter": 0, "smoothing": 0, "natural_colour": 0, "step_size": 0.01}


def from_pixels(network, objective):
    """The plain way: pixels climb from grey noise, for as many steps."""
    from dreamkit import deepdream

    noise = 0.5 + 0.05 * np.random.default_rng(0).standard_normal((SIDE, SIDE, 3))
    return deepdream(noise.clip(0, 1), network, objective, steps=80, **PLAIN).image


def from_spectrum(network, objective):
    """Ours."""
    from dreamkit import visualise

    return visualise(network, objective, side=SIDE).image


def probabilities(network, picture):
    """What the network gives every class."""
    logits = network.activations(picture, ["logits"])["logits"][0]
    weights = np.exp(logits - logits.max())
    return weights / weights.sum()


def class_probability(network, draw):
    """Probability of each class drawn, on its drawing."""
    from dreamkit.objectives import logit

    chosen = np.linspace(0, len(network.classes) - 1, CLASSES).astype(int)
    return [float(probabilities(network, draw(network, logit(int(c))))[c]) for c in chosen]


def percentiles(network, draw, pictures, labels):
    """Where pictures of the class that a channel's drawing shows rank for it, of all pictures.

    The class is the one that the network sees in the drawing; 0.5 is what chance gives.
    """
    from dreamkit.objectives import channel

    answers = network.features([LAYER])
    means = np.concatenate(
        [np.asarray(answers(part)[LAYER]).mean((1, 2)) for part in np.array_split(pictures, 40)]
    )
    ranks = means.argsort(0).argsort(0) / (len(means) - 1)
    chosen = np.linspace(0, means.shape[1] - 1, CHANNELS).astype(int)
    shown = [probabilities(network, draw(network, channel(LAYER, int(c)))).argmax() for c in chosen]
    return [float(ranks[labels == s, c].mean()) for s, c in zip(shown, chosen, strict=True)]


def measure():
    """Everything."""
    import dreamkit as dk
    from dreamkit.datasets import tiny_imagenet
    from dreamkit.pretrained import card
    from dreamkit.training import atlas, dreamnet

    network = dk.load_network("dreamnet")
    pictures, labels, _ = tiny_imagenet("val", dreamnet.CLASSES)
    pictures = pictures.astype("float32") / 255
    pair = [card("atlas")["attack"][which] for which in ("source", "target")]
    cells = dk.load_atlas().grids[max(atlas.SIZES)]
    found = {"attack": atlas.attack_scores(network, cells, *pair)}
    for name, draw in {"spectrum": from_spectrum, "pixels": from_pixels}.items():
        found[name] = {
            "probability": class_probability(network, draw),
            "percentile": percentiles(network, draw, pictures, labels),
        }
    return found


def rows(results=None):
    """(what, value, compared with) of the last run."""
    results = results or kept("inside_vision")
    attack, ours, plain = (results[name] for name in ("attack", "spectrum", "pixels"))
    pair = f"{attack['source']} to {attack['target']}"
    return [
        (
            f"held-out pictures flipped, {pair}",
            f"{attack['suggested patch']:.0%} of {attack['pictures']}",
            f"random patch {attack['random patches']:.0%}",
        ),
        (
            f"probability of the class drawn, mean of {CLASSES}",
            f"{np.mean(ours['probability']):.3f}",
            f"pixels {np.mean(plain['probability']):.3f}",
        ),
        (
            f"percentile of the right class for a channel, mean of {CHANNELS}",
            f"{100 * np.mean(ours['percentile']):.0f}",
            f"pixels {100 * np.mean(plain['percentile']):.0f}, chance 50",
        ),
    ]


def table(results):
    """Markdown."""
    lines = ["| what | value | compared with |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows(results)]
    return "\n".join([*lines, "", footer(results)])


if __name__ == "__main__":
    print(table(keep("inside_vision", measure())))
