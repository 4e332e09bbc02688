"""Feature visualisation of a channel: seconds to the same activation, against two peers.

``python -m benchmarks.features``, after ``make .venv-peers/.ready``. The peers, tf-keras-vis and
xplique, run from their packages, in an environment of their own; every run has a new process, and
the tools take turns. All three climb one channel of DreamNet, from noise, on pictures of one size,
and one function measures the channel's mean activation on the pictures that they give back.

DreamNet, because it is trained and comes along. With random weights activations are so small that
what a peer subtracts from them as a penalty is all that counts: on an untrained InceptionV3 the
picture of tf-keras-vis excites the channel less with every step.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dreamkit as dk
from benchmarks.channel import CHANNEL, LAYER, SIDE
from benchmarks.peers import PEERS, run
from tools.measure import footer, keep, spread

ROUNDS = 3
OURS = "dreamkit"
DOCUMENTED = {"tf-keras-vis": 200, "xplique": 256}  # the steps that each takes by default
MOST = 20  # steps that ours is given to catch up
# At its best: without penalties and transformations, at whichever step gets there soonest.
PLAIN: dict[str, list[dict[str, Any]]] = {
    OURS: [{"plain": True, "step_size": size} for size in (0.02, 0.05, 0.1)],
    "tf-keras-vis": [{"plain": True, "learning_rate": rate} for rate in (0.3, 1.0, 3.0)],
    "xplique": [{"plain": True, "learning_rate": rate} for rate in (0.2, 0.5, 1.0)],
}
PLAIN_STEPS = {OURS: MOST, "tf-keras-vis": 40, "xplique": 100}


def save_network(path: str | Path) -> None:
    """DreamNet with an input of one size and pixels in 0–255, which is what both peers expect."""
    import keras

    from dreamkit.pretrained import card

    model = dk.load_network("dreamnet").model
    low, high = card("dreamnet")["pixels"]
    scale = keras.layers.Rescaling((high - low) / 255, low)
    first = model.layers[1].name

    def call(layer: Any, x: Any, *arguments: Any, **named: Any) -> Any:
        return layer(scale(x) if layer.name == first else x, *arguments, **named)

    keras.models.clone_model(
        model,
        input_tensors=keras.Input((SIDE, SIDE, 3)),
        clone_function=lambda layer: layer,
        call_function=call,
    ).save(path)


def ask(
    tool: str, network: str, steps: int, settings: dict[str, Any], trace: bool = False
) -> dict[str, Any]:
    """One job for ``benchmarks.channel`` in a new process."""
    job = {"tool": tool, "network": network, "steps": steps, "settings": settings, "trace": trace}
    return run(
        "benchmarks.channel", json.dumps(job), python=sys.executable if tool == OURS else PEERS
    )


def reached(activations: Sequence[float], target: float) -> int | None:
    """After how many steps the activation is first at least the target; None if never."""
    return next((n for n, a in enumerate(activations, 1) if a >= target), None)


def documented(network: str) -> list[dict[str, Any]]:
    """Races to the most that each peer's documented run reaches: the peer, and ours by default."""
    mine = ask(OURS, network, MOST, {}, trace=True)["activations"]
    races = []
    for peer, steps in DOCUMENTED.items():
        theirs = ask(peer, network, steps, {}, trace=True)["activations"]
        target = max(theirs)
        runs: dict[str, Any] = {
            name: {"steps": reached(activations, target), "settings": {}}
            for name, activations in ((peer, theirs), (OURS, mine))
        }
        races.append({"title": "as documented", "target": target, "runs": runs})
    return races


def at_best(network: str) -> dict[str, Any]:
    """The race of all three at their best, to the most that each of them reaches."""
    traces = {
        tool: [
            (settings, ask(tool, network, PLAIN_STEPS[tool], settings, trace=True)["activations"])
            for settings in choices
        ]
        for tool, choices in PLAIN.items()
    }
    target = min(max(max(a) for _, a in tried) for tried in traces.values())
    best: dict[str, Any] = {}
    for tool, tried in traces.items():
        there = [(reached(a, target) or math.inf, settings) for settings, a in tried]
        steps, settings = min(there, key=lambda found: found[0])
        best[tool] = {"steps": steps, "settings": settings}
    return {"title": "at their best", "target": target, "runs": best}


def measure() -> dict[str, Any]:
    """Find how many steps each needs, then time those steps in turns."""
    with tempfile.TemporaryDirectory() as folder:
        network = f"{folder}/network.keras"
        save_network(network)
        races = [*documented(network), at_best(network)]
        for _ in range(ROUNDS):
            for race in races:
                for tool, found in race["runs"].items():
                    seconds = ask(tool, network, found["steps"], found["settings"])
                    for which in ("first", "later"):
                        found.setdefault(which, []).append(seconds[which])
    return {"races": races, "peers": run("benchmarks.peers")}


def times_less(race: dict[str, Any], tool: str, which: str) -> float:
    """How many times ours is quicker than a tool, for the first or for a later call."""
    ours, theirs = (statistics.median(race["runs"][name][which]) for name in (OURS, tool))
    return theirs / ours


def races_table(results: dict[str, Any]) -> str:
    """Markdown: one row for each tool in each race."""
    lines = [
        "| activation | | steps | first call, s | this / ours | later call, s | this / ours |",
        "|---|---|---|---|---|---|---|",
    ]
    for race in results["races"]:
        for tool, found in race["runs"].items():
            cells = [f"{race['target']:.2f}", f"{tool}, {race['title']}", str(found["steps"])]
            for which in ("first", "later"):
                cells += [spread(found[which]), f"{times_less(race, tool, which):.1f}"]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def table(results: dict[str, Any]) -> str:
    """Markdown, with what is measured and where."""
    what = (
        f"Seconds until a picture of {SIDE} × {SIDE} excites channel {CHANNEL} of DreamNet's "
        f"{LAYER} as much; median of {ROUNDS} rounds (smallest–largest)."
    )
    return "\n\n".join([what, races_table(results), footer(results)])


if __name__ == "__main__":
    print(table(keep("features", measure())))
