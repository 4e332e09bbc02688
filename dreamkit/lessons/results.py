"""What was measured for the lessons, where it takes longer than a lesson may."""

from pathlib import Path
from typing import Any

from ..arguments import among
from ..files import load_json

RESULTS = Path(__file__).with_name("results")


def results(name: str) -> dict[str, Any]:
    """What was measured, and how: the command that did it says the rest.

    Parameters
    ----------
    name : {"transformer", "source", "sentences", "imdb", "attacks"}
        "transformer" (lesson 04): an LSTM and a Transformer of one size, in ``"rows"``, one a
        training. "source" (04): in ``"written"``, what a writer of Python's own source writes
        before and after its training. "sentences" and "imdb" (05): in ``"rows"``, a reading's
        accuracies, parameters and seconds. "attacks" (06): for each network a list of pairs, with
        the ``"pictures"`` of the source that it names rightly without a patch, and the share of
        them that each kind of patch has ``"flipped"`` to the target.

    Raises
    ------
    ValueError
        For another name.

    Examples
    --------
    >>> from dreamkit.lessons.results import results
    >>> results("imdb")["command"]
    'python -m recipes.sequences imdb'
    >>> [pair["target"] for pair in results("attacks")["efficientnet_lite0"]]
    ['wok', 'great white shark', 'scuba diver']

    Taught in lessons 04, 05 and 06.
    """
    among("name", name, sorted(path.stem for path in RESULTS.glob("*.json")))
    return load_json(RESULTS / f"{name}.json")
