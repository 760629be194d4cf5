"""Decodes one picture and encodes it again, in a process of its own that a hostile file may crash.

`pictures.py` runs this file as a program. It imports nothing of IdeaHub, so that it starts in
a tenth of a second. It reads the format's name and the file from standard input and writes an
answer, whose first byte says what follows.
"""

from __future__ import annotations

import os
import resource
import signal
import struct
import sys
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 40_000_000
# Memory for the pixels at the peak. A photograph with MOST_PIXELS takes 160 to 400 MB.
MOST_BYTES = 400_000_000
# Address space of the whole process: the pixels, 25 MB of program, 75 MB for the encoder.
MEMORY = 512 * 1024 * 1024
# The slowest ordinary picture took 3 seconds on a small machine.
CPU_SECONDS = 15
SECONDS = 30
LONGEST_SIDE = 2_400
LONGEST_SIDE_SMALL = 640
LOSSLESS_BYTES = 1_000_000

REDRAWN, TOO_LARGE, DAMAGED = b"R", b"L", b"D"
# After REDRAWN: width, height, bytes of the picture and of the small one. After TOO_LARGE: the
# most million pixels.
HEAD, NUMBER = struct.Struct("!IIII"), struct.Struct("!I")

# Bytes for each pixel at the peak, by the mode it is decoded to: palettes are converted, and
# transparent pixels averaged, in a second copy of the whole picture.
PEAK = {"1": 2, "L": 1, "I;16": 5, "P": 9, "LA": 8, "RGB": 4, "RGBA": 8, "CMYK": 4}
PEAK_OF_OTHERS = 16
# More bytes that a decoder needs: all coefficients of a progressive JPEG, three canvases of WebP.
PER_BAND_OF_PROGRESSIVE = 2
PER_PIXEL_OF_WEBP = 12


class TooLarge(Exception):
    """The picture has more pixels than one of its kind may have."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class RedrawnPicture(NamedTuple):
    """A picture, encoded again: whole, and as a small one."""

    content: bytes
    small: bytes
    width: int
    height: int


def main() -> None:
    """Writes the answer to standard output; ends without one where a limit is reached."""
    _limit_itself()
    format_name, _line_end, data = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.buffer.write(answer(data, format_name.decode()))


def _limit_itself() -> None:
    # Where a system does not have one of the limits, the others still hold.
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
    # The alarm ends the process also where the server is gone; serving pages has priority.
    signal.alarm(SECONDS)
    os.nice(5)


def answer(data: bytes, format_name: str) -> bytes:
    """The answer for a file: the picture, encoded again, or why there is none.

    Raises MemoryError where the file needs more memory than the process has.
    """
    try:
        drawn = redraw(data, format_name)
    except TooLarge as refused:
        return TOO_LARGE + NUMBER.pack(refused.most // 1_000_000)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - decoders raise all kinds of errors for damaged files
        return DAMAGED
    sizes = drawn.width, drawn.height, len(drawn.content), len(drawn.small)
    return REDRAWN + HEAD.pack(*sizes) + drawn.content + drawn.small


def redraw(data: bytes, format_name: str) -> RedrawnPicture:
    """Decodes a picture and encodes it again: upright, limited in size, its first frame only.

    Raises TooLarge before any pixel is decoded, and whatever a decoder raises for a damaged file.
    """
    # Imported here: the server, which only reads the answers, does not load it. WebPImagePlugin is
    # imported so that writing does not load every plugin to find it.
    from PIL import Image, WebPImagePlugin  # noqa: F401

    # Pillow raises its error at twice this number; for WebP it does before it takes memory.
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2
    try:
        with Image.open(BytesIO(data), formats=[format_name]) as image:
            _must_not_be_too_large(image)
            whole = _upright(image)
    except Image.DecompressionBombError:
        raise TooLarge(MOST_PIXELS) from None
    small = whole.copy()
    small.thumbnail((LONGEST_SIDE_SMALL, LONGEST_SIDE_SMALL), Image.Resampling.LANCZOS)
    content = _written(whole, drawn=format_name in {"PNG", "GIF"})
    return RedrawnPicture(content, _lossy(small, 76), whole.width, whole.height)


def _must_not_be_too_large(image: Image.Image) -> None:
    most = min(MOST_PIXELS, MOST_BYTES // _bytes_a_pixel(image))
    if image.width * image.height > most:
        raise TooLarge(most)


def _bytes_a_pixel(image: Image.Image) -> int:
    own = PEAK.get(image.mode, PEAK_OF_OTHERS)
    if image.format == "WEBP":
        return own + PER_PIXEL_OF_WEBP
    if "progressive" in image.info:
        return own + PER_BAND_OF_PROGRESSIVE * len(image.getbands())
    return own


def _upright(image: Image.Image) -> Image.Image:
    from PIL import Image, ImageOps

    image = _averageable(image)
    # A JPEG is decoded at about the wanted size, which costs a fraction of decoding it whole.
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.load()
    upright = ImageOps.exif_transpose(image)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    clean = upright if upright.mode == mode else upright.convert(mode)
    clean.info.clear()
    return clean


def _averageable(image: Image.Image) -> Image.Image:
    """The picture in a mode whose neighbouring pixels can be averaged."""
    if image.mode.startswith("I;16"):
        # Of sixteen bits for each colour, the upper eight are kept.
        image.info.pop("transparency", None)
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"} and "transparency" not in image.info:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _written(image: Image.Image, *, drawn: bool) -> bytes:
    # Lossless, so that letters and lines of a screenshot stay sharp; not where that is too large,
    # as for a photograph.
    if drawn:
        written = _save(image, lossless=True, quality=20, method=1)
        if len(written) <= LOSSLESS_BYTES:
            return written
    return _lossy(image, 84)


def _lossy(image: Image.Image, quality: int) -> bytes:
    return _save(image, quality=quality, method=3)


def _save(image: Image.Image, **options: int) -> bytes:
    kept = BytesIO()
    image.save(kept, "WEBP", **options)
    return kept.getvalue()


if __name__ == "__main__":
    main()
