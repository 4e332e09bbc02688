"""The explorers of cells, to read and to hold, follow their controls."""

import html

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.widgets import cell_explorer, hold_explorer


@pytest.fixture(scope="module")
def live():
    return cell_explorer("the will to truth", cell=5, writers=("nietzsche", "shakespeare"))


def set_to(live, **values):
    for name, value in values.items():
        live.controls[name].value = value
    assert live.wait(60) and live.error is None


def test_it_shows_the_values_of_the_plain_call(live):
    set_to(live, writer="nietzsche", text="the will to truth", cell=9)
    text, values, cell = live.result
    assert (text, cell) == ("the will to truth", 9)
    there = {"dk": dk, "text": text}
    np.testing.assert_allclose(values, eval(live.code_of_now(), there), atol=1e-6)
    assert 'class="dreamkit-letters"' in live.picture.value and "cell 9 is highest" in live.still()


def test_another_writer_reads_the_same_text_with_other_cells(live):
    set_to(live, writer="nietzsche", text="the will to truth", cell=9)
    before = live.result[1]
    set_to(live, writer="shakespeare")
    assert not np.allclose(live.result[1], before)


def test_strange_characters_are_replaced_and_an_empty_text_is_told(live, problems, recwarn):
    set_to(live, writer="nietzsche", text="<b>à")
    assert live.result[0] == " b a" and not recwarn
    live.controls["text"].value = ""
    assert live.wait(60) and "The text is empty" in live.status.value
    problems.clear()


def test_a_held_cell_writes_what_the_plain_call_does_beside_the_free_text():
    writer = dk.build_writer("to <be or not\n", units=8)
    live = hold_explorer(writer, cell=3)
    set_to(live, value=-0.9, seed=1)
    free, held = live.result
    assert free == writer.generate("\n", 400, 0.7, seed=1) != held
    assert held == eval(live.code_of_now(), {"writer": writer})
    assert f"held: {held.count(chr(10))} line ends" in live.status.value
    assert html.escape(held) in live.picture.value
