"""Make the activation atlas of DreamNet.

``python -m dreamkit.training.atlas`` reads Tiny ImageNet (see ``dreamkit.datasets``) and writes
``dreamkit/weights/atlas.npz`` with its card. It keeps every step, and every few cells, in a folder:
stopped at any time, the same command goes on from there.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..pretrained import WEIGHTS, home, write_card

SIZES = (8, 12)  # of the grids, coarse to fine
FEWEST = 4  # activations in a cell
SIDE = 64  # of a cell's picture, as large as those that the network was trained on
BATCH = 16  # cells climbing side by side
SHARE = 0.4  # of a picture's side, that a patch takes
PAIRS, TRIED = 8, 60  # most similar pairs, and training pictures of each, to choose the attack from


def make_atlas(
    network: Any,
    layer: str,
    pictures: np.ndarray,
    folder: str | Path,
    *,
    sizes: tuple[int, ...] = SIZES,
    side: int = SIDE,
    steps: int = 60,
    seed: int = 0,
) -> Any:
    """The atlas of one layer over many pictures, made or completed in ``folder``.

    Parameters
    ----------
    network : Network
    layer : str
    pictures : array, uint8, shape (n, height, width, 3)
    folder : str or path
        Keeps what is done. Another layer, other pictures or numbers need another folder.
    sizes, side, steps, seed
        Grids, pixels of a cell, steps of its climb.

    Returns
    -------
    Atlas
    """
    from tqdm import tqdm

    from ..plots.atlas import lay_out
    from ..vision.atlas import Atlas, Cells, binned, sampled
    from ..vision.features import visualise_directions

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    parts = np.array_split(pictures, max(1, len(pictures) // 100))

    def all_sampled() -> np.ndarray:
        chunks = enumerate(tqdm(parts, desc="activations", mininterval=5))
        return np.concatenate(
            [sampled(network, layer, p.astype("float32") / 255, seed + i) for i, p in chunks]
        )

    vectors = kept(folder / "vectors.npy", all_sampled)
    points = kept(folder / "points.npy", lambda: lay_out(vectors, seed))
    middle = vectors.mean(0)  # what all pictures share would be in every cell
    found = {size: binned(vectors, points, size, FEWEST) for size in sizes}
    drawn: dict[int, list[np.ndarray]] = {size: [] for size in sizes}
    with tqdm(total=sum(len(counts) for _, counts, _ in found.values()), desc="cells") as bar:
        for size, (_, _, means) in found.items():
            for start in range(0, len(means), BATCH):
                own = means[start : start + BATCH] - middle

                def climbed(own: np.ndarray = own) -> np.ndarray:
                    shown = visualise_directions(network, layer, own, side=side, steps=steps)
                    return (shown * 255).round().astype("uint8")

                drawn[size].append(kept(folder / f"cells-{size}-{start}.npy", climbed))
                bar.update(len(own))
    cells = {s: Cells(s, *found[s], np.concatenate(drawn[s])) for s in sizes}
    return Atlas(layer, cells)


def kept(path: Path, make: Callable[[], np.ndarray]) -> np.ndarray:
    """The array of a file, made and written whole if there is none."""
    if not path.exists():
        unfinished = path.with_suffix(".part.npy")
        np.save(unfinished, make())
        unfinished.replace(path)
    return np.load(path, allow_pickle=False)


def chosen_pair(
    network: Any, cells: Any, pictures: np.ndarray, labels: np.ndarray
) -> tuple[str, str]:
    """Of the pairs whose scores over the cells agree most, the one whose patch flips most.

    Judged on ``TRIED`` training pictures, uint8, of each class; the atlas points to the patch.
    """
    from ..vision.attack import alike, flipped, suggested

    flips = {}
    for _, one, other in alike(network, cells)[:PAIRS]:
        for source, target in ((one, other), (other, one)):
            own = pictures[labels == network.classes.index(source)][:TRIED]
            patch = cells.pictures[suggested(network, cells, source, target)] / np.float32(255)
            seen = own.astype("float32") / 255
            flips[source, target] = flipped(network, seen, patch, source, target, SHARE)
    print({f"{a} to {b}": round(share, 2) for (a, b), share in flips.items()})
    return max(flips, key=lambda pair: np.nan_to_num(flips[pair]))


def attack_scores(
    network: Any, cells: Any, source: str, target: str, chances: int = 10, seed: int = 0
) -> dict[str, Any]:
    """How often the suggested patch flips held-out pictures, and patches of cells drawn by chance.

    Returns
    -------
    dict
        The classes, the share of the side, how many pictures, and two shares of them.
    """
    from ..datasets import tiny_imagenet
    from ..vision.attack import flipped, predicted, suggested
    from .dreamnet import CLASSES

    place = network.classes.index(source)
    pictures = tiny_imagenet("val", [CLASSES[place]])[0].astype("float32") / 255
    pictures = pictures[predicted(network, pictures) == place]

    def share(cell: int) -> float:
        patch = cells.pictures[cell] / np.float32(255)
        return flipped(network, pictures, patch, source, target, SHARE, seed)

    best = suggested(network, cells, source, target)
    others = np.delete(np.arange(len(cells.counts)), best)
    drawn = np.random.default_rng(seed).choice(others, chances, replace=False)
    return {
        "source": source,
        "target": target,
        "share": SHARE,
        "pictures": len(pictures),
        "suggested patch": round(share(best), 4),
        "random patches": round(float(np.mean([share(cell) for cell in drawn])), 4),
    }


def bundle(folder: Path, count: int, seed: int, out: Path = WEIGHTS) -> Path:
    """Make DreamNet's atlas of ``count`` training pictures; write it and its card into ``out``."""
    from ..datasets import tiny_imagenet
    from ..vision.sources import load_network
    from .dreamnet import CLASSES

    started = time.perf_counter()
    network = load_network("dreamnet")
    pictures, labels, _ = tiny_imagenet("train", CLASSES)
    chosen = np.random.default_rng(seed).permutation(len(pictures))[:count]
    atlas = make_atlas(network, network.layers[-1], pictures[chosen], folder, seed=seed)
    cells = atlas.grids[max(SIZES)]
    return write_card(
        atlas.save(out / "atlas.npz"),
        about=f"An activation atlas of DreamNet's {atlas.layer}.",
        command=f"python -m dreamkit.training.atlas --pictures {count} --seed {seed}",
        data=f"Tiny ImageNet, {count} training pictures of DreamNet's classes, chosen by chance. "
        "No picture of it is in the file: means of activations, and what they look like drawn",
        source="http://cs231n.stanford.edu/tiny-imagenet-200.zip",
        seed=seed,
        cells={str(size): len(c.counts) for size, c in atlas.grids.items()},
        attack=attack_scores(network, cells, *chosen_pair(network, cells, pictures, labels)),
        seconds=round(time.perf_counter() - started),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=home() / "training" / "atlas")
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(bundle(arguments.folder, arguments.pictures, arguments.seed))
