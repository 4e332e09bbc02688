"""Models as Keras 2 described them, and Keras 3 in its .h5 files, as Keras 3 reads them.

Keras 2 wrote settings that Keras 3 does not know, and an operation such as ``x / 127.5`` as a layer
of its own, ``TFOpLambda``; Keras 3 writes one to an .h5 file in a way that it does not read itself.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from .graph import maker

# What Keras 2 writes even where it changes nothing; and what changes no answer, whatever it is.
NEUTRAL = {
    "groups": 1,
    "noise_shape": None,
    "softmax_robust_masking": False,
    "time_major": False,
    "trainable": True,
}
USELESS = {"rng_type", "query_shape", "key_shape", "value_shape"}
OF_TRAINING = {"kernel_initializer", "kernel_regularizer", "kernel_constraint"}  # of Separable…
# What TensorFlow calls operations, by the last part of the name, and their arguments.
SAME = (
    "abs add cast divide exp expand_dims log log_softmax maximum minimum multiply negative relu "
    "relu6 rsqrt sigmoid silu softmax sqrt square squeeze subtract tanh"
)
OPERATIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(ops, name) for name in SAME.split()},
    "bias_add": ops.add,
    "clip_by_value": ops.clip,
    "concat": ops.concatenate,
    "getitem": ops.get_item,
    "pow": ops.power,
    "reduce_max": ops.max,
    "reduce_mean": ops.mean,
    "reduce_sum": ops.sum,
    "resize": ops.image.resize,
    "truediv": ops.true_divide,
}
OPERANDS = ("y", "bias", "slice_spec")
OPTIONS = {"clip_value_min": "x_min", "clip_value_max": "x_max", "method": "interpolation"}
NO_OPTIONS = {"name", "data_format"}
OPERATION_LAYERS = {"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"}
AXES = 4  # of pictures
BACKWARDS = slice(None, None, -1)


class Unreadable(ValueError):
    """The name of an operation that is not among these."""


def translated(config: Any) -> Any:
    """The description of a model, with everything called as in Keras 3; or ``Unreadable``."""
    names = (each.get("name") for each in _dictionaries(config))
    return _translated(config, {name for name in names if isinstance(name, str) and "/" in name})


def is_of_keras_2(config: Any) -> bool:
    """Whether Keras 2 wrote a description, by what Keras 3 writes in other words."""
    return any(
        "batch_input_shape" in each
        or any(isinstance(n, list) for n in each.get("inbound_nodes", []))
        for each in _dictionaries(config)
    )


def _dictionaries(written: Any) -> Iterator[dict[str, Any]]:
    if isinstance(written, dict):
        yield written
    for each in written.values() if isinstance(written, dict) else written:
        if isinstance(each, (dict, list)):
            yield from _dictionaries(each)


def _translated(written: Any, slashes: set[str]) -> Any:
    """The same for a part of it; names in which Keras 3 allows no slash go without."""
    if isinstance(written, str):
        return written.replace("/", "_") if written in slashes else written
    if isinstance(written, list):
        return [_translated(each, slashes) for each in written]
    if not isinstance(written, dict):
        return written
    written = {key: _translated(value, slashes) for key, value in written.items()}
    kind: Any = written.get("class_name")
    how: Any = written.get("config")
    if not isinstance(kind, str) or not isinstance(how, (dict, list)):
        return written
    if kind in ("Policy", "PolicyV1"):
        return str(dict(how)["name"])
    if kind in ("Functional", "Model", "Sequential"):
        made = _model(how if isinstance(how, dict) else {"name": "old", "layers": how})
        kind = "Sequential" if kind == "Sequential" else "Model"
        return {**_of_keras("keras", kind, made), **_place(written)}
    if hasattr(kl, kind) and kind != "Lambda" and "dtype" in how:
        return {**_of_keras("keras.layers", kind, _layer(kind, dict(how))), **_place(written)}
    return written


def _of_keras(module: str, kind: str, how: Any) -> dict[str, Any]:
    return {"module": module, "class_name": kind, "config": how, "registered_name": None}


def _place(written: dict[str, Any]) -> dict[str, Any]:
    """Where a layer stands in its model."""
    return {key: written[key] for key in ("name", "inbound_nodes") if key in written}


def _layer(kind: str, how: dict[str, Any]) -> dict[str, Any]:
    """How a layer of Keras is made, without what Keras 3 neither knows nor needs."""
    useless = USELESS | (OF_TRAINING if "Separable" in kind else set())
    kept = {
        key: value
        for key, value in how.items()
        if key not in useless and (key not in NEUTRAL or value != NEUTRAL[key])
    }
    if isinstance(kept.get("axis"), list) and len(kept["axis"]) == 1:
        (kept["axis"],) = kept["axis"]
    if kind == "InputLayer" and "batch_input_shape" in kept:
        kept["batch_shape"] = kept.pop("batch_input_shape")
    return kept


def _model(how: dict[str, Any]) -> dict[str, Any]:
    """How a model is made: with an input, and its nodes as Keras 3 writes them."""
    layers = [{**layer, "config": dict(layer["config"])} for layer in how["layers"]]
    shape, *_ = [layer["config"].pop("batch_input_shape", None) for layer in layers]
    if shape and "input_layers" not in how:
        layers.insert(0, _of_keras("keras.layers", "InputLayer", {"batch_shape": shape}))
    nodes = [layer.get("inbound_nodes", []) for layer in layers]
    if any(isinstance(node, list) for each in nodes for node in each):
        ends = {key: how[key] for key in ("input_layers", "output_layers")}
        first = _first_uses([*nodes, *ends.values()], layers)
        how = how | {key: _ends(each, first) for key, each in ends.items()}
        layers = [
            {**layer, "inbound_nodes": [_node(node, first) for node in layer["inbound_nodes"]]}
            for layer in layers
        ]
    return {**how, "layers": [_operation(layer) for layer in layers]}


def _first_uses(written: Any, layers: list[dict[str, Any]]) -> dict[str, int]:
    """Which number the first use has of each model in a model: Keras 2 counted from 1."""
    models = {layer["name"] for layer in layers if layer.get("module") == "keras"}
    found: dict[str, int] = {}

    def look(each: Any) -> None:
        if _is_tensor(each) and each[0] in models:
            found[each[0]] = min(each[1], found.get(each[0], each[1]))
        for part in each.values() if isinstance(each, dict) else each:
            if isinstance(part, (dict, list)):
                look(part)

    look(written)
    return found


def _is_tensor(written: Any) -> bool:
    """Whether it names a tensor: the answer of a layer at one of its uses."""
    return isinstance(written, list) and [type(each) for each in written[:3]] == [str, int, int]


def _ends(written: Any, first: dict[str, int]) -> Any:
    """A model's inputs or outputs; one of them not in a list."""
    if not _is_tensor(written):
        found = [_ends(each, first) for each in written]
        return found[0] if len(found) == 1 else found
    name, use, which = written
    return [name, use - first.get(name, 0), which]


