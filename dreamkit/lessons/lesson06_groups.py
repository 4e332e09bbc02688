"""Activation grids, factorised: the few things that a layer sees in a picture, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arguments import as_seed, of_kind, whole
from ..images import as_picture
from ..missing import explained
from ..networks.loading import as_network
from ..networks.network import Network
from ..objectives import directions
from ..results import Picture, shown
from ..vision.features import visualise

STEPS = 80  # of a drawing that is as small as these


@dataclass(frozen=True, eq=False)
class Groups:
    """Channels that answer together.

    Attributes
    ----------
    where : numpy.ndarray, float32, shape (groups, rows, columns)
        How strongly each group is there, in [0, 1].
    directions : numpy.ndarray, float32, shape (groups, channels)
    explained : float
        Share of the activations' sum of squares that the groups give back.
    """

    where: np.ndarray
    directions: np.ndarray
    explained: float

    def __repr__(self) -> str:
        (groups, rows, columns), channels = self.where.shape, self.directions.shape[1]
        return (
            f"<Groups: {groups} of {channels} channels, at {rows} × {columns} places; they give "
            f"back {self.explained:.0%}>"
        )

    def _repr_html_(self) -> str:
        maps = np.concatenate(np.pad(self.where, [(0, 0), (0, 0), (0, 1)], constant_values=1), 1)
        return shown(
            np.kron(maps, np.ones((8, 8))), f"{len(self.where)} maps, bright where each group is."
        )

    def visualise(self, network: Network, layer: str, *, side: int = 64) -> list[Picture]:
        """What each group looks for, see ``dk.visualise``."""
        aims = directions(layer, self.directions)
        return visualise(network, aims, count=len(self.directions), side=side, steps=STEPS)


def activation_groups(
    photo: np.ndarray, network: Network, layer: str, groups: int = 6, seed: int = 0
) -> Groups:
    """Split what a layer answers to a picture into a few groups of channels.

    Parameters
    ----------
    photo : array, shape (height, width, 3)
    network : Network, or what ``load_network`` makes one of
    layer : str
    groups : int
    seed : int

    Returns
    -------
    Groups
        The strongest first.

    Raises
    ------
    ValueError
        For fewer than one group, or more than the layer has channels.

    Notes
    -----
    Non-negative matrix factorisation of the grid of activations, positions by channels (Lee &
    Seung, 1999), as in Olah et al., "The Building Blocks of Interpretability" (Distill, 2018).

    Examples
    --------
    >>> from dreamkit.lessons.lesson06_groups import activation_groups
    >>> photo, net = dk.sample_image("clouds", max_side=64), dk.load_network("dreamnet")
    >>> activation_groups(photo, net, "mixed5", 4).where.shape
    (4, 5, 8)
    """
    with explained("activation_groups"):
        from sklearn.decomposition import NMF

    of_kind("layer", layer, str, "net.layers lists those worth looking at.")
    grid = np.maximum(as_network(network).activations(as_picture(photo), layer)[0], 0)
    rows, columns, channels = grid.shape
    groups, seed = whole("groups", groups, most=channels), as_seed(seed)
    flat = grid.reshape(-1, channels)
    factors = NMF(groups, init="nndsvda", random_state=seed, max_iter=400, tol=1e-3)
    where = factors.fit_transform(flat)
    left = np.sum((flat - where @ factors.components_) ** 2) / np.sum(flat**2)
    size = where.max(0) + 1e-12
    directions = factors.components_ * size[:, None]
    order = np.argsort(-np.linalg.norm(directions, axis=1) * (where / size).sum(0))
    where = (where / size)[:, order].T.reshape(groups, rows, columns)
    return Groups(where.astype("float32"), directions[order].astype("float32"), float(1 - left))
