"""Make the activation atlas of EfficientNet-Lite0, or of DreamNet.

``python -m recipes.atlas`` reads the ImageNet sample pictures, ``python -m recipes.atlas dreamnet``
Tiny ImageNet (see ``recipes.data``), and writes the atlas with its card into ``dreamkit/weights``.
It keeps every step, and every few squares, in a folder: stopped at any time, the same command goes
on from there.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from dreamkit.files import whole_file
from dreamkit.pretrained import WEIGHTS, home, write_card

SIZES = (8, 16)  # of the grids, coarse to fine
FEWEST = 4  # activations in a square
SIDE = 64  # of a square's picture, as large as those that the network was trained on
BATCH = 16  # squares climbing side by side
TIMES = "seconds.txt"  # of each part
EACH = 8  # positions of one of EfficientNet-Lite0's pictures
NO_PICTURE = "No picture of it is in the file: means of activations, and what they look like drawn"


def make_atlas(
    network: Any,
    layer: str,
    pictures: np.ndarray,
    folder: str | Path,
    *,
    sizes: tuple[int, ...] = SIZES,
    side: int = SIDE,
    steps: int = 80,
    each: int = 1,
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
    sizes, side, steps, each, seed
        Grids, pixels of a square, steps of its climb, activations taken of a picture.

    Returns
    -------
    Atlas
    """
    from tqdm import tqdm

    from dreamkit.objectives import directions
    from dreamkit.vision.atlas import Atlas, Grid
    from dreamkit.vision.features import visualise

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    parts = np.array_split(pictures, max(1, len(pictures) // 100))

    def all_sampled() -> np.ndarray:
        chunks = enumerate(tqdm(parts, desc="activations", mininterval=5))
        return np.concatenate(
            [sampled(network, layer, p.astype("float32") / 255, each, seed + i) for i, p in chunks]
        )

    vectors = kept(folder / "vectors.npy", all_sampled)
    points = kept(folder / "points.npy", lambda: lay_out(vectors, seed))
    middle = vectors.mean(0)  # what all pictures share would be in every square
    found = {size: binned(vectors, points, size, FEWEST) for size in sizes}
    drawn: dict[int, list[np.ndarray]] = {size: [] for size in sizes}
    with tqdm(total=sum(len(counts) for _, counts, _ in found.values()), desc="squares") as bar:
        for size, (_, _, means) in found.items():
            for start in range(0, len(means), BATCH):
                own = means[start : start + BATCH] - middle

                def climbed(own: np.ndarray = own) -> np.ndarray:
                    aims = directions(layer, own)
                    drawn = visualise(network, aims, count=len(own), side=side, steps=steps)
                    shown = np.stack([picture.image for picture in drawn])
                    return (shown * 255).round().astype("uint8")

                drawn[size].append(kept(folder / f"cells-{size}-{start}.npy", climbed))
                bar.update(len(own))
    grids = {s: Grid(s, *found[s], np.concatenate(drawn[s])) for s in sizes}
    return Atlas(layer, grids)


def sampled(
    network: Any, layer: str, pictures: np.ndarray, each: int = 1, seed: int = 0
) -> np.ndarray:
    """What a layer answers at some random positions of each picture, so that each counts alike.

    Parameters
    ----------
    network : Network
    layer : str
    pictures : array, float32, shape (n, height, width, 3), in [0, 1]
    each : int
        Positions of a picture, all different.
    seed : int

    Returns
    -------
    numpy.ndarray, float32, shape (n * each, channels)
    """
    from keras import ops

    answers = ops.convert_to_numpy(network.features([layer])(pictures)[layer])
    answers = answers.reshape(len(pictures), -1, answers.shape[-1])
    rng = np.random.default_rng(seed)
    chosen = [rng.choice(answers.shape[1], each, replace=False) for _ in pictures]
    return np.concatenate([a[own] for a, own in zip(answers, chosen, strict=True)])


def binned(
    vectors: np.ndarray, points: np.ndarray, size: int, fewest: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Average the vectors in each square of a grid.

    Parameters
    ----------
    vectors : array, shape (n, channels)
    points : array, shape (n, 2)
        Where each lies on the map: across and down, in [0, 1].
    size : int
        Rows and columns of the grid.
    fewest : int
        Squares with fewer vectors are left empty.

    Returns
    -------
    places : numpy.ndarray, int, shape (squares, 2)
        Row and column.
    counts : numpy.ndarray, int, shape (squares,)
    means : numpy.ndarray, float32, shape (squares, channels)
    """
    column, row = np.minimum((points * size).astype(int), size - 1).T
    square = row * size + column
    counts = np.bincount(square, minlength=size * size)
    kept = np.flatnonzero(counts >= fewest)
    means = np.array([vectors[square == s].mean(0) for s in kept], "float32")
    return np.stack([kept // size, kept % size], axis=1), counts[kept], means


def lay_out(vectors: np.ndarray, seed: int = 0) -> np.ndarray:
    """Places on a map for vectors, so that those of similar direction are neighbours.

    Parameters
    ----------
    vectors : array, shape (n, channels)
    seed : int

    Returns
    -------
    numpy.ndarray, float32, shape (n, 2), in [0, 1]

    Notes
    -----
    t-SNE (van der Maaten & Hinton, 2008) of the vectors brought to length 1.
    """
    from sklearn.manifold import TSNE

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    perplexity = min(30, (len(vectors) - 1) // 3)
    tsne = TSNE(2, perplexity=perplexity, init="pca", random_state=seed)
    places = tsne.fit_transform(vectors / np.maximum(lengths, 1e-6))
    low, high = np.quantile(places, (0.005, 0.995), axis=0)  # a few strays would shrink the rest
    return np.asarray(np.clip((places - low) / (high - low), 0, 1))


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


def lite0(folder: Path, seed: int = 0, out: Path = WEIGHTS) -> Path:
    """Make EfficientNet-Lite0's atlas of the sample pictures; write it and its card."""
    from dreamkit.networks.loading import load_network

    from .data import imagenet_samples

    network = load_network("efficientnet_lite0")
    started = time.perf_counter()
    pictures, *_ = imagenet_samples(network.side)
    reading = time.perf_counter() - started
    atlas = make_atlas(network, "head", pictures, folder, side=96, steps=160, each=EACH, seed=seed)
    return _bundled(
        atlas,
        out / "efficientnet_lite0_atlas.npz",
        data=f"ImageNet's sample pictures, one of each of its 1,000 classes, {EACH} positions of "
        f"each chosen by chance. {NO_PICTURE}",
        source="https://github.com/EliSchwartz/imagenet-sample-images",
        seed=seed,
        seconds=round(reading + seconds(folder)),
    )


def dreamnet(folder: Path, seed: int = 0, out: Path = WEIGHTS, count: int = 5000) -> Path:
    """Make DreamNet's atlas of ``count`` training pictures; write it and its card into ``out``."""
    from dreamkit.networks.loading import load_network

    network = load_network("dreamnet")
    started = time.perf_counter()
    pictures, _ = training_pictures(seed, count)
    reading = time.perf_counter() - started
    atlas = make_atlas(network, network.layers[-1], pictures, folder, seed=seed)
    return _bundled(
        atlas,
        out / "dreamnet_atlas.npz",
        data=f"Tiny ImageNet, {count} training pictures of DreamNet's classes, chosen by chance. "
        f"{NO_PICTURE}",
        source="http://cs231n.stanford.edu/tiny-imagenet-200.zip",
        seed=seed,
        seconds=round(reading + seconds(folder)),
    )


def training_pictures(seed: int = 0, count: int = 5000) -> tuple[np.ndarray, np.ndarray]:
    """Those that DreamNet's atlas is made from, uint8 (count, 64, 64, 3), and their labels."""
    from .data import tiny_imagenet
    from .dreamnet import CLASSES

    pictures, labels, _ = tiny_imagenet("train", CLASSES)
    some = np.random.default_rng(seed).permutation(len(pictures))[:count]
    return pictures[some], labels[some]


def _bundled(atlas: Any, path: Path, **facts: Any) -> Path:
    network = path.stem.removesuffix("_atlas")
    return write_card(
        atlas.save(path),
        about=f"An activation atlas of {network}'s {atlas.layer}.",
        command=f"python -m recipes.atlas {network}",
        cells={str(size): len(grid.counts) for size, grid in atlas.grids.items()},
        **facts,
    )


if __name__ == "__main__":
    made = {"efficientnet_lite0": lite0, "dreamnet": dreamnet}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", nargs="?", choices=made, default="efficientnet_lite0")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    folder = given.folder or home() / "training" / f"{given.network}_atlas"
    print(made[given.network](folder, given.seed))
