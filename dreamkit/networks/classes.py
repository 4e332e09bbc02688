"""Which class a name means."""

from collections.abc import Sequence

from ..arguments import did_you_mean, of_kind, spoken


def class_number(name: str, classes: Sequence[str], network: str) -> int:
    """The number of the class that a name means."""
    of_kind("The name of a class", name, str, "They are in .classes.")
    if not classes:
        raise ValueError(
            f"{network} has no names of classes, so {name!r} can't be looked up: give its number, "
            "or name them: net.classes = [...]. (A network of keras.applications has them with "
            "load_network(..., top=True).)"
        )
    wanted = _plain(name)
    meant = [i for i, known in enumerate(classes) if known == name] or [
        i for i, known in enumerate(classes) if wanted in _names(known)
    ]
    if len(meant) > 1:
        all_of_them = " or ".join(f"logit({i}), {classes[i]!r}" for i in meant)
        raise ValueError(
            f"{name!r} may mean several classes of {network}. Say which: {all_of_them}."
        )
    if not meant:
        holding = [known for known in classes if wanted and wanted in _plain(known)][:5]
        near = f" Did you mean {spoken(holding)}?" if holding else did_you_mean(name, classes)
        raise ValueError(f"{network} has no class {name!r}; its names are in .classes.{near}")
    return meant[0]


def _names(known: str) -> set[str]:
    """What a class may be called: "crane (bird)" also "crane", "tabby, tabby cat" also either."""
    return {_plain(known), _plain(known.split(" (")[0]), *map(_plain, known.split(","))}


def _plain(name: str) -> str:
    return name.replace("_", " ").casefold().strip()
