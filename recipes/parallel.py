"""Training on several devices at once: each takes a part of every batch (JAX)."""

import argparse
from typing import Any

import keras

SMALLEST_BATCH = 32


def add_option(parser: argparse.ArgumentParser) -> None:
    """Give a training command the option ``--data-parallel``."""
    parser.add_argument(
        "--data-parallel", action="store_true", help="use all devices (KERAS_BACKEND=jax)"
    )


def use_all_devices() -> None:
    """Share every batch of all later trainings between the devices, through Keras.

    Each device has the whole model and a part of the batch; the gradient is that of the whole
    batch, so the losses are those of one device but for rounding.

    Raises
    ------
    RuntimeError
        On another backend than JAX, with one device only, or with a number of devices that does
        not divide a batch.
    """
    if keras.config.backend() != "jax":
        raise RuntimeError(
            f"Training on several devices needs JAX, and this is {keras.config.backend()}. Set "
            "KERAS_BACKEND=jax before Python starts."
        )
    devices = keras.distribution.list_devices()
    if len(devices) < 2 or SMALLEST_BATCH % len(devices):
        raise RuntimeError(
            f"Found {len(devices)} device{'s' * (len(devices) != 1)}; expected 2, 4, 8, 16 or 32, "
            "so that each has the same part of a batch. CUDA_VISIBLE_DEVICES chooses among GPUs."
        )
    keras.distribution.set_distribution(keras.distribution.DataParallel())


def split(batch: Any) -> Any:
    """A batch, its rows divided among the devices if there are several in use."""
    distribution = keras.distribution.distribution()
    if distribution is None:
        return batch
    return keras.distribution.distribute_tensor(batch, distribution.get_data_layout(batch.shape))
