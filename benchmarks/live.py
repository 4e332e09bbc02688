"""Measure a step of a dream in the reader's browser beside the package's on the same machine.

``python -m benchmarks.live`` serves what ``make site`` has built to a headless Chromium, prints a
table, and keeps the numbers: seconds a step of pixels and of a spectrum, on WebAssembly, on WebGL
(which Chromium imitates on the processor here, without a graphics card) and with Keras. They take
turns.
"""

import functools
from typing import Any

from tools import lab, links
from tools.measure import footer, in_turns, keep, spread

SITE = links.ROOT / "build" / "site"
SIDES, ROUNDS, STEPS = (96, 320, 512), 3, 4
CLIMBS = ("pixels", "spectrum")
IMITATED = 320  # pixels: above, a step of WebGL on the processor takes ten seconds
BACKENDS = {"wasm": "Chromium, WebAssembly", "webgl": "Chromium, WebGL without a graphics card"}
SCRIPT = """async ([backend, data, height, width, settings]) => {
  const home = "/_static/live/";
  const { start } = await import(home + "engine.js");
  const { Network } = await import(home + "network.js");
  const { deepdream } = await import(home + "dream.js");
  await start([backend]);
  globalThis.network ??= await Network.load(home + "networks/network.json");
  const photo = { data: Float32Array.from(data), height, width };
  for await (const _ of deepdream(photo, network, "block11", settings));
}"""


def main() -> None:
    """Print the table and keep the numbers."""
    if not (SITE / "_static" / "live").is_dir():
        raise SystemExit("There is no site to measure. Run `make site` first.")
    import dreamkit as dk

    network = dk.load_network()
    rows = []
    with lab.files(SITE) as address, lab.browser() as chromium:
        tabs = {backend: chromium.new_page() for backend in BACKENDS}
        for tab in tabs.values():
            tab.goto(f"{address}/docs/live/dream.html")
        for side in SIDES:
            photo = dk.sample_image("clouds", max_side=side)
            given = [photo.ravel().tolist(), *photo.shape[:2]]
            ways = {}
            for climb in CLIMBS:
                settings: dict[str, Any] = {"climb": climb, "octaves": 1, "steps": STEPS}
                for backend, tab in tabs.items():
                    if backend == "wasm" or side <= IMITATED:
                        arguments = [backend, *given, settings]
                        ways[climb, BACKENDS[backend]] = functools.partial(
                            tab.evaluate, SCRIPT, arguments
                        )
                ways[climb, "Keras"] = functools.partial(
                    dk.deepdream, photo, network, "block11", **settings
                )
            for (climb, name), seconds in in_turns(ways, ROUNDS).items():
                rows.append([side, climb, name, [each / STEPS for each in seconds]])
    results = keep("live", {"steps": rows})
    print("| longer side | what climbs | computed by | seconds a step |\n|---|---|---|---|")
    for side, climb, name, seconds in results["steps"]:
        print(f"| {side} pixels | {climb} | {name} | {spread(seconds)} |")
    print(f"\n{footer(results)}")


if __name__ == "__main__":
    main()
