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
from .parallel import add_option, use_all_devices

EPOCHS = {"nietzsche": 12, "shakespeare": 10}
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
    add_option(parser)
    arguments = parser.parse_args()
    if arguments.data_parallel:
        use_all_devices()
    name, seed = arguments.name, arguments.seed
    text = corpus(name)[: arguments.characters]
    writer = build_writer(text, name=name, seed=seed)
    print(writer)
    training = train_writer(
        writer,
        text,
        epochs=EPOCHS[name],
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
