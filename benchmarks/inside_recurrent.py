"""Look for cells with a meaning in the bundled writers, on the published texts.

``python -m benchmarks.inside_recurrent`` prints Markdown and keeps the numbers. Cells are found in
the text that a writer learnt from and scored on text that it never saw, beside the best of as many
random directions, found and scored in the same way. Of the reviews only the plain sentences are
read, which is what the writer of reviews learnt to write.
"""

from typing import Any

import numpy as np

from tools.measure import comparison, keep

READ = 30_000  # characters to find cells in, and as many to score them on
PROMPTS, LENGTH, TEMPERATURE = 200, 200, 0.7
HELD = 0.95  # tanh(c) of the unit while it writes, or its negative


def halves(name: str) -> tuple[str, str]:
    """Of a writer's corpus some text that it learnt from, and some that was kept out."""
    from dreamkit.chars.learning import split
    from recipes.writer import SHARE, learnt_text

    learnt, kept_out = split(learnt_text(name), SHARE[name])
    return learnt[-READ:], kept_out[:READ]


def cells(name: str) -> dict[str, Any]:
    """The cells found for each concept, with their scores."""
    from dataclasses import asdict

    import dreamkit as dk

    learnt, kept_out = halves(name)
    found = dk.find_cells(learnt, name, kept_out)
    return {concept: asdict(one) for concept, one in found.items()}


def held(unit: int, above: bool) -> dict[str, Any]:
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


def line_lengths(cell: int) -> dict[str, float]:
    """Characters in a line, on average, of plays written with a cell held at several tanh(c)."""
    import dreamkit as dk

    writer = dk.load_writer("shakespeare")
    found = {}
    for value in (-HELD, None, HELD):
        hold = {} if value is None else {cell: value}
        texts = writer.generate(["\n"] * 40, 400, TEMPERATURE, seed=0, hold=hold)
        lengths = [len(line) for text in texts for line in text.split("\n") if line]
        found["free" if value is None else f"{value:+}"] = float(np.mean(lengths))
    return found


def measure() -> dict[str, Any]:
    """Everything, from the published texts."""
    import dreamkit as dk
    from recipes.unit import sentiment_unit

    lone = sentiment_unit(dk.load_writer("reviews"))
    found = {name: cells(name) for name in ("nietzsche", "shakespeare", "reviews")}
    line = found["shakespeare"]["place in the line"]["cell"]
    return {
        "cells": found,
        "lines": {f"cell {cell}": line_lengths(cell) for cell in (line, line + 1)},
        "lone unit": lone,
        "held": held(lone["unit"], lone["above"]),
    }


def rows(results: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, value, compared with) of every number, as text."""
    found = [
        (
            f"{name}: {concept}, cell {one['cell']}, correlation on held-out text",
            f"{one['score']:.2f}",
            f"best of 512 random directions {one['random']:.2f}",
        )
        for name, concepts in results["cells"].items()
        for concept, one in concepts.items()
    ]
    found += [
        (
            f"characters in a line, plays, {name} held at {value}",
            f"{lengths[value]:.0f}",
            f"free {lengths['free']:.0f}",
        )
        for name, lengths in results["lines"].items()
        for value in lengths
        if value != "free"
    ]
    lone, ways = results["lone unit"], results["held"]
    alone, *others = lone["accuracy"].items()
    found.append(
        (
            f"praise or blame, cell {lone['unit']} alone, {lone['reviews']:,} test reviews",
            f"{alone[1]:.1%}",
            ", ".join(f"{name} {score:.1%}" for name, score in others),
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


def table(results: dict[str, Any]) -> str:
    """Markdown."""
    return comparison(rows(results), results)


if __name__ == "__main__":
    print(table(keep("inside_recurrent", measure())))
