"""Four devices, simulated on the CPU, learn what one learns."""

import argparse
import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from recipes.parallel import add_option, split, use_all_devices

TRAINING = """
import json
import sys

import keras
import numpy as np
import dreamkit as dk
from dreamkit.backend import Compiled, with_gradient
from recipes.parallel import split, use_all_devices

if sys.argv[1] == "4":
    use_all_devices()
devices = len(keras.distribution.list_devices())
text = "to be or not to be, that is the question. " * 1400  # four streams
training = dk.train_writer(
    dk.build_writer(text, units=24, seed=1), text, epochs=2, after_epoch=lambda epoch: None
)
square = Compiled(with_gradient(lambda x: keras.ops.sum(x**2, axis=1)))
_, gradient = square(split(np.arange(24, dtype="float32").reshape(8, 3)))
losses = [(epoch.loss, epoch.validation_loss) for epoch in training.epochs]
used = len(gradient.sharding.device_set)
print(json.dumps([devices, used, losses, np.asarray(gradient).tolist()]))
"""


def train_on(devices):
    environment = os.environ | {"XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}"}
    process = subprocess.run(
        [sys.executable, "-c", TRAINING, str(devices)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout.splitlines()[-1])


@pytest.mark.skipif(keras.config.backend() != "jax", reason="keras.distribution needs JAX")
def test_four_devices_have_the_losses_and_gradients_of_one():
    *counts, losses, gradient = train_on(1)
    *counts_of_four, losses_of_four, gradient_of_four = train_on(4)
    assert (counts, counts_of_four) == ([1, 1], [4, 4])
    np.testing.assert_allclose(losses_of_four, losses, rtol=1e-4)
    assert losses[-1][0] < losses[0][0]
    np.testing.assert_array_equal(gradient_of_four, gradient)


@pytest.mark.skipif(keras.config.backend() == "jax", reason="JAX can do it")
def test_other_frameworks_say_what_is_needed():
    with pytest.raises(RuntimeError, match="KERAS_BACKEND=jax"):
        use_all_devices()


@pytest.mark.skipif(keras.config.backend() != "jax", reason="keras.distribution needs JAX")
def test_one_device_is_not_several():
    with pytest.raises(RuntimeError, match="Found 1 device; expected 2, 4"):
        use_all_devices()


def test_on_one_device_a_batch_stays_as_it_is():
    batch = np.ones((3, 2))
    assert split(batch) is batch


def test_the_option_is_off_unless_asked_for():
    parser = argparse.ArgumentParser()
    add_option(parser)
    assert not parser.parse_args([]).data_parallel
    assert parser.parse_args(["--data-parallel"]).data_parallel
