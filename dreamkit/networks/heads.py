"""Where a network ends: its classes' scores, before what makes probabilities of them."""

from typing import Any

import keras
from keras import layers as kl

from ..arguments import spoken
from ..objectives.objective import LOGITS
from .graph import Graph, maker, twin

SQUASHING = ("softmax", "sigmoid", "log_softmax", "logsoftmax")  # scores into probabilities


def logits_of(graph: Graph) -> Any:
    """The output before what makes probabilities of it."""
    model, (answer, *others) = graph.model, graph.model.outputs
    if others:
        heads = [maker(tensor).name for tensor in model.outputs]
        raise ValueError(
            f"{model.name} has {len(heads)} outputs, and so no one set of classes. Say which: "
            f"channel(name, number), where name is {spoken(heads)}."
        )
    if len(answer.shape) != 2:
        raise ValueError(
            f"{model.name} does not end in class scores but in shape {answer.shape}: there are no "
            "classes to dream of. Load it with its top, or dream at one of .layers."
        )
    last, answer = head_of(graph)
    if not squashes(last):
        return answer
    if not getattr(last, "weights", []):
        return last.input
    linear = twin(last, f"{last.name}_{LOGITS}", last.dtype_policy.name)
    linear.activation = keras.activations.linear
    return linear(last.input)


def head_of(graph: Graph) -> tuple[Any, Any]:
    """The last layer that does more than pass on what it is given, and its answer."""
    answer = graph.model.outputs[0]
    last = maker(answer)
    while isinstance(last, (kl.Activation, kl.Dropout, kl.Identity)) and squashes(last) is None:
        answer, last = last.input, maker(last.input)
    return last, answer


def squashes(layer: Any) -> bool | None:
    """Whether a layer, or an operation, makes probabilities; None if it leaves all as it is."""
    names = activation_names(layer)
    return not names.isdisjoint(SQUASHING) or (None if "linear" in names else False)


def activation_names(layer: Any) -> set[str]:
    """What a layer, or an operation, and its activation are called."""
    activation = getattr(layer, "activation", keras.activations.linear)
    return {getattr(activation, "__name__", ""), type(layer).__name__.lower()}
