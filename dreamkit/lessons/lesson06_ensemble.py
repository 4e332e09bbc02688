"""Two networks that climb one picture: a robust one for its shape, another for its detail."""

from __future__ import annotations

import keras
from keras import ops

from ..networks.loading import as_network
from ..networks.network import Network
from ..objectives.objective import LOGITS


def ensemble(fine: Network, coarse: Network) -> Network:
    """A network that ends in the sums of two networks' logits, for the classes that both know.

    Parameters
    ----------
    fine, coarse : Network, or what ``load_network`` makes one of
        The second is shown the picture at half its size.

    Returns
    -------
    Network
        Its last layer is called "both", its classes are those that are shared.

    Raises
    ------
    ValueError
        When they have no class in common.

    Notes
    -----
    What pleases an ordinary network need not look like anything; what pleases one that was trained
    against nudges does (Engstrom et al., "Adversarial Robustness as a Prior for Learned
    Representations", 2019). Where both must agree, shape comes with detail.

    Examples
    --------
    >>> from dreamkit.lessons.lesson06_ensemble import ensemble
    >>> both = ensemble("efficientnet_lite0", "dreamnet")
    >>> dk.visualise(both, dk.objectives.logit("lion"), side=96, steps=2).image.shape
    (96, 96, 3)

    Taught in lesson 06.
    """
    fine, coarse = as_network(fine), as_network(coarse)
    shared = [name for name in fine.classes if name in coarse.classes]
    if not shared:
        raise ValueError(f"{fine.name} and {coarse.name} know no class by the same name.")
    picture = keras.Input((None, None, 3))
    half = keras.layers.AveragePooling2D(2)(picture)
    logits = [
        ops.take(
            network.features([LOGITS])(seen)[LOGITS],
            [network.classes.index(name) for name in shared],
            axis=-1,
        )
        for network, seen in ((fine, picture), (coarse, half))
    ]
    model = keras.Model(picture, keras.layers.Add(name="both")(logits), name="both")
    smallest = max(fine.smallest, 2 * coarse.smallest)
    return Network(model, "both", lambda x: x, smallest, shared)
