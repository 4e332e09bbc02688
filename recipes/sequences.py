"""How the readers of lesson 05 were compared: ``python -m recipes.sequences imdb``.

Every reading learns the same task with every seed. What is measured is kept row by row in
``dreamkit/lessons/results``; run again, the command goes on where it was stopped.
"""

import argparse
import os
import platform
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from dreamkit.backend import versions
from dreamkit.lessons.lesson05_grammar import Reviews, film_sentences
from dreamkit.lessons.lesson05_readers import READINGS, build_reader, train_reader
from dreamkit.lessons.results import RESULTS
from dreamkit.text.tokens import Vocabulary, tokenize

from .data import imdb
from .rows import completed

TASKS: dict[str, dict[str, Any]] = {
    "sentences": {
        "seeds": 3,
        "training": 4000,
        "validation": 1000,
        "words": 1000,
        "building": {"length": 20, "spread": 0.5},
        "learning": {"epochs": 4, "batch": 128, "learning_rate": 2e-2},
        "attention": {"epochs": 12, "batch": 64, "learning_rate": 5e-3},  # else it is at chance
    },
    "imdb": {
        "seeds": 3,
        "training": 10_000,
        "validation": 5000,
        "words": 10_000,
        "building": {"length": 200, "spread": 0.05},
        "learning": {"epochs": 3, "batch": 128, "learning_rate": 1e-2},
        "attention": {},
    },
}
TRIED = [
    "imdb with batches of 64 and a learning rate of 0.003, 3 epochs: average 85.4 %, convolution "
    "83.8 %, LSTM 86.5 %; with 0.01: average 88.0 %, convolution 86.3 %.",
    "the same with word vectors spread by 0.3 instead of 0.05: average 84.4 %, convolution 78.8 %, "
    "LSTM 79.2 %.",
]


def reviews(split: str, count: int, seed: int) -> Reviews:
    """So many reviews of the Large Movie Review Dataset, drawn at random."""
    texts, labels = imdb(split)
    chosen = np.random.default_rng(seed).permutation(len(texts))[:count]
    return Reviews([texts[i] for i in chosen], labels[chosen])


def measured(
    reading: str, data: Mapping[str, Reviews], settings: Mapping[str, Any], seed: int
) -> dict[str, Any]:
    """Train one reader on "training", and measure it on everything else."""
    learnt = data["training"]
    vocabulary = Vocabulary.of(map(tokenize, learnt.texts), settings["words"])
    reader = build_reader(reading, vocabulary, seed=seed, **settings["building"])
    learning = settings["learning"] | (settings["attention"] if "attention" in reading else {})
    started = time.process_time()
    training = train_reader(reader, learnt, seed=seed, **learning)
    spent = time.process_time() - started  # other work on the machine does not count
    return {
        "reading": reading,
        "seed": seed,
        "accuracy": {
            name: round(reader.accuracy(part), 4)
            for name, part in data.items()
            if name != "training"
        },
        "parameters": reader.parameters,
        "seconds": round(training.seconds, 1),
        "processor_seconds": round(spent, 1),
    }


def compare(path: Path, data: Mapping[str, Reviews], facts: dict[str, Any]) -> dict[str, Any]:
    """Measure every reading that ``path`` does not hold yet, see ``recipes.rows``."""

    def measure(reading: str, seed: int) -> dict[str, Any]:
        return measured(reading, data, facts["settings"], seed)

    return completed(path, facts, "reading", READINGS, measure)


def main() -> None:
    """Compare all readings on one task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=TASKS)
    task = parser.parse_args().task
    settings = TASKS[task]
    count, validation = settings["training"], settings["validation"]
    if task == "imdb":
        data = {
            "training": reviews("train", count, seed=0),
            "new reviews": reviews("test", validation, seed=0),
        }
    else:
        data = film_sentences(count, validation)
    facts = {
        "command": f"python -m recipes.sequences {task}",
        "settings": settings,
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "versions": versions(),
        **({"tried": TRIED} if task == "imdb" else {}),
    }
    RESULTS.mkdir(exist_ok=True)
    compare(RESULTS / f"{task}.json", data, facts)


if __name__ == "__main__":
    main()
