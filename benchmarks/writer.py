"""Measure the writers: losses, seconds to the article's loss, speed of writing, temperature.

``python -m benchmarks.writer`` prints Markdown, all from one run; with ``--json PATH`` the numbers
are kept. The article's recipe is in ``dreamkit.chars.article``; a slice of its epoch is timed and
scaled, because the whole training would take hours.
"""

import os
import statistics
import time

import numpy as np

from benchmarks.measure import command, peak, seconds_of

TARGET, ARTICLE_EPOCHS = 1.2392, 59  # the article's training loss, and after how many epochs
TEMPERATURES = (0.2, 0.5, 1.0, 1.2)
PROMPT = "the will to power is the essence of life, and whoever denies "


def epochs_to_target(card):
    """Epochs of our training until its loss without dropout was below the article's."""
    losses = [epoch["training"] for epoch in card["epochs"]]
    return next((n for n, loss in enumerate(losses, 1) if loss < TARGET), None)


def training_speed(text, card):
    """Seconds of an epoch of both recipes, from slices timed in turns."""
    from dreamkit.chars.article import BATCH, STEP, article_model, article_windows
    from dreamkit.chars.build import build_writer
    from dreamkit.chars.corpus import Alphabet
    from dreamkit.chars.learning import STREAMS, WINDOW, _compile, _epoch, _twin

    alphabet = Alphabet.of(text)
    batches = 40
    theirs = article_model(len(alphabet))
    x, y = article_windows(text[: batches * BATCH * STEP + 60], alphabet)
    ours = _twin(build_writer(alphabet), STREAMS, 0)
    _compile(ours, 4e-3, 1000)
    steps = 30
    ids = alphabet.encode(text[: (steps + 1) * STREAMS * WINDOW])

    def some_steps():
        for _, _ in zip(range(steps), _epoch(ours, ids, STREAMS, (0, 0)), strict=False):
            pass

    found = {"theirs": [], "ours": []}
    theirs.fit(x[: BATCH * 4], y[: BATCH * 4], batch_size=BATCH, verbose=0)
    some_steps()
    for _ in range(3):
        started = time.perf_counter()
        theirs.fit(x, y, batch_size=BATCH, verbose=0)
        windows = (len(text) - 60) / STEP
        found["theirs"].append((time.perf_counter() - started) * windows / len(x))
        started = time.perf_counter()
        some_steps()
        per_epoch = len(text) * 0.9 / STREAMS / WINDOW
        found["ours"].append((time.perf_counter() - started) * per_epoch / steps)
    found["epochs"] = epochs_to_target(card)
    found["logged"] = sum(epoch["seconds"] for epoch in card["epochs"][: found["epochs"]])
    return found


def writing_speed(writer):
    """Characters a second of the article's loop and of ours, from the same weights."""
    from dreamkit.chars.article import article_text

    few, many = 30, 4096
    theirs = seconds_of(lambda: article_text(writer.model, writer.alphabet, PROMPT, few, 0.5, 0), 3)
    one = seconds_of(lambda: writer.generate(PROMPT, many, 0.5, seed=0), 5)
    batch = seconds_of(lambda: writer.generate([PROMPT] * 64, 1024, 0.5, seed=0), 3)
    return {
        "predict for each character": few / statistics.median(theirs),
        "generate, one text": many / statistics.median(one),
        "generate, 64 texts at once": 64 * 1024 / statistics.median(batch),
    }


def memory(writer):
    """Peak memory after a short and after a long text, in MB."""
    found = {}
    for length in (2_000, 50_000):
        for _ in writer.stream(PROMPT, length, seed=0):
            pass
        found[length] = peak()
    return found


def temperatures(writer, known):
    """What the text is like at each temperature, over 20,480 characters."""
    from dreamkit.chars.measures import entropy, known_words, repetition

    found = {}
    for temperature in TEMPERATURES:
        written = "\n".join(writer.generate([PROMPT] * 20, 1024, temperature, seed=0))
        found[temperature] = {
            "entropy": entropy(writer, written, temperature),
            "known words": known_words(written, known),
            "repetition": repetition(written),
        }
    return found


def main():
    """Print everything."""
    import dreamkit as dk
    from dreamkit.chars.learning import split
    from dreamkit.pretrained import card

    results = {"cores": os.cpu_count()}
    print("| writer | training loss | held out | held out, bits |\n|---|---|---|---|")
    for name in ("nietzsche", "shakespeare"):
        scores = list(card(name)["scores"].values())
        print(f"| {name}, on its card | " + " | ".join(f"{score:.4f}" for score in scores) + " |")
        try:
            text = dk.corpus(name)
        except OSError:
            continue
        writer = dk.load_writer(name)
        learnt, kept_out = split(text)
        measured = [writer.loss(learnt), writer.loss(kept_out)]
        measured.append(measured[1] / np.log(2))
        results[name] = measured
        print(f"| {name}, measured | " + " | ".join(f"{score:.4f}" for score in measured) + " |")

    try:
        text = dk.corpus("nietzsche")
    except OSError as error:
        print(f"\nTraining speed not measured: {error}")
    else:
        speed = results["training"] = training_speed(text, card("nietzsche"))
        theirs, ours = (statistics.median(speed[who]) for who in ("theirs", "ours"))
        print(f"\n| | seconds an epoch | epochs to {TARGET} | seconds |\n|---|---|---|---|")
        print(
            f"| the article's recipe | {theirs:.0f} ({min(speed['theirs']):.0f}–"
            f"{max(speed['theirs']):.0f}) | {ARTICLE_EPOCHS} | {theirs * ARTICLE_EPOCHS:.0f} |"
        )
        print(
            f"| ours | {ours:.0f} ({min(speed['ours']):.0f}–{max(speed['ours']):.0f}) | "
            f"{speed['epochs']} | {ours * speed['epochs']:.0f} (logged: {speed['logged']:.0f}) |"
        )
        print(f"\nours / theirs: {ours * speed['epochs'] / (theirs * ARTICLE_EPOCHS):.4f}")

    writer = dk.load_writer("nietzsche")
    results["writing"] = writing_speed(writer)
    base = results["writing"]["predict for each character"]
    print("\n| same weights | characters a second | times |\n|---|---|---|")
    for name, rate in results["writing"].items():
        print(f"| {name} | {rate:,.0f} | {rate / base:.0f} |")
    results["memory"] = memory(writer)
    print("\npeak memory, MB, after so many characters:", results["memory"])

    results["temperature"] = temperatures(writer, card("nietzsche")["words"].split())
    print("\n| temperature | entropy, bits | known words | repeated pairs |\n|---|---|---|---|")
    for temperature, row in results["temperature"].items():
        print(
            f"| {temperature} | {row['entropy']:.3f} | {row['known words']:.1%} | "
            f"{row['repetition']:.1%} |"
        )
    return results


if __name__ == "__main__":
    command(main, __doc__)
