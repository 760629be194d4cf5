"""Decodes pictures that people send and encodes them again, in a child process.

Nothing of the file itself is stored: no place where it was taken, no colour profile, nothing hidden
after the picture's end. Only a child process (`redrawing.py`) decodes a file, so a hostile one
cannot crash the server or use up its memory.
"""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from ideahub.core.files import redrawing
from ideahub.core.files.redrawing import HEAD, NUMBER, RedrawnPicture
from ideahub.core.i18n import _, ngettext
from ideahub.core.refusals import Conflict, Invalid

log = logging.getLogger(__name__)

WRITTEN_AS = "image/webp"
# Isolated (-I): imports only installed packages, not files in the folder we were started in.
COMMAND = (sys.executable, "-I", "-B", redrawing.__file__)
# A little more than the child's own limit.
SECONDS = redrawing.SECONDS + 5.0
MOST_ANSWERED = 16 * 1024 * 1024
NO_ANSWER = (TimeoutError, EOFError, ConnectionError)

# The first bytes of each format; only the decoder of that format gets the file.
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
}

# Formats of phones that we do not decode; their name stands after the length of a first box.
HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"})

# Each child takes up to half a gigabyte of memory, and a core for seconds.
_turn = asyncio.Semaphore(2)


def picture_format(data: bytes) -> str | None:
    """The format of a picture by its first bytes; None for anything else."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    found = (name for start, name in BEGINNINGS.items() if data.startswith(start))
    return next(found, None)


def is_heif(data: bytes) -> bool:
    """Whether this is a HEIC or AVIF picture, by its first bytes."""
    return data[4:8] == b"ftyp" and data[8:12] in HEIF


async def redraw(data: bytes, format_name: str) -> RedrawnPicture:
    """A picture, decoded and encoded again: upright, limited in size, its first frame only.

    Two at a time. Raises Invalid where it has too many pixels for its kind, is damaged, or takes
    more memory or time than a child has; Conflict where no child could be started.
    """
    async with _turn, _child() as child:
        try:
            async with asyncio.timeout(SECONDS):
                return await _ask(child, data, format_name)
        except NO_ANSWER:
            raise Invalid(_too_much_work()) from None


@asynccontextmanager
async def _child() -> AsyncIterator[Process]:
    """A child process, which is killed when the block ends."""
    known = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    try:
        # In a session of its own, so that Ctrl-C does not end it while somebody waits for it.
        child = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=known, start_new_session=True
        )
    except OSError as problem:
        log.warning("No process could be started to redraw a picture: %s", problem)
        reason = _("Pictures cannot be taken just now. Nothing was sent. Try again in a minute.")
        raise Conflict(reason) from None
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        with suppress(ConnectionError):
            await child.communicate()


async def _ask(child: Process, data: bytes, format_name: str) -> RedrawnPicture:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.writelines((format_name.encode(), b"\n", data))
    child.stdin.close()
    kind = await child.stdout.readexactly(1)
    if kind == redrawing.TOO_LARGE:
        (millions,) = NUMBER.unpack(await child.stdout.readexactly(NUMBER.size))
        raise Invalid(_too_many_pixels(millions))
    if kind == redrawing.DAMAGED:
        reason = _("This picture is damaged or was cut short. Save or send it anew and try again.")
        raise Invalid(reason)
    width, height, *sizes = HEAD.unpack(await child.stdout.readexactly(HEAD.size))
    if sum(sizes) > MOST_ANSWERED:
        raise EOFError
    content, small = [await child.stdout.readexactly(size) for size in sizes]
    return RedrawnPicture(content, small, width, height)


def _too_many_pixels(millions: int) -> str:
    return ngettext(
        "This picture has more than %(num)s million pixels. Make it smaller and try again.",
        "This picture has more than %(num)s million pixels. Make it smaller and try again.",
        millions,
    )


def _too_much_work() -> str:
    return ngettext(
        "This picture takes more memory or time to read than we have. Save it as a JPEG or PNG "
        "of at most %(num)s million pixels and try again.",
        "This picture takes more memory or time to read than we have. Save it as a JPEG or PNG "
        "of at most %(num)s million pixels and try again.",
        redrawing.MOST_PIXELS // 1_000_000,
    )
