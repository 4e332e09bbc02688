"""The recipe of lesson 04's writer of Python: what it learns, and what it keeps."""

from dreamkit.lessons.results import results
from recipes import source


def test_it_learns_the_python_that_is_here():
    text = source.source()
    assert text.isascii() and text.count("\ndef ") > 300


def test_it_keeps_what_is_written_before_and_after(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "LENGTH", 50)
    text = "\ndef f(x):\n    return [x]\n" * 40
    facts = source.made(text, tmp_path, units=16, dropout=0.1, epochs=2)
    before, after = facts["validation_loss"]
    assert facts["characters"] == len(text) and after < before
    for texts in facts["written"].values():
        assert len(texts) == source.TEXTS
        assert all(one.startswith("def ") and len(one) == 54 for one in texts)


def test_the_results_are_those_of_the_recipe():
    kept = results("source")
    assert kept["settings"] == {"units": 256, "dropout": 0.1, "epochs": 4}
    assert len(kept["validation_loss"]) == kept["settings"]["epochs"]
    assert "def " in kept["written"]["trained"][0]
