"""``dk.check``: right answers pass in any form, wrong ones get a hint that is no answer."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops

import dreamkit as dk
from dreamkit.check.notebook import RELEASE
from dreamkit.check.report import DONE, TASKS, NotYet
from marking.submissions import Assignment, snippets

ROOT = Path(__file__).parent.parent.parent
ANSWERS = ROOT / "tests" / "marking" / "submissions"
PIECES = {path.stem: snippets(path) for path in sorted(ANSWERS.glob("[0-9]*.py"))}
ALL = [(name, piece) for name, pieces in PIECES.items() for piece in pieces]


def solutions(assignment):
    return Assignment(ROOT / "assignments", RELEASE, assignment).solutions


def function(task, source):
    """The function that a piece of Python defines, as in a notebook."""
    namespace = {"np": np, "enlarge": lambda p: np.kron(p, np.ones((2, 2)))}
    exec(source, namespace)
    return namespace[task]


def ids(value):
    return value if isinstance(value, str) else f"{value.task} {value.kind} {value.about}"


def test_assignments_are_listed_in_order_and_each_has_answers_to_try():
    assert list(TASKS) == sorted(path.name for path in RELEASE.iterdir()) == list(PIECES)
    assert all(PIECES.values())


@pytest.mark.parametrize("assignment", TASKS)
def test_the_solution_is_right_and_is_told_in_a_sentence(assignment, capsys):
    answers = solutions(assignment)
    for task in TASKS[assignment]:
        getattr(dk.check, task)(function(task, answers[task]))
        said = capsys.readouterr().out
        assert re.fullmatch(rf"✓ {task}: \S.*\.\n", said)
        assert task in DONE
    assert f"{len(TASKS[assignment])} of {len(TASKS[assignment])}" in repr(
        dk.check.progress(assignment)
    )


@pytest.mark.parametrize(("assignment", "piece"), ALL, ids=ids)
def test_other_answers_pass_and_mutants_get_a_hint(assignment, piece):
    check, answer = getattr(dk.check, piece.task), function(piece.task, piece.source)
    if piece.kind == "other":
        check(answer)
        return
    with np.errstate(all="ignore"), pytest.raises(Exception) as caught:
        check(answer)
    assert piece.task not in DONE
    if isinstance(caught.value, NotYet):  # else the error of the student's own code
        said = str(caught.value)
        assert said.startswith(f"✗ {piece.task}: ") and len(said) > len(piece.task) + 15
        assert not re.search(r"np\.|lambda|return |\*\*|@", said)  # a hint is no code


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


@pytest.mark.parametrize(
    ("result", "hint"),
    [(None, "None"), ("text", "numbers"), ([[1], [1, 2]], "numbers"), ([1, 2], "a single number")],
)
def test_a_result_that_is_no_number_is_told(result, hint):
    with pytest.raises(NotYet, match=hint):
        dk.check.mean_square(lambda a: result)


def test_tensors_and_lists_are_answers_too():
    dk.check.mean_square(lambda a: keras.ops.mean(keras.ops.square(keras.ops.array(a, "float32"))))
    dk.check.softmax(lambda logits: keras.ops.softmax(keras.ops.array(logits, "float32")))
    dk.check.to_network(lambda picture: (2 * picture - 1).tolist())
    dk.check.reweight(lambda p, t: dk.reweight(p, t))


def test_the_packages_own_functions_are_right():
    from dreamkit.chars.sampling import pick
    from dreamkit.text.neighbours import nearest
    from dreamkit.vision.settings import octave_sizes

    dk.check.octave_sizes(lambda h, w, octaves, scale: octave_sizes((h, w), octaves, scale))
    dk.check.neighbours(lambda point, vectors, k: nearest(point, vectors, k)[0])
    dk.check.pick(lambda *arrays: pick(*map(ops.convert_to_tensor, arrays)))


def test_the_students_own_error_is_shown_as_it_is():
    with pytest.raises(ZeroDivisionError) as caught:
        dk.check.mean_square(lambda a: 1 / 0)
    files = [Path(str(entry.path)).name for entry in caught.traceback]
    assert files == ["test_check.py", "report.py", "test_check.py"]  # IPython hides the second


def test_a_result_of_another_form_is_a_hint_and_no_traceback():
    with pytest.raises(NotYet, match="another form"):
        dk.check.octave_sizes(lambda *arguments: 3)
    with pytest.raises(NotYet, match="another form"):
        dk.check.windows(lambda *arguments: None)


def test_a_notebook_shows_the_hint_and_no_traceback():
    with pytest.raises(NotYet) as caught:
        dk.check.mean_square(np.sum)
    assert caught.value._render_traceback_() == [str(caught.value)]


def test_progress_starts_with_nothing_and_counts():
    DONE.clear()
    assert "Nothing is done yet" in repr(dk.check.progress())
    dk.check.to_network(lambda picture: 2 * picture - 1)
    shown = repr(dk.check.progress())
    assert "01_deepdream: 1 of 9 tasks done" in shown and "✓ to_network" in shown
    assert "04_character_lstm" not in shown
    with pytest.raises(NotYet):
        dk.check.to_network(lambda picture: picture)
    assert "Nothing is done yet" in repr(dk.check.progress())  # what was right may break again
    with pytest.raises(ValueError, match="01_deepdream"):
        dk.check.progress("05")
