"""Draw the gallery: the contact sheets of DreamNet and the README's pictures.

``make gallery`` writes every file in ``gallery/`` anew, from this code and the bundled network.
"""

import argparse
from pathlib import Path

import numpy as np

from .. import plots
from ..vision.dream import deepdream
from ..vision.images import sample_image, save_picture
from ..vision.networks import Network
from ..vision.sources import load_network

PHOTOS = ("temple", "flower", "clouds")


def free_sheet(network: Network, photos: dict[str, np.ndarray]) -> plots.Figure:
    """Every junction over every photo."""
    return plots.pictures(
        {
            f"{name}, {layer}": deepdream(photo, network, layer)
            for name, photo in photos.items()
            for layer in network.layers
        },
        columns=3,
        alt="Dreams over a temple, a flower and clouds, at each of DreamNet's six junctions.",
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
        alt="Dreams over a temple, a flower and clouds, each guided by the two others.",
    )


def draw(folder: str | Path) -> None:
    """Write all pictures into ``folder``."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    network = load_network("dreamnet")
    photos = {name: sample_image(name, max_side=480) for name in PHOTOS}
    free_sheet(network, photos).save(folder / "junctions.jpg")
    guided_sheet(network, photos).save(folder / "guided.jpg")

    temple, flower, clouds = photos.values()
    readme = {
        "00.jpg": deepdream(temple, network).image,
        "01.jpg": deepdream(clouds, network, "mixed5").image,
        "02.jpg": deepdream(clouds, network, guide=flower).image,
    }
    for name, picture in readme.items():
        save_picture(picture, folder / name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("gallery"))
    draw(parser.parse_args().folder)
