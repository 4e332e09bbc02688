"""The comparison of readers is resumed row by row, and its results are those of the lesson."""

import json
from itertools import product

import pytest

from dreamkit.lessons.lesson05_grammar import film_sentences
from dreamkit.lessons.lesson05_readers import READINGS
from dreamkit.lessons.results import results
from recipes import sequences

SETTINGS = {
    "seeds": 1,
    "words": 100,
    "building": {"length": 20, "units": 4},
    "learning": {"epochs": 1, "batch": 16},
}


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(sequences, "READINGS", ["average", "convolution"])
    return film_sentences(32, 20)


def test_what_was_measured_is_not_measured_again(few, tmp_path, monkeypatch):
    path = tmp_path / "few.json"
    first = sequences.compare(path, few, {"settings": SETTINGS})
    assert [row["reading"] for row in first["rows"]] == ["average", "convolution"]
    assert first["rows"][0]["accuracy"] == dict.fromkeys(list(few)[1:], 0.5)
    kept = {**first, "rows": first["rows"][1:]}
    path.write_text(json.dumps(kept), encoding="utf-8")
    again = sequences.compare(path, few, {"settings": SETTINGS})
    assert [row["reading"] for row in again["rows"]] == ["convolution", "average"]
    assert again["rows"][0] == first["rows"][1]
    assert again == json.loads(path.read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match="other settings"):
        sequences.compare(path, few, {"settings": {**SETTINGS, "words": 50}})


@pytest.mark.parametrize("task", sequences.TASKS)
def test_the_results_say_where_they_are_from(task):
    kept = results(task)
    assert kept["settings"] == sequences.TASKS[task]
    assert kept["command"] == f"python -m recipes.sequences {task}"
    assert {"date", "machine", "versions"} <= set(kept)
    rows = [(row["seed"], row["reading"]) for row in kept["rows"]]
    assert sorted(rows) == sorted(product(range(kept["settings"]["seeds"]), READINGS))


def test_where_order_decides_the_average_fails_and_the_others_do_not():
    for row in results("sentences")["rows"]:
        right = row["accuracy"]["new sentences"]
        blind = row["reading"] in ("average", "attention, no places")
        assert right == 0.5 if blind else right > 0.9


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="'source' or 'transformer', got 'news'"):
        results("news")
