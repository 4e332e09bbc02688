"""What was measured for lesson 04, where it takes longer than a lesson may."""

from typing import Any

from ..arguments import among
from ..files import load_json
from .lesson05_results import RESULTS

MEASURED = ("transformer", "source")


def results(name: str) -> dict[str, Any]:
    """What ``python -m recipes.NAME`` measured.

    Parameters
    ----------
    name : {"transformer", "source"}
        An LSTM and a Transformer of the same size, in ``"rows"``, one a training; or, in
        ``"written"``, what a writer of Python's own source writes before and after its training.

    Raises
    ------
    ValueError
        For another name.

    Examples
    --------
    >>> from dreamkit.lessons.lesson04_results import results
    >>> sorted({row["network"] for row in results("transformer")["rows"]})
    ['LSTM', 'Transformer']

    Taught in lesson 04.
    """
    among("name", name, MEASURED)
    return load_json(RESULTS / f"{name}.json")
