"""How the readers of lesson 05 were compared: ``python -m dreamkit.training.sequences imdb``.

Every reading learns the same task with every seed. What is measured is kept row by row in
``dreamkit/training/results``; run again, the command goes on where it was stopped.
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ..backend import versions
from ..datasets import imdb
from ..saving import whole_file
from ..text.reviews import Reviews, film_sentences
from ..text.sequences import READINGS, build_reader, train_reader
from ..text.tokens import Vocabulary, tokenize

RESULTS = Path(__file__).parent / "results"
TASKS: dict[str, dict[str, Any]] = {
    "sentences": {
        "seeds": 3,
        "training": 4000,
        "held_out": 1000,
        "words": 1000,
        "building": {"length": 20, "spread": 0.5},
        "learning": {"epochs": 4, "batch": 128, "learning_rate": 2e-2},
    },
    "imdb": {
        "seeds": 3,
        "training": 10_000,
        "held_out": 5000,
        "words": 10_000,
        "building": {"length": 200, "spread": 0.05},
        "learning": {"epochs": 3, "batch": 128, "learning_rate": 1e-2},
    },
}
TRIED = [
    "imdb with batches of 64 and a learning rate of 0.003, 3 epochs: average 85.4 %, convolution "
    "83.8 %, LSTM 86.5 %; with 0.01: average 88.0 %, convolution 86.3 %.",
    "the same with word vectors spread by 0.3 instead of 0.05: average 84.4 %, convolution 78.8 %, "
    "LSTM 79.2 %.",
]


def results(task: str) -> dict[str, Any]:
    """What was measured: facts, and ``"rows"`` with a reading's accuracies, parameters, seconds.

    Parameters
    ----------
    task : {"sentences", "imdb"}

    Raises
    ------
    ValueError
        For another task.

    Examples
    --------
    >>> results("imdb")["rows"][0]["reading"]
    'average'
    """
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}, got {task!r}.")
    return json.loads((RESULTS / f"{task}.json").read_text(encoding="utf-8"))


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
    started = time.process_time()
    train_reader(reader, learnt, seed=seed, **settings["learning"])
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
        "seconds": round(reader.seconds, 1),
        "processor_seconds": round(spent, 1),
    }


def compare(path: Path, data: Mapping[str, Reviews], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Measure every reading that ``path`` does not hold yet, and write each down at once.

    Raises
    ------
    ValueError
        When ``path`` holds a comparison with other settings.
    """
    kept = {**facts, "rows": []}
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["settings"] != facts["settings"]:
            raise ValueError(f"{path} was made with other settings: {kept['settings']}. Delete it.")
    done = {(row["reading"], row["seed"]) for row in kept["rows"]}
    for seed in range(facts["settings"]["seeds"]):
        for reading in READINGS:
            if (reading, seed) in done:
                continue
            row = measured(reading, data, facts["settings"], seed)
            print(row, flush=True)
            kept["rows"].append(row)
            with whole_file(path) as file:
                file.write(f"{json.dumps(kept, indent=1)}\n".encode())
    return kept


def main() -> None:
    """Compare all readings on one task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=TASKS)
    task = parser.parse_args().task
    settings = TASKS[task]
    count, held_out = settings["training"], settings["held_out"]
    if task == "imdb":
        data = {
            "training": reviews("train", count, seed=0),
            "new reviews": reviews("test", held_out, seed=0),
        }
    else:
        data = film_sentences(count, held_out)
    facts = {
        "command": f"python -m dreamkit.training.sequences {task}",
        "settings": settings,
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "versions": versions(),
    }
    RESULTS.mkdir(exist_ok=True)
    compare(RESULTS / f"{task}.json", data, facts)


if __name__ == "__main__":
    main()
