"""Takes out of a PDF what programs write into it of their own accord: author, program, history.

The file keeps its length and the places of its objects, so nothing of what it shows changes. What
stands there is overwritten: the document information, and packets of XMP. What lies in compressed
lists of objects is only cut off from them; names in the text itself, in comments and within
embedded pictures stay.
"""

import re

_INFO = re.compile(rb"/Info\s+(\d{1,10})\s+(\d{1,5})\s+R")
_PACKET = re.compile(rb"<\?xpacket begin.*?<\?xpacket end[^>]{0,20}\?>", re.DOTALL)
_XMP = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>", re.DOTALL)
_METADATA = re.compile(
    rb"(/Type\s*/Metadata\b[^\x00]{0,2000}?\bstream\r?\n)(.*?)(?=\r?\n?endstream)", re.DOTALL
)
_LONGEST_INFO = 64 * 1024


def without_metadata(pdf: bytes) -> bytes:
    """The same PDF without them."""
    for number, generation in set(_INFO.findall(pdf)):
        pdf = _without_object(pdf, number, generation)
    pdf = _INFO.sub(lambda found: b" " * len(found[0]), pdf)
    pdf = _METADATA.sub(lambda found: found[1] + b" " * len(found[2]), pdf)
    for packet in (_PACKET, _XMP):
        pdf = packet.sub(lambda found: b" " * len(found[0]), pdf)
    return pdf


def _without_object(pdf: bytes, number: bytes, generation: bytes) -> bytes:
    """Overwrites the object in each of the file's revisions."""
    head = re.compile(rb"(?<!\d)" + number + rb"\s+" + generation + rb"\s+obj\b")
    for found in head.finditer(pdf):
        end = pdf.find(b"endobj", found.end(), found.end() + _LONGEST_INFO)
        if end > 0:
            room = end - found.end()
            pdf = pdf[: found.end()] + b" null".ljust(room)[:room] + pdf[end:]
    return pdf
