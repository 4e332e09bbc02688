"""How the bundled writers were made: ``python -m dreamkit.training.writer nietzsche``.

Every epoch is kept in ``--folder``; run again, the command goes on where it was stopped. The
bundled files are written when the last epoch is done.
"""

import argparse
from pathlib import Path

from ..chars.build import build_writer
from ..chars.corpus import corpus
from ..chars.learning import split, train_writer
from ..chars.measures import words
from ..datasets import PUBLISHED
from ..pretrained import WEIGHTS, home

EPOCHS = {"nietzsche": 12, "shakespeare": 10, "reviews": 6}
PART, LEARNT = 1_000_000, 6_000_000  # of the reviews: characters of an epoch, and of all
TRIED = {
    "nietzsche": [
        "14 epochs instead of 12, in a first trial that measured the held-out loss on 32 short "
        "streams (which is higher): 1.304 after epoch 12, 1.306 after 14. More only learns the "
        "book by heart.",
        "the article's recipe (LSTM(128), one-hot windows of 60 every 3 characters, RMSprop 0.01): "
        "see python -m benchmarks.writer.",
    ],
    "shakespeare": ["the same recipe as for Nietzsche; nothing else."],
}


def main() -> None:
    """Train one of the bundled writers, or go on training it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=EPOCHS)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--characters", type=int, help="learn so many only, to try it")
    arguments = parser.parse_args()
    name, seed = arguments.name, arguments.seed
    reviews = name == "reviews"
    share = 0.01 if reviews else 0.1
    text = corpus(name)[: arguments.characters or (round(LEARNT / 0.99) if reviews else None)]
    writer = build_writer(text, dropout=0.0 if reviews else 0.3, name=name, seed=seed)
    print(writer)
    training = train_writer(
        writer,
        text,
        epochs=EPOCHS[name],
        held_out=share,
        part=PART if reviews and not arguments.characters else None,
        folder=arguments.folder or home() / "training" / name,
        seed=seed,
    )
    if training.stopped or arguments.characters:
        return
    learnt, kept_out = split(text)
    print(
        writer.save(
            WEIGHTS / f"{name}.keras",
            about=f"A character LSTM that writes like the text of {name}.txt.",
            command=f"python -m dreamkit.training.writer {name} --seed {seed}",
            data=f"{name}.txt, {len(text):,} characters, the last tenth of them kept out",
            source=PUBLISHED[f"{name}.txt"],
            seed=seed,
            parameters=writer.model.count_params(),
            scores={
                "training loss, nats a character, dropout off": round(writer.loss(learnt), 4),
                "held-out loss, nats a character": round(writer.loss(kept_out), 4),
                "held-out bits a character": round(writer.bits_per_character(kept_out), 4),
            },
            epochs=[
                {
                    "training": round(epoch.training, 4),
                    "held_out": round(epoch.held_out, 4),
                    "seconds": round(epoch.seconds, 1),
                }
                for epoch in training.epochs
            ],
            tried=TRIED[name],
            words=" ".join(sorted(set(words(text)))),
        )
    )


if __name__ == "__main__":
    main()
