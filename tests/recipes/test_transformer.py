"""The LSTM and the Transformer of lesson 04 learn the same, row by row, and are measured alike."""

import json
from itertools import product

import numpy as np
import pytest

from dreamkit.chars.corpus import Alphabet
from dreamkit.chars.writer import in_windows
from dreamkit.lessons.results import results
from recipes import transformer

TEXT = "to be or not to be, that is the question. " * 80
SETTINGS = {
    "seeds": 1,
    "epochs": 1,
    "LSTM": {"units": 8, "dropout": 0.0, "learning_rate": 0.02},
    "Transformer": {"width": 8, "blocks": 1, "dropout": 0.0, "learning_rate": 0.02},
}


def test_what_was_measured_is_not_measured_again(tmp_path, monkeypatch):
    monkeypatch.setattr(transformer, "PROMPT", "to be ")
    monkeypatch.setattr(transformer, "LENGTH", 100)
    monkeypatch.setattr(transformer, "speed", lambda writer, length: length)
    path = tmp_path / "few.json"
    first = transformer.compare(path, TEXT, SETTINGS)
    assert [row["network"] for row in first["rows"]] == ["LSTM", "Transformer"]
    for row in first["rows"]:
        before, after = row["epochs"]
        assert after["validation_loss"] < before["validation_loss"] and before["seconds"] == 0
        assert row["perplexity"] == pytest.approx(np.exp(after["validation_loss"]), rel=1e-3)
    kept = {**first, "rows": first["rows"][1:]}
    path.write_text(json.dumps(kept), encoding="utf-8")
    again = transformer.compare(path, TEXT, SETTINGS)
    assert [row["network"] for row in again["rows"]] == ["Transformer", "LSTM"]
    assert again["rows"][0] == first["rows"][1]
    with pytest.raises(ValueError, match="other settings"):
        transformer.compare(path, TEXT, {**SETTINGS, "epochs": 2})


@pytest.mark.parametrize("name", ["LSTM", "Transformer"])
def test_both_are_scored_after_the_same_characters(name):
    alphabet = Alphabet.of(TEXT)
    one = transformer.Contestant(name, alphabet, 0, SETTINGS[name])
    ids = alphabet.encode(TEXT)[:300]
    logits = np.asarray(one.model(ids[None, 64:192]))[0, 64:]  # the second window, its second half
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    right = -np.log(p[np.arange(64), ids[129:193]])
    found = in_windows(one._score, ids, 64, 64, ahead=1)
    np.testing.assert_allclose(found[128:192], right, atol=1e-4)
    assert one.loss(ids) == pytest.approx(found.mean(), abs=1e-5)


def test_pairs_are_counted():
    ids = np.array([0, 1] * 50)  # 50 times 1 after 0, 49 times 0 after 1, and one more of each pair
    surprise = (2 * -np.log(51 / 52) - np.log(50 / 51)) / 3
    assert transformer.loss_of_pairs(ids, np.array([0, 1, 0, 1])) == pytest.approx(surprise)


def test_the_results_are_those_of_the_recipe():
    kept = results("transformer")
    assert kept["settings"] == transformer.SETTINGS
    rows = [(row["network"], row["seed"]) for row in kept["rows"]]
    assert sorted(rows) == sorted(
        product(("LSTM", "Transformer"), range(kept["settings"]["seeds"]))
    )
