"""What the benchmarks share counts right, and keeps what it is given."""

import pytest

from tools import measure


def test_functions_take_turns_after_a_warm_up_of_each():
    called = []
    functions = {"a": lambda: called.append("a"), "b": lambda: called.append("b")}
    seconds = measure.in_turns(functions, 2)
    assert called == ["a", "b"] + ["a", "b"] * 2
    assert {name: len(ts) for name, ts in seconds.items()} == {"a": 2, "b": 2}


@pytest.mark.parametrize(
    "seconds, unit, text",
    [
        ([3, 1, 2], "s", "2.00 (1.00–3.00)"),
        ([0.012, 0.01, 0.011], "ms", "11.0 (10.0–12.0)"),
        ([1000, 2000, 4000], "s", "2,000 (1,000–4,000)"),
    ],
)
def test_spread_is_median_and_extremes(seconds, unit, text):
    assert measure.spread(seconds, unit) == text


def test_results_are_kept_with_where_and_when(tmp_path):
    folder = tmp_path / "results"
    results = measure.keep("one", {"seconds": {16: [1.5]}}, folder)
    assert results == measure.kept("one", folder)
    assert results["seconds"] == {"16": [1.5]}
    assert set(results["versions"]) >= {"Python", "Keras", "NumPy"} and results["device"]
    assert len(results["date"].split("-")) == 3


def test_a_table_takes_the_place_of_the_last_one(tmp_path, monkeypatch):
    monkeypatch.setattr(measure, "PAGE", tmp_path / "page.md")
    measure.PAGE.write_text(
        "Before.\n<!-- one: made so -->\nold\n<!-- /one -->\nAfter.\n", encoding="utf-8"
    )
    measure.publish("one", "| new |")
    text = measure.PAGE.read_text(encoding="utf-8")
    assert text == "Before.\n<!-- one: made so -->\n| new |\n<!-- /one -->\nAfter.\n"
