"""Pictures that want too much: what a file may cost, and what becomes of its child process."""

import asyncio
import json
import os
import struct
import subprocess
import sys
import zlib
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ideahub.core.files import pictures
from ideahub.core.refusals import Conflict, Invalid
from ideahub.ideas.attaching import prepare
from tests.ideas.test_attaching import picture

MEGABYTES = 1024 * 1024
TOO_MUCH_WORK = "takes more memory or time to read than we have"
# Peaks in kilobytes, in a process that has done nothing else.
MEASURE = """
import asyncio, json, resource, sys
from pathlib import Path
from ideahub.ideas.attaching import prepare

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
kept = asyncio.run(prepare(Path(sys.argv[1]).read_bytes(), "scan.png"))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([kept.width, kept.height, after - before, child]))
"""


def black_png(width: int, height: int, *, depth: int, colours: int, channels: int) -> bytes:
    """A whole picture of little more than nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        ended = kind + data
        return struct.pack(">I", len(data)) + ended + struct.pack(">I", zlib.crc32(ended))

    head = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    lines = zlib.compress(bytes((1 + width * channels * depth // 8) * height), 1)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def wide_webp(width: int, height: int) -> bytes:
    """A small picture that says it is a large one."""
    small = bytearray(picture("WEBP", lossless=True))
    assert small[12:16] == b"VP8L"
    (bits,) = struct.unpack_from("<I", small, 21)
    bits = bits >> 28 << 28 | height - 1 << 14 | width - 1
    struct.pack_into("<I", small, 21, bits)
    return bytes(small)


def wide_progressive(width: int, height: int) -> bytes:
    """A progressive JPEG as print shops send them, which says it is a large one."""
    kept = BytesIO()
    Image.new("CMYK", (60, 40)).save(kept, "JPEG", progressive=True)
    data = kept.getvalue()
    at = data.index(b"\xff\xc2") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "most"),
    [
        # 311 kB; in our own process it took 400 MB, and with colours twice that.
        ({"depth": 16, "colours": 0, "channels": 1}, 300),
        ({"depth": 16, "colours": 2, "channels": 3}, 300),
        ({"depth": 16, "colours": 6, "channels": 4}, 450),
    ],
    ids=["grey", "colours", "see-through"],
)
def test_a_scan_of_sixteen_bits_is_taken_and_costs_us_nothing(
    tmp_path: Path, kind: dict[str, Any], most: int
) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(black_png(12_000, 3_300, **kind))
    assert scan.stat().st_size < 2 * MEGABYTES
    command = [sys.executable, "-c", MEASURE, str(scan)]
    measured = subprocess.run(command, capture_output=True, text=True, check=True)
    width, height, ours, child = json.loads(measured.stdout)
    assert (width, height) == (2400, 660)
    assert ours < 30 * 1024
    assert child < most * 1024


@pytest.mark.parametrize(
    ("data", "millions"),
    [
        (wide_webp(6_000, 5_000), 25),
        (wide_webp(10_000, 10_000), 40),
        (wide_progressive(7_000, 5_000), 33),
    ],
    ids=["webp", "huge webp", "progressive"],
)
async def test_pixels_count_by_what_each_of_them_takes(data: bytes, millions: int) -> None:
    with pytest.raises(Invalid, match=f"more than {millions} million pixels"):
        await prepare(data, "x")


def child_that(monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    script = f"import os, sys, time\nfrom ideahub.core.files import redrawing\n{does}"
    monkeypatch.setattr(pictures, "COMMAND", (sys.executable, "-c", script))


@pytest.mark.slow
@pytest.mark.parametrize(
    "does",
    [
        "os.abort()",
        "os.kill(os.getpid(), 9)",
        "sys.stdin.buffer.read()",
        "sys.stdin.buffer.read(); os.write(1, b'R' + bytes(7))",
        "sys.stdin.buffer.read(); os.write(1, b'R' + bytes(8) + b'\\xff' * 8)",
        "redrawing.MEMORY = 90_000_000; redrawing.main()",
        "redrawing.CPU_SECONDS = 1; redrawing._limit_itself()\nwhile True: pass",
        "redrawing.SECONDS = 1; redrawing._limit_itself(); time.sleep(20)",
    ],
    ids=["crash", "kill", "nothing", "half", "lie", "memory", "busy", "idle"],
)
async def test_a_child_that_dies_is_a_picture_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, does: str
) -> None:
    sent = black_png(6_000, 5_000, depth=8, colours=2, channels=3)
    child_that(monkeypatch, does)
    with pytest.raises(Invalid, match=TOO_MUCH_WORK):
        await prepare(sent, "x.png")
    monkeypatch.undo()
    assert (await prepare(picture(), "x.png")).width == 60


async def gone(folder: Path) -> bool:
    """Whether the child that wrote its number here has ended, and been waited for."""
    number = int((folder / "number").read_text())
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    return False


def sleeping_child(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    noted = f"open({str(folder / 'noted')!r}, 'w').write(str(os.getpid()))"
    moved = f"os.rename({str(folder / 'noted')!r}, {str(folder / 'number')!r})"
    child_that(monkeypatch, f"{noted}; {moved}; time.sleep(60)")


@pytest.mark.slow
async def test_a_child_that_takes_too_long_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sleeping_child(monkeypatch, tmp_path)
    monkeypatch.setattr(pictures, "SECONDS", 3.0)
    with pytest.raises(Invalid, match=TOO_MUCH_WORK):
        await prepare(picture(), "x.png")
    assert await gone(tmp_path)


async def test_a_child_ends_with_the_request_it_works_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sleeping_child(monkeypatch, tmp_path)
    asked = asyncio.create_task(prepare(picture(), "x.png"))
    while not (tmp_path / "number").exists():
        await asyncio.sleep(0.02)
    assert not await gone(tmp_path)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await gone(tmp_path)


async def test_two_are_redrawn_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    real, now, most = pictures._child, 0, 0

    @asynccontextmanager
    async def counted() -> Any:
        nonlocal now, most
        async with real() as child:
            now += 1
            most = max(most, now)
            yield child
        now -= 1

    monkeypatch.setattr(pictures, "_child", counted)
    await asyncio.gather(*(prepare(picture(), "x.png") for _turn in range(5)))
    assert most == 2


async def test_a_child_knows_nothing_of_how_we_are_set_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IDEAHUB_DATABASE_URL", "postgresql://secret@host/name")
    says = "sys.stdin.buffer.read(); said = repr(dict(os.environ)).encode()"
    child_that(
        monkeypatch,
        f"{says}; os.write(1, b'R' + redrawing.HEAD.pack(1, 1, len(said), 0) + said)",
    )
    said = (await prepare(picture(), "x.png")).content
    assert said.startswith(b"{")
    assert b"secret" not in said
    assert b"IDEAHUB" not in said


async def test_where_no_child_can_be_started_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "COMMAND", ("/nowhere/python",))
    with pytest.raises(Conflict, match="Try again in a minute"):
        await prepare(picture(), "x.png")


FIELD = {
    "400-megapixels-tiny-file.png": "more than 40 million pixels",
    "5184x3888-small-file.jpg": (2400, 1800),
    "IMG_0042-renamed.jpg": "Export it as JPEG",
    "IMG_0042.HEIC": "Export it as JPEG",
    "cmyk-from-print-shop.jpg": (400, 300),
    "cut-short.jpg": "damaged or was cut short",
    "moving.gif": (200, 200),
    "phone-orientation-3-with-place.jpg": (900, 1200),
    "phone-orientation-5-with-place.jpg": (900, 1200),
    "phone-orientation-6-with-place.jpg": (900, 1200),
    "plan.svg": "neither a picture",
    "really-a-jpeg.png": (400, 300),
    "sixteen-bit.png": (300, 200),
    "transparent-black-text.png": (300, 300),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FIELD)
async def test_files_from_the_field(shared_data: Path, name: str) -> None:
    data = (shared_data / "field" / "files" / name).read_bytes()
    right = FIELD[name]
    if isinstance(right, str):
        with pytest.raises(Invalid, match=right):
            await prepare(data, name)
        return
    kept = await prepare(data, name)
    with Image.open(BytesIO(kept.content)) as shown:
        assert shown.size == (kept.width, kept.height) == right
        assert not shown.getexif()
        # The sky is above, wherever the telephone was held.
        if name.startswith("phone"):
            red, green, blue = shown.convert("RGB").getpixel((450, 100))  # type: ignore[misc]
            assert blue > 200 > green > red
