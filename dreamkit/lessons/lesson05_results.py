"""How the readers of lesson 05 compared, as ``python -m recipes.sequences`` measured them."""

from pathlib import Path
from typing import Any

from ..arguments import among
from ..files import load_json

RESULTS = Path(__file__).parent / "results"
TASKS = ("sentences", "imdb")
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
    >>> from dreamkit.lessons.lesson05_results import results
    >>> results("imdb")["rows"][0]["reading"]
    'average'
    """
    among("task", task, TASKS)
    return load_json(RESULTS / f"{task}.json")
