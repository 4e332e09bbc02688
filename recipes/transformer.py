"""How the LSTM and the Transformer of lesson 04 were compared: ``python -m recipes.transformer``.

Both have the same size and learn *Nietzsche* in the same windows in the same order, with every
seed. What is measured is kept row by row in ``dreamkit/lessons/results``; run again, the command
goes on where it was stopped. Times are of the processor, so that other work does not count.
"""

import argparse
import time
from datetime import date
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from dreamkit.backend import Compiled, versions
from dreamkit.chars.build import network
from dreamkit.chars.corpus import Alphabet, load_corpus
from dreamkit.chars.learning import one_epoch, prepare, split
from dreamkit.chars.measures import known_words, words
from dreamkit.chars.writer import Writer, in_windows
from dreamkit.lessons.lesson04_transformer import CONTEXT, TransformerWriter, build_transformer
from dreamkit.lessons.results import RESULTS

from .rows import completed

STREAMS = 8  # so a step has 1,024 characters
PROMPT, LENGTH, TEMPERATURE = "the will to ", 1000, 0.5
SHOWN = 200  # characters of what is written after each epoch
SETTINGS: dict[str, Any] = {
    "seeds": 5,
    "epochs": 8,
    "LSTM": {"units": 132, "dropout": 0.1, "learning_rate": 8e-3},
    "Transformer": {"width": 64, "blocks": 2, "dropout": 0.1, "learning_rate": 4e-3},
}

TRIED = [
    "two epochs of half the text, steps of 2,048 characters, seed 0, rates 0.002, 0.004, 0.008, "
    "0.016: perplexity of the LSTM 10.5, 9.1, 7.9, 7.3, of the Transformer 12.1, 11.8, 11.7, 11.7. "
    "So the steps were halved: the Transformer needs many before it looks further back than one.",
]


class Contestant:
    """A network that learns, and the writer that it makes."""

    def __init__(self, name: str, alphabet: Alphabet, seed: int, settings: Any) -> None:
        keras.utils.set_random_seed(seed)
        signs, dropout = len(alphabet), settings["dropout"]
        self.writer: Writer | TransformerWriter
        if name == "LSTM":
            units = settings["units"]
            self.learning = network(signs, units, 1, dropout, seed, streams=STREAMS)
            self.model = network(signs, units, 1, dropout, seed)
            self.writer = Writer(self.model, alphabet)
        else:
            width, blocks = settings["width"], settings["blocks"]
            self.model = build_transformer(signs, width=width, blocks=blocks, dropout=dropout)
            self.learning = self.model
            self.writer = TransformerWriter(self.model, alphabet)
        self.again = TransformerWriter(self.model, alphabet)  # reads the last ones anew
        self._score = Compiled(self._surprises)

    def loss(self, ids: np.ndarray) -> float:
        """Mean surprise in nats, each character read after the 64 to 127 before it."""
        if self.learning is not self.model:
            self.model.set_weights(self.learning.get_weights())
        half = CONTEXT // 2
        return float(in_windows(self._score, ids, half, half, ahead=1).mean())

    def _surprises(self, ids: Any) -> Any:
        logits = self.model(ids[:, :-1, 0], training=False)
        return ops.sparse_categorical_crossentropy(ids[:, 1:, 0], logits, from_logits=True)


def loss_of_pairs(ids: np.ndarray, unseen: np.ndarray) -> float:
    """Mean surprise of whoever has only counted which character follows which, in nats."""
    counts = np.ones((ids.max() + 1,) * 2)  # one more of each, so that none is impossible
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    p = counts / counts.sum(1, keepdims=True)
    return float(-np.log(p[unseen[:-1], unseen[1:]]).mean())


def speed(writer: Any, length: int) -> int:
    """Characters that it writes in a second of the processor, after a first call that compiles."""
    writer.generate(PROMPT, 1, TEMPERATURE, seed=0)
    started = time.process_time()
    writer.generate(PROMPT, length, TEMPERATURE, seed=0)
    return round(length / (time.process_time() - started))


def trained(name: str, text: str, seed: int, epochs: int, settings: Any) -> dict[str, Any]:
    """Train one network, and measure it before and after each epoch."""
    learnt, kept_out = split(text)
    alphabet, known = Alphabet.of(text), set(words(learnt))
    ids, unseen = alphabet.encode(learnt), alphabet.encode(kept_out)
    one = Contestant(name, alphabet, seed, settings)
    prepare(one.learning, settings["learning_rate"], epochs * (len(ids) // (STREAMS * CONTEXT)))
    spent, log, loss = 0.0, [], np.inf
    for epoch in range(epochs + 1):
        loss = one.loss(unseen)
        written = one.writer.generate(PROMPT, LENGTH, TEMPERATURE, seed=seed)
        log.append(
            {
                "validation_loss": round(loss, 4),
                "seconds": round(spent, 1),
                "known_words": round(known_words(written, known), 4),
                **({"sample": written[:SHOWN]} if seed == 0 else {}),
            }
        )
        print(name, seed, log[-1], flush=True)
        if epoch < epochs:
            started = time.process_time()
            for _ in one_epoch(one.learning, ids, STREAMS, CONTEXT, (seed, epoch)):
                pass
            spent += time.process_time() - started
    return {
        "network": name,
        "seed": seed,
        "parameters": one.model.count_params(),
        "perplexity": round(float(np.exp(loss)), 3),
        "seconds": round(spent, 1),
        "characters_a_second": {
            "reading the last 128 anew": speed(one.again, 400),
            **({"carrying its state": speed(one.writer, 8000)} if name == "LSTM" else {}),
        },
        "epochs": log,
    }


def compare(path: Path, text: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Train whatever ``path`` does not hold yet, see ``recipes.rows``."""
    ids, unseen = map(Alphabet.of(text).encode, split(text))
    facts = {
        "command": "python -m recipes.transformer",
        "settings": settings,
        "date": date.today().isoformat(),
        "versions": versions(),
        "tried": TRIED,
        "loss_of_pairs": round(loss_of_pairs(ids, unseen), 4),
    }

    def measure(name: str, seed: int) -> dict[str, Any]:
        return trained(name, text, seed, settings["epochs"], settings[name])

    return completed(path, facts, "network", ("LSTM", "Transformer"), measure)


def main() -> None:
    """Compare them, or go on comparing."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    RESULTS.mkdir(exist_ok=True)
    compare(RESULTS / "transformer.json", load_corpus("nietzsche"), SETTINGS)


if __name__ == "__main__":
    main()
