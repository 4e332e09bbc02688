"""A call computes what its text says."""

import numpy as np

import dreamkit as dk
from dreamkit.widgets import Call, Named


def test_arguments_are_written_as_in_python_and_values_by_their_name():
    photo = Named("photos['cat']", np.zeros((40, 80, 3)))
    call = Call("dk.shrink", dk.shrink, photo, max_side=20)
    assert str(call) == "dk.shrink(photos['cat'], max_side=20)"
    assert call().shape == (10, 20, 3)
    assert str(Call("f", print, "a\n", {"mixed4": 1.0}, 0.3)) == "f('a\\n', {'mixed4': 1.0}, 0.3)"


def test_a_call_among_the_arguments_is_made_first():
    inner = Call("max", max, 3, Named("x", 5))
    assert str(Call("range", range, inner, 9, step := Call("abs", abs, -2))) == (
        "range(max(3, x), 9, abs(-2))"
    )
    assert list(Call("range", range, inner, 9, step)()) == [5, 7]
    assert Call("dict", dict, a=inner)() == {"a": 5}


def test_progress_reaches_what_takes_it_and_is_not_in_the_text():
    def climb(steps, *, progress=None):
        return progress(1, steps, 0.0) if progress else "unwatched"

    call = Call("climb", climb, 8)
    assert call(lambda done, total, score: total) == 8 and call() == "unwatched"
    assert str(call) == "climb(8)"
    assert Call("abs", abs, -2)(print) == 2 == Named("two", 2)(print)
