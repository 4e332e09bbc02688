"""How lesson 04's writer of Python was made: ``python -m recipes.source``.

It learns every fourth module of the standard library that is beside the running Python. Every
epoch is kept; run again, the command goes on where it was stopped. Of the writer only what it
writes is kept, before and after the training, in ``dreamkit/lessons/results``.
"""

import argparse
import json
import sysconfig
from datetime import date
from pathlib import Path
from typing import Any

from dreamkit.backend import versions
from dreamkit.chars.build import build_writer
from dreamkit.chars.learning import train_writer
from dreamkit.chars.writer import Writer
from dreamkit.files import write_whole
from dreamkit.lessons.results import RESULTS
from dreamkit.pretrained import home

EVERY = 4
UNITS, DROPOUT, EPOCHS = 256, 0.1, 4
PROMPT, TEXTS, LENGTH, TEMPERATURE = "\ndef ", 16, 1024, 0.7


def source() -> str:
    """Modules of the standard library, one after the other, those in ASCII."""
    modules = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))[::EVERY]
    texts = (module.read_text(encoding="utf-8") for module in modules)
    return "\n\n".join(text for text in texts if text.isascii())


def written(writer: Writer) -> list[str]:
    """Some texts by a writer, each beginning with the prompt."""
    texts = writer.generate([PROMPT] * TEXTS, LENGTH, TEMPERATURE, seed=0)
    return [PROMPT.strip("\n") + text for text in texts]


def made(text: str, folder: Path, **settings: Any) -> dict[str, Any]:
    """Train a writer on a text; what it wrote before and after, and its losses."""
    writer = build_writer(text, units=settings["units"], dropout=settings["dropout"])
    untrained = written(writer)
    training = train_writer(writer, text, epochs=settings["epochs"], folder=folder)
    return {
        "command": "python -m recipes.source",
        "settings": settings,
        "date": date.today().isoformat(),
        "versions": versions(),
        "characters": len(text),
        "parameters": writer.model.count_params(),
        "validation_loss": [round(epoch.validation_loss or 0, 4) for epoch in training.epochs],
        "written": {"untrained": untrained, "trained": written(writer)},
    }


def main() -> None:
    """Train it, or go on training it."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    settings = {"units": UNITS, "dropout": DROPOUT, "epochs": EPOCHS}
    facts = made(source(), home() / "training" / "source", **settings)
    write_whole(RESULTS / "source.json", json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
