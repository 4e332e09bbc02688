"""Activation grids, factorised: the few things that a layer sees in a picture, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .features import visualise_directions
from .images import as_picture
from .networks import Network


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

    def drawn(self, network: Network, layer: str, *, side: int = 64) -> np.ndarray:
        """What each group looks for, as pictures (groups, side, side, 3), see ``features``."""
        return visualise_directions(network, layer, self.directions, side=side)


def activation_groups(
    photo: np.ndarray, network: Network, layer: str, groups: int = 6, seed: int = 0
) -> Groups:
    """Split what a layer answers to a picture into a few groups of channels.

    Parameters
    ----------
    photo : array, shape (height, width, 3)
    network : Network
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
    >>> activation_groups(photo, net, "mixed5", 4).where.shape[0]  # doctest: +SKIP
    4
    """
    from sklearn.decomposition import NMF

    grid = np.maximum(network.activations(as_picture(photo), [layer])[layer][0], 0)
    rows, columns, channels = grid.shape
    if not 1 <= groups <= channels:
        raise ValueError(f"groups must be from 1 to {channels}, got {groups!r}.")
    flat = grid.reshape(-1, channels)
    factors = NMF(groups, init="nndsvda", random_state=seed, max_iter=400, tol=1e-3)
    where = factors.fit_transform(flat)
    left = np.sum((flat - where @ factors.components_) ** 2) / np.sum(flat**2)
    size = where.max(0) + 1e-12
    directions = factors.components_ * size[:, None]
    order = np.argsort(-np.linalg.norm(directions, axis=1) * (where / size).sum(0))
    where = (where / size)[:, order].T.reshape(groups, rows, columns)
    return Groups(where.astype("float32"), directions[order].astype("float32"), float(1 - left))
