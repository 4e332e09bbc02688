"""Pictures in and out: float32 arrays (height, width, 3), RGB in [0, 1], and files of all kinds."""

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageOps, PngImagePlugin

from ..saving import whole_file
from .clouds import clouds
from .files import open_picture

PHOTOGRAPHS = {"temple": "china.jpg", "flower": "flower.jpg"}
JPEG = {"format": "JPEG", "quality": 92, "subsampling": 0}  # dreams are rich in fine colour
FORMATS: dict[str, dict[str, Any]] = {
    ".png": {"format": "PNG"},
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".webp": {"format": "WEBP", "quality": 90},
}
COMMENT = b"ASCII\0\0\0dreamkit "  # EXIF wants the comment's character set in its first 8 bytes


def load_image(path: str | Path, max_side: int | None = None) -> np.ndarray:
    """Read a picture, the way up that it was taken.

    Greyscale, palette, CMYK and 16-bit pictures become RGB; what is transparent becomes white.
    The first picture of an animation is read, with a warning.

    Parameters
    ----------
    path : str or pathlib.Path
    max_side : int, optional
        Shrink the picture so that neither side is longer. A smaller picture stays as it is.

    Returns
    -------
    numpy.ndarray, float32, shape (height, width, 3), RGB in [0, 1]

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        There is no such file (similar names are listed), or it is a folder.
    ValueError
        The file is not a picture, is cut short, or unpacks to more than Pillow's
        ``Image.MAX_IMAGE_PIXELS``; or ``max_side`` is below 1.

    Examples
    --------
    >>> load_image("me.jpg", max_side=640).shape  # doctest: +SKIP
    (480, 640, 3)
    """
    _check_max_side(max_side)
    with open_picture(path) as picture:
        # a phone's MPO is one photo with previews or a depth map behind it
        if getattr(picture, "is_animated", False) and picture.format != "MPO":
            message = f"{Path(path).name} holds several pictures: only the first is used."
            warnings.warn(message, stacklevel=2)
        pixels = _pixels(picture, max_side)
    return as_picture(pixels)


def as_picture(array: Any) -> np.ndarray:
    """Any array or Pillow image as a picture: a float32 array, RGB in [0, 1].

    Parameters
    ----------
    array : array or PIL.Image.Image
        Integers in 0–255, floats in [0, 1] or booleans, of shape (height, width) or (height,
        width, channels): 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. Transparency becomes white.

    Returns
    -------
    numpy.ndarray, float32, shape (height, width, 3), RGB in [0, 1]; itself, if it is one already

    Raises
    ------
    ValueError
        Another shape or kind of value, or values outside the range.

    Examples
    --------
    >>> as_picture(np.array([[0, 255]], "uint8")).tolist()
    [[[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]]
    """
    array = np.asarray(_pixels(array) if isinstance(array, Image.Image) else array)
    if array.ndim not in (2, 3) or array.size == 0 or (array.ndim == 3 and array.shape[2] > 4):
        raise ValueError(
            "A picture has the shape (height, width, 3), or (height, width) if grey, got "
            f"{array.shape}. Take one picture out of a batch, and put the channels last."
        )
    if array.dtype.kind in "iu":
        if array.min() < 0 or array.max() > 255:
            raise ValueError(
                f"An integer picture has values in 0–255, got {array.min()} to {array.max()}. "
                "Divide by the largest possible value (65535 for 16 bits) to get floats in [0, 1]."
            )
        picture = array.astype("float32") / 255
    elif array.dtype.kind in "bf":
        picture = np.asarray(array, "float32")
        _check_unit_range(picture)
    else:
        raise ValueError(f"A picture holds floats in [0, 1] or integers, got dtype {array.dtype}.")
    if picture.ndim == 2:
        picture = picture[:, :, None]
    if picture.shape[2] in (2, 4):
        alpha = picture[:, :, -1:]
        picture = picture[:, :, :-1] * alpha + (1 - alpha)
    return picture if picture.shape[2] == 3 else np.repeat(picture, 3, axis=2)


def sample_image(name: str, max_side: int | None = None) -> np.ndarray:
    """A picture to start with.

    Parameters
    ----------
    name : {"temple", "flower", "clouds"}
        Two photographs that come with scikit-learn, and a sky drawn from noise.
    max_side : int, optional
        As for ``load_image``.

    Returns
    -------
    numpy.ndarray, float32, shape (427, 640, 3) or smaller, RGB in [0, 1]

    Raises
    ------
    ValueError, ImportError
        There is no such sample; or scikit-learn, which has the photographs, is not installed.

    Examples
    --------
    >>> sample_image("clouds").shape
    (427, 640, 3)
    """
    _check_max_side(max_side)
    if name == "clouds":
        pixels = (clouds() * 255).round().astype("uint8")
    elif name in PHOTOGRAPHS:
        try:
            from sklearn.datasets import load_sample_image
        except ImportError as error:
            raise ImportError(
                f'The sample "{name}" comes with scikit-learn (or use "clouds"). Install it with: '
                'pip install "dreamkit[lessons]"'
            ) from error
        pixels = load_sample_image(PHOTOGRAPHS[name])
    else:
        raise ValueError(f"The samples are {', '.join([*PHOTOGRAPHS, 'clouds'])}, got {name!r}.")
    return as_picture(_pixels(Image.fromarray(pixels), max_side))


