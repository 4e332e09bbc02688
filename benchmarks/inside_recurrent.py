"""Look for cells with a meaning in the bundled writers, on the published texts.

``python -m benchmarks.inside_recurrent`` prints Markdown and keeps the numbers. Cells are found in
the text that a writer learnt from and scored on text that it never saw, beside the best of as many
random directions, found and scored in the same way. Of the reviews only the plain sentences are
read, which is what the writer of reviews learnt to write.
"""

import numpy as np

from benchmarks.measure import footer, keep, kept

READ = 40_000  # characters to find cells in, and as many to score them on
REVIEWS = 4_000  # to find the unit in, and as many to score it on
LEAST = 60  # characters of a review that count as one
PROMPTS, LENGTH, TEMPERATURE = 200, 200, 0.7
HELD = 0.95  # tanh(c) of the unit while it writes, or its negative


def halves(name):
    """Of a writer's corpus some text that it learnt from, and some that was kept out."""
    from dreamkit.chars.corpus import corpus
    from dreamkit.chars.learning import split
    from dreamkit.training.writer import SHARE

    learnt, kept_out = split(corpus(name), SHARE[name])
    return learnt[-READ:], kept_out[:READ]


def cells(name):
    """The cells found for each concept, with their scores."""
    from dataclasses import asdict

    import dreamkit as dk

    found = dk.find_cells(dk.load_writer(name), *halves(name))
    return {concept: asdict(one) for concept, one in found.items()}


def reviews():
    """Plain sentences and labels of training and test reviews; words are counted in training."""
    from dreamkit.chars.corpus import cleaned, frequent_words, plain_sentences
    from dreamkit.datasets import imdb

    words, halves = None, []
    for half in ("train", "test"):
        texts, labels = imdb(half)
        words = words or frequent_words(map(cleaned, texts))
        texts = plain_sentences(texts, words)
        order = np.random.default_rng(0).permutation(len(texts))
        chosen = [i for i in order if len(texts[i]) >= LEAST][:REVIEWS]
        halves.append(([f"\n{texts[i]}" for i in chosen], labels[chosen]))
    return halves


def lone_unit():
    """The unit that tells praise from blame best, beside random directions and all units."""
    from sklearn.linear_model import LogisticRegression

    import dreamkit as dk
    from dreamkit.chars.concepts import random_directions

    writer = dk.load_writer("reviews")
    (texts, labels), (test_texts, test_labels) = reviews()
    seen, unseen = dk.last_cells(writer, texts), dk.last_cells(writer, test_texts)
    turn = random_directions(seen.shape[1])
    lone, turned = dk.best_unit(seen, labels), dk.best_unit(seen @ turn, labels)
    together = LogisticRegression(C=0.01, max_iter=1000).fit(seen, labels)
    classifier = dk.load_classifier("imdb")
    return {
        "unit": lone.unit,
        "above": lone.above,
        "threshold": lone.threshold,
        "found": lone.accuracy(seen, labels),
        "test": lone.accuracy(unseen, test_labels),
        "random": turned.accuracy(unseen @ turn, test_labels),
        "all": together.score(unseen, test_labels),
        "classifier": right(classifier, test_texts, test_labels),
        "share of praise": float(np.mean(test_labels)),
        "reviews": len(test_texts),
    }


def right(classifier, texts, labels):
    """Accuracy of the bundled classifier on the same texts."""
    from dreamkit.training.sentiment import accuracy

    return accuracy(classifier, texts, labels)


def held(unit, above):
    """What the bundled classifier and a word list say of texts written with the unit held."""
    import warnings

    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    import dreamkit as dk

    writer, classifier = dk.load_writer("reviews"), dk.load_classifier("imdb")
    lexicon = SentimentIntensityAnalyzer().lexicon
    other = (unit + 1) % sum(lstm.units for lstm in writer.lstms)
    praise = HELD if above else -HELD
    ways = {
        "towards blame": {unit: -praise},
        "free": {},
        "towards praise": {unit: praise},
        "another unit, low": {other: -HELD},
        "another unit, high": {other: HELD},
    }
    found = {}
    for name, hold in ways.items():
        texts = writer.generate(["\n"] * PROMPTS, LENGTH, TEMPERATURE, seed=0, hold=hold)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some words are invented
            praised = classifier.predict(texts)
        words = [lexicon[word] for text in texts for word in text.split() if word in lexicon]
        found[name] = {
            "praise": float(np.mean(praised)),
            "error": float(np.std(praised) / np.sqrt(len(praised))),
            "valence": float(np.mean(words)),
            "sample": texts[0],
        }
    return found


def measure():
    """Everything, from the published texts."""
    lone = lone_unit()
    return {
        "cells": {name: cells(name) for name in ("nietzsche", "shakespeare", "reviews")},
        "lone unit": lone,
        "held": held(lone["unit"], lone["above"]),
    }


def rows(results=None):
    """(what, value, compared with) of every number, as text."""
    results = results or kept("inside_recurrent")
    found = [
        (
            f"{name}: {concept}, cell {one['cell']}, correlation on held-out text",
            f"{one['score']:.2f}",
            f"best of 512 random directions {one['random']:.2f}",
        )
        for name, concepts in results["cells"].items()
        for concept, one in concepts.items()
    ]
    lone, ways = results["lone unit"], results["held"]
    found.append(
        (
            f"praise or blame, cell {lone['unit']} alone, {lone['reviews']:,} test reviews",
            f"{lone['test']:.1%}",
            f"best of 512 random directions {lone['random']:.1%}, all cells {lone['all']:.1%}, "
            f"the imdb classifier {lone['classifier']:.1%}, always one answer "
            f"{max(lone['share of praise'], 1 - lone['share of praise']):.1%}",
        )
    )
    found += [
        (
            f"P(praise) of {PROMPTS} texts, {name}",
            f"{one['praise']:.2f} ± {one['error']:.2f}",
            f"free {ways['free']['praise']:.2f}; valence of a word {one['valence']:+.2f}, "
            f"free {ways['free']['valence']:+.2f}",
        )
        for name, one in ways.items()
        if name != "free"
    ]
    return found


def table(results):
    """Markdown."""
    lines = ["| what | value | compared with |", "|---|---|---|"]
    lines += [f"| {what} | {value} | {compared} |" for what, value, compared in rows(results)]
    return "\n".join([*lines, "", footer(results)])


if __name__ == "__main__":
    print(table(keep("inside_recurrent", measure())))
