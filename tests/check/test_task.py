"""What all checks share: how an answer is called, what is said of it, and what is done."""

from pathlib import Path

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.check.notebook import RELEASE
from dreamkit.check.report import NotYet
from dreamkit.check.task import DONE, TASKS
from tests.check.answers import FILES, wrong


def test_assignments_are_listed_in_order_and_each_has_answers_to_try():
    names = sorted(path.name for path in RELEASE.iterdir())
    assert list(TASKS) == names == [path.stem for path in FILES]
    assert all(wrong(assignment) for assignment in TASKS)


def test_there_is_a_check_for_every_task_and_a_test_file_for_every_assignment():
    tasks = {task for names in TASKS.values() for task in names}
    assert {*dk.check.__all__} == tasks | {"NotYet", "progress"}
    for number, names in enumerate(TASKS.values(), 1):
        assert (Path(__file__).parent / f"test_assignment{number:02}.py").is_file()
        homes = {getattr(dk.check, task).__module__ for task in names}
        assert homes == {f"dreamkit.check.assignment{number:02}"}


@pytest.mark.parametrize("assignment", TASKS)
def test_an_empty_cell_is_told_so(assignment):
    def stub(*arguments):
        raise NotImplementedError

    for task in TASKS[assignment]:
        with pytest.raises(NotYet, match=f"{task} is still empty"):
            getattr(dk.check, task)(stub)


@pytest.mark.parametrize("answer", [3.5, None, "text", [1]])
def test_a_result_instead_of_the_function_is_told(answer):
    with pytest.raises(NotYet, match="the function itself"):
        dk.check.mean_square(answer)


def test_the_students_own_error_is_shown_as_it_is():
    with pytest.raises(ZeroDivisionError) as caught:
        dk.check.mean_square(lambda a: 1 / 0)
    files = [Path(str(entry.path)).name for entry in caught.traceback]
    assert files == ["test_task.py", "task.py", "test_task.py"]  # IPython hides the second


def test_a_notebook_shows_the_hint_and_no_traceback():
    with pytest.raises(NotYet) as caught:
        dk.check.mean_square(np.sum)
    assert caught.value._render_traceback_() == [str(caught.value)]


def to_network(picture):
    return 2 * picture - 1


def test_progress_starts_with_nothing_and_counts():
    assert "Nothing is done yet" in repr(dk.check.progress())
    dk.check.to_network(to_network)
    shown = repr(dk.check.progress())
    assert "01_deepdream: 1 of 9 tasks done" in shown and "✓ to_network" in shown
    assert "04_character_lstm" not in shown
    DONE.update(TASKS["02_guided_dreams"])
    assert "02_guided_dreams: 8 of 8 tasks done" in repr(dk.check.progress())
    DONE.difference_update(TASKS["02_guided_dreams"])
    with pytest.raises(NotYet):
        dk.check.to_network(lambda picture: picture)
    assert "Nothing is done yet" in repr(dk.check.progress())  # what was right may break again
    with pytest.raises(ValueError, match="01_deepdream"):
        dk.check.progress("05")


def test_what_is_done_afresh_is_apart_from_what_was_done():
    dk.check.to_network(to_network)
    with pytest.raises(KeyboardInterrupt), DONE.afresh():  # as while a class is marked
        assert set() == DONE
        dk.check.mean_square(lambda a: np.mean(np.square(a)))
        assert {"mean_square"} == DONE
        raise KeyboardInterrupt
    assert {"to_network"} == DONE


def test_progress_is_a_list_in_a_notebook():
    dk.check.to_network(to_network)
    first, second, *_ = dk.check.progress("01_deepdream")._repr_html_().splitlines()
    assert (first, second) == ("<pre>01_deepdream: 1 of 9 tasks done", "  ✓ to_network")
