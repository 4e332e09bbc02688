"""Draw the gallery: contact sheets of the ImageNet network and the README's pictures.

``make gallery`` writes every file in ``gallery/`` anew, from this code and the bundled networks.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from dreamkit import (
    deepdream,
    dream_sentence,
    find_cells,
    load_classifier,
    load_network,
    load_writer,
    objectives,
    plots,
    read_cells,
    sample_image,
    visualise,
)
from dreamkit.chars.concepts import place_in_line
from dreamkit.lessons.lesson06_ensemble import ensemble
from dreamkit.lessons.results import results
from dreamkit.networks.network import Network

PHOTOS = ("temple", "flower", "clouds")
OTHERS = ("portrait", "cat", "launch")


def free_sheet(network: Network, photos: dict[str, np.ndarray]) -> plots.Figure:
    """Every junction over every photo."""
    return plots.pictures(
        {
            f"{name}, {layer}": deepdream(photo, network, layer)
            for layer in network.layers
            for name, photo in photos.items()
        },
        columns=3,
        alt=f"Dreams over {', '.join(photos)}, at each of the network's sixteen blocks.",
    )


def guided_sheet(network: Network, photos: dict[str, np.ndarray]) -> plots.Figure:
    """Every photo guided by every other, both ways of matching."""
    return plots.pictures(
        {
            f"{name}, guided by {guide} ({match})": deepdream(
                photo, network, guide=photos[guide], match=match
            )
            for name, photo in photos.items()
            for guide in photos
            if guide != name
            for match in ("position", "best")
        },
        columns=2,
        alt=f"Dreams over {', '.join(photos)}, each guided by the others.",
    )


def climbs_sheet(network: Network) -> plots.Figure:
    """Each photo, and its dreams where pixels climb, and where its spectrum does."""
    shown: dict[str, Any] = {}
    for name in (*PHOTOS, *OTHERS):
        photo = sample_image(name, max_side=320)
        shown[name] = photo
        for climb in ("pixels", "spectrum"):
            shown[f"{name}, {climb}"] = deepdream(photo, network, climb=climb)
    alt = "Six photos, each dreamt over twice: lines over the whole picture; large soft shapes."
    return plots.pictures(shown, columns=3, alt=alt)


def class_sheet(network: Network) -> plots.Figure:
    """Three classes, drawn from nothing by DreamNet and another network together."""
    both = ensemble(network, load_network("dreamnet"))
    drawn = [
        visualise(both, objectives.channel("both", both.classes.index(name)), side=192).image
        for name in ("lion", "king penguin", "tabby")
    ]
    alt = "Drawn from nothing: a lion, king penguins, a tabby cat."
    return plots.pictures(np.concatenate(drawn, axis=1), alt=alt)


def sentence_map() -> plots.Figure:
    """The path of a sentence among positive and negative words."""
    dream = dream_sentence("I hate this.", load_classifier("imdb"))
    return plots.map_figure(plots.word_map(dream))


def temperature_bars() -> plots.Figure:
    """The likeliest next characters at the temperatures of lesson 04."""
    writer, prompt = load_writer("nietzsche"), "the will to "
    likely = list(writer.next_char(prompt))[:6]
    at = {t: writer.next_char(prompt, t) for t in (0.2, 0.5, 1.0, 1.2)}
    return plots.bars(
        {repr(c): {f"T = {t}": p[c] for t, p in at.items()} for c in likely},
        ylabel="probability",
        alt=f"Probabilities of the next character after “{prompt}” at four temperatures.",
    )


def order_bars() -> plots.Figure:
    """How often each reader of lesson 05 is right where the order of words decides."""
    rows = [row for row in results("sentences")["rows"] if row["seed"] == 0]
    return plots.bars(
        {row["reading"]: row["accuracy"]["new templates"] for row in rows},
        ylabel="accuracy, new templates",
        highest=1.1,
        size=(14, 4),
        alt="Accuracy of eleven networks where word order decides; those that can't see it are at "
        "one half.",
    )


def line_cell() -> plots.Figure:
    """How the cell that lesson 07 finds moves along a line."""
    writer = load_writer("shakespeare")
    texts = writer.generate(["\n"] * 40, 512, 0.7, seed=0)
    text, other = "".join(texts[:20]), "".join(texts[20:])
    name = "place in the line"
    cell = find_cells(text, writer, other, {name: place_in_line})[name].cell
    place, held = place_in_line(other), read_cells(other, writer)[:, cell]
    return plots.curves(
        {f"cell {cell}": [held[place == n].mean() for n in range(50)]},
        xlabel="characters since the line began",
        ylabel="mean of tanh(c)",
        alt=f"Cell {cell} of the writer of plays climbs as a line becomes longer.",
    )


def draw(folder: str | Path) -> None:
    """Write all pictures into ``folder``."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    network = load_network()
    for names, ending in ((PHOTOS, ""), (OTHERS, "_2")):
        photos = {name: sample_image(name, max_side=320) for name in names}
        free_sheet(network, photos).save(folder / f"junctions{ending}.jpg")
        guided_sheet(network, photos).save(folder / f"guided{ending}.jpg")

    temple, clouds, cat, launch = map(sample_image, ("temple", "clouds", "cat", "launch"))
    led: dict[str, Any] = {"guide": cat, "match": "position"}
    readme = {
        "00.jpg": deepdream(temple, network, climb="spectrum"),
        "01.jpg": deepdream(clouds, network, climb="spectrum"),
        "02.jpg": deepdream(launch, network, "block10", climb="spectrum", **led),
    }
    for name, dream in readme.items():
        dream.save(folder / name)
    climbs_sheet(network).save(folder / "climbs.jpg")
    class_sheet(network).save(folder / "06.jpg")
    sentence_map().save(folder / "03.png")
    temperature_bars().save(folder / "04.png")
    order_bars().save(folder / "05.png")
    line_cell().save(folder / "07.png")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("gallery"))
    draw(parser.parse_args().folder)
