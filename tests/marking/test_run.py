"""A submission is run: magics over answers, and the reason when an answer is not there."""

from contextlib import nullcontext

import pytest

from marking.run import run_submission
from marking.sandbox.process import Sandbox

ANSWER = "def twice(x):\n    return 2 * x"
TEST = ("assert twice(2) == 4", True)


@pytest.fixture(scope="module")
def one():
    """One process for all, as it takes a second to start; each cell defines the answer anew."""
    with Sandbox(seconds=5) as sandbox:
        yield sandbox


@pytest.fixture
def reason(one, monkeypatch):
    """Why an answer is not there, or ""."""
    monkeypatch.setattr("marking.run.Sandbox", lambda *limits: nullcontext(one))

    def reason(*cells):
        one.run("globals().pop('twice', None)")
        outputs = run_submission([(source, False) for source in cells] + [TEST], 5, 1024)[-1]
        return outputs[-1].evalue if outputs else ""

    return reason


@pytest.mark.parametrize(
    "magic",
    ["%%time", "%%capture", "%%capture out", "%%prun -q", "%%time\n%%capture", "%%time\n# mine",
     "%matplotlib widget", "%load_ext autoreload\n%autoreload 2",
     "!pip install numpy", "%reset -f", "%time x = 3", "%config A.b = 1"],
)  # fmt: skip
def test_magics_that_change_nothing_cost_nothing(magic, reason):
    assert reason(f"{magic}\n{ANSWER}") == ""


@pytest.mark.parametrize(
    "magic",
    ["%%timeit -n1 -r1", "%%writefile x.py", "%%html", "%%markdown", "%%bash", "%%svg", "%%no_such",
     "%%time\n%%js", "\n%%capture out\n%%latex"],
)  # fmt: skip
def test_a_magic_that_keeps_an_answer_is_named(magic, reason):
    named = magic.splitlines()[-1].split()[0]
    said = f"✗ twice is not there: the cell begins with {named}, so what it defines is not kept."
    assert reason(f"{magic}\n{ANSWER}", "print(twice(3))") == f"{said} Delete that line."


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (f"# mine\n%%time\n{ANSWER}", "`%%time` not found"),
        (f"%run nothing.py\n{ANSWER}", "%run: File"),
        (f"%no_such\n{ANSWER}", "`%no_such` not found"),
        (f"%%capture\nimport nothing_at_all\n{ANSWER}", "No module named 'nothing_at_all'"),
        (f"{ANSWER}\ndel twice", "gone after that"),
        ("twice_as_much = 3", "no cell defines it"),
    ],
)
def test_the_reason_says_what_went_wrong(cell, said, reason):
    assert said in reason(cell)


@pytest.mark.parametrize("magic", ["%reset -f", "%xdel twice", "%reset_selective -f twice"])
def test_a_magic_that_loses_an_answer_is_named(magic, reason):
    assert f"{magic.split()[0]} in a cell below takes it away" in reason(ANSWER, f"x = 1\n{magic}")


def test_a_line_magic_sees_what_is_local(reason):
    inside = "def twice(x):\n    %time x + 1\n    return 2 * x"
    assert reason(inside) == ""
