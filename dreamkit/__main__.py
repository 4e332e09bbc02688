"""``dreamkit PICTURE … -o FOLDER``: dream over pictures from the command line."""

import argparse
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

UNSEEN = {"desktop.ini", "thumbs.db"}  # what Windows leaves in folders of pictures
NAMED = 8  # of what is passed over in a folder
LONGEST = 240  # bytes of a name: systems take 255, and a number may be added
CLIMBS = "pixels", "spectrum"
KNOBS = {
    "octaves": int,
    "octave_scale": float,
    "steps": int,
    "step_size": float,
    "noise": float,
    "seed": int,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Dream over each picture; a file that fails is named at the end, the others are done."""
    for stream in (sys.stdout, sys.stderr):  # which may lack the letters of a file's name
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    given = parser().parse_args(arguments)
    knobs: dict[str, Any] = {"climb": given.climb}
    knobs |= {name: value for name in KNOBS if (value := getattr(given, name)) is not None}
    # What takes long to load comes after what can be said without it.
    from .files import made_folder, unused
    from .images import check_max_side, load_image
    from .missing import explained

    try:
        check_max_side(given.max_side)
        pictures = list(found(given.pictures))
        guide = None if given.guide is None else load_image(given.guide, given.max_side)
        with explained("dreamkit"), silent_start():
            from .networks.loading import load_network
            from .vision.dream import deepdream, with_defaults
            from .vision.settings import Settings
            from .watching import bar
        told = with_defaults(knobs)
        settings = Settings(**{each.name: told[each.name] for each in fields(Settings)})
        settings.check_use(with_defaults({}), guide is not None)
        network = load_network(given.network)
        network.check(given.layer or ())
        out = made_folder(given.out)
    except (ImportError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    failed = []
    for picture in pictures:
        try:
            photo = load_image(picture, given.max_side)
            dream = deepdream(
                photo,
                network,
                given.layer,
                guide=guide,
                progress=bar(settings.octaves * settings.steps, picture.name, "score"),
                **knobs,
            )
            print(dream.save(unused(out / f"{stem(picture)}.png")))
        except (OSError, ValueError) as error:
            failed.append(f"{picture}: {error}")
            continue
        if dream.stopped:  # by Ctrl-C: what there is of this picture is kept
            return 130
    print(*failed, sep="\n", file=sys.stderr, end="\n" if failed else "")
    return 1 if failed else 0


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    asked = argparse.ArgumentParser(prog="dreamkit", description=__doc__)
    asked.add_argument("pictures", nargs="+", type=Path, help="files, or folders of them")
    asked.add_argument("-o", "--out", type=Path, default=Path("dreams"), help="folder for dreams")
    asked.add_argument("--network", default="efficientnet_lite0", help="a name, or a .keras file")
    asked.add_argument("--layer", action="append", help="where to dream; may be given again")
    asked.add_argument("--guide", type=Path, help="a picture: the dreams grow what it has")
    about = "what climbs: the pixels, or the picture's spectrum, which leaves smooth what is smooth"
    asked.add_argument("--climb", choices=CLIMBS, default="pixels", help=about)
    asked.add_argument("--max-side", type=int, default=1024, help="pixels; shrink what is larger")
    for name, kind in KNOBS.items():
        asked.add_argument(f"--{name.replace('_', '-')}", type=kind, help="as for dk.deepdream")
    return asked


def found(paths: Sequence[Path]) -> Iterator[Path]:
    """The files among some paths, and the pictures in their folders; what else is there is told."""
    from .images import endings, existing

    for path in map(existing, paths):
        if not path.is_dir():
            yield path
            continue
        pictures, others = [], []
        for file in sorted(file for file in path.iterdir() if not hidden(file)):
            if file.suffix.lower() in endings() and file.is_file():
                pictures.append(file)
            else:
                others.append(file.name + "/" * file.is_dir())
        more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        names = ", ".join(others[:NAMED]) + more
        if not pictures:
            only = f", only {names}" if others else ""
            raise ValueError(f"There are no pictures in the folder {path}{only}.")
        if others:
            print(f"Passed over in {path}, as no pictures: {names}.", file=sys.stderr)
        yield from pictures


def hidden(file: Path) -> bool:
    """Whether a file is a system's own, as the notes that macOS leaves beside each picture."""
    return file.name.startswith(".") or file.name.lower() in UNSEEN


def stem(picture: Path) -> str:
    """The name of a file without its ending, shortened where a file's name may be no longer."""
    name = os.fsencode(picture.stem)
    return picture.stem if len(name) <= LONGEST else name[:LONGEST].decode(errors="ignore")


@contextmanager
def silent_start() -> Iterator[None]:
    """A framework's own notices, which C++ writes to the terminal past Python, are left out."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # does not keep back the very first ones
    sys.stderr.flush()
    terminal, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
