"""One member of every family in keras.applications, untrained, loads and is opened rightly."""

import keras
import pytest

from dreamkit.networks.graph import over
from dreamkit.networks.inspecting import applications, difference
from dreamkit.networks.loading import load_network

SMALL = {  # the quickest of each module
    "convnext": "ConvNeXtTiny",
    "densenet": "DenseNet121",
    "efficientnet": "EfficientNetB0",
    "efficientnet_v2": "EfficientNetV2B0",
    "inception_resnet_v2": "InceptionResNetV2",
    "inception_v3": "InceptionV3",
    "mobilenet": "MobileNet",
    "mobilenet_v2": "MobileNetV2",
    "mobilenet_v3": "MobileNetV3Small",
    "nasnet": "NASNetMobile",
    "resnet": "ResNet50",
    "resnet_v2": "ResNet50V2",
    "vgg16": "VGG16",
    "vgg19": "VGG19",
    "xception": "Xception",
}
# Opening a model is the same work on every framework; three show that the answers are too.
TRIED = SMALL if keras.backend.backend() == "tensorflow" else ["convnext", "mobilenet_v2", "vgg16"]


def test_every_family_is_here():
    assert set(SMALL) == {module for module, _ in applications().values()}


@pytest.mark.parametrize("module", TRIED)
def test_a_family_is_opened_rightly(module):
    """It answers as Keras' own model, and dreams at any size."""
    net = load_network(SMALL[module], weights=None)
    off, most = difference(net, net._preprocess)
    assert off <= most
    assert net.fixed_size(net.layers[:1]) is None
    if net.multiple > 1:
        assert over(net.part(net.layers[-1:]), 2 * net.multiple, 3 * net.multiple)
