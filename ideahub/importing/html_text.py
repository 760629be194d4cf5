"""Converts imported HTML to Markdown, which people can edit here."""

from collections.abc import Iterable, Iterator

from ideahub.core.text.cleaning import MAX_TEXT, clean_text
from ideahub.importing.html_blocks import foreign_blocks
from ideahub.importing.html_tree import tree


def html_to_markdown(html: str, base: str = "", limit: int | None = None) -> str:
    """The HTML as Markdown with the same text, headings, lists, tables, links and emphasis;
    without scripts, comments, pictures (except for their alternative text) and template code.

    Relative links are resolved against `base`, or become plain text without one. With a `limit`
    of characters the text is cut off, between two blocks if possible.
    """
    parts = html_to_parts(html, base, limit)
    return parts[0] if parts else ""


def html_to_parts(html: str, base: str = "", limit: int | None = MAX_TEXT) -> list[str]:
    """The same, but in parts of at most `limit` characters, cut between blocks if possible."""
    blocks = (clean_text(block) for block in foreign_blocks(tree(html), base))
    if limit is None:
        return ["\n\n".join(blocks)]
    return list(_joined((piece for block in blocks for piece in _cut(block, limit)), limit))


def _joined(pieces: Iterable[str], limit: int) -> Iterator[str]:
    part = ""
    for piece in pieces:
        if part and len(part) + 2 + len(piece) > limit:
            yield part
            part = ""
        part += ("\n\n" if part else "") + piece
    if part:
        yield part


def _cut(block: str, limit: int) -> Iterator[str]:
    while len(block) > limit:
        end = max(block.rfind("\n", 1, limit), block.rfind(" ", limit - limit // 10, limit))
        end = end if end > 0 else limit
        yield block[:end].rstrip()
        block = block[end:].strip()
    yield block
