"""Measure the sentence dreams: accuracy, what the dreams end near, and how long they take.

``python -m benchmarks.text`` prints Markdown and keeps the numbers. The step-by-step loop is
re-stated as the article has it: one sentence, a gradient tape in plain Python.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import dreamkit as dk
from tools.measure import footer, in_turns, keep, spread

ROUNDS = 7


def eager_dream(classifier: dk.Classifier, text: str, steps: int) -> Callable[[], None]:
    """One sentence, as in the article: the norm of fc2, a step of the gradient over its mean."""
    import keras
    import tensorflow as tf

    model = classifier.model
    fc2 = keras.Model(model.get_layer("average").output, model.get_layer("fc2").output)
    start = classifier.vector(text)[None]

    def run() -> None:
        x = tf.constant(start)
        for _ in range(steps):
            with tf.GradientTape() as tape:
                tape.watch(x)
                norm = tf.norm(fc2(x, training=False))
            gradient = tape.gradient(norm, x)
            x = x + 0.15 * gradient / tf.reduce_mean(tf.abs(gradient))

    return run


def valences(classifier: dk.Classifier) -> dict[str, dict[str, float]]:
    """Mean valence of the 20 nearest words before and after, and the share of right signs."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    from dreamkit.lessons.lesson03_sentences import BLAME, HALF, PRAISE

    lexicon = SentimentIntensityAnalyzer().lexicon

    def valence(dream: dk.SentenceDream, step: int) -> float:
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


def speed(classifier: dk.Classifier) -> dict[str, list[float]]:
    """Seconds of every round, in turns."""
    from dreamkit.lessons.lesson03_sentences import PRAISE

    thousand = [PRAISE[i % 15] for i in range(1000)]

    def ours(text: str | list[str], steps: int) -> Callable[[], object]:
        return lambda: dk.dream_sentence(text, classifier, steps=steps)

    cases = {
        "one sentence, 100 steps, eager loop": eager_dream(classifier, PRAISE[0], 100),
        "one sentence, 100 steps, dk.dream_sentence": ours(PRAISE[0], 100),
        "1,000 sentences in one batch, 20 steps": ours(thousand, 20),
        "1,000 sentences in one batch, 100 steps": ours(thousand, 100),
    }
    return in_turns(cases, ROUNDS)


def measure() -> dict[str, Any]:
    """Everything; the accuracy only where the reviews are."""
    from dreamkit.lessons.lesson03_sentences import BLAME, HALF, PRAISE
    from dreamkit.pretrained import card
    from recipes.data import imdb
    from recipes.sentiment import accuracy

    classifier = dk.load_classifier("imdb")
    results = {"card": card("imdb")["scores"]}
    try:
        train, test = imdb("train"), imdb("test")
    except OSError as error:
        print(f"Test accuracy not measured again: {error}")
    else:
        results["test accuracy"] = accuracy(classifier, *test)
        everything = "\n".join(train[0]).lower()
        results["sentences in the training reviews"] = [
            s for s in (*PRAISE, *BLAME, *HALF) if s.lower() in everything
        ]
    return {**results, "valence": valences(classifier), "seconds": speed(classifier)}


def table(results: dict[str, Any]) -> str:
    """Markdown."""
    lines = ["| accuracy | |", "|---|---|"]
    if "test accuracy" in results:
        lines.append(f"| the bundled classifier, measured | {results['test accuracy']:.2%} |")
    lines += [f"| on the card: {name} | {value:.2%} |" for name, value in results["card"].items()]
    if known := results.get("sentences in the training reviews"):
        lines += ["", f"Sentences below that occur in the training reviews: {known}"]
    lines += [
        "",
        "| | valence before | after | sign of the prediction | final norm | R², least |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in results["valence"].items():
        lines.append(
            f"| {name} | {row['before']:+.2f} | {row['after']:+.2f} | "
            f"{row['sign of the prediction']:.0%} | {row['final norm']:.0f} | "
            f"{row['straightness']:.4f} |"
        )
    lines += ["", f"| median of {ROUNDS} rounds (smallest–largest) | ms |", "|---|---|"]
    lines += [f"| {name} | {spread(ts, 'ms')} |" for name, ts in results["seconds"].items()]
    return "\n".join([*lines, "", footer(results)])


if __name__ == "__main__":
    print(table(keep("text", measure())))
