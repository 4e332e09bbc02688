"""Measure the writers: losses, seconds to the article's loss, speed of writing, temperature.

``python -m benchmarks.writer``, after ``make .venv-peers/.ready``, prints Markdown, all from one
run, and keeps the numbers. The article's recipe is in ``benchmarks.article``; a
slice of its epoch is timed and scaled, because the whole training would take hours. The peer is
textgenrnn.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import dreamkit as dk
from benchmarks.peers import run
from tools.measure import footer, keep, peak, seconds_of, spread

TARGET, ARTICLE_EPOCHS = 1.2392, 59  # the article's training loss, and after how many epochs
ROUNDS = 3
TEMPERATURES = (0.2, 0.5, 1.0, 1.2)
PROMPT = "the will to power is the essence of life, and whoever denies "


def epochs_to_target(card: dict[str, Any]) -> int | None:
    """Epochs of our training until its loss without dropout was below the article's."""
    losses = [epoch["training"] for epoch in card["epochs"]]
    return next((n for n, loss in enumerate(losses, 1) if loss < TARGET), None)


def training_speed(text: str, card: dict[str, Any]) -> dict[str, Any]:
    """Seconds of an epoch of both recipes, from slices timed in turns."""
    from benchmarks.article import BATCH, STEP, article_model, article_windows
    from dreamkit.chars.corpus import Alphabet

    alphabet = Alphabet.of(text)
    batches = 40
    theirs = article_model(len(alphabet))
    x, y = article_windows(text[: batches * BATCH * STEP + 60], alphabet)
    found: dict[str, Any] = {"theirs": [], "ours": []}
    theirs.fit(x[: BATCH * 4], y[: BATCH * 4], batch_size=BATCH, verbose=0)
    for _ in range(3):
        started = time.perf_counter()
        theirs.fit(x, y, batch_size=BATCH, verbose=0)
        windows = (len(text) - 60) / STEP
        found["theirs"].append((time.perf_counter() - started) * windows / len(x))
        seconds, characters = some_training(alphabet)
        per_epoch = len(text) * 0.9 / characters
        found["ours"].append(seconds * per_epoch)
    found["epochs"] = epochs_to_target(card)
    found["logged"] = sum(epoch["seconds"] for epoch in card["epochs"][: found["epochs"]])
    return found


def some_training(alphabet: dk.Alphabet) -> tuple[float, int]:
    """Seconds of thirty steps of our training, after a first, and characters that they read."""
    from dreamkit.chars.build import build_writer
    from dreamkit.chars.learning import STREAMS, UPDATES, WINDOW, train_writer

    steps, ticks = 30, []
    letters = list(alphabet.characters)
    size = 2 * UPDATES * STREAMS * WINDOW  # enough for all streams
    text = "".join(np.random.default_rng(0).choice(letters, size))

    def progress(done: int, total: int, loss: float) -> bool:
        ticks.append(time.perf_counter())
        return done <= steps

    train_writer(build_writer(alphabet), text, progress=progress)
    return ticks[-1] - ticks[0], steps * STREAMS * WINDOW


def writing_speed(writer: dk.Writer) -> dict[str, Any]:
    """Characters a second: the article's loop and ours, from the same weights, and the peer's."""
    from benchmarks.article import article_text

    article = partial(article_text, writer.model, writer.alphabet, PROMPT, 30, 0.5, 0)
    ours: dict[str, tuple[int, Callable[[], object]]] = {
        "predict for each character": (30, article),
        "generate, one text": (4096, partial(writer.generate, PROMPT, 4096, 0.5, seed=0)),
        "generate, 64 texts at once": (
            64 * 1024,
            partial(writer.generate, [PROMPT] * 64, 1024, 0.5, seed=0),
        ),
    }
    rates: dict[str, list[float]] = {
        "textgenrnn, its own weights": [],
        **{name: [] for name in ours},
    }
    for _, write in ours.values():
        write()
    for _ in range(ROUNDS):
        peer = run("benchmarks.textgen")
        rates["textgenrnn, its own weights"].append(peer["rate"])
        for name, (length, write) in ours.items():
            rates[name].append(length / seconds_of(write))
    sizes = {"textgenrnn": peer["parameters"], "ours": writer.model.count_params()}
    return {"rates": rates, "parameters": sizes}


def memory(writer: dk.Writer) -> dict[int, float]:
    """Peak memory after a short and after a long text, in MB."""
    found = {}
    for length in (2_000, 50_000):
        for _ in writer.stream(PROMPT, length, seed=0):
            pass
        found[length] = peak()
    return found