def _node(node: Any, first: dict[str, int]) -> Any:
    """One use of a layer: what it is called with."""

    def argument(written: Any) -> Any:
        if isinstance(written, list) and written[:1] == ["_CONSTANT_VALUE"]:
            return written[2]
        if not _is_tensor(written):
            return written
        where = {"shape": [None], "dtype": "float32", "keras_history": _ends(written[:3], first)}
        return {"class_name": "__keras_tensor__", "config": where}

    if isinstance(node, dict):
        return node
    several = node if isinstance(node[0], list) else [node]  # of an operation it stands alone
    given = [argument(each) for each in several]
    how = several[0][3] if len(several[0]) > 3 else {}
    kwargs = {name: argument(value) for name, value in how.items()}
    return {"args": [given[0] if len(given) == 1 else given], "kwargs": kwargs}


def _operation(layer: dict[str, Any]) -> dict[str, Any]:
    """A layer that stands for an operation as that operation; any other as it is."""
    kind, how = layer["class_name"], layer["config"]
    of_keras_2 = kind in OPERATION_LAYERS
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()  # GetItem is ops.get_item
    own: Any = getattr(ops, name, None) or getattr(ops.image, name, None)
    if not of_keras_2 and (own is None or "dtype" in how or "module" in layer):
        return layer
    try:
        (node,) = layer["inbound_nodes"]
        operands, given = list(node["args"]), dict(node["kwargs"])
        if of_keras_2:
            own = OPERATIONS[how["function"].rpartition(".")[2]]
            operands += [given.pop(each) for each in OPERANDS if each in given]
            given = {OPTIONS.get(k, k): v for k, v in given.items() if v is not None}
        else:
            given |= how
        operands = [_operand(each) for each in operands]
        given = {key: value for key, value in given.items() if key not in NO_OPTIONS}
        axis = _backwards(operands)
        if axis is not None:  # which PyTorch takes no key for
            own, operands, given = ops.flip, operands[:1], {"axis": axis}
        made = own(*map(_stand_in, operands), **given)
        written = keras.saving.serialize_keras_object(maker(made))
    except Exception as error:  # whatever else it takes
        raise Unreadable(how.get("function", kind)) from error
    written["config"]["name"] = layer["name"]
    node = {"args": keras.saving.serialize_keras_object(operands), "kwargs": {}}
    return {**written, "name": layer["name"], "inbound_nodes": [node]}


def _operand(written: Any) -> Any:
    """What an operation is given: a tensor (as its description), numbers, what is in ``x[…]``."""
    if isinstance(written, list):
        parts = [_operand(each) for each in written]
        if any(part is ... or isinstance(part, slice) for part in parts):
            return _key(parts)
        return (
            parts if any(isinstance(part, dict) for part in parts) else np.array(parts, "float32")
        )
    if not isinstance(written, dict) or written.get("class_name") == "__keras_tensor__":
        return written
    if written.get("class_name") == "__ellipsis__":
        return ...
    ends = written.get("config", written)
    if "value" in ends:
        return np.array(ends["value"], "float32")
    return slice(ends["start"], ends["stop"], ends["step"])


def _key(parts: list[Any]) -> tuple[Any, ...]:
    """What is in the brackets, with all axes: a description can't hold dots."""
    if ... not in parts:
        return tuple(parts)
    dots = parts.index(...)
    left_out = [slice(None)] * (AXES - len(parts) + 1)
    return (*parts[:dots], *left_out, *parts[dots + 1 :])


def _backwards(operands: list[Any]) -> int | None:
    """The axis that a key turns round, as from RGB to BGR; None where it does anything else."""
    key = operands[1] if len(operands) > 1 and isinstance(operands[1], tuple) else ()
    changed = [axis for axis, part in enumerate(key) if part != slice(None)]
    return changed[0] if [key[axis] for axis in changed] == [BACKWARDS] else None


def _stand_in(operand: Any) -> Any:
    """A tensor of any shape in the place of one that is described."""
    if isinstance(operand, list):
        return [_stand_in(each) for each in operand]
    return keras.KerasTensor((None,) * AXES) if isinstance(operand, dict) else operand
