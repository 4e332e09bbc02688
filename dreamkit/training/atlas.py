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
from ..saving import whole_file

SIZES = (8, 16)  # of the grids, coarse to fine
FEWEST = 4  # activations in a cell
SIDE = 64  # of a cell's picture, as large as those that the network was trained on
BATCH = 16  # cells climbing side by side
PATCH = 32  # pixels, of pictures of 64
CHANCES = 5  # random patches, each tried on every picture
TIMES = "seconds.txt"  # of each part
PAIRS = 8  # most similar, to choose the attack from

Labelled = tuple[np.ndarray, np.ndarray]  # pictures and labels


def make_atlas(
    network: Any,
    layer: str,
    pictures: np.ndarray,
    folder: str | Path,
    *,
    sizes: tuple[int, ...] = SIZES,
    side: int = SIDE,
    steps: int = 80,
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
    """The array of a file, made and written whole if there is none; notes how long that took."""
    if not path.exists():
        started = time.perf_counter()
        array = make()
        with whole_file(path) as file:
            np.save(file, array)
        with (path.parent / TIMES).open("a", encoding="utf-8") as times:
            times.write(f"{time.perf_counter() - started:.1f} {path.name}\n")
    return np.load(path, allow_pickle=False)


def seconds(folder: Path) -> int:
    """How long all that is kept in a folder took, however often it was stopped."""
    lines = (folder / TIMES).read_text(encoding="utf-8").splitlines()
    return round(sum(float(line.split()[0]) for line in lines))


def pairs(network: Any, cells: Any) -> list[tuple[str, str]]:
    """The classes whose scores over the cells agree most, each way round: (source, target)."""
    from ..vision.attack import alike

    found = [(one, other) for _, one, other in alike(network, cells)[:PAIRS]]
    return [pair for one, other in found for pair in ((one, other), (other, one))]


def attack_scores(
    network: Any,
    cells: Any,
    patch: np.ndarray,
    pictures: np.ndarray,
    labels: np.ndarray,
    source: str,
    target: str,
    seed: int = 0,
) -> dict[str, Any]:
    """How often a patch flips pictures, and pieces of the atlas drawn by chance, as large.

    Parameters
    ----------
    network : Network
    cells : Cells
    patch : array, float32, shape (side, side, 3)
    pictures : array, uint8, shape (n, height, width, 3)
    labels : array, int, shape (n,)
    source, target : str
    seed : int

    Returns
    -------
    dict
        The classes, how many pictures of the source are seen rightly without a patch, and the
        shares of these that are flipped; that of the random pieces is a mean over ``CHANCES``.
    """
    from ..vision.attack import cut, flipped, predicted

    place = network.classes.index(source)
    own = pictures[labels == place].astype("float32") / 255
    own = own[predicted(network, own) == place]
    drawn = np.random.default_rng(seed).choice(len(cells.counts), CHANCES, replace=False)
    pieces = [cut(cells, cell, len(patch)) for cell in drawn]
    share, *others = (flipped(network, own, p, source, target, seed) for p in (patch, *pieces))
    return {
        "source": source,
        "target": target,
        "pictures": len(own),
        "suggested patch": round(share, 4),
        "random patches": round(float(np.mean(others)), 4),
    }


def attacks(
    network: Any, atlas: Any, learnt: Labelled, held_out: Labelled
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The attack that flips most training pictures, and those of all pairs, on held-out pictures.

    ``learnt`` and ``held_out`` are pictures and labels.
    """
    from ..vision.attack import flipped, suggested_patches

    cells = atlas.grids[max(atlas.grids)]
    candidates = pairs(network, cells)
    patches = suggested_patches(network, atlas.layer, cells, candidates, PATCH)
    pictures, labels = learnt
    flips = []
    for (source, target), patch in zip(candidates, patches, strict=True):
        own = pictures[labels == network.classes.index(source)].astype("float32") / 255
        flips.append(flipped(network, own, patch, source, target))
    found = [
        attack_scores(network, cells, patch, *held_out, *pair)
        for pair, patch in zip(candidates, patches, strict=True)
    ]
    return found[int(np.nanargmax(flips))], found


def bundle(folder: Path, count: int, seed: int, out: Path = WEIGHTS) -> Path:
    """Make DreamNet's atlas of ``count`` training pictures; write it and its card into ``out``.

    The attack on the card is the one that flips most of these pictures; how many held-out ones it
    flips is measured after, as for every pair.
    """
    from ..datasets import tiny_imagenet
    from ..vision.sources import load_network
    from .dreamnet import CLASSES

    network = load_network("dreamnet")
    started = time.perf_counter()
    pictures, labels, _ = tiny_imagenet("train", CLASSES)
    some = np.random.default_rng(seed).permutation(len(pictures))[:count]
    pictures, labels = pictures[some], labels[some]
    reading = time.perf_counter() - started
    atlas = make_atlas(network, network.layers[-1], pictures, folder, seed=seed)
    held_out = tiny_imagenet("val", CLASSES)
    chosen, found = attacks(network, atlas, (pictures, labels), held_out[:2])
    return write_card(
        atlas.save(out / "atlas.npz"),
        about=f"An activation atlas of DreamNet's {atlas.layer}.",
        command=f"python -m dreamkit.training.atlas --pictures {count} --seed {seed}",
        data=f"Tiny ImageNet, {count} training pictures of DreamNet's classes, chosen by chance. "
        "No picture of it is in the file: means of activations, and what they look like drawn",
        source="http://cs231n.stanford.edu/tiny-imagenet-200.zip",
        seed=seed,
        cells={str(size): len(c.counts) for size, c in atlas.grids.items()},
        patch=PATCH,
        attack=chosen,
        attacks=found,
        seconds=round(reading + seconds(folder)),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=home() / "training" / "atlas")
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(bundle(arguments.folder, arguments.pictures, arguments.seed))
