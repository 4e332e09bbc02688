"""What was measured last, beside what it was measured against: the table on the page of benchmarks.

``python -m benchmarks.summary`` measures nothing: it reads ``benchmarks/results``. Both numbers of
a row are from one run of one benchmark.
"""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterator

from benchmarks.writer import ARTICLE_EPOCHS
from tools.measure import footer, kept, publish

Row = tuple[str, str, list[float], list[float]]  # what, instead of what, our seconds, theirs


def picture_rows() -> Iterator[Row]:
    """A step, and a whole dream, against two other ways of writing the loop."""
    names = {"step": "a step", "whole": "a whole dream"}
    for title, seconds in kept("deepdream")["pictures"].items():
        network, layers, size, work = title.rsplit(", ", 3)
        for part, name in names.items():
            what = f"{name}, {network}, {size}" + (f", {work}" if part == "whole" else "")
            for other in ("(a) eager loop", "(b) compiled loop"):
                yield what, other[4:], seconds[part]["dk.deepdream"], seconds[part][other]


def channel_rows() -> Iterator[Row]:
    """The same activation of a channel, against other packages."""
    for race in kept("features")["races"]:
        ours = race["runs"]["dreamkit"]
        for tool, theirs in race["runs"].items():
            if tool != "dreamkit":
                for which in ("first", "later"):
                    what = f"channel to {race['target']:.2f}, {race['title']}, {which} call"
                    yield what, tool, ours[which], theirs[which]


def sentence_rows() -> Iterator[Row]:
    """A hundred steps of one sentence."""
    seconds = kept("text")["seconds"]
    (eager,) = (name for name in seconds if name.endswith("eager loop"))
    (ours,) = (name for name in seconds if name.endswith("dk.dream_sentence"))
    yield "one sentence, 100 steps", "eager loop", seconds[ours], seconds[eager]


def writer_rows() -> Iterator[Row]:
    """A character written, and the article's loss learnt."""
    results = kept("writer")
    rates = results["writing"]["rates"]
    each = {name: [1 / rate for rate in found] for name, found in rates.items()}
    one, other = "generate, one text", "predict for each character"
    for ours in (one, "generate, 64 texts at once"):
        yield f"a character, {ours}", other, each[ours], each[other]
    peer = "textgenrnn, its own weights"
    yield f"a character, {one}", peer, each[one], each[peer]
    if speed := results.get("training"):
        learnt = [seconds * speed["epochs"] for seconds in speed["ours"]]
        theirs = [seconds * ARTICLE_EPOCHS for seconds in speed["theirs"]]
        yield "training to the article's loss", "the article's recipe", learnt, theirs


def origins() -> str:
    """Where and when each of the benchmarks was run."""
    what = {
        "deepdream": "dreams",
        "features": "channels",
        "text": "the sentence",
        "writer": "characters and training",
    }
    found = defaultdict(list)
    for name, rows in what.items():
        found[footer(kept(name))].append(rows)
    told = [f"* {', '.join(rows).capitalize()}: {line}" for line, rows in found.items()]
    return "\n".join(["Medians, by benchmark from one run each.", "", *told])


def spelt(seconds: float) -> str:
    """Three digits, without an exponent."""
    return f"{seconds:,.{max(0, 2 - math.floor(math.log10(seconds)))}f}"


def table() -> str:
    """Markdown."""
    lines = ["| seconds of | with dreamkit | instead | | times |", "|---|---|---|---|---|"]
    for rows in (picture_rows, channel_rows, sentence_rows, writer_rows):
        for what, other, *seconds in rows():
            ours, theirs = map(statistics.median, seconds)
            times = f"{theirs / ours:,.{0 if theirs >= 10 * ours else 2}f}"
            cells = what, spelt(ours), other, spelt(theirs), times
            lines.append(f"| {' | '.join(cells)} |")
    beginning = kept("deepdream")
    start, dream, preview = map(
        statistics.median,
        (beginning["import"], beginning["first dream"], beginning["preview"]["EfficientNet-Lite0"]),
    )
    memory = ", ".join(
        f"{title.removesuffix(', dk.deepdream')} {megabytes / 1000:.1f} GB"
        for title, megabytes in beginning["memory"].items()
        if title.endswith("dk.deepdream")
    )
    return "\n".join(
        [
            *lines,
            "",
            f"A slider's preview takes {preview:.1f} s, `import dreamkit` {start:.2f} s, and a new "
            f"process has dreamt its first picture after {dream:.1f} s. Peak memory: {memory}.",
            "",
            origins(),
        ]
    )


if __name__ == "__main__":
    print(table())
    publish("bench", table())