def temperatures(writer: dk.Writer, known: list[str]) -> dict[float, dict[str, float]]:
    """What the text is like at each temperature, over 20,480 characters."""
    from dreamkit.chars.measures import entropy, known_words, repetition

    found = {}
    for temperature in TEMPERATURES:
        written = "\n".join(writer.generate([PROMPT] * 20, 1024, temperature, seed=0))
        found[temperature] = {
            "entropy": entropy(written, writer, temperature),
            "known words": known_words(written, known),
            "repetition": repetition(written),
        }
    return found


def losses(writer: dk.Writer) -> dict[str, list[float]]:
    """Losses of Nietzsche's writer: on its card and, where its text is, measured again.

    (The others were trained before blocks of their text were kept out.)
    """
    from dreamkit.chars.learning import split
    from dreamkit.pretrained import card

    found = {"on its card": list(card("nietzsche")["scores"].values())}
    try:
        learnt, kept_out = split(dk.load_corpus("nietzsche"))
    except OSError:
        return found
    unseen = writer.loss(kept_out)
    return {**found, "measured": [writer.loss(learnt), unseen, unseen / np.log(2)]}


def measure() -> dict[str, Any]:
    """Everything; what needs the training text only where it is."""
    from dreamkit.pretrained import card

    writer = dk.load_writer("nietzsche")
    results: dict[str, Any] = {}
    results["memory"] = memory(writer)  # first: the peak of what follows would hide it
    results["losses"] = {"nietzsche": losses(writer)}
    try:
        results["training"] = training_speed(dk.load_corpus("nietzsche"), card("nietzsche"))
    except OSError as error:
        print(f"Training speed not measured: {error}")
    results["writing"] = writing_speed(writer)
    results["peers"] = run("benchmarks.peers")
    results["temperature"] = temperatures(writer, card("nietzsche")["words"].split())
    return results


def table(results: dict[str, Any]) -> str:
    """Markdown."""
    lines = ["| writer | training loss | held out | held out, bits |", "|---|---|---|---|"]
    for name, found in results["losses"].items():
        for where, scores in found.items():
            numbers = " | ".join(f"{score:.4f}" for score in scores)
            lines.append(f"| {name}, {where} | {numbers} |")
    if "training" in results:
        lines += ["", *training_table(results["training"])]
    writing = results["writing"]
    ours, theirs = (writing["parameters"][who] for who in ("ours", "textgenrnn"))
    lines += [
        "",
        f"| {ours:,} weights (textgenrnn: {theirs:,}) | characters a second | times |",
        "|---|---|---|",
    ]
    base = statistics.median(writing["rates"]["predict for each character"])
    for name, rates in writing["rates"].items():
        times = statistics.median(rates) / base
        lines.append(f"| {name} | {spread(rates)} | {times:,.{0 if times >= 10 else 1}f} |")
    lines += ["", "| after so many characters | peak memory, MB |", "|---|---|"]
    lines += [f"| {int(n):,} | {megabytes:.0f} |" for n, megabytes in results["memory"].items()]
    lines += [
        "",
        "| temperature | entropy, bits | known words | repeated pairs |",
        "|---|---|---|---|",
    ]
    for temperature, row in results["temperature"].items():
        lines.append(
            f"| {temperature} | {row['entropy']:.3f} | {row['known words']:.1%} | "
            f"{row['repetition']:.1%} |"
        )
    return "\n".join([*lines, "", footer(results)])


def training_table(speed: dict[str, Any]) -> list[str]:
    """Seconds to the article's loss, by both recipes."""
    theirs, ours = (statistics.median(speed[who]) for who in ("theirs", "ours"))
    return [
        f"| | seconds an epoch | epochs to {TARGET} | seconds |",
        "|---|---|---|---|",
        f"| the article's recipe | {spread(speed['theirs'])} | {ARTICLE_EPOCHS} | "
        f"{theirs * ARTICLE_EPOCHS:.0f} |",
        f"| ours | {spread(speed['ours'])} | {speed['epochs']} | {ours * speed['epochs']:.0f} "
        f"(logged: {speed['logged']:.0f}) |",
        "",
        f"ours / theirs: {ours * speed['epochs'] / (theirs * ARTICLE_EPOCHS):.4f}",
    ]


if __name__ == "__main__":
    print(table(keep("writer", measure())))
