"""Tables say what the numbers say."""

import json

import numpy as np
import pytest

from benchmarks import (
    channel,
    climbs,
    deepdream,
    features,
    growth,
    inside_recurrent,
    inside_vision,
    marking,
    peers,
    summary,
    text,
    writer,
)
from tools.measure import PAGE, RESULTS, kept

FACTS = {"machine": "2 cores", "device": "CPU", "versions": {"Keras": "3"}, "date": "2026-01-01"}


def row(table, name):
    """The cells of the one row that begins with a name."""
    (line,) = (line for line in table.splitlines() if line.startswith(f"| {name}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_target_is_reached_at_the_first_step_that_is_as_high():
    assert features.reached([0.1, 0.5, 0.4, 0.9], 0.5) == 2
    assert features.reached([0.1, 0.5], 0.6) is None


def test_features_compare_medians_with_ours():
    theirs = {"steps": 9, "first": [8, 12, 10], "later": [6, 6, 9]}
    ours = {"steps": 2, "first": [5, 4, 99], "later": [1, 3, 2]}
    race = {
        "title": "as documented",
        "target": 1.234,
        "runs": {"xplique": theirs, "dreamkit": ours},
    }
    table = features.table({"races": [race], **FACTS})
    cells = row(table, "1.23 | xplique")
    assert cells[1:3] == ["xplique, as documented", "9"]
    assert [cells[4], cells[6]] == ["2.0", "3.0"]
    assert row(table, "1.23 | dreamkit")[4] == "1.0"


def test_a_job_that_fails_says_why():
    with pytest.raises(SystemExit, match="no_such_module"):
        peers.run("benchmarks.no_such_module", python=peers.sys.executable)


def test_the_network_that_all_share_takes_bytes_and_answers_as_dreamnet(tmp_path):
    import dreamkit as dk

    features.save_network(path := tmp_path / "network.keras")
    picture = channel.start(0)
    (shared,) = channel.activations(path, [picture])
    answer = dk.load_network("dreamnet").activations(picture, [channel.LAYER])[channel.LAYER]
    assert shared == pytest.approx(answer[..., channel.CHANNEL].mean(), rel=1e-4)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_slope_is_the_exponent(power):
    seconds = {n: [3 * n**power] * 3 for n in (1, 2, 4, 8)}
    assert growth.slope(seconds) == pytest.approx(power, abs=1e-9)
    assert growth.doublings(seconds) == pytest.approx(power * np.arange(4))


def test_growth_in_words_and_as_a_table():
    results = {"growth": {"pixels": {"16": [1, 1, 5], "32": [2, 2, 2], "64": [6, 6, 6]}}, **FACTS}
    assert row(growth.table(results), "16 to 64 pixels")[-1] == "× 3.00"
    assert f"pixels {growth.slope(results['growth']['pixels']):.2f}" in growth.alt(results)
    assert growth.draw(results).alt == growth.alt(results)


def test_doubled_amounts():
    assert growth.doubled(64, 512) == [64, 128, 256, 512]


@pytest.mark.parametrize(
    "benchmark",
    [climbs, deepdream, features, text, writer, growth, inside_recurrent, inside_vision],
)
def test_what_was_measured_last_makes_tables_with_full_rows(benchmark):
    results = kept(benchmark.__name__.rpartition(".")[2])
    table = benchmark.table(results)
    assert results["date"] in table and "nan" not in table
    for block in table.split("\n\n"):
        if block.startswith("|"):
            assert len({line.count("|") for line in block.splitlines()}) == 1


def test_a_class_marked_on_a_cluster_has_the_marks_of_the_processes():
    results = kept("marking_proof")
    assert results["students"] == 1000 and results["other points or reasons"] == 0
    each = [float(row(marking.table(results), how)[-1]) for how in results["seconds"]]
    assert each == pytest.approx([s / 1000 for s in results["seconds"].values()], abs=0.006)


def test_a_class_of_a_hundred_is_marked_in_under_a_minute():
    results = kept("marking_ordinary")
    assert results["students"] == 100 and results["seconds"]["two processes"] < 60


def test_the_page_has_what_was_measured_last():
    table = summary.table()
    assert table in PAGE.read_text(encoding="utf-8")
    step = json.loads((RESULTS / "deepdream.json").read_text(encoding="utf-8"))["pictures"]
    seconds = next(iter(step.values()))["step"]
    ours, eager = (np.median(seconds[name]) for name in ("dk.deepdream", "(a) eager loop"))
    cells = row(table, "a step, InceptionV3, 500 × 500 | " + summary.spelt(ours) + " | eager")
    assert float(cells[1]) == pytest.approx(ours, rel=0.01)
    assert float(cells[-1]) == pytest.approx(eager / ours, rel=0.01)


@pytest.mark.parametrize(
    "seconds, text", [(0.000422, "0.000422"), (0.43, "0.430"), (19.72, "19.7"), (6472, "6,472")]
)
def test_seconds_are_spelt_with_three_digits(seconds, text):
    assert summary.spelt(seconds) == text
