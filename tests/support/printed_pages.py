"""Reads what Chromium prints: the pages of a PDF, the text on them, and where its links lead."""

import re
import zlib
from dataclasses import dataclass

OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
STREAM = re.compile(rb"(.*?)stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
FONT = re.compile(rb"/(F\d+) (\d+) 0 R")
UNICODE = re.compile(rb"/ToUnicode (\d+) 0 R")
LINK = re.compile(rb"/URI\s*\((.*?)\)")
# Of a content stream: a font is chosen, or characters are shown.
SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>")
CHARACTERS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


@dataclass(frozen=True)
class Printed:
    """How many pages there are, the text without any spaces, and the addresses of its links."""

    pages: int
    text: str
    links: list[str]

    def says(self, words: str) -> bool:
        """Whether these words are printed, on whatever lines."""
        return "".join(words.split()) in self.text


def read_printed(pdf: bytes) -> Printed:
    """What was printed. Only what Chromium writes is understood."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    fonts = {
        name: _characters(objects, int(number))
        for body in objects.values()
        for name, number in FONT.findall(body)
    }
    texts = [
        _text(_stream(objects[int(number)]), fonts)
        for body in pages
        for number in re.findall(rb"/Contents (\d+) 0 R", body)
    ]
    links = [link.decode() for link in LINK.findall(pdf)]
    return Printed(len(pages), "".join("".join(texts).split()), links)


def _stream(body: bytes) -> bytes:
    found = STREAM.match(body)
    if found is None:
        return b""
    return zlib.decompress(found[2]) if b"FlateDecode" in found[1] else found[2]


def _characters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """Which character each glyph of a font stands for."""
    named = UNICODE.search(objects.get(font, b""))
    table = _stream(objects[int(named[1])]) if named else b""
    found: dict[int, str] = {}
    for part in CHARACTERS.findall(table):
        numbers = HEX.findall(part)
        for glyph, character in zip(numbers[::2], numbers[1::2], strict=True):
            found[int(glyph, 16)] = _character(character)
    for part in RANGES.findall(table):
        numbers = HEX.findall(part)
        for first, last, start in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(int(start, 16) + step)
    return found


def _character(written: bytes) -> str:
    return bytes.fromhex(written.decode()).decode("utf-16-be")


def _text(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    font: dict[int, str] = {}
    shown = []
    for name, glyphs in SHOWN.findall(content):
        if name:
            font = fonts.get(name, {})
            continue
        numbers = (int(glyphs[at : at + 4], 16) for at in range(0, len(glyphs), 4))
        shown += [font.get(number, "") for number in numbers]
    return "".join(shown)
