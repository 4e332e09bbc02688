"""Measure the sentence dreams: accuracy, what the dreams end near, and how long they take.

``python -m benchmarks.text`` prints Markdown; with ``--json PATH`` the numbers are kept. The
step-by-step loop is re-stated as the article has it: one sentence, a gradient tape in plain Python.
"""

import os
import statistics

import numpy as np

from benchmarks.measure import command, seconds_of

ROUNDS = 7


def eager_dream(classifier, text, steps):
    """One sentence, as in the article: the norm of fc2, a step of the gradient over its mean."""
    import keras
    import tensorflow as tf

    model = classifier.model
    fc2 = keras.Model(model.get_layer("average").output, model.get_layer("fc2").output)
    start = classifier.vector(text)[None]

    def run():
        x = tf.constant(start)
        for _ in range(steps):
            with tf.GradientTape() as tape:
                tape.watch(x)
                norm = tf.norm(fc2(x, training=False))
            gradient = tape.gradient(norm, x)
            x = x + 0.15 * gradient / tf.reduce_mean(tf.abs(gradient))

    return run


def valences(classifier):
    """Mean valence of the 20 nearest words before and after, and the share of right signs."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    import dreamkit as dk
    from dreamkit.text.sentences import BLAME, HALF, PRAISE

    lexicon = SentimentIntensityAnalyzer().lexicon

    def valence(dream, step):
        return float(np.mean([lexicon.get(word, 0.0) for word, _ in dream.nearest(step, 20)]))

    found = {}
    for name, texts in (("praise", PRAISE), ("blame", BLAME), ("half and half", HALF)):
        dreams = dk.dream_sentence(list(texts), classifier)
        after = [valence(dream, -1) for dream in dreams]
        signs = [
            np.sign(v) == np.sign(d.prediction - 0.5) for v, d in zip(after, dreams, strict=True)
        ]
        norms = [dream.norms() for dream in dreams]
        found[name] = {
            "before": float(np.mean([valence(dream, 0) for dream in dreams])),
            "after": float(np.mean(after)),
            "sign of the prediction": float(np.mean(signs)),
            "final norm": float(np.mean([n[-1] for n in norms])),
            "straightness": float(
                np.min([np.corrcoef(np.arange(len(n)), n)[0, 1] ** 2 for n in norms])
            ),
        }
    return found


def main():
    """Print everything."""
    import dreamkit as dk
    from dreamkit.datasets import imdb
    from dreamkit.pretrained import card
    from dreamkit.text.sentences import BLAME, HALF, PRAISE
    from dreamkit.training.sentiment import accuracy

    classifier = dk.load_classifier("imdb")
    results = {"cores": os.cpu_count(), "card": card("imdb")["scores"]}
    try:
        train, test = imdb("train"), imdb("test")
    except OSError as error:
        print(f"Test accuracy not measured again: {error}")
    else:
        results["test accuracy"] = accuracy(classifier, *test)
        print(f"test accuracy of the bundled classifier: {results['test accuracy']:.2%}")
        everything = "\n".join(train[0]).lower()
        known = [s for s in (*PRAISE, *BLAME, *HALF) if s.lower() in everything]
        print(f"sentences below that occur in the training reviews: {known or 'none'}")
    for name, value in results["card"].items():
        print(f"on the card: {name}: {value:.2%}")

    results["valence"] = valences(classifier)
    print("\n| | valence before | after | sign of the prediction | final norm | R², least |")
    print("|---|---|---|---|---|---|")
    for name, row in results["valence"].items():
        print(
            f"| {name} | {row['before']:+.2f} | {row['after']:+.2f} | "
            f"{row['sign of the prediction']:.0%} | {row['final norm']:.0f} | "
            f"{row['straightness']:.4f} |"
        )

    thousand = [PRAISE[i % 15] for i in range(1000)]
    cases = {
        "one sentence, 100 steps, eager loop": eager_dream(classifier, PRAISE[0], 100),
        "one sentence, 100 steps, dk.dream_sentence": lambda: dk.dream_sentence(
            PRAISE[0], classifier, steps=100
        ),
        "1,000 sentences in one batch, 20 steps": lambda: dk.dream_sentence(thousand, classifier),
        "1,000 sentences in one batch, 100 steps": lambda: dk.dream_sentence(
            thousand, classifier, steps=100
        ),
    }
    print(f"\n| median of {ROUNDS} rounds (smallest to largest) | ms |\n|---|---|")
    results["seconds"] = {name: seconds_of(function, ROUNDS) for name, function in cases.items()}
    for name, seconds in results["seconds"].items():
        middle, low, high = statistics.median(seconds), min(seconds), max(seconds)
        print(f"| {name} | {middle * 1000:.0f} ({low * 1000:.0f}–{high * 1000:.0f}) |")
    return results


if __name__ == "__main__":
    command(main, __doc__)
