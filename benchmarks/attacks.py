"""How many photographs a patch makes a network misname: drawn with an atlas, without, by chance.

``python -m benchmarks.attacks`` writes what lesson 06 shows. DreamNet is asked about the pairs of
classes that its atlas calls most alike, EfficientNet-Lite0 about the three of the articles: noodles
that make a frying pan a wok (Carter et al., "Activation Atlas", Distill, 2019), a baseball that
makes a grey whale a great white shark, a locomotive that makes a snorkeller a scuba diver. The
photographs had no part in choosing or drawing a patch.
"""

from typing import Any

import numpy as np
from PIL import Image

import dreamkit as dk
from dreamkit.lessons.lesson06_attack import (
    pasted,
    similar_classes,
    square_patch,
    suggested_patches,
    winners,
)
from dreamkit.lessons.results import RESULTS
from dreamkit.objectives import logit
from recipes.atlas import training_pictures
from recipes.data import imagenet_samples, tiny_imagenet, tiny_imagenet_ids
from recipes.dreamnet import CLASSES
from tools.measure import keep

PAIRS = 8  # most alike, each way round
CHANCES = 5  # pieces of the atlas, and places of every other patch
SMALL, LARGE = 32, 112  # pixels of a patch, of pictures of 64 and of 224: a quarter of them
ARTICLES = {
    ("frying pan", "wok"): "carbonara",
    ("grey whale", "great white shark"): "baseball",
    ("snorkel", "scuba diver"): "steam locomotive",
}


def known(network: Any, pictures: np.ndarray, source: str) -> np.ndarray:
    """Those pictures that the network sees as ``source``."""
    return pictures[winners(network, pictures) == network.classes.index(source)]


def flipped(network: Any, seen: np.ndarray, patches: list[np.ndarray], target: str) -> float:
    """Share of the pictures that patches turn into ``target``, on average; NaN of no pictures.

    One patch is pasted in ``CHANCES`` places.
    """
    if not len(seen):
        return float("nan")
    to = network.classes.index(target)
    tried = patches * CHANCES if len(patches) == 1 else patches
    return float(
        np.mean([winners(network, pasted(seen, p, seed)) == to for seed, p in enumerate(tried)])
    )


def row(
    network: Any,
    pictures: np.ndarray,
    source: str,
    target: str,
    patches: dict[str, list[np.ndarray]],
) -> dict[str, Any]:
    """What is kept of a pair: its classes, how many pictures count, the share by kind of patch."""
    seen = known(network, pictures, source)
    shares = {kind: flipped(network, seen, several, target) for kind, several in patches.items()}
    return {
        "source": source,
        "target": target,
        "pictures": len(seen),
        "flipped": {kind: round(share, 4) for kind, share in shares.items()},
    }


def by_chance(grid: Any) -> np.ndarray:
    """Some squares of an atlas, drawn by chance."""
    return np.random.default_rng(0).choice(len(grid.counts), CHANCES, replace=False)


def of_side(picture: np.ndarray, side: int) -> np.ndarray:
    """A picture of uint8 as a square of so many pixels, in [0, 1]."""
    resized = Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(resized, "float32") / 255


def dreamnet() -> list[dict[str, Any]]:
    """All pairs; that which flips most of the pictures that the atlas is made from comes first."""
    network, atlas = dk.load_network("dreamnet"), dk.load_atlas("dreamnet")
    grid = atlas.grids[max(atlas.grids)]
    pairs = [
        pair for _, a, b in similar_classes(network, grid)[:PAIRS] for pair in ((a, b), (b, a))
    ]
    learnt, labels = training_pictures()
    unseen, true, _ = tiny_imagenet("val", CLASSES)
    random = [square_patch(grid, square, SMALL) for square in by_chance(grid)]
    drawn = [suggested_patches(network, atlas.layer, g, pairs, SMALL) for g in (grid, None)]
    found, flips = [], []
    for (source, target), suggested, plain in zip(pairs, *drawn, strict=True):
        own = network.classes.index(source)
        patches = {"with the atlas": [suggested], "without it": [plain], "by chance": random}
        photos = unseen[true == own].astype("float32") / 255
        found.append(row(network, photos, source, target, patches))
        photos = learnt[labels == own].astype("float32") / 255
        seen = known(network, photos, source)
        flips.append(flipped(network, seen, [suggested], target))
    return [found[i] for i in np.argsort(-np.nan_to_num(flips), kind="stable")]


def lite0() -> list[dict[str, Any]]:
    """The articles' pairs. Also the target drawn as ``visualise`` does, and without its moves."""
    network, atlas = dk.load_network("efficientnet_lite0"), dk.load_atlas()
    grid = atlas.grids[max(atlas.grids)]
    samples, wnids, _ = imagenet_samples(network.side)
    classes, tiny = network.classes, set(tiny_imagenet_ids())
    drawn = [suggested_patches(network, atlas.layer, g, [*ARTICLES], LARGE) for g in (grid, None)]
    # The atlas's drawings are a little smaller than the patch.
    random = [of_side(grid.pictures[square], LARGE) for square in by_chance(grid)]
    found = []
    for ((source, target), thing), suggested, plain in zip(ARTICLES.items(), *drawn, strict=True):
        own, aim = classes.index(source), logit(target)
        photos = samples[[own]]
        if wnids[own] in tiny:
            photos, _, _ = tiny_imagenet("val", [wnids[own]])
        photos = np.stack([of_side(photo, network.side) for photo in photos])
        patches = {
            f"the article's: a photo of {thing}": [of_side(samples[classes.index(thing)], LARGE)],
            "with the atlas": [suggested],
            "without it": [plain],
            "by chance": random,
            "target, drawn moving": [dk.visualise(network, aim, side=LARGE, steps=80).image],
            "target, drawn in place": [
                dk.visualise(network, aim, side=LARGE, steps=80, transforms=[]).image
            ],
        }
        found.append(row(network, photos, source, target, patches))
    return found


if __name__ == "__main__":
    found = {"dreamnet": dreamnet(), "efficientnet_lite0": lite0()}
    print(keep("attacks", found, RESULTS))
