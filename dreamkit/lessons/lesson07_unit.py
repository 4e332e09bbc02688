"""One unit that tells two kinds of texts apart by itself."""

from dataclasses import dataclass

import numpy as np

from ..arguments import as_array


@dataclass(frozen=True)
class LoneUnit:
    """A unit and the threshold that says yes on one side of it.

    Attributes
    ----------
    unit : int
    threshold : float
    above : bool
        Whether yes is above the threshold, or below.
    """

    unit: int
    threshold: float
    above: bool

    def says_yes(self, features: np.ndarray) -> np.ndarray:
        """Whether it says yes, for each row of features, shape (n, units)."""
        features = as_array("features", features)
        if features.ndim != 2 or features.shape[1] <= self.unit:
            raise ValueError(f"features must be of shape (n, units), got {features.shape}.")
        return np.asarray((features[:, self.unit] > self.threshold) == self.above)

    def accuracy(self, features: np.ndarray, labels: np.ndarray) -> float:
        """Share of rows for which it is right."""
        yes, said = as_array("labels", labels).astype(bool), self.says_yes(features)
        if yes.shape != said.shape:
            raise ValueError(f"Give a label for each of the {len(said)} rows, got {yes.shape}.")
        return float(np.mean(said == yes))


def best_unit(features: np.ndarray, labels: np.ndarray) -> LoneUnit:
    """The unit, of all, that is right most often with the best threshold for it.

    Parameters
    ----------
    features : numpy.ndarray, shape (n, units)
    labels : numpy.ndarray, shape (n,), 0 or 1

    Raises
    ------
    ValueError
        When there are not as many labels as rows, or all are the same.

    Examples
    --------
    >>> from dreamkit.lessons.lesson07_unit import best_unit
    >>> best_unit(np.array([[5, 1], [3, 2], [4, 3], [5, 4]]), np.array([0, 0, 1, 1]))
    LoneUnit(unit=1, threshold=2.5, above=True)

    Taught in lesson 07.
    """
    features = as_array("features", features)
    yes = as_array("labels", labels).astype(bool)
    if features.ndim != 2 or yes.ndim != 1 or not np.isfinite(features).all():
        raise ValueError(
            f"features must be finite, (n, units), and labels (n,), got {features.shape} and "
            f"{yes.shape}."
        )
    if len(yes) != len(features) or yes.all() or not yes.any():
        raise ValueError(
            f"Give a label for each of the {len(features)} rows, some 0 and some 1; got {len(yes)} "
            f"labels, {yes.sum()} of them 1."
        )
    order = np.argsort(features, axis=0, kind="stable")
    values = np.take_along_axis(features, order, axis=0)
    below = np.cumsum(yes[order], axis=0)[:-1]  # how many 1s at and below each place
    place = np.arange(1, len(yes))[:, None]
    right = place - below + yes.sum() - below  # 0s below a cut there, and 1s above it
    right = np.where(values[1:] > values[:-1], right, len(yes) / 2)  # no cut between equal values
    gain = np.abs(right - len(yes) / 2)
    cut, unit = np.unravel_index(np.argmax(gain), gain.shape)
    above = right[cut, unit] > len(yes) / 2
    return LoneUnit(int(unit), float(values[cut : cut + 2, unit].mean()), bool(above))
