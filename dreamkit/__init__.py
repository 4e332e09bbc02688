"""Dreaming networks: see what a network sees, by letting its input climb.

>>> import dreamkit as dk
>>> dream = dk.deepdream(dk.sample_image("temple"), dk.load_network("dreamnet"))

Importing this package is instant: a name loads its module, and with it a framework, when it is
first used. The names and their modules stand in ``__init__.pyi``, where editors read them too.
"""

from lazy_loader import attach_stub as _attach_stub

from .missing import explained as _explained

__version__ = "0.1.0"

_load, __dir__, __all__ = _attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    if name not in __all__:
        from .arguments import did_you_mean

        near = did_you_mean(name, __all__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}.{near}")
    with _explained(f"dk.{name}"):
        return _load(name)
