"""The explorers of cells, to read and to hold, follow their controls."""

import html

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.widgets import cell_explorer, hold_explorer


@pytest.fixture(scope="module")
def live():
    return cell_explorer("the will to truth", cell=5, writers=("nietzsche", "shakespeare"))


@pytest.mark.filterwarnings("ignore:The writer has never seen")
@pytest.mark.parametrize("text", ["the will to truth", "über <b>"])
def test_it_shows_the_values_of_the_plain_call(live, set_to, typed, text):
    set_to(live, writer="nietzsche", text=text, cell=9)
    np.testing.assert_array_equal(live.result, typed(live))
    plain = dk.read_cells(text, "nietzsche", errors="replace")
    np.testing.assert_array_equal(live.result, plain[:, 9])
    assert 'class="dreamkit-letters"' in live.picture.value and "cell 9 is highest" in live.still()


def test_another_writer_reads_the_same_text_with_other_cells(live, set_to):
    set_to(live, writer="nietzsche", text="the will to truth", cell=9)
    before = live.result
    set_to(live, writer="shakespeare")
    assert not np.allclose(live.result, before)


def test_strange_characters_are_replaced_and_an_empty_text_is_told(live, set_to, problems, recwarn):
    set_to(live, writer="nietzsche", text="<b>à")
    assert "4 characters" in live.status.value and not recwarn
    assert ' after " b a"' in html.unescape(live.picture.value)
    live.controls["text"].value = ""
    assert live.wait(60) and "The text is empty" in live.status.value
    problems.clear()


def test_a_held_cell_writes_what_the_plain_call_does_beside_the_free_text(set_to, typed):
    writer = dk.build_writer("to <be or not\n", units=8)
    live = hold_explorer(writer, cell=3)
    set_to(live, value=-0.9, seed=1)
    held = live.result
    free = writer.generate("\n", 400, 0.7, seed=1)
    assert held == typed(live, writer=writer) != free
    assert f"held: {held.count(chr(10))} line ends" in live.status.value
    assert html.escape(held) in live.picture.value and html.escape(free) in live.picture.value