def resize(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resample an array of any range, bicubic; when shrinking, averaged so that nothing aliases.

    Parameters
    ----------
    picture : array, shape (height, width) or (height, width, channels)
    height, width : int
        The new size, each at least 1.

    Returns
    -------
    numpy.ndarray, float32, of as many dimensions
        Itself if it has that size already. Beside sharp edges bicubic values overshoot a little.

    Examples
    --------
    >>> resize(np.full((8, 8), -2.0), 2, 3).tolist()
    [[-2.0, -2.0, -2.0], [-2.0, -2.0, -2.0]]
    """
    picture = np.asarray(picture, "float32")
    if picture.ndim not in (2, 3) or picture.size == 0 or height < 1 or width < 1:
        raise ValueError(
            "resize takes an array (height, width) or (height, width, channels) to at least 1 × 1, "
            f"got the shape {picture.shape} and the new size {height} × {width}."
        )
    if picture.shape[:2] == (height, width):
        return picture
    if picture.ndim == 3:
        return np.stack([resize(c, height, width) for c in np.moveaxis(picture, 2, 0)], axis=2)
    image = Image.fromarray(np.ascontiguousarray(picture))
    return np.array(image.resize((width, height), Image.Resampling.BICUBIC))


def save_picture(
    picture: np.ndarray, path: str | Path, settings: Mapping[str, Any] | None = None
) -> Path:
    """Write a picture, and how it was made inside it: PNG, JPEG or WebP, by the name's ending.

    The file appears whole or not at all: a failed save leaves an older file as it was.

    Parameters
    ----------
    picture : array, shape (height, width, 3)
        As for ``as_picture``.
    path : str or pathlib.Path
    settings : mapping, optional
        Anything that JSON can hold: kept in a PNG as text "dreamkit", else as the EXIF comment.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError, TypeError
        The name has another ending, the array is not a picture, JSON can't hold the settings.
    OSError
        The folder is not there or can't be written to.

    Examples
    --------
    >>> path = save_picture(sample_image("clouds"), "sky.png", {"seed": 3})  # doctest: +SKIP
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise ValueError(f"A picture's name ends in {', '.join(FORMATS)}, got {path.name!r}.")
    image = Image.fromarray((as_picture(picture) * 255).round().astype("uint8"))
    options = FORMATS[suffix] | ({} if settings is None else _written(settings, suffix))
    with whole_file(path) as file:
        image.save(file, **options)
    return path


def read_settings(path: str | Path) -> dict[str, Any]:
    """The settings that ``save_picture`` or ``Dream.save`` left inside a picture.

    Raises
    ------
    FileNotFoundError, ValueError
        As for ``load_image``; and ValueError when there are no settings in the picture.

    Examples
    --------
    >>> read_settings("dream.png")["seed"]  # doctest: +SKIP
    0
    """
    with open_picture(path) as picture:
        text = getattr(picture, "text", {}).get("dreamkit")  # PNG
        comment = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
    if text is None and isinstance(comment, bytes) and comment.startswith(COMMENT):
        text = comment.removeprefix(COMMENT)
    if text is None:
        raise ValueError(
            f"There are no dreamkit settings in {Path(path).name}. They are in a picture as it was "
            "saved; screenshots, editors and messengers leave them out."
        )
    return json.loads(text)


def _written(settings: Mapping[str, Any], suffix: str) -> dict[str, Any]:
    """The options that have Pillow write the settings into a picture."""
    text = json.dumps(dict(settings), default=_python_number)
    if suffix == ".png":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("dreamkit", text)
        return {"pnginfo": info}
    exif = Image.Exif()
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.UserComment: COMMENT + text.encode("ascii")}
    return {"exif": exif}


def _python_number(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"Settings are numbers, text, lists and dictionaries, got {value!r}.")


def _pixels(image: Image.Image, max_side: int | None = None) -> np.ndarray:
    """Any Pillow image upright, as uint8 RGB or RGBA or as float32 grey."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith(("I", "F")):  # Pillow's own conversion would clip 16 bits at 255
        scale = 1 if image.mode == "F" else 65535
        image = Image.fromarray(np.asarray(image, "float32") / scale)
    else:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if max_side is not None:
        # as sharp as bicubic when shrinking, and it never overshoots
        image.thumbnail((max_side, max_side), Image.Resampling.HAMMING)
    return np.asarray(image)


def _check_max_side(max_side: int | None) -> None:
    if max_side is not None and not max_side >= 1:
        raise ValueError(f"max_side must be at least 1 pixel, got {max_side!r}.")


def _check_unit_range(picture: np.ndarray) -> None:
    if not np.isfinite(picture).all():
        raise ValueError("The picture has values that are NaN or infinite. Replace them first.")
    low, high = picture.min(), picture.max()
    if low < 0 or high > 1:
        bytes_like = low >= 0 and 2 < high <= 255
        advice = "Divide it by 255." if bytes_like else "Scale it, or use np.clip(picture, 0, 1)."
        raise ValueError(f"A float picture is in [0, 1], got {low:g} to {high:g}. {advice}")
