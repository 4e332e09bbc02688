"""The doctor sees what is wrong, says what to do, and never raises."""

import importlib.metadata

import keras
import pytest

import dreamkit as dk
from dreamkit import health, pretrained
from dreamkit.health import Finding, Report


def finding(what):
    found = [found for found in dk.doctor().findings if found.what == what]
    assert len(found) == 1, [found.what for found in dk.doctor().findings]
    return found[0]


def test_this_machine_is_well():
    report = dk.doctor()
    assert report.problems == ()
    assert "All is well." in repr(report) and "All is well." in report._repr_html_()


def test_versions_device_weights_data_and_network_are_there():
    lines = {found.what: found.found for found in dk.doctor().findings}
    assert lines["keras"] == importlib.metadata.version("keras")
    assert lines["backend"].startswith(f"{keras.config.backend()} ")
    assert "CPU" in lines["device"] or "GPU" in lines["device"]
    for name in ("dreamnet", "imdb", "nietzsche", "shakespeare"):
        assert lines[f"weights: {name}"].startswith("bundled, ")
    assert lines["data: nietzsche.txt"] == "not here; no lesson needs it"
    assert "does not answer" in lines["network"]


@pytest.mark.parametrize("check", ["_python", "_device", "_memory", "_weights", "_data"])
def test_a_check_that_breaks_is_a_line_of_the_report(check, monkeypatch):
    def broken():
        raise RuntimeError("out of order")
        yield

    broken.__name__ = check
    monkeypatch.setattr(health, check, broken)
    found = finding(check.strip("_"))
    assert "out of order" in found.found and found.advice


def test_a_package_that_is_missing_or_too_old_is_named(monkeypatch):
    version = importlib.metadata.version

    def other(name):
        if name == "netron":
            raise importlib.metadata.PackageNotFoundError(name)
        return "3.0" if name == "keras" else version(name)

    monkeypatch.setattr(importlib.metadata, "version", other)
    assert finding("keras").advice.startswith("pip install 'keras>=3.13'")
    assert finding("netron")[1:] == ("not installed", "pip install 'netron', restart the kernel.")


def test_a_damaged_checkpoint_is_named(monkeypatch, tmp_path):
    (tmp_path / "mine.json").write_text('{"file": "mine.keras", "sha256": "00"}', encoding="utf-8")
    monkeypatch.setattr(pretrained, "WEIGHTS", tmp_path)
    assert finding("weights: mine").found == "missing or damaged"


def test_little_memory_is_a_problem(monkeypatch):
    monkeypatch.setattr(health, "ENOUGH", 1e18)
    assert "Shut down kernels" in finding("free memory").advice


def test_data_is_found_where_it_was_put(monkeypatch, tmp_path):
    (tmp_path / "shakespeare.txt").write_bytes(bytes(3_000_000))
    monkeypatch.setenv("DREAMKIT_DATA", str(tmp_path))
    assert finding("data: shakespeare.txt").found == f"{tmp_path}, 3 MB"
    monkeypatch.setenv("DREAMKIT_DATA", str(tmp_path / "nowhere"))
    assert "nowhere" in finding("DREAMKIT_DATA").found


def test_a_home_that_can_not_be_written_to_is_a_problem(monkeypatch, tmp_path):
    monkeypatch.setenv("DREAMKIT_HOME", str(tmp_path / "deep" / "down"))
    assert not finding("downloads go to").advice
    monkeypatch.setattr(health.os, "access", lambda path, mode: False)
    assert "DREAMKIT_HOME" in finding("downloads go to").advice
    assert list(tmp_path.iterdir()) == []


def test_a_slow_network_does_not_hold_it_up(monkeypatch):
    monkeypatch.setattr(health.socket, "create_connection", slow := Slow())
    finding("network")
    assert slow.timeout == health.PATIENCE <= 5


class Slow:
    def __call__(self, address, timeout):
        self.timeout = timeout
        raise TimeoutError


def test_advice_stands_in_both_forms_of_the_report():
    report = Report((Finding("memory", "1 < 2", "Buy some."), Finding("Python", "3.12")))
    assert repr(report).splitlines() == [
        "! memory  1 < 2",
        "          → Buy some.",
        "✓ Python  3.12",
        "1 thing to look at, marked with !",
    ]
    assert "1 &lt; 2<br><b>→ Buy some.</b>" in report._repr_html_()
