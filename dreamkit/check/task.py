"""The tasks: how each is checked, and which of them are done."""

import functools
import html
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from ..unicode import Printable, say
from .report import NotYet, listed

TASKS = {
    "01_deepdream": (
        "to_network mean_square weighted_score score_gradient ascent_step climb octave_sizes "
        "next_octave jittered_gradient"
    ).split(),
    "02_guided_dreams": (
        "guided_score guided_gradient best_match best_places cosines similarity mixed wins"
    ).split(),
    "03_text_deepdream": (
        "sentence_vector layer_norm norm_gradient dream_path straightness neighbours "
        "mean_valence best_swap unit_words"
    ).split(),
    "04_character_lstm": (
        "windows one_hot softmax reweight pick sample entropy top_k repetition"
    ).split(),
}
"""Names of the tasks of each assignment, in order."""


class Done(set[str]):
    """Names of the tasks that were right so far, in a notebook or in a submission."""

    @contextmanager
    def afresh(self) -> Iterator[None]:
        """Begin with none, as a new notebook does; afterwards they are as they were."""
        before = set(self)
        self.clear()
        try:
            yield
        finally:
            self.clear()
            self.update(before)


DONE = Done()


def task(function: Callable[[Any], str]) -> Callable[[Any], None]:
    """Make a check of a function that returns what is right, or raises ``NotYet``."""
    name = function.__name__

    @functools.wraps(function)
    def check(answer: Any) -> None:
        __tracebackhide__ = True  # in IPython's tracebacks
        DONE.discard(name)
        if not callable(answer):
            raise NotYet(
                f"✗ {name}: give the function itself, without brackets: "
                f"dk.check.{name}({name}). This is a {type(answer).__name__}."
            )
        try:
            right = function(lambda *given: listed(answer(*given)))
        except NotYet as hint:
            raise NotYet(f"✗ {name}: {hint}") from None
        except NotImplementedError:
            raise NotYet(
                f"✗ {name} is still empty: replace `raise NotImplementedError()` by your code."
            ) from None
        except Exception as error:
            theirs = _after_checks(error.__traceback__)
            if theirs is None:
                raise NotYet(
                    f"✗ {name}: the result has another form than the task asks for ({error})."
                ) from None
            raise error.with_traceback(theirs) from None
        DONE.add(name)
        say(f"✓ {name}: {right}")

    return check


def _after_checks(traceback: TracebackType | None) -> TracebackType | None:
    """The part of a traceback that begins in the student's own code, None if there is none."""
    here = os.path.dirname(__file__)
    while traceback is not None and traceback.tb_frame.f_code.co_filename.startswith(here):
        traceback = traceback.tb_next
    return traceback


class Progress(Printable):
    """Which tasks of some assignments are done: text in a terminal, a list in a notebook."""

    def __init__(self, assignments: Sequence[str], done: set[str]) -> None:
        self.assignments, self.done = assignments, done

    def __repr__(self) -> str:
        if not self.assignments:
            return "Nothing is done yet. Run the cell below a task to check it."
        lines = []
        for assignment in self.assignments:
            tasks = TASKS[assignment]
            count = sum(name in self.done for name in tasks)
            lines.append(f"{assignment}: {count} of {len(tasks)} tasks done")
            lines += [f"  {'✓' if name in self.done else '·'} {name}" for name in tasks]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def progress(assignment: str | None = None) -> Progress:
    """Say which tasks were right in this notebook since it was started.

    Parameters
    ----------
    assignment : str, optional
        For example "01_deepdream". Without it, every assignment of which something is done.

    Returns
    -------
    Progress
        Shows itself. Written answers are not counted: a person reads those.

    Raises
    ------
    ValueError
        For an assignment that does not exist.

    Examples
    --------
    >>> dk.check.progress("04_character_lstm")
    04_character_lstm: 0 of 9 tasks done
      · windows
      ...
    """
    if assignment is not None and not (isinstance(assignment, str) and assignment in TASKS):
        raise ValueError(f"The assignments are {', '.join(TASKS)}; got {assignment!r}.")
    begun = [name for name, tasks in TASKS.items() if not DONE.isdisjoint(tasks)]
    return Progress([assignment] if assignment else begun, DONE)
