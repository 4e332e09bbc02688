"""Picture files, opened with errors that say what is wrong."""

import difflib
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image


@contextmanager
def open_picture(path: str | Path) -> Iterator[Image.Image]:
    """Open a picture file; what goes wrong here or while reading from it is explained.

    Raises
    ------
    FileNotFoundError
        There is no such file; similar names are listed.
    IsADirectoryError
        It is a folder.
    ValueError
        The file is not a picture, is cut short, or unpacks to more than Pillow's
        ``Image.MAX_IMAGE_PIXELS``.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder. Give the path of a picture in it.")
    if not path.exists():
        raise FileNotFoundError(_not_there(path))
    # Pillow warns from the limit and refuses from twice the limit; here both refuse
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file) as picture:
                yield picture
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise ValueError(
                f"{path.name} would unpack to more than {Image.MAX_IMAGE_PIXELS:,} pixels. Shrink "
                "it in another program, or, if you trust it, raise PIL.Image.MAX_IMAGE_PIXELS."
            ) from error
        except Image.UnidentifiedImageError as error:
            raise ValueError(
                f"{path.name} is not a picture that Pillow can read. Expected JPEG, PNG, WebP, "
                "GIF, TIFF or the like; save it as one of these first (a phone's HEIC too)."
            ) from error
        except (OSError, EOFError, RuntimeError, SyntaxError, ValueError, struct.error) as error:
            raise ValueError(
                f"{path.name} is damaged, cut short or of a rare kind ({error}). Copy or download "
                "it again, or save it as PNG first."
            ) from error


def _not_there(path: Path) -> str:
    if not path.parent.is_dir():
        return f"There is no folder {path.parent}, so no {path.name} in it."
    names = {other.name.casefold(): other.name for other in path.parent.iterdir()}
    near = [names[name] for name in difflib.get_close_matches(path.name.casefold(), names)]
    hint = f"Did you mean {', '.join(near)}?" if near else "Check the name and the folder."
    return f"There is no {path.name} in {path.parent.resolve()}. {hint}"
