"""A network's layers: all of them as a table, and those worth dreaming at."""

from typing import Any, NamedTuple

import keras
from keras import layers as kl

from .graph import Graph, maker


class LayerRow(NamedTuple):
    """One row of ``Network.table()``."""

    name: str
    kind: str
    shape: tuple[int | None, ...]
    parameters: int


class LayerTable(tuple[LayerRow, ...]):
    """Rows that print as a table."""

    def __repr__(self) -> str:
        return f"<LayerTable of {len(self)} layers>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))  # as the last line of a cell

    def __str__(self) -> str:
        rows = [LayerRow._fields] + [
            (
                r.name,
                r.kind,
                " × ".join("?" if n is None else str(n) for n in r.shape),
                f"{r.parameters:,}",
            )
            for r in self
        ]
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        return "\n".join(
            f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d:>{widths[3]}}"
            for a, b, c, d in rows
        )


def junctions(graph: Graph) -> list[str]:
    """Names of the layers where branches join; in a network without branches, its convolutions.

    ValueError if there are neither.
    """
    places = {name: maker(t) for name, t in graph.tensors.items() if len(t.shape) == 4}
    joining = {name: layer for name, layer in places.items() if _joins(layer)}
    inside = {  # of another junction
        id(tensor)
        for layer in joining.values()
        if type(layer).__name__ == "Concatenate"
        for tensor in keras.tree.flatten(layer.input)
    }
    found = [name for name in joining if id(graph.tensors[name]) not in inside]
    if len(found) < 2:
        convolutions = (kl.Conv2D, kl.SeparableConv2D, kl.DepthwiseConv2D)
        found = [name for name, layer in places.items() if isinstance(layer, convolutions)]
    if not found:
        raise ValueError(f"{graph.model.name} has neither junctions nor convolutions to dream at.")
    return found


def _joins(layer: Any) -> bool:
    """Whether a layer, or an operation such as ``a + b``, joins branches of one size."""
    if type(layer).__name__ not in ("Add", "Concatenate"):
        return False
    given = {id(tensor): tensor.shape for tensor in keras.tree.flatten(layer.input)}
    return len(given) > 1 and len({shape[:-1] for shape in given.values()}) == 1
